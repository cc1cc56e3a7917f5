import type { RevisionInfo } from '@fieldstone/metadata/types/wire.js';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { messageOf } from '../../api/client.js';
import { readVersions, VERSIONS_A_PAGE } from '../../api/metadata.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { ChangeList } from './ChangeList.js';
import { ExportDialog } from './ExportDialog.js';
import { PackSteps } from './PackSteps.js';
import './plans.css';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Every revision ever published, newest first, each with what it changed. */
export function HistoryPage() {
  const versions = useInfiniteQuery({
    queryKey: ['versions'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) => readVersions(pageParam),
    getNextPageParam: ({ data }) => (data.length < VERSIONS_A_PAGE ? undefined : data.at(-1)?.revision),
  });
  const [isExporting, setExporting] = useState(false);
  const list = versions.data?.pages.flatMap((page) => page.data) ?? [];
  if (versions.isPending) return <Loading label="Loading the history" />;
  return (
    <div className="page">
      <PageHead
        title="History"
        action={
          <button type="button" className="btn" disabled={list.length < 2} onClick={() => setExporting(true)}>
            <Download size={15} aria-hidden /> Export changes
          </button>
        }
      >
        Every publish is a revision that stays. Returning to one makes a plan you read before it happens.
      </PageHead>
      {versions.isError ? (
        <div className="card">
          <Failure title="The history can not be read" message={messageOf(versions.error)} retry={() => void versions.refetch()} />
        </div>
      ) : list.length === 0 ? (
        <div className="card">
          <Empty title="Nothing was published yet" />
        </div>
      ) : (
        <ol className="stack">
          {list.map((revision) => (
            <Revision key={revision.revision} revision={revision} />
          ))}
        </ol>
      )}
      {versions.hasNextPage && (
        <div>
          <button type="button" className="btn" disabled={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            Show older revisions
          </button>
        </div>
      )}
      {isExporting && <ExportDialog revisions={list} onClose={() => setExporting(false)} />}
    </div>
  );
}

function Revision({ revision }: { revision: RevisionInfo }) {
  const [isOpen, setOpen] = useState(false);
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
          <PackSteps steps={revision.packs} />
        </div>
        {!revision.isHead && (
          <Link className="btn" to={`/history/${revision.revision}/return`}>
            <Undo2 size={15} aria-hidden /> Return to this revision
          </Link>
        )}
      </div>
      <details className="card-body" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {revision.changes.length} {revision.changes.length === 1 ? 'change' : 'changes'}
        </summary>
        {isOpen && <ChangeList changes={revision.changes} />}
      </details>
    </li>
  );
}
