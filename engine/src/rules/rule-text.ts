import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { printFormula } from '@fieldstone/metadata/language/print-formula.js';
import type { RowRule } from '../model/types.js';

const GROUPS: Readonly<Record<string, string>> = {
  queues: 'records of queues they are in',
  team: 'records of people in their teams',
  below: 'records of people below them',
};

const isOwner = (node: Expression | undefined): boolean =>
  node?.kind === 'field' && node.path.length === 1 && node.path[0]?.field === 'owner';

function conditionText(where: Expression): string {
  if (where.kind === 'shared') return `records shared with them${where.level === 'edit' ? ' to edit' : ''}`;
  if (where.kind === 'call') {
    const [first, second] = where.args;
    if (where.op === 'eq' && isOwner(first) && second?.kind === 'user') return 'their own records';
    if (where.op === 'in' && second?.kind === 'people') {
      return isOwner(first) && second.group !== 'territories'
        ? (GROUPS[second.group] ?? '')
        : `records whose ${nameOf(first)} is among their ${second.group}`;
    }
    if (where.op === 'or') return where.args.map(conditionText).join(', ');
    if (where.op === 'and') return where.args.map(conditionText).join(' and ');
    if (where.op === 'not' && first !== undefined) return `not ${conditionText(first)}`;
  }
  return `records where ${printed(where)}`;
}

const nameOf = (node: Expression | undefined): string => (node?.kind === 'field' ? node.path.map(({ field }) => field).join('.') : 'value');

/** Formulas can say most conditions, and administrators read them. */
function printed(where: Expression): string {
  try {
    return printFormula(where);
  } catch {
    return 'a condition over other records holds';
  }
}

/** A rule in words, for administrators. */
export const ruleText = (rule: RowRule): string =>
  rule.kind === 'all' ? 'all records' : rule.kind === 'none' ? 'no records' : conditionText(rule.where);
