import { fieldType } from '../fields/registry.js';
import { personOf } from '../kernel/actor.js';
import { AppError, forbidden, malformed, notFound, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { accessOf, rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { copyShares, pointersTo, selectPointing, type Pointer } from '../store/select-links.js';
import { sentence, told } from '../texts/told.js';
import type { BulkOperation } from './bulk-operations.js';
import { bulkRecords } from './bulk-records.js';
import type { RequestContext } from './context.js';
import { deleteRecord } from './delete-record.js';
import { objectFor } from './object-access.js';
import { together } from './one-transaction.js';
import { readRecord } from './read-record.js';
import { runStatement, type Compiled } from './run-statement.js';

import { updateRecord, type Saved, type Values } from './write-record.js';

export type MergeRequest = { readonly from: readonly string[]; readonly values: Values };
type Body = Readonly<Record<string, unknown>>;
type Links = (readonly [id: string, list: readonly string[] | null])[];

const compiled = new CompiledCache<Compiled>();

/** { from: [ids], values? }: one to three records that go, and what the one that stays is to have. */
export function parseMerge(body: Body): MergeRequest {
  const issues: Issue[] = Object.keys(body)
    .filter((name) => name !== 'from' && name !== 'values')
    .map((name) => ({ path: `/${name.slice(0, 100)}`, code: 'unknown_parameter', ...told('list.unknown_parameter') }));
  const { values = {} } = body;
  const from = idsOf(body['from'], issues);
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    issues.push({ path: '/values', code: 'wrong_type', ...told('call.body_object') });
  if (issues.length > 0) throw malformed(told('merge.not_done'), issues);
  return { from, values: values as Values };
}

function idsOf(from: unknown, issues: Issue[]): string[] {
  if (!Array.isArray(from) || from.length === 0 || !from.every(isUuid)) {
    issues.push({ path: '/from', code: 'not_a_list', ...told('merge.from') });
    return [];
  }
  const { max } = LIMITS.merged_records;
  if (from.length + 1 > max) throw limitExceeded('merged_records', from.length + 1, '/from');
  return [...new Set(from.map((id) => id.toLowerCase()))];
}

/**
 * The object of a merge, when the caller may merge its records.
 *
 * Errors: not_found and forbidden, as for changing and deleting; forbidden without the action "merge".
 */
export function objectToMerge(ctx: RequestContext, name: string, id: string, from: readonly string[]): ObjectModel {
  const object = objectFor(ctx, name, 'update');
  objectFor(ctx, name, 'delete');
  if (ctx.actor.kind !== 'system' && !accessOf(ctx.active.model, ctx.actor, name).actions.has('merge'))
    throw forbidden(told('object.no_merge', { objects: object.pluralLabel }));
  if (!isUuid(id)) throw notFound();
  if (from.includes(id.toLowerCase()))
    throw malformed(told('merge.not_done'), [{ path: '/from', code: 'not_a_list', ...told('merge.itself') }]);
  return object;
}

/**
 * Makes one record of several: `id` stays, those of `from` go to the recycle bin, and everything that points to them points to it afterwards.
 *
 * Shape:  one transaction and one operation; undoing it parts them again. Values are written, and records deleted, with the rights of the caller. What
 *         points to the records that go is changed by the system, as it is when a record takes with it what belongs to it: nobody chose that, and
 *         half a merge would leave links to nowhere. It is held to rules all the same. Shares come along for those who may share.
 * Errors: those of changing and deleting; conflict when a record that points to them can not point to `id`; limit_exceeded when it is too much to be
 *         undone.
 */
export async function mergeRecords(
  ctx: RequestContext,
  objectName: string,
  id: string,
  { from, values }: MergeRequest,
  options: { expectedVersion?: number } = {},
): Promise<Saved> {
  const object = objectToMerge(ctx, objectName, id, from);
  const operation = newId();
  const { label: _label, ...before } = ctx.actor.cause;
  const cause = { ...before, kind: 'merge' as const, into: id.toLowerCase() };
  const merge: RequestContext = { ...ctx, operation, actor: { ...ctx.actor, cause } };
  const saved = await together(merge, (within) => inTransaction(within, object, id.toLowerCase(), from, values, options.expectedVersion));
  return { ...saved, operation };
}

async function inTransaction(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  from: readonly string[],
  values: Values,
  expectedVersion: number | undefined,
): Promise<Saved> {
  // What may not be read is not there, also where it stands in the list.
  const going = await Promise.all(from.map((each, index) => readBody(ctx, object, each, `/from/${index}`)));
  const { version } = JSON.parse((await readRecord(ctx, object.name, id)).json) as { version: number };
  // Nothing of the merge is written before it is known that it is about this version.
  if (expectedVersion !== undefined && expectedVersion !== version) await updateRecord(ctx, object.name, id, values, { expectedVersion });
  const isOwnLink = await moveLinks(ctx, object, id, from);
  if (ctx.actor.kind === 'system' || accessOf(ctx.active.model, ctx.actor, object.name).actions.has('share')) {
    const shares = compiled.get(ctx.active, `shares ${object.id}`, () => copyShares(object));
    await runStatement(ctx, shares, { from, into: id, operation: ctx.operation, actor: personOf(ctx.actor) });
  }
  for (const [index, each] of from.entries()) {
    await deleteRecord(ctx, object.name, each).catch((error: unknown) => {
      throw placed(error, `/from/${index}`);
    });
  }
  // Unique values of those that went are free now.
  return updateRecord(ctx, object.name, id, values, {
    files: filesOf(object, going),
    read: {},
    ...(isOwnLink ? {} : { expectedVersion: version }),
  }).catch((error: unknown) => {
    throw placed(error, '/values');
  });
}

async function readBody(ctx: RequestContext, object: ObjectModel, id: string, path: string): Promise<Body> {
  const { json } = await readRecord(ctx, object.name, id).catch((error: unknown) => {
    throw placed(error, path);
  });
  return JSON.parse(json) as Body;
}

/** Files of the records that go may be held by the one that stays, whoever brought them. */
function filesOf(object: ObjectModel, records: readonly Body[]): string[] {
  const fields = [...object.fields.values()].filter(({ type }) => fieldType(type).holds !== undefined);
  return records.flatMap((record) => fields.flatMap(({ name }) => (record[name] as { id?: string } | null | undefined)?.id ?? []));
}

/** An error with its issues where they stand in the call of the merge. */
function placed(error: unknown, at: string): unknown {
  if (!(error instanceof AppError)) return error;
  const { detail } = error.said;
  const own: Issue = { path: at, code: error.code, message: error.message, ...(detail === undefined ? {} : { said: detail }) };
  const issues = error.issues.length === 0 ? [own] : error.issues.map((issue) => ({ ...issue, path: `${at}${issue.path}` }));
  return new AppError(error.code, told('merge.not_done'), { issues, extra: error.extra, cause: error.cause });
}

/** Points everything to the record that stays; whether that itself pointed to one of the others. */
async function moveLinks(ctx: RequestContext, target: ObjectModel, id: string, from: readonly string[]): Promise<boolean> {
  const system: RequestContext = { ...ctx, actor: { ...ctx.actor, kind: 'system', roles: [], cause: { ...ctx.actor.cause, moved: true } } };
  const changes = new Map<ObjectModel, Map<string, Record<string, unknown>>>();
  let count = 0;
  for (const pointer of pointersTo(new QueryScope(system.active, system.actor), target)) {
    const { object, field } = pointer;
    const rows = changes.get(object) ?? new Map<string, Record<string, unknown>>();
    changes.set(object, rows);
    for (const [row, list] of await pointing(system, pointer, target, from)) {
      const isItself = object === target && row === id;
      if (!rows.has(row)) count += 1;
      rows.set(row, { ...rows.get(row), [field.name]: linkTo(field.type, target, id, from, list, isItself) });
    }
  }
  if (count > LIMITS.operation_records.max) throw limitExceeded('operation_records', count, '/from');
  for (const [object, rows] of changes) await writeLinks(ctx, system, object, rows);
  return changes.get(target)?.has(id) ?? false;
}

async function pointing(ctx: RequestContext, pointer: Pointer, target: ObjectModel, from: readonly string[]): Promise<Links> {
  const statement = compiled.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), target.id, pointer.field.id]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectPointing(scope, pointer, target), params: scope.params };
  });
  return JSON.parse((await runStatement(ctx, statement, { from })) ?? '[]') as Links;
}

/** What a link that led to a record that goes becomes. No record is linked to itself by a merge. */
function linkTo(
  type: Pointer['field']['type'],
  { name }: ObjectModel,
  id: string,
  from: readonly string[],
  list: readonly string[] | null,
  isItself: boolean,
): unknown {
  const { link } = fieldType(type);
  if (link === 'many') {
    const others = (list ?? []).filter((each) => !from.includes(each));
    return [...new Set(isItself ? others : [...others, id])];
  }
  if (isItself) return null;
  return link === 'any' ? { object: name, id } : id;
}

/** Writes the links of records of one object, by the write path for many. */
async function writeLinks(
  asker: RequestContext,
  ctx: RequestContext,
  object: ObjectModel,
  rows: ReadonlyMap<string, Values>,
): Promise<void> {
  const all = [...rows].map(([row, values]): BulkOperation => ({ op: 'update', target: { id: row }, values }));
  const { max } = LIMITS.bulk_operations;
  for (let start = 0; start < all.length; start += max) {
    try {
      await bulkRecords(ctx, object.name, { mode: 'all', operations: all.slice(start, start + max) });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'overloaded') throw error;
      // Which records these are is not for everybody to know: only what kind of records, where that is known to them.
      const isKnown = accessOf(asker.active.model, asker.actor, object.name).read.kind !== 'none';
      const text = told('merge.related', { objects: isKnown ? object.pluralLabel : sentence('record.others') });
      throw new AppError('conflict', text, { issues: [{ path: '/from', code: 'related_refused', ...text }], cause: error.cause });
    }
  }
}
