import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';

/** A plan as text for a terminal: problems, or changes, what to confirm, and the SQL by phase. */
export function renderPlan(plan: PlanAnswer): string {
  if (plan.issues.length > 0) {
    const lines = plan.issues.map(({ file, path, message }) => `  ${file ?? ''}${path}: ${message}`);
    return [`The metadata has ${plan.issues.length} ${plan.issues.length === 1 ? 'problem' : 'problems'}:`, ...lines].join('\n');
  }
  if (plan.changes.length === 0) return `Nothing to publish; version ${plan.from} is up to date.`;
  const parts = [`Version ${plan.from} to ${plan.to}`, '', ...plan.changes.map((change) => `  ${change.summary}`)];
  if (plan.hazards.length > 0) {
    parts.push('', 'To be confirmed:', ...plan.hazards.map(({ code, risk, message }) => `  ${code} (${risk}) ${message}`));
  }
  const sql = renderStatements(plan.statements);
  return [...parts, ...(sql === '' ? [] : [sql])].join('\n');
}

/** Statements by phase, each with its lock and its risk. Begins with an empty line, and is empty when there are none. */
export function renderStatements(statements: PlanAnswer['statements']): string {
  return (['PRE', 'TX', 'POST'] as const)
    .map((phase) => ({ phase, list: statements.filter((statement) => statement.phase === phase) }))
    .filter(({ list }) => list.length > 0)
    .flatMap(({ phase, list }) => ['', PHASES[phase], ...list.map(({ sql, lock, risk }) => `  -- ${lock} ${risk}\n${indent(sql)};`)])
    .join('\n');
}

const PHASES = {
  PRE: 'Before, while everybody works on:',
  TX: 'In one transaction:',
  POST: 'Afterwards, while everybody works on:',
} as const;

const indent = (sql: string): string =>
  sql
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
