import type { PlanAnswer, PublishAnswer } from '@fieldstone/metadata/types/wire.js';
import { AlertTriangle, Rocket } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { ApiError, messageOf } from '../../api/client.js';
import { useDraft } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { publish } from '../../api/metadata.js';
import { queryClient } from '../../api/session.js';
import { AreaField, CheckField } from '../../ui/Field.js';
import { AccessEffects } from './AccessEffects.js';
import { ChangeList } from './ChangeList.js';
import { ConversionCounts } from './ConversionCounts.js';
import { issuePlace } from './issue-place.js';
import { StatementList } from './StatementList.js';
import { affectedText, RISK_WORDS } from './words.js';
import './plans.css';

type Props = {
  plan: PlanAnswer;
  comment?: string;
  isDraft?: boolean;
  /** Why it can not be published yet, where that is not in the plan itself. */
  hold?: string;
  replan: () => void;
  onPublished: (answer: PublishAnswer) => void;
};

/** A plan to read and to publish: what changes, what is at stake, and the exact statements. */
export function PlanReview({ plan, comment: firstComment = '', isDraft = false, hold, replan, onPublished }: Props) {
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const [comment, setComment] = useState(firstComment);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ message: string; isStale: boolean; hint?: string }>();
  const open = plan.hazards.filter((hazard) => !confirmed.has(hazard.code));
  const canPublish = plan.hash !== null && plan.issues.length === 0 && open.length === 0 && hold === undefined && !isBusy;

  const submit = async () => {
    if (plan.hash === null) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await publish(plan.hash, [...confirmed], comment.trim());
      await reloadDraft();
      await queryClient.invalidateQueries();
      onPublished(answer);
    } catch (error) {
      const hint = error instanceof ApiError ? error.problem?.hint : undefined;
      setFailure({
        message: messageOf(error),
        isStale: error instanceof ApiError && error.code === 'plan_stale',
        ...(hint === undefined ? {} : { hint }),
      });
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      {plan.issues.length > 0 && <IssueCard issues={plan.issues} />}
      {plan.hazards.length > 0 && (
        <section className="card" aria-label="To confirm">
          <div className="card-head">
            <h2>Please confirm</h2>
            <span className="muted small">
              {plan.hazards.length - open.length} of {plan.hazards.length}
            </span>
          </div>
          <ul className="card-body stack">
            {plan.hazards.map((hazard) => (
              <li key={hazard.code} className="hazard">
                <CheckField
                  checked={confirmed.has(hazard.code)}
                  onChange={(isOn) =>
                    setConfirmed(new Set(isOn ? [...confirmed, hazard.code] : [...confirmed].filter((code) => code !== hazard.code)))
                  }
                  label={
                    <>
                      <span className={`badge ${RISK_WORDS[hazard.risk].tone}`}>
                        {hazard.risk} {RISK_WORDS[hazard.risk].label}
                      </span>{' '}
                      {hazard.message} {affectedText(hazard.affected) !== '' && <b>Affects {affectedText(hazard.affected)}.</b>}
                    </>
                  }
                  hint={RISK_WORDS[hazard.risk].text}
                />
                {hazard.conversion !== undefined && <ConversionCounts conversion={hazard.conversion} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-label="Changes">
        <div className="card-head">
          <h2>
            Changes <span className="badge">{plan.changes.length}</span>
          </h2>
          <span className="muted small">
            From revision {plan.from} to {plan.to}
          </span>
        </div>
        <div className="card-body">
          {plan.changes.length === 0 ? (
            <p className="muted">Nothing differs.</p>
          ) : (
            <ChangeList changes={plan.changes} canTakeBack={isDraft} />
          )}
        </div>
      </section>
      {plan.access.length > 0 && <AccessEffects effects={plan.access} />}
      <section className="card" aria-label="Statements">
        <div className="card-head">
          <h2>
            SQL that will run <span className="badge">{plan.statements.length}</span>
          </h2>
        </div>
        <StatementList statements={plan.statements} />
      </section>
      <section className="card card-body stack publish" aria-label="Publish">
        <AreaField
          label="Comment"
          rows={2}
          value={comment}
          onChange={setComment}
          maxLength={500}
          placeholder="Why this change is made"
          hint="Kept in the history with your name."
        />
        {failure !== undefined && (
          <div className="note note-danger" role="alert">
            <AlertTriangle size={16} aria-hidden />
            <div>
              <p>
                {failure.isStale ? 'Something was published or changed since this plan was made, so it was not applied.' : failure.message}
              </p>
              {failure.hint !== undefined && <p>{failure.hint}</p>}
              {failure.isStale && (
                <button type="button" className="btn btn-small" onClick={() => void reloadDraft().then(replan)}>
                  Make the plan again
                </button>
              )}
            </div>
          </div>
        )}
        <div className="row">
          <button type="button" className="btn btn-primary" disabled={!canPublish} onClick={() => void submit()}>
            <Rocket size={15} aria-hidden /> {isBusy ? 'Publishing' : 'Publish'}
          </button>
          <span className="muted small" role="status">
            {plan.issues.length > 0
              ? 'Solve the problems above first.'
              : hold !== undefined
                ? hold
                : open.length > 0
                  ? `${open.length} to confirm first.`
                  : 'One transaction: everything takes effect, or nothing.'}
          </span>
        </div>
      </section>
    </>
  );
}

function IssueCard({ issues }: { issues: PlanAnswer['issues'] }) {
  const draft = useDraft();
  return (
    <section className="card" aria-label="Problems">
      <div className="card-head">
        <h2>
          Problems <span className="badge badge-danger">{issues.length}</span>
        </h2>
      </div>
      <ul className="card-body stack-2">
        {issues.map((issue, index) => {
          const place = issuePlace(draft, issue);
          return (
            <li key={index} className="note note-danger">
              <AlertTriangle size={16} aria-hidden />
              <div>
                <p>{issue.message}</p>
                <p className="small">
                  {place.link === undefined ? place.label : <Link to={place.link}>{place.label}</Link>} <code>{place.pointer}</code>
                </p>
                {issue.code === 'changed_since' && (
                  <Link className="btn btn-small" to="/conflicts">
                    Decide
                  </Link>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
