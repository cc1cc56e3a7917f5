import type { PackPlanAnswer, PackResolution, PublishAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { AlertTriangle } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { messageOf } from '../../api/client.js';
import { useDraft } from '../../api/draft-store.js';
import { planPack, type PackAction } from '../../api/packs.js';
import { PageHead } from '../../ui/PageHead.js';
import { Failure, Loading } from '../../ui/states.js';
import { PlanReview } from '../plans/PlanReview.js';
import { Publication } from '../plans/Publication.js';
import { Published } from '../plans/ReviewPage.js';
import { RouteError } from '../shell/RouteError.js';
import { forgetChoices, isSame, keepChoices, keptChoices, openOnes, type Chosen } from './choices.js';
import { PackConflicts } from './PackConflicts.js';
import { PackNotes } from './PackNotes.js';
import { ACTIONS, counted, isAction } from './words.js';
import './packs.css';

/** To install, upgrade or uninstall a pack is a plan like any other: read, decided, published. */
export function PackPlanPage() {
  const { name = '', action = '' } = useParams();
  if (!isAction(action)) return <RouteError />;
  return <PackPlan key={`${name} ${action}`} name={name} action={action} />;
}

function PackPlan({ name, action }: { name: string; action: PackAction }) {
  const draft = useDraft();
  const [published, setPublished] = useState<PublishAnswer>();
  /** What the plan that is shown was made with. */
  const [sent, setSent] = useState<readonly PackResolution[]>([]);
  const [chosen, setChosen] = useState<Chosen>();
  const plan = useQuery({
    queryKey: ['pack-plan', name, action, draft.revision, sent],
    queryFn: () => planPack(name, action, sent),
    enabled: published === undefined,
    placeholderData: (before) => before,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
  // Decisions of an earlier visit are taken up with the first plan.
  if (plan.data !== undefined && chosen === undefined) setChosen(keptChoices(plan.data));

  if (published !== undefined) return <Published answer={published} more={<Link to={`/packs/${name}`}>See the pack</Link>} />;
  const words = ACTIONS[action];
  return (
    <div className="page">
      <PageHead
        title={
          <>
            {words.label} {name}
          </>
        }
        path={
          <>
            <Link to="/packs">Packs</Link> / <Link to={`/packs/${name}`}>{name}</Link> / <span>{words.label}</span>
          </>
        }
      >
        {words.intro}
      </PageHead>
      {draft.changes.size > 0 && (
        <p className="note note-info">
          <AlertTriangle size={16} aria-hidden /> Your draft with {counted(draft.changes.size, 'change', 'changes')} is kept and is not part
          of this.
        </p>
      )}
      <Publication />
      {plan.isPending && <Loading label="Making the plan" lines={8} />}
      {plan.isError && (
        <div className="card">
          <Failure title="The plan could not be made" message={messageOf(plan.error)} retry={() => void plan.refetch()} />
        </div>
      )}
      {plan.data !== undefined && !plan.isError && chosen !== undefined && (
        <Decide
          plan={plan.data}
          chosen={chosen}
          sent={sent}
          isBusy={plan.isFetching}
          onChoose={(next) => {
            setChosen(next);
            keepChoices(plan.data, next);
          }}
          onPlan={() => setSent([...chosen.values()])}
          replan={() => void plan.refetch()}
          onPublished={(answer) => {
            forgetChoices(plan.data);
            setPublished(answer);
          }}
        />
      )}
    </div>
  );
}

type DecideProps = {
  plan: PackPlanAnswer;
  chosen: Chosen;
  sent: readonly PackResolution[];
  isBusy: boolean;
  onChoose: (chosen: Chosen) => void;
  onPlan: () => void;
  replan: () => void;
  onPublished: (answer: PublishAnswer) => void;
};

function Decide({ plan, chosen, sent, isBusy, onChoose, onPlan, replan, onPublished }: DecideProps) {
  const open = openOnes(plan, chosen).length;
  const isBehind = !isSame([...chosen.values()], sent);
  const hold = isBusy
    ? 'The plan is being made.'
    : open > 0
      ? `${String(open)} to decide first.`
      : isBehind
        ? 'Make the plan with your decisions first.'
        : undefined;
  return (
    <>
      <section className="card" aria-label="Versions">
        <div className="card-body stack-2">
          <ul className="stack-2">
            {plan.packs.map(({ name, from, to }) => (
              <li key={name}>
                <b>{name}</b> {from ?? 'not installed'} → {to ?? 'uninstalled'}
              </li>
            ))}
          </ul>
          {plan.cases.run > 0 && (
            <p className="small">
              {plan.cases.failed === 0
                ? `${counted(plan.cases.run, 'case holds', 'cases hold')}.`
                : `${String(plan.cases.failed)} of ${counted(plan.cases.run, 'case', 'cases')} ${plan.cases.failed === 1 ? 'fails' : 'fail'}: see below.`}
            </p>
          )}
        </div>
      </section>
      <PackConflicts plan={plan} chosen={chosen} onChoose={onChoose} />
      <PackNotes plan={plan} chosen={chosen} onChoose={onChoose} />
      {(open > 0 || isBehind || isBusy) && (
        <div className="row pack-replan">
          <button type="button" className="btn btn-primary" disabled={open > 0 || !isBehind || isBusy} onClick={onPlan}>
            Make the plan with these decisions
          </button>
          <span className="muted small" role="status">
            {isBusy
              ? 'Making the plan; the cases of the packs run first.'
              : open > 0
                ? `${String(open)} of ${String(plan.conflicts.length)} to decide.`
                : 'Everything is decided.'}
          </span>
        </div>
      )}
      <PlanReview
        key={plan.hash ?? 'open'}
        plan={plan}
        comment={commentOf(plan)}
        {...(hold === undefined ? {} : { hold })}
        replan={replan}
        onPublished={onPublished}
      />
    </>
  );
}

const commentOf = ({ packs }: PackPlanAnswer): string =>
  packs.map(({ name, to }) => (to === null ? `Without ${name}` : `${name} ${to}`)).join(', ');
