import { useQuery } from '@tanstack/react-query';
import type { UsageAnswer } from '@fieldstone/metadata/types/wire.js';
import { useMe } from '../../api/session.js';
import { readUsage } from '../../api/usage.js';

const EVERY_MS = 60_000;
const number = new Intl.NumberFormat('en');

const REFUSED: Readonly<Record<UsageAnswer['data'][number]['name'], string>> = {
  records: 'No new records can be made. Empty the recycle bin, or ask whoever runs this installation for more.',
  file_bytes: 'No files can be uploaded. Take files from records that nobody needs, or ask whoever runs this installation for more.',
  waiting_runs: 'Nothing that would begin another run can be saved until there are fewer.',
};

/** Warns whoever may manage settings when the organisation comes near what it may have, and when it has it all. */
export function QuotaNotice() {
  const isManager = useMe().data?.capabilities.includes('manage_settings') === true;
  const usage = useQuery({ queryKey: ['usage'], queryFn: readUsage, enabled: isManager, refetchInterval: EVERY_MS });
  const short = usage.data?.data.filter(({ state }) => state !== 'ok') ?? [];
  if (short.length === 0) return null;
  return (
    <section className="stack quota-notice" aria-label="Quotas">
      {short.map(({ name, label, used, max, state }) => (
        <p key={name} className={state === 'full' ? 'note note-danger' : 'note note-warning'}>
          <span>
            <b>
              {label}: {number.format(used ?? 0)} of {number.format(max ?? 0)}.
            </b>{' '}
            {state === 'full' ? REFUSED[name] : 'That is most of what your organisation may have.'}
          </span>
        </p>
      ))}
    </section>
  );
}
