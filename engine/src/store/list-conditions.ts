import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseCondition } from '@fieldstone/metadata/language/parse-condition.js';
import { malformed } from '../kernel/errors.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { conditionsOf } from './ordered-select.js';
import { at, columnsOf, firstColumn, liveRows, pgTypeOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { rowAccess, type RowAccess } from './row-access.js';
import { told } from '../texts/told.js';

/** A condition on records in JSON, and where in the request it stands. */
export type Filter = { readonly json: unknown; readonly path: string };

/** Which rows a list shows: conditions over alias `d`, and how to reach the rows that the caller may read among those that were `asked` for. */
export type ListRows = { readonly asked: readonly string[]; readonly access: RowAccess };

/**
 * The rows of a list: live, of this tenant, the caller's to read, and as asked.
 *
 * Shape:  `hasSearch` says that there is a search text, input `q`.
 * Errors: malformed, with every issue of every filter. What may not be read is refused like what does not exist. A filter on a field that is
 *         readable on some rows only sees just those rows.
 */
export function listRows(scope: QueryScope, object: ObjectModel, filters: readonly Filter[], hasSearch: boolean): ListRows {
  const where = [liveRows(object, 'd', scope.params.tenant)];
  if (object.system) where.push('d."is_active"');
  const expressions: Expression[] = [];
  for (const { json, path } of filters) {
    const masked = new Set<FieldModel>();
    const parsed = parseCondition(json, scope.languageScope(object.name, masked));
    if (!parsed.ok) {
      throw malformed(
        told('list.filter'),
        parsed.issues.map((issue) => ({ path: `${path}${issue.path}`, code: issue.code, message: issue.message })),
      );
    }
    for (const field of masked) where.push(scope.rule(scope.readRule(field), 'd'));
    where.push(`(${scope.guarded(parsed.expression, { record: 'd' })})`);
    expressions.push(parsed.expression);
  }
  if (hasSearch) where.push(searchCondition(scope, object));
  return { asked: where, access: rowAccess(scope, object, expressions) };
}

/** The same as conditions alone, for what is no page: counts, sums, related records. */
export function listConditions(scope: QueryScope, object: ObjectModel, filters: readonly Filter[], hasSearch: boolean): string[] {
  const { asked, access } = listRows(scope, object, filters, hasSearch);
  return conditionsOf(asked, access);
}

/** Formatted text is searched without its markup, which stands in a column of its own; everything else as it is. */
function searchColumn(scope: QueryScope, field: FieldModel): string | undefined {
  const suffix = fieldType(field.type).searchSuffix;
  return suffix === undefined ? undefined : at('d', firstColumn(scope.active, field).name + suffix);
}

/** The name field and the searchable fields that the caller may read on every row. */
function searchCondition(scope: QueryScope, object: ObjectModel): string {
  const fields = [...object.fields.values()].filter(
    (field) => (field.searchable || field.name === object.nameField) && scope.readRule(field).kind === 'all',
  );
  const tests = fields
    .filter((field) => pgTypeOf(scope.active, field) === 'text')
    .map((field) => `${searchColumn(scope, field) ?? scope.value(field, 'd')} ilike ${scope.params.input('q', '::text')}`);
  return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`;
}

/** The pattern of a search text: its characters stand for themselves. */
export function searchPattern(text: string): string {
  if (text.length > LIMITS.search_characters.max) throw limitExceeded('search_characters', text.length, '/q');
  if (text.includes('\u0000')) throw malformed(told('list.search'));
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

/** Every column of an object, for rows whose rules or conditions may read any of them. */
export const allColumns = (scope: QueryScope, object: ObjectModel): string[] => [
  ...new Set([...object.fields.values()].flatMap((field) => columnsOf(scope.active, field).map(({ name }) => name))),
];
