import type { Expression } from '@fieldstone/metadata/language/expression.js';
import type { PermissionRule } from '@fieldstone/metadata/types/documents.js';
import { pointer } from '../kernel/json-pointer.js';
import type { Linked, LinkedObject } from './link.js';
import type { Problems } from './problems.js';
import { parseAt, scopeOf } from './scope.js';
import type { RowRule, SourceDocument } from './types.js';

export type RulePlace = {
  readonly linked: Linked;
  readonly object: LinkedObject;
  readonly source: SourceDocument;
  readonly problems: Problems;
};
export type RuleWord = Extract<PermissionRule, string>;

export const NONE: RowRule = { kind: 'none' };
export const ALL: RowRule = { kind: 'all' };

const either = (args: readonly Expression[]): Expression =>
  args.length === 1 && args[0] !== undefined ? args[0] : { kind: 'call', op: 'or', args, type: 'boolean' };

const owner = (object: string): Expression => ({
  kind: 'field',
  root: 'record',
  path: [{ object, field: 'owner' }],
  type: 'reference',
});

const ownedByOneOf = (object: string, group: 'queues' | 'team' | 'below'): Expression => ({
  kind: 'call',
  op: 'in',
  type: 'boolean',
  args: [owner(object), { kind: 'people', group, type: 'references' }],
});

const own = (object: string): readonly Expression[] => [
  { kind: 'call', op: 'eq', type: 'boolean', args: [owner(object), { kind: 'user', type: 'reference' }] },
  ownedByOneOf(object, 'queues'),
];

/** What each word means for records of an object; undefined for those that mean no or every record. */
export function ownership(object: string, word: RuleWord): readonly Expression[] | undefined {
  switch (word) {
    case 'own':
      return own(object);
    case 'team':
    case 'below':
      return [...own(object), ownedByOneOf(object, word)];
    default:
      return undefined;
  }
}

/**
 * A rule of a permission as a condition on records of its object.
 *
 * Shape:  `shares`: records that were shared with somebody count too, for reading or editing; a rule that reaches no record at all reaches no shared one.
 * Errors: a condition that can not be read reaches nothing, and is a problem.
 */
export function compileRule(rule: PermissionRule | undefined, path: string, place: RulePlace, shares?: 'read' | 'edit'): RowRule {
  const { object, linked, problems, source } = place;
  const parts: Expression[] = [];
  const rules = rule === undefined ? [] : Array.isArray(rule) ? rule : [rule];
  let isAll = false;
  rules.forEach((each, index) => {
    const at = Array.isArray(rule) ? `${path}${pointer(index)}` : path;
    if (typeof each === 'string') {
      isAll ||= each === 'all';
      parts.push(...(ownership(object.name, each) ?? []));
      return;
    }
    const scope = scopeOf(linked, object.name, { allow: ['user', 'people'] });
    const where = parseAt(problems, source, `${at}/where`, each.where, scope);
    if (where !== undefined) parts.push(where);
  });
  if (isAll) return ALL;
  if (parts.length === 0) return NONE;
  if (shares !== undefined) parts.push({ kind: 'shared', object: object.name, level: shares, type: 'boolean' });
  const distinct = new Map(parts.map((part) => [JSON.stringify(part), part]));
  return { kind: 'where', where: either([...distinct.values()]) };
}
