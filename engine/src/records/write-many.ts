import { fieldType } from '../fields/registry.js';
import { newId } from '../kernel/ids.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess, rightsKey } from '../rules/access.js';
import type { LookupDefault } from '../rules/defaults.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { deleteRecords } from '../store/delete-records.js';
import { insertRecords } from '../store/insert-records.js';
import { QueryScope } from '../store/query-scope.js';
import { RowParameters } from '../store/row-parameters.js';
import { updateRecords } from '../store/update-records.js';
import type { RequestContext } from './context.js';
import { columnInputs, startsRuns } from './run-write.js';
import { names, type NewRecord, type Values } from './write-record.js';
import { writeRows, type CompiledRows, type RowInputs, type RowOutcome } from './write-rows.js';

const statements = new CompiledCache<CompiledRows>();

/** A record to be written with others. `id` is in lower case. */
type Row<T> = { readonly id: string; readonly write: T };
export type ChangedRow = Row<{ readonly values: Values; readonly fields: readonly FieldModel[]; readonly version?: number }>;
export type DeletedRow = Row<{ readonly version?: number }>;
export type NewRow = Row<NewRecord>;

/** Fields that a new record got by itself and that are judged otherwise than if its maker had written them: links, and what may be given on some rows only. */
function defaulted({ active, actor }: RequestContext, object: ObjectModel, { given, written, values }: NewRecord): FieldModel[] {
  const access = accessOf(active.model, actor, object.name);
  const isJudged = (field: FieldModel) =>
    fieldType(field.type).link !== undefined ||
    fieldType(field.type).holds !== undefined ||
    fieldAccess(access, field.name).edit.kind === 'where';
  return given.filter((field) => !written.includes(field) && (values[field.name] ?? null) !== null && isJudged(field));
}

const lookupNames = (lookups: readonly LookupDefault[]): string[] => lookups.map(({ field }) => field.name);

/** Rows that one statement can write are those with the same shape. Of new records it is what they got without being given it. */
export const shapeOfNew = (ctx: RequestContext, object: ObjectModel, row: NewRow): string =>
  JSON.stringify([names(defaulted(ctx, object, row.write)), lookupNames(row.write.lookups)]);
export const shapeOfChange = ({ write }: ChangedRow): string => JSON.stringify(names(write.fields));

/** Makes new records of one shape, with one statement. */
export function createRows(ctx: RequestContext, object: ObjectModel, rows: readonly NewRow[]): Promise<Map<string, RowOutcome> | 'stale'> {
  const [first] = rows;
  if (first === undefined) return Promise.resolve(new Map());
  const fieldsIn = (of: (record: NewRecord) => readonly FieldModel[]) => {
    const all = new Set(rows.flatMap(({ write }) => of(write)));
    return [...object.fields.values()].filter((field) => all.has(field));
  };
  const own = new Set(defaulted(ctx, object, first.write));
  const given = fieldsIn((record) => record.given);
  const written = given.filter((field) => !own.has(field));
  const { lookups } = first.write;
  const statement = compiled(ctx, object, ['create', names(given), names(written), lookupNames(lookups)], (params, scope) =>
    insertRecords(params, { scope, object, given, written: new Set(written), lookups, startsRuns: startsRuns(ctx) }),
  );
  const inputs = rows.map(({ id, write }) => columnInputs<RowInputs>({ id }, ctx, object, id, given, write.values));
  return writeRows(ctx, object, statement, inputs);
}

/** Changes the same fields of records, with one statement. */
export function changeRows(
  ctx: RequestContext,
  object: ObjectModel,
  rows: readonly ChangedRow[],
): Promise<Map<string, RowOutcome> | 'stale'> {
  const fields = rows[0]?.write.fields ?? [];
  const statement = compiled(ctx, object, ['update', names(fields)], (params, scope) =>
    updateRecords(params, scope, object, fields, startsRuns(ctx)),
  );
  const inputs = rows.map(({ id, write }) =>
    columnInputs<RowInputs>({ id, expected: write.version ?? null }, ctx, object, id, fields, write.values),
  );
  return writeRows(ctx, object, statement, inputs);
}

/** Moves records to the recycle bin, with one statement. */
export function deleteRows(
  ctx: RequestContext,
  object: ObjectModel,
  rows: readonly DeletedRow[],
): Promise<Map<string, RowOutcome> | 'stale'> {
  const statement = compiled(ctx, object, ['delete'], (params, scope) => deleteRecords(params, scope, object, startsRuns(ctx)));
  const inputs = rows.map(({ id, write }): RowInputs => ({ id, expected: write.version ?? null }));
  return writeRows(ctx, object, statement, inputs);
}

export const newRow = (write: NewRecord): NewRow => ({ id: newId(), write });

function compiled(
  ctx: RequestContext,
  object: ObjectModel,
  key: readonly unknown[],
  compile: (params: RowParameters, scope: QueryScope) => Pick<CompiledRows, 'text' | 'checks'>,
): CompiledRows {
  return statements.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), object.name, startsRuns(ctx), ...key]), () => {
    const params = new RowParameters();
    return { ...compile(params, new QueryScope(ctx.active, ctx.actor, undefined, params)), params };
  });
}
