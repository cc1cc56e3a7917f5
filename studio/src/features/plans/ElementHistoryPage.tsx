import type { DocumentKind } from '@fieldstone/metadata/types/documents.js';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { messageOf } from '../../api/client.js';
import { readElementHistory } from '../../api/drafts.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { KIND_LABELS } from '../shell/places.js';
import { ChangeList } from './ChangeList.js';
import './plans.css';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Who changed one element, when and why: the drafts that do, and every revision that did. */
export function ElementHistoryPage() {
  const { kind = '', name = '' } = useParams();
  const history = useQuery({ queryKey: ['element-history', kind, name], queryFn: () => readElementHistory(kind, name), retry: false });
  if (history.isPending) return <Loading label="Loading the history" />;
  const { drafts = [], data = [] } = history.data ?? {};
  return (
    <div className="page page-narrow">
      <PageHead
        title={
          <>
            {KIND_LABELS[kind as DocumentKind] ?? kind} {name}
          </>
        }
        path={
          <>
            <Link to="/history">History</Link> / <span>{name}</span>
          </>
        }
      >
        Who changed it, when and why.
      </PageHead>
      {history.isError && (
        <div className="card">
          <Failure title="The history can not be read" message={messageOf(history.error)} retry={() => void history.refetch()} />
        </div>
      )}
      {drafts.length > 0 && (
        <section className="card" aria-label="Drafts">
          <div className="card-head">
            <h2>Not published yet</h2>
          </div>
          <ul className="card-body stack-2">
            {drafts.map((draft) => (
              <li key={draft.draft}>
                <p>
                  {draft.by.name} in “{draft.name}” on <time dateTime={draft.at}>{when.format(new Date(draft.at))}</time>
                </p>
                {draft.comment !== '' && <p className="small">{draft.comment}</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {!history.isError && data.length === 0 && drafts.length === 0 && (
        <div className="card">
          <Empty title="Nobody changed it yet" />
        </div>
      )}
      {data.map(({ revision, at, by, comment, change }) => (
        <section key={revision} className="card" aria-label={`Revision ${revision}`}>
          <div className="card-head">
            <div className="grow">
              <h2>Revision {revision}</h2>
              <p className="muted small">
                <time dateTime={at}>{when.format(new Date(at))}</time> by {by || 'the system'}
              </p>
              {comment !== '' && <p>{comment}</p>}
            </div>
          </div>
          <div className="card-body">
            <ChangeList changes={[change]} />
          </div>
        </section>
      ))}
    </div>
  );
}
