import type { Expression } from '@fieldstone/metadata/language/expression.js';
import type { RowRule } from '../model/types.js';

export const NONE: RowRule = { kind: 'none' };
export const ALL: RowRule = { kind: 'all' };

const both = (op: 'and' | 'or', conditions: readonly Expression[]): RowRule => {
  const [only] = conditions;
  if (only === undefined) return NONE;
  return { kind: 'where', where: conditions.length === 1 ? only : { kind: 'call', op, args: conditions, type: 'boolean' } };
};

/** Any of the rules: roles add up. Rules that say the same are kept once, so that two roles with "own" are one condition. */
export function union(rules: readonly RowRule[]): RowRule {
  if (rules.some((rule) => rule.kind === 'all')) return ALL;
  const distinct = new Map<string, Expression>();
  for (const rule of rules) if (rule.kind === 'where') distinct.set(JSON.stringify(rule.where), rule.where);
  return both('or', [...distinct.values()]);
}

export function intersection(a: RowRule, b: RowRule): RowRule {
  if (a.kind === 'none' || b.kind === 'none') return NONE;
  if (a.kind === 'all') return b;
  if (b.kind === 'all' || JSON.stringify(a.where) === JSON.stringify(b.where)) return a;
  return both('and', [a.where, b.where]);
}
