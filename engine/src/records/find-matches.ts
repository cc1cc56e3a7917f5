import { nearest } from '@fieldstone/metadata/language/nearest.js';
import { fieldType } from '../fields/registry.js';
import { malformed, recordInvalid, type Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess, rightsKey } from '../rules/access.js';
import { checkShape } from '../rules/record-schema.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { selectMatches } from '../store/select-matches.js';
import { textValue } from '../store/statement-batch.js';
import { told } from '../texts/told.js';
import type { Match } from './bulk-operations.js';
import type { RequestContext } from './context.js';
import { runStatement, type Compiled } from './run-statement.js';

/** A match that makes sense: a unique field the caller may read, and a value of it in canonical form. */
export type Sought = { readonly field: FieldModel; readonly value: unknown; readonly key: string };

const statements = new CompiledCache<Compiled>();

/**
 * What an operation names a record by.
 *
 * Errors: malformed for a field that is not unique, and for one that the caller may not read like for one that is not there; record_invalid for a value that
 *         the field can not have.
 */
export function soughtBy({ active, actor }: RequestContext, object: ObjectModel, { field: name, value }: Match): Sought {
  const access = accessOf(active.model, actor, object.name);
  const field = object.fields.get(name);
  const path = `/match${pointer(name)}`;
  const refuse = (issue: Omit<Issue, 'path'>) => malformed(told('bulk.no_match'), [{ path, ...issue }]);
  const unique = [...object.fields.values()].filter((each) => each.unique && fieldAccess(access, each.name).read.kind !== 'none');
  if (field === undefined || fieldAccess(access, name).read.kind === 'none') {
    const names = unique.map((each) => each.name);
    const guess = nearest(name, names);
    throw refuse({ code: 'unknown_field', ...(guess === undefined ? told('field.unknown') : told('field.unknown_guess', { guess })) });
  }
  if (!field.unique) throw refuse({ code: 'not_unique', ...told('bulk.not_unique', { field: field.label }) });
  const { issues, values } = checkShape(object, { [name]: value ?? null }, 'update', { currency: actor.currency });
  if (issues.length > 0)
    throw recordInvalid(
      object.label,
      issues.map((issue) => ({ ...issue, path: `/match${issue.path}` })),
    );
  const canonical = values[name];
  if (canonical === null)
    throw recordInvalid(object.label, [{ path, code: 'required', ...told('field.required', { field: field.label }) }]);
  const type = fieldType(field.type);
  const text = textValue(type.encode(canonical, field.options)[0]) ?? '';
  return { field, value: canonical, key: `${name} ${type.ignoresCase === true ? text.toLowerCase() : text}` };
}

/** Ids of the records that these name, in their order; undefined where there is none that the caller may read. */
export async function findMatches(ctx: RequestContext, object: ObjectModel, sought: readonly Sought[]): Promise<(string | undefined)[]> {
  const found = sought.map((): string | undefined => undefined);
  for (const field of new Set(sought.map((each) => each.field))) {
    const statement = statements.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), object.name, field.name]), () => {
      const scope = new QueryScope(ctx.active, ctx.actor);
      return { text: selectMatches(scope, object, field), params: scope.params };
    });
    const values = sought.map((each) =>
      each.field === field ? textValue(fieldType(field.type).encode(each.value, field.options)[0]) : null,
    );
    const rows = JSON.parse((await runStatement(ctx, statement, { values })) ?? '[]') as [number, string][];
    for (const [place, id] of rows) found[place - 1] = id;
  }
  return found;
}
