import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { LOCK_WORDS, PHASE_WORDS, RISK_WORDS } from './words.js';

type Statement = PlanAnswer['statements'][number];

/** Locks nobody notices: their words stand in the legend only. */
const QUIET_LOCKS: ReadonlySet<Statement['lock']> = new Set(['L0', 'L1']);

/** The exact SQL of a plan, in the order it runs. */
export function StatementList({ statements }: { statements: readonly Statement[] }) {
  const phases = (['PRE', 'TX', 'POST'] as const)
    .map((phase) => ({ phase, list: statements.filter((statement) => statement.phase === phase) }))
    .filter(({ list }) => list.length > 0);
  if (phases.length === 0) return <p className="card-body muted">No table changes: only the metadata is switched.</p>;
  return (
    <div className="card-body stack">
      <Legend statements={statements} />
      {phases.map(({ phase, list }) => (
        <section key={phase} aria-label={PHASE_WORDS[phase].label}>
          <h3>
            {PHASE_WORDS[phase].label} <span className="muted small phase-text">{PHASE_WORDS[phase].text}</span>
          </h3>
          <ol className="sql-list">
            {list.map((statement, index) => (
              <SqlLine key={index} statement={statement} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function SqlLine({ statement }: { statement: Statement }) {
  const [wasCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(statement.sql).then(() => setCopied(true));
  };
  const lock = LOCK_WORDS[statement.lock];
  const risk = RISK_WORDS[statement.risk];
  return (
    <li className="sql">
      <div className="row">
        <span className={`badge ${risk.tone}`} title={risk.text}>
          {statement.risk} {risk.label}
        </span>
        <span className={`badge ${statement.lock === 'L3' || statement.lock === 'L4' ? 'badge-warning' : ''}`} title={lock.text}>
          {statement.lock} {lock.label}
        </span>
        <span className="muted small grow">
          {statement.risk === 'R0' ? '' : risk.text} {QUIET_LOCKS.has(statement.lock) ? '' : lock.text}
        </span>
        <button type="button" className="btn btn-plain btn-icon" aria-label={wasCopied ? 'Copied' : 'Copy this statement'} onClick={copy}>
          {wasCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </button>
      </div>
      <pre tabIndex={0}>{statement.sql}</pre>
    </li>
  );
}

/** What the marks that occur mean. */
function Legend({ statements }: { statements: readonly Statement[] }) {
  const risks = [...new Set(statements.map((statement) => statement.risk))].sort();
  const locks = [...new Set(statements.map((statement) => statement.lock))].sort();
  return (
    <dl className="legend-list small">
      {risks.map((risk) => (
        <div key={risk}>
          <dt className={`badge ${RISK_WORDS[risk].tone}`}>
            {risk} {RISK_WORDS[risk].label}
          </dt>
          <dd>{RISK_WORDS[risk].text}</dd>
        </div>
      ))}
      {locks.map((lock) => (
        <div key={lock}>
          <dt className="badge">
            {lock} {LOCK_WORDS[lock].label}
          </dt>
          <dd>{LOCK_WORDS[lock].text}</dd>
        </div>
      ))}
    </dl>
  );
}
