import type { PublishAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { CheckCircle2, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { messageOf } from '../../api/client.js';
import { flushDraft, useDraft, useDraftStore } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { discardDraft, restoreDraft } from '../../api/drafts.js';
import { makePlan } from '../../api/metadata.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { Publication } from './Publication.js';
import { PlanReview } from './PlanReview.js';
import './plans.css';

/** The draft as a plan: saved first, then checked and planned as a whole by the server. */
export function ReviewPage() {
  const draft = useDraft();
  const info = useDraftStore((state) => state.info);
  const [published, setPublished] = useState<PublishAnswer>();
  const [isDiscarding, setDiscarding] = useState(false);
  const hasChanges = draft.changes.size > 0;
  const isOwn = useDraftStore(({ info: current, owner }) => current === null || current.owner.id === owner);
  const plan = useQuery({
    queryKey: ['plan', info?.id, draft.revision, [...draft.changes.values()]],
    enabled: hasChanges,
    gcTime: 0,
    staleTime: 0,
    retry: false,
    queryFn: async () => {
      if (!(await flushDraft())) {
        const { save } = useDraftStore.getState();
        throw new Error('message' in save ? save.message : 'The draft could not be saved.');
      }
      return makePlan(useDraftStore.getState().info?.id);
    },
  });

  if (published !== undefined && !hasChanges) return <Published answer={published} />;
  return (
    <div className="page">
      <PageHead
        title="Review and publish"
        action={
          hasChanges && (
            <div className="row">
              <button type="button" className="btn" onClick={() => void plan.refetch()} disabled={plan.isFetching}>
                <RotateCw size={15} aria-hidden /> Plan again
              </button>
              {isOwn && (
                <button type="button" className="btn btn-danger" onClick={() => setDiscarding(true)}>
                  <Trash2 size={15} aria-hidden /> Discard draft
                </button>
              )}
            </div>
          )
        }
      >
        Read what will change and the exact SQL. Nothing happens before you publish.
      </PageHead>
      <Publication />
      {!hasChanges && (
        <div className="card">
          <Empty
            icon={<CheckCircle2 size={28} aria-hidden />}
            title="Nothing to publish"
            action={<Link to="/objects">Go to the objects</Link>}
          >
            The draft is the same as what is published.
          </Empty>
        </div>
      )}
      {hasChanges && plan.isPending && <Loading label="Making the plan" lines={8} />}
      {hasChanges && plan.isError && (
        <div className="card">
          <Failure title="The plan could not be made" message={messageOf(plan.error)} retry={() => void plan.refetch()} />
        </div>
      )}
      {hasChanges && plan.data !== undefined && (
        <PlanReview
          key={plan.data.hash ?? 'issues'}
          plan={plan.data}
          comment={info?.description ?? ''}
          isDraft
          replan={() => void plan.refetch()}
          onPublished={setPublished}
        />
      )}
      {isDiscarding && <DiscardDialog count={draft.changes.size} onClose={() => setDiscarding(false)} />}
    </div>
  );
}

function DiscardDialog({ count, onClose }: { count: number; onClose: () => void }) {
  const submit = async () => {
    onClose();
    try {
      await flushDraft();
      const { info } = useDraftStore.getState();
      if (info === null) return;
      await discardDraft(info.id);
      await reloadDraft();
      toast('The draft is discarded.', {
        action: {
          label: 'Bring it back',
          run: () => void restoreDraft(info.id).then(reloadDraft, (error: unknown) => toast(messageOf(error), { tone: 'danger' })),
        },
      });
    } catch (error) {
      toast(messageOf(error), { tone: 'danger' });
    }
  };
  return (
    <Dialog
      title="Discard the draft"
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons onClose={onClose} isDanger cancel="Keep it">
          Discard {count} {count === 1 ? 'change' : 'changes'}
        </DialogButtons>
      }
    >
      <p>All edits of this draft are put away. What is published stays as it is. You can bring the draft back for 30 days.</p>
    </Dialog>
  );
}

/** What was published. `more` leads on to what it was about. */
export function Published({ answer, more }: { answer: PublishAnswer; more?: React.ReactNode }) {
  const { data } = answer;
  return (
    <div className="page page-narrow">
      <div className="card">
        <Empty
          icon={<CheckCircle2 size={34} aria-hidden className="ok-icon" />}
          heading="h1"
          title={`Revision ${answer.revision} is live`}
          action={
            <div className="row">
              <a className="btn btn-primary" href="/">
                Open the CRM
              </a>
              <Link className="btn" to="/history">
                See the history
              </Link>
              <Link className="btn" to="/objects">
                Go on editing
              </Link>
              {more}
            </div>
          }
        >
          Everybody who is signed in sees it without a new build. You can return to the former revision at any time.
        </Empty>
      </div>
      {data !== undefined && data.written > 0 && (
        <p className="note note-success">{data.written.toLocaleString()} records of the pack were loaded or brought up to date.</p>
      )}
      {data?.problem !== undefined && (
        <p className="note note-warning">
          The records of the pack could not all be loaded: {data.problem} This is tried again at the next start.
        </p>
      )}
      {answer.pending.length > 0 && (
        <section className="card" aria-label="Still to do">
          <div className="card-head">
            <h2>Still running afterwards</h2>
          </div>
          <ul className="card-body stack">
            {answer.pending.map((step, index) => (
              <li key={index} className="stack-2">
                <pre className="sql-pre" tabIndex={0}>
                  {step.sql}
                </pre>
                {step.error !== '' && <p className="note note-warning">{step.error} It is tried again.</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
