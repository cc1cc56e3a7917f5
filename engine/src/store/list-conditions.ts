import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseCondition } from '@fieldstone/metadata/language/parse-condition.js';
import { malformed } from '../kernel/errors.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { conditionsOf } from './ordered-select.js';
import { columnsOf, liveRows } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { rowAccess, type RowAccess } from './row-access.js';
import { searchConditions } from './search-condition.js';
import type { SearchShape } from './search-question.js';
import { told } from '../texts/told.js';

/** A condition on records in JSON, and where in the request it stands. */
export type Filter = { readonly json: unknown; readonly path: string };

/**
 * Which rows a list shows: conditions over alias `d`, and how to reach the rows that the caller may read among those that were `asked` for.
 *
 * Shape:  `isLookedUp`: an index on words finds them.
 */
export type ListRows = { readonly asked: readonly string[]; readonly access: RowAccess; readonly isLookedUp: boolean };

/**
 * The rows of a list: live, of this tenant, the caller's to read, and as asked.
 *
 * Shape:  `search` is the shape of a search text; its terms are inputs.
 * Errors: malformed, with every issue of every filter. What may not be read is refused like what does not exist. A filter on a field that is
 *         readable on some rows only sees just those rows.
 */
export function listRows(scope: QueryScope, object: ObjectModel, filters: readonly Filter[], search: SearchShape = []): ListRows {
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
  const { conditions, isLookedUp } = searchConditions(scope, object, search);
  where.push(...conditions);
  return { asked: where, access: rowAccess(scope, object, expressions), isLookedUp };
}

/** The same as conditions alone, for what is no page: counts, sums, related records. */
export function listConditions(scope: QueryScope, object: ObjectModel, filters: readonly Filter[], search: SearchShape = []): string[] {
  const { asked, access } = listRows(scope, object, filters, search);
  return conditionsOf(asked, access);
}

/** Every column of an object, for rows whose rules or conditions may read any of them. */
export const allColumns = (scope: QueryScope, object: ObjectModel): string[] => [
  ...new Set([...object.fields.values()].flatMap((field) => columnsOf(scope.active, field).map(({ name }) => name))),
];
