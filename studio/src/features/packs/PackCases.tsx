import type { PackDetail } from '@fieldstone/metadata/types/wire.js';
import { PlayCircle } from 'lucide-react';
import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { testPack } from '../../api/packs.js';
import { queryClient } from '../../api/session.js';
import { Refusal } from '../../ui/states.js';
import { OUTCOME_WORDS } from './words.js';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The cases that a pack ships, and how they came out when they last ran. */
export function PackCases({ pack }: { pack: PackDetail }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const run = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await testPack(pack.name);
      queryClient.setQueryData<PackDetail>(['pack', pack.name], (known) => known && { ...known, ...answer });
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const held = pack.cases.filter(({ outcome }) => outcome === 'holds').length;
  return (
    <section className="card" aria-label="Cases">
      <div className="card-head">
        <h2>
          Cases <span className="badge">{pack.cases.length}</span>
        </h2>
        <span className="muted small grow" role="status">
          {isBusy
            ? 'Running on tables that are thrown away.'
            : pack.testedAt === null
              ? 'They have not run here yet.'
              : `${String(held)} of ${String(pack.cases.length)} held on ${when.format(new Date(pack.testedAt))}.`}
        </span>
        {pack.version !== null && pack.cases.length > 0 && (
          <button type="button" className="btn btn-small" disabled={isBusy} onClick={() => void run()}>
            <PlayCircle size={15} aria-hidden /> {isBusy ? 'Running' : 'Run now'}
          </button>
        )}
      </div>
      <div className="card-body stack-2">
        <Refusal text={failure} />
        {pack.cases.length === 0 && <p className="muted">The pack ships no case.</p>}
        <ul className="stack-2">
          {pack.cases.map(({ name, label, outcome, message }) => (
            <li key={name}>
              {outcome !== null && <span className={`badge ${OUTCOME_WORDS[outcome].tone}`}>{OUTCOME_WORDS[outcome].label}</span>} {label}
              {message !== '' && <p className="muted small">{message}</p>}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
