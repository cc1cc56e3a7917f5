import type { RevisionInfo } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { Link } from 'react-router';
import { messageOf } from '../../api/client.js';
import { readVersions } from '../../api/metadata.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { ChangeList } from './ChangeList.js';
import './plans.css';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Every revision ever published, newest first, each with what it changed. */
export function HistoryPage() {
  const versions = useQuery({ queryKey: ['versions'], queryFn: readVersions });
  if (versions.isPending) return <Loading label="Loading the history" />;
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1>History</h1>
          <p>Every publish is a revision that stays. Returning to one makes a plan you read before it happens.</p>
        </div>
      </div>
      {versions.isError ? (
        <div className="card">
          <Failure title="The history can not be read" message={messageOf(versions.error)} retry={() => void versions.refetch()} />
        </div>
      ) : versions.data.length === 0 ? (
        <div className="card">
          <Empty title="Nothing was published yet" />
        </div>
      ) : (
        <ol className="stack">
          {versions.data.map((revision) => (
            <Revision key={revision.revision} revision={revision} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Revision({ revision }: { revision: RevisionInfo }) {
  return (
    <li className="card">
      <div className="card-head">
        <div className="grow">
          <h2>
            Revision {revision.revision} {revision.isHead && <span className="badge badge-success">Live</span>}
          </h2>
          <p className="muted small">
            <time dateTime={revision.at}>{when.format(new Date(revision.at))}</time> by {revision.by || 'the system'}
          </p>
          {revision.comment !== '' && <p>{revision.comment}</p>}
        </div>
        {!revision.isHead && (
          <Link className="btn" to={`/history/${revision.revision}/return`}>
            <Undo2 size={15} aria-hidden /> Return to this revision
          </Link>
        )}
      </div>
      <details className="card-body">
        <summary>
          {revision.changes.length} {revision.changes.length === 1 ? 'change' : 'changes'}
        </summary>
        <ChangeList changes={revision.changes} />
      </details>
    </li>
  );
}
