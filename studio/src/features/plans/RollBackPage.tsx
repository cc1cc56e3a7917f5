import type { PublishAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { AlertTriangle, FilePenLine } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { messageOf } from '../../api/client.js';
import { flushDraft, useDraft } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { createDraft } from '../../api/drafts.js';
import { rollBackPlan } from '../../api/metadata.js';
import { PageHead } from '../../ui/PageHead.js';
import { Failure, Loading } from '../../ui/states.js';
import { Publication } from './Publication.js';
import { toast } from '../../ui/toasts.js';
import { PlanReview } from './PlanReview.js';
import { Published } from './ReviewPage.js';

/** The way back to a former revision is a plan like any other. */
export function RollBackPage() {
  const { revision = '' } = useParams();
  const draft = useDraft();
  const [published, setPublished] = useState<PublishAnswer>();
  const plan = useQuery({
    queryKey: ['roll-back', revision, draft.revision],
    queryFn: () => rollBackPlan(Number(revision)),
    enabled: published === undefined,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
  const navigate = useNavigate();
  const openAsDraft = async () => {
    try {
      await flushDraft();
      const words = { name: `Return to revision ${revision}`, description: `Return to revision ${revision}` };
      await createDraft({ ...words, revision: Number(revision) });
      await reloadDraft();
      void navigate('/review');
    } catch (error) {
      toast(messageOf(error), { tone: 'danger' });
    }
  };
  if (published !== undefined) return <Published answer={published} />;
  return (
    <div className="page">
      <PageHead
        title={<>Return to revision {revision}</>}
        path={
          <>
            <Link to="/history">History</Link> / <span>Revision {revision}</span>
          </>
        }
        action={
          <button type="button" className="btn" onClick={() => void openAsDraft()}>
            <FilePenLine size={15} aria-hidden /> Open as a draft
          </button>
        }
      >
        The metadata becomes what it was then, as a new revision. Records stay; the data of fields that come back is still there.
      </PageHead>
      {draft.changes.size > 0 && (
        <p className="note note-info">
          <AlertTriangle size={16} aria-hidden /> Your draft with {draft.changes.size} {draft.changes.size === 1 ? 'change' : 'changes'} is
          kept and is not part of this.
        </p>
      )}
      <Publication />
      {plan.isPending && <Loading label="Making the plan" />}
      {plan.isError && (
        <div className="card">
          <Failure title="The plan could not be made" message={messageOf(plan.error)} retry={() => void plan.refetch()} />
        </div>
      )}
      {plan.data !== undefined && (
        <PlanReview
          plan={plan.data}
          comment={`Return to revision ${revision}`}
          replan={() => void plan.refetch()}
          onPublished={setPublished}
        />
      )}
    </div>
  );
}
