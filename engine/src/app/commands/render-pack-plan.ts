import type { PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { renderPlan } from './render-plan.js';

const show = (value: unknown): string => {
  const text = value === null || value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
};

/** A plan of packs as text for a terminal: versions, conflicts with the three values, what the merge did by itself, then the plan itself. */
export function renderPackPlan(plan: PackPlanAnswer, withSql: boolean): string {
  const parts = plan.packs.map(({ name, from, to }) => `${VERBS[plan.action]} ${name}: ${from ?? 'not installed'} → ${to ?? 'gone'}`);
  if (plan.issues.length > 0) {
    return [...parts, '', ...plan.issues.map(({ file, path, message }) => `  ${file ?? ''}${path}: ${message}`)].join('\n');
  }
  if (plan.conflicts.length > 0) {
    parts.push('', 'You and the pack both changed:');
    for (const { element, path, base, yours, theirs, decision, remembered, name } of plan.conflicts) {
      const state = decision === null ? 'to be decided' : `${decision}${remembered ? ', as decided before' : ''}`;
      parts.push(
        `  ${element}${path}  (${name}): ${state}`,
        `    was    ${show(base)}`,
        `    yours  ${show(yours)}`,
        `    theirs ${show(theirs)}`,
      );
    }
  }
  const notes = plan.notes.filter(({ code }) => code !== 'retires');
  if (notes.length > 0) parts.push('', ...notes.map(({ message, records }) => `  ${message}${recordsOf(records)}`));
  if (plan.cases.run > 0) {
    const { run, failed } = plan.cases;
    parts.push(
      '',
      failed === 0 ? `${count(run, 'case')} of the packs hold.` : `${String(failed)} of ${count(run, 'case')} of the packs fail.`,
    );
  }
  parts.push('', renderPlan(withSql ? plan : { ...plan, statements: [] }));
  return parts.join('\n');
}

const VERBS = { install: 'Install', upgrade: 'Upgrade', uninstall: 'Uninstall' } as const;
const count = (number: number, what: string): string => `${String(number)} ${what}${number === 1 ? '' : 's'}`;
const recordsOf = (records: number | undefined): string => (records === undefined || records === 0 ? '' : ` (${count(records, 'record')})`);
