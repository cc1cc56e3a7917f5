import type { DraftConflict } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { CheckCircle2, GitMerge } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { messageOf } from '../../api/client.js';
import { flushDraft, useDraftStore } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { decide, readConflicts, rebase, type NewDecision } from '../../api/drafts.js';
import { queryClient } from '../../api/session.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { ConflictCard } from './ConflictCard.js';

const keyOf = ({ id, path }: DraftConflict) => `${id} ${path}`;

/** Properties that this draft and a later revision both changed: each is decided by itself, and the decision is kept. */
export function ConflictsPage() {
  const draft = useDraftStore((state) => state.info);
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const key = ['conflicts', draft?.id];
  const answer = useQuery({
    queryKey: key,
    enabled: draft !== null,
    gcTime: 0,
    staleTime: 0,
    queryFn: async () => {
      await flushDraft();
      return readConflicts(draft?.id ?? '');
    },
  });
  const conflicts = answer.data?.conflicts ?? [];
  const open = conflicts.filter(({ decision }) => decision === null).length;
  const isReadOnly = draft?.access !== 'edit';

  const choose = async (decision: NewDecision): Promise<string | undefined> => {
    try {
      queryClient.setQueryData(key, await decide(draft?.id ?? '', [decision]));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
  const finish = async () => {
    setBusy(true);
    try {
      await rebase(draft?.id ?? '');
      await reloadDraft();
      toast('The draft stands on the newest revision.');
      void navigate('/review');
    } catch (error) {
      toast(messageOf(error), { tone: 'danger' });
      setBusy(false);
    }
  };

  if (draft !== null && answer.isPending) return <Loading label="Looking for conflicts" />;
  return (
    <div className="page page-narrow">
      <PageHead
        title="Conflicts"
        path={
          <>
            <Link to="/drafts">Drafts</Link> / <span>{draft?.name ?? 'No draft'}</span>
          </>
        }
      >
        Others published changes of the same properties as this draft. Everything else is merged by itself.
      </PageHead>
      {answer.isError ? (
        <div className="card">
          <Failure title="The conflicts can not be read" message={messageOf(answer.error)} retry={() => void answer.refetch()} />
        </div>
      ) : conflicts.length === 0 ? (
        <div className="card">
          <Empty
            icon={<CheckCircle2 size={28} aria-hidden />}
            title="Nothing is in conflict"
            action={<Link to="/review">Review the draft</Link>}
          />
        </div>
      ) : (
        <>
          {conflicts.map((conflict) => (
            <ConflictCard key={keyOf(conflict)} conflict={conflict} isReadOnly={isReadOnly} onDecide={choose} />
          ))}
          <div className="row">
            <button type="button" className="btn btn-primary" disabled={open > 0 || isBusy || isReadOnly} onClick={() => void finish()}>
              <GitMerge size={15} aria-hidden /> Merge and review
            </button>
            <span className="muted small" role="status">
              {isReadOnly
                ? 'This draft is shared for viewing only.'
                : open > 0
                  ? `${open} of ${conflicts.length} to decide.`
                  : 'Everything is decided.'}
            </span>
          </div>
        </>
      )}
    </div>
  );
}
