import type { Expression } from '@fieldstone/metadata/language/expression.js';
import type { Reach } from '../kernel/actor.js';
import type { RowRule } from '../model/types.js';

export const NONE: RowRule = { kind: 'none' };
export const ALL: RowRule = { kind: 'all' };

const both = (op: 'and' | 'or', conditions: readonly Expression[]): RowRule => {
  const [only] = conditions;
  if (only === undefined) return NONE;
  return { kind: 'where', where: conditions.length === 1 ? only : { kind: 'call', op, args: conditions, type: 'boolean' } };
};

/** The alternatives of a condition: those of an "or", or itself. */
const alternatives = (where: Expression): readonly Expression[] =>
  where.kind === 'call' && where.op === 'or' ? where.args.flatMap(alternatives) : [where];

/** Any of the rules: roles add up. What several of them say is kept once, so that two roles with "own" are one condition. */
export function union(rules: readonly RowRule[]): RowRule {
  if (rules.some((rule) => rule.kind === 'all')) return ALL;
  const distinct = new Map<string, Expression>();
  for (const rule of rules) {
    if (rule.kind !== 'where') continue;
    for (const where of alternatives(rule.where)) distinct.set(JSON.stringify(where), where);
  }
  return both('or', [...distinct.values()]);
}

export const isSame = (a: RowRule, b: RowRule): boolean => JSON.stringify(a) === JSON.stringify(b);

export function intersection(a: RowRule, b: RowRule): RowRule {
  if (a.kind === 'none' || b.kind === 'none') return NONE;
  if (a.kind === 'all') return b;
  if (b.kind === 'all' || isSame(a, b)) return a;
  return both('and', [a.where, b.where]);
}

/** What a rule reaches without what another one does: rows of which it is not known whether they are taken away stay. */
export function without(rule: RowRule, taken: RowRule): RowRule {
  if (taken.kind === 'none' || rule.kind === 'none') return rule;
  if (taken.kind === 'all') return NONE;
  const kept: RowRule = { kind: 'where', where: { kind: 'call', op: 'not', args: [taken.where], type: 'boolean' } };
  return intersection(rule, kept);
}

/** Nobody who has none of a way to records pays for it: what leads nowhere for somebody is left out of their rules. */
export function reachable(rule: RowRule, reach: Reach | undefined): RowRule {
  if (rule.kind !== 'where') return rule;
  const where = simplified(rule.where, reach);
  return where === false ? NONE : { kind: 'where', where };
}

/** False stands for what is never true. */
function simplified(where: Expression, reach: Reach | undefined): Expression | false {
  if (where.kind === 'shared') return reach?.shared.includes(where.object) === true ? where : false;
  if (where.kind !== 'call') return where;
  if (where.op === 'in') {
    const list = where.args[1];
    return list?.kind === 'people' && list.group !== 'territories' && reach?.[list.group] !== true ? false : where;
  }
  if (where.op !== 'or' && where.op !== 'and') return where;
  const args = where.args.map((arg) => simplified(arg, reach));
  if (where.op === 'and' && args.includes(false)) return false;
  const left = args.filter((arg) => arg !== false);
  const [only] = left;
  if (only === undefined) return false;
  return left.length === 1 ? only : { ...where, args: left };
}
