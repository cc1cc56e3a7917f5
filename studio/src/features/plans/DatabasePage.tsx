import type { Drift, DriftAnswer } from '@fieldstone/metadata/types/wire.js';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AlertTriangle, RefreshCw, Wrench } from 'lucide-react';
import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { readDrift, repairDrift } from '../../api/drift.js';
import { CheckField } from '../../ui/Field.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { StatementList } from './StatementList.js';
import './plans.css';

/** How the database compares with the published metadata, and what a repair would do. */
export function DatabasePage() {
  const client = useQueryClient();
  const drift = useQuery({ queryKey: ['drift'], queryFn: readDrift });
  if (drift.isPending) return <Loading label="Comparing the database" />;
  return (
    <div className="page">
      <PageHead
        title="Database"
        action={
          <button type="button" className="btn" disabled={drift.isFetching} onClick={() => void drift.refetch()}>
            <RefreshCw size={15} aria-hidden /> Compare again
          </button>
        }
      >
        Tables, rules, indexes, views and rights, compared with the published metadata.
      </PageHead>
      {drift.isError ? (
        <div className="card">
          <Failure title="The database can not be compared" message={messageOf(drift.error)} retry={() => void drift.refetch()} />
        </div>
      ) : drift.data.drift.length + drift.data.pending.length === 0 ? (
        <div className="card">
          <Empty title={`Everything is as revision ${drift.data.revision} says`} />
        </div>
      ) : (
        <Differences answer={drift.data} again={() => void client.invalidateQueries({ queryKey: ['drift'] })} />
      )}
    </div>
  );
}

const KIND_WORDS: Record<Drift['kind'], string> = { missing: 'Missing', extra: 'Extra', differs: 'Differs' };

function Differences({ answer, again }: { answer: DriftAnswer; again: () => void }) {
  const refused = new Map(answer.repair.refused.map(({ code, reason }) => [code, reason]));
  return (
    <>
      <section className="card" aria-label="Differences">
        <div className="card-head">
          <h2>
            Differences <span className="badge">{answer.drift.length}</span>
          </h2>
        </div>
        <ul className="card-body stack">
          {answer.drift.map((each) => (
            <li key={each.code} className="change">
              <p>
                <span className={`badge ${each.blocks ? 'badge-danger' : 'badge-warning'}`}>{KIND_WORDS[each.kind]}</span>{' '}
                <b>{each.what}</b> <code>{each.place}</code>{' '}
                {each.element !== null && <span className="muted">of {each.element.name}</span>}
                {each.blocks && <b> People get errors because of it.</b>}
              </p>
              <p className="small">{refused.get(each.code) ?? each.advice}</p>
              {(each.expected !== null || each.found !== null) && (
                <details className="small">
                  <summary>Expected and found</summary>
                  <pre
                    className="sql-pre"
                    tabIndex={0}
                  >{`expected  ${each.expected ?? 'nothing'}\nfound     ${each.found ?? 'nothing'}`}</pre>
                </details>
              )}
            </li>
          ))}
          {answer.pending.map(({ sql, error }) => (
            <li key={sql} className="change">
              <p>
                <span className="badge">Pending</span> {error} It is tried again by itself.
              </p>
              <pre className="sql-pre" tabIndex={0}>
                {sql}
              </pre>
            </li>
          ))}
        </ul>
      </section>
      {answer.repair.hash !== null && <Repair repair={answer.repair} hash={answer.repair.hash} again={again} />}
    </>
  );
}

function Repair({ repair, hash, again }: { repair: DriftAnswer['repair']; hash: string; again: () => void }) {
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const run = useMutation({
    mutationFn: () => repairDrift(hash, [...confirmed]),
    onSuccess: ({ repaired, left }) => {
      toast(
        `${repaired} ${repaired === 1 ? 'difference is' : 'differences are'} put right${left.length > 0 ? `, ${left.length} left` : ''}.`,
      );
      again();
    },
  });
  const isComplete = repair.hazards.every(({ code }) => confirmed.has(code));
  return (
    <>
      {repair.hazards.length > 0 && (
        <section className="card" aria-label="To confirm">
          <div className="card-head">
            <h2>Please confirm</h2>
          </div>
          <ul className="card-body stack">
            {repair.hazards.map(({ code, message }) => (
              <li key={code} className="hazard">
                <CheckField
                  label={message}
                  checked={confirmed.has(code)}
                  onChange={(isOn) => setConfirmed(new Set(isOn ? [...confirmed, code] : [...confirmed].filter((each) => each !== code)))}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-label="Repair plan">
        <div className="card-head">
          <h2>
            Repair plan <span className="badge">{repair.statements.length}</span>
          </h2>
        </div>
        <StatementList statements={repair.statements} />
      </section>
      <section className="card card-body stack publish" aria-label="Repair">
        <p className="muted small">Nothing that holds data is dropped. People work on while it runs.</p>
        {run.isError && (
          <div className="note note-danger" role="alert">
            <AlertTriangle size={16} aria-hidden /> {messageOf(run.error)}
          </div>
        )}
        <div>
          <button type="button" className="btn btn-primary" disabled={!isComplete || run.isPending} onClick={() => run.mutate()}>
            <Wrench size={16} aria-hidden /> Repair
          </button>
        </div>
      </section>
    </>
  );
}
