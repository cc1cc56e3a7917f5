import { fieldType } from '../fields/registry.js';
import { malformed, type Issue } from '../kernel/errors.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { isReference } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { told } from '../texts/told.js';

/** A field to select, and of a lookup the fields of its target to select with it. */
export type Selection = { readonly field: FieldModel; readonly inner: Selection[] };

const MAX_HOPS = 3;

export const unknownField = (path: string, name: string): Issue => ({
  path,
  code: 'unknown_field',
  ...told('field.unknown_name', { name: name.slice(0, 100) }),
});

/**
 * Turns names such as `amount` and `account.industry` into fields, all of which the caller may read.
 *
 * Shape:  `names` undefined means every field the caller may read; id and version are always there.
 * Errors: malformed, with an issue for each name that does not exist or may not be read, the same for both; with `drop` such names are left
 *         out instead, for saved views, which people of several roles share. `at` is where the names stand in the request.
 */
export function selectionOf(
  scope: QueryScope,
  object: ObjectModel,
  names: readonly string[] | undefined,
  unknown: 'refuse' | 'drop',
  at = '',
): Selection[] {
  const selection: Selection[] = [];
  if (names === undefined) {
    for (const field of object.fields.values()) if (isSelectable(scope, field)) selection.push({ field, inner: [] });
    return selection;
  }
  if (names.length > LIMITS.selected_fields.max) throw limitExceeded('selected_fields', names.length, `${at}/fields`);
  const issues: Issue[] = [];
  for (const [index, name] of ['id', 'version', ...names].entries()) {
    const found = add(scope, object, name.split('.'), selection);
    // The first two are ours, and the built-in users have no version.
    if (!found && index > 1 && unknown === 'refuse') issues.push(unknownField(`${at}/fields/${index - 2}`, name));
  }
  if (issues.length > 0) throw malformed(told('list.fields'), issues);
  return selection;
}

function isSelectable(scope: QueryScope, field: FieldModel): boolean {
  return scope.readRule(field).kind !== 'none' && field.name !== 'deleted_at';
}

function add(scope: QueryScope, object: ObjectModel, path: readonly string[], into: Selection[]): boolean {
  const [name, ...rest] = path;
  const field = name === undefined ? undefined : object.fields.get(name);
  if (field === undefined || !isSelectable(scope, field) || rest.length >= MAX_HOPS) return false;
  const entry = into.find((item) => item.field === field);
  // A part of a value is read with the whole.
  if (rest.length === 1 && fieldType(field.type).parts?.has(rest[0] ?? '') === true)
    return entry !== undefined || into.push({ field, inner: [] }) > 0;
  if (rest.length > 0) {
    if (!isReference(field) || field.type === 'id' || scope.access(field.target).read.kind === 'none') return false;
    const inner = entry?.inner ?? [];
    if (!add(scope, scope.object(field.target), rest, inner)) return false;
    if (entry === undefined) into.push({ field, inner });
    return true;
  }
  if (entry === undefined) into.push({ field, inner: [] });
  return true;
}
