import type { OutboxMail } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { MailCheck, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { readOutbox } from '../../api/automation.js';
import { messageOf } from '../../api/client.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';

const STATUS: Record<OutboxMail['status'], { label: string; tone: string }> = {
  local: { label: 'Kept here', tone: 'badge-info' },
  sending: { label: 'Sending', tone: 'badge-info' },
  sent: { label: 'Sent', tone: 'badge-success' },
  failed: { label: 'Failed', tone: 'badge-danger' },
};
const WITHHELD = 'Mail about a record you may not read';
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Mail that workflows sent, or that stays here because no mail server is set up. */
export function OutboxPage() {
  const outbox = useQuery({ queryKey: ['outbox'], queryFn: readOutbox });
  const [openId, setOpenId] = useState<string>();
  if (outbox.isPending) return <Loading label="Loading the outbox" />;
  const mails = outbox.data?.data ?? [];
  const open = mails.find((mail) => mail.id === openId) ?? mails[0];
  return (
    <div className="page">
      <PageHead
        title="Mail outbox"
        action={
          <button type="button" className="btn" onClick={() => void outbox.refetch()}>
            <RotateCw size={15} aria-hidden /> Refresh
          </button>
        }
      >
        Every mail a workflow sent. Without a mail server (SMTP), mails are kept here and go nowhere.
      </PageHead>
      {outbox.isError && (
        <div className="card">
          <Failure title="The outbox can not be read" message={messageOf(outbox.error)} retry={() => void outbox.refetch()} />
        </div>
      )}
      {outbox.isSuccess && mails.length === 0 && (
        <div className="card">
          <Empty icon={<MailCheck size={28} aria-hidden />} title="No mail yet">
            Mails appear here as soon as a workflow sends one.
          </Empty>
        </div>
      )}
      {open !== undefined && (
        <div className="cols-2">
          <section className="card" aria-label="Mails">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Mail</th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {mails.map((mail) => (
                  <tr key={mail.id} aria-current={mail.id === open.id ? 'true' : undefined}>
                    <td>
                      <button type="button" className="btn btn-plain btn-small" onClick={() => setOpenId(mail.id)}>
                        {mail.subject ?? WITHHELD}
                      </button>
                      <div className="muted small">
                        {mail.to === null ? '' : `${mail.to}, `}
                        {when.format(new Date(mail.at))}
                      </div>
                    </td>
                    <td>
                      <span className={`badge ${STATUS[mail.status].tone}`}>{STATUS[mail.status].label}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <section className="card" aria-label="Text of the mail">
            <div className="card-head">
              <div>
                <h2>{open.subject ?? WITHHELD}</h2>
                <p className="muted small">
                  {open.to === null ? '' : `To ${open.to}, `}
                  {when.format(new Date(open.at))}
                </p>
              </div>
            </div>
            <div className="card-body stack">
              {open.error !== null && <p className="note note-danger">{open.error}</p>}
              <p style={{ whiteSpace: 'pre-wrap' }}>
                {open.text ?? 'What it says is shown to those who may read the record it is about, with all of its fields.'}
              </p>
            </div>
          </section>
        </div>
      )}
    </div>
  );
}
