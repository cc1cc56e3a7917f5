import type { PublicationAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../../api/client.js';
import { useDraft } from '../../api/draft-store.js';
import { reloadDraft } from '../../api/draft-sync.js';
import { readPublication, stopPublication } from '../../api/metadata.js';
import { Refusal } from '../../ui/states.js';
import { PackSteps } from './PackSteps.js';
import { LOCK_WORDS, PHASE_WORDS, STEP_WORDS } from './words.js';

const LOOK_MS = 1_000;
const UNDER_WAY: ReadonlySet<PublicationAnswer['state']> = new Set(['running', 'undoing', 'live']);

/** The publish that is under way, whoever started it: also after the page was loaded again. Nothing while there is none. */
export function Publication() {
  const draft = useDraft();
  const [failure, setFailure] = useState<string>();
  const wasUnderWay = useRef(false);
  const { data } = useQuery({
    queryKey: ['publication'],
    queryFn: readPublication,
    retry: false,
    refetchInterval: LOOK_MS,
    gcTime: 0,
  });
  const isUnderWay = data !== undefined && UNDER_WAY.has(data.state);
  useEffect(() => {
    if (isUnderWay) wasUnderWay.current = true;
    else if (wasUnderWay.current && data?.state === 'done') {
      wasUnderWay.current = false;
      if (data.revision > draft.revision) void reloadDraft();
    }
  }, [isUnderWay, data, draft.revision]);
  const list = useRef<HTMLOListElement>(null);
  const at = data?.steps.findIndex(({ state }) => state !== 'done') ?? -1;
  // The list follows the step that runs; the page stays where it is.
  useEffect(() => {
    const step = list.current?.children[at];
    if (list.current && step instanceof HTMLElement) list.current.scrollTop = step.offsetTop - list.current.clientHeight / 2;
  }, [at, isUnderWay]);
  if (!isUnderWay) return null;
  const stop = () => {
    setFailure(undefined);
    stopPublication().catch((error: unknown) => setFailure(messageOf(error)));
  };
  const done = data.steps.filter(({ state }) => state === 'done').length;
  return (
    <section className="card" aria-label="Publish under way">
      <div className="card-head">
        <h2>{titleOf(data)}</h2>
        <span className="muted small" role="status">
          Step {Math.min(done + 1, data.steps.length)} of {data.steps.length}, by {data.by}
        </span>
        {data.state === 'running' && (
          <button type="button" className="btn btn-small" onClick={stop}>
            Stop
          </button>
        )}
      </div>
      <div className="card-body stack">
        <PackSteps steps={data.packs} />
        <p className="muted small">
          Everybody goes on working. You may close this page: the publish does not need it, and a server that is restarted goes on with it.
        </p>
        <Refusal text={failure} />
        <ol className="publication-steps" ref={list} tabIndex={0} aria-label="Steps">
          {data.steps.map((step, index) => (
            <li key={index} data-state={step.state}>
              <span className={`badge ${STEP_WORDS[step.state].tone}`}>{STEP_WORDS[step.state].label}</span>
              <span className="small">
                {PHASE_WORDS[step.phase].label} · {LOCK_WORDS[step.lock].label}
              </span>
              {step.rows === undefined ? (
                <code className="small">{step.sql.split('\n')[0]?.slice(0, 90)}</code>
              ) : (
                <span className="publication-rows small">
                  <progress max={Math.max(step.rows.total, 1)} value={step.rows.done} aria-label="Records done" />
                  {step.rows.done.toLocaleString()} of {step.rows.total.toLocaleString()} records
                </span>
              )}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

function titleOf({ state, revision }: PublicationAnswer): string {
  if (state === 'undoing') return `Taking back what was made for revision ${revision}`;
  return state === 'live' ? `Revision ${revision} is live; the last steps run` : `Publishing revision ${revision}`;
}
