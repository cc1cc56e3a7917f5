import { AppError, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { accessOf } from '../rules/access.js';
import { hasLists } from '../rules/child-lists.js';
import { readsNeighbours } from '../rules/reads-neighbours.js';
import type { Found } from './bulk-plan.js';
import type { RequestContext } from './context.js';
import { deleteRecord, notMoved } from './delete-record.js';
import { findMatches } from './find-matches.js';
import { objectFor } from './object-access.js';
import { isLostRace } from './run-write.js';
import {
  changeRows,
  createRows,
  deleteRows,
  newRow,
  shapeOfChange,
  shapeOfNew,
  type ChangedRow,
  type DeletedRow,
  type NewRow,
} from './write-many.js';
import { changeOf, newRecord, updateRecord, versionAfter, writtenBy, type Saved, type Values } from './write-record.js';
import type { RowOutcome } from './write-rows.js';

/** What one operation came to. `status` is that of the call which would have done it alone. */
export type Written = { readonly status: 200 | 201 | 204; readonly id: string; readonly version: number; readonly operation?: string };
/** Makes one record, with its lists. */
type Create = (ctx: RequestContext, object: string, values: Values) => Promise<Saved>;
type Result = readonly [index: number, result: Written | AppError];

/** An operation that is ready to be written, with those like it. */
type Ready = { readonly found: Found; readonly shape: string } & (
  | { readonly kind: 'create'; readonly row: NewRow }
  | { readonly kind: 'update'; readonly row: ChangedRow }
  | { readonly kind: 'delete'; readonly row: DeletedRow }
);

/**
 * Does the operations of one round: those of one shape with one statement, and by itself what can only be judged so.
 *
 * Errors: what is about none of them.
 */
export async function writeRound(
  ctx: RequestContext,
  object: ObjectModel,
  round: readonly Found[],
  create: Create,
): Promise<readonly Result[] | 'stale'> {
  const results: Result[] = [];
  const alone: { readonly found: Found }[] = [];
  const ready: Ready[] = [];
  const faulty: { found: Found; error: AppError }[] = [];
  if (round.length === 1) alone.push(...round.map((found) => ({ found })));
  else
    for (const found of round) {
      // A record with lists is several: it is made by itself, its lists with one statement each.
      if (found.id === undefined && hasLists(object, found.values ?? {})) {
        alone.push({ found });
        continue;
      }
      const made = await failing(() => prepared(ctx, object, found));
      if (made instanceof AppError) faulty.push({ found, error: made });
      else ready.push(made);
    }
  const groups = [...groupsOf(ready).values()];
  if (dependsOnOrder(ctx, object, ready, groups, faulty.length > 0)) alone.push(...ready, ...faulty);
  else {
    results.push(...faulty.map(({ found, error }): Result => [found.index, error]));
    for (const group of groups) {
      const outcomes = await written(ctx, object, group);
      if (outcomes === 'stale') return 'stale';
      for (const one of group) {
        const outcome = outcomes.get(one.row.id);
        if (outcome === undefined || outcome.kind === 'alone') alone.push(one);
        else results.push([one.found.index, await failing(() => resultOf(ctx, object, one, outcome))]);
      }
    }
  }
  alone.sort((a, b) => a.found.index - b.found.index);
  for (const { found } of alone) results.push([found.index, await failing(() => writeAlone(ctx, object, found, create))]);
  return results;
}

/** What the work gives, or the failure of this one operation. What is about the call itself, or a bug, is thrown on. */
async function failing<T>(work: () => T | Promise<T>): Promise<T | AppError> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'overloaded' || isLostRace(error.cause)) throw error;
    return error;
  }
}

function groupsOf(ready: readonly Ready[]): Map<string, Ready[]> {
  const groups = new Map<string, Ready[]>();
  for (const one of ready) {
    const key = `${one.kind} ${one.shape}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Rights and shape of an operation, as a single call has them judged. */
async function prepared(ctx: RequestContext, object: ObjectModel, found: Found): Promise<Ready> {
  const { op, id, values = {}, version } = found;
  if (op === 'delete' && id !== undefined) {
    objectFor(ctx, object.name, 'delete');
    if (!isUuid(id)) throw notFound();
    return { found, shape: '', kind: 'delete', row: { id, write: { ...(version === undefined ? {} : { version }) } } };
  }
  if (id !== undefined) {
    objectFor(ctx, object.name, 'update');
    const change = await changeOf(ctx, object, id, values, version);
    const row: ChangedRow = { id, write: { ...change, ...(version === undefined ? {} : { version }) } };
    return { found, shape: shapeOfChange(row), kind: 'update', row };
  }
  objectFor(ctx, object.name, 'create');
  const row = newRow(newRecord(ctx, object, newValues(found)));
  return { found, shape: shapeOfNew(ctx, object, row), kind: 'create', row };
}

/** What a new record is given: what an upsert looked for is part of it. */
const newValues = ({ sought, values = {} }: Found): Values =>
  sought === undefined ? values : { [sought.field.name]: sought.value, ...values };

/**
 * Whether the operations have to be done one after another to come to what single calls come to: because what is judged of one depends on others, or because
 * they would be done in another order than that of the call and a value can be had by one record only.
 */
function dependsOnOrder(
  ctx: RequestContext,
  object: ObjectModel,
  ready: readonly Ready[],
  groups: readonly (readonly Ready[])[],
  hasFaulty: boolean,
): boolean {
  const { model } = ctx.active;
  const access = accessOf(model, ctx.actor, object.name);
  const isDelete = ready[0]?.kind === 'delete';
  const defaults = ready.flatMap((one) => (one.kind === 'create' ? one.row.write.lookups : []));
  const isOwnDefault = defaults.some(({ field }) => field.target === object.name);
  const parts = isDelete ? partNames(model, object) : new Set([object.name]);
  const reads = [...parts].some((name) => {
    const part = model.objects.get(name);
    return part !== undefined && readsNeighbours(model, part, access, parts, [...new Set(defaults.map(({ where }) => where))]);
  });
  if (reads || isOwnDefault) return true;
  // A value that one of them gives up is free for the other, or is not; what else is wrong with one that is not written may be such a value.
  const uniques = groups.filter((group) => group.some((one) => fieldsOf(one).some(({ unique }) => unique)));
  return uniques.length > (hasFaulty ? 0 : 1);
}

const fieldsOf = (one: Ready): readonly FieldModel[] =>
  one.kind === 'update' ? one.row.write.fields : one.kind === 'create' ? one.row.write.given : [];

/** The object and all that goes to the recycle bin with its records. */
function partNames(model: Model, object: ObjectModel): Set<string> {
  const names = new Set([object.name]);
  for (const whole of names) {
    for (const child of model.objects.values()) {
      for (const field of child.fields.values()) if (fieldType(field.type).isPart === true && field.target === whole) names.add(child.name);
    }
  }
  return names;
}

function written(ctx: RequestContext, object: ObjectModel, group: readonly Ready[]): Promise<Map<string, RowOutcome> | 'stale'> {
  const rows = <K extends Ready['kind']>(kind: K) =>
    group.flatMap((one) => (one.kind === kind ? [one.row as Extract<Ready, { kind: K }>['row']] : []));
  switch (group[0]?.kind) {
    case 'create':
      return createRows(ctx, object, rows('create'));
    case 'update':
      return changeRows(ctx, object, rows('update'));
    default:
      return deleteRows(ctx, object, rows('delete'));
  }
}

async function resultOf(
  ctx: RequestContext,
  object: ObjectModel,
  { kind, row }: Ready,
  outcome: Exclude<RowOutcome, { kind: 'alone' }>,
): Promise<Written> {
  if (outcome.kind === 'refused') throw kind === 'delete' ? notMoved(object, 'delete', outcome.error) : outcome.error;
  const { id } = row;
  const done = writtenBy(outcome.outcome, { operation: ctx.operation ?? '' });
  if (kind === 'create') return { status: 201, id, version: outcome.outcome.version ?? 1, ...done };
  const version = await versionAfter(ctx, object, id, outcome.outcome, row.write.version);
  return { status: kind === 'update' ? 200 : 204, id, version, ...done };
}

/** Between looking for a record and making it somebody else may have made it, or taken away the one that was found. */
const MAX_LOOKS = 3;

async function writeAlone(ctx: RequestContext, object: ObjectModel, found: Found, create: Create): Promise<Written> {
  const { op, id, values = {}, version, sought } = found;
  const expected = version === undefined ? {} : { expectedVersion: version };
  if (op === 'delete' && id !== undefined) return { status: 204, ...(await deleteRecord(ctx, object.name, id, expected)) };
  if (op === 'update' && id !== undefined) return { status: 200, ...(await updateRecord(ctx, object.name, id, values, expected)) };
  let there = id;
  for (let look = 1; ; look += 1) {
    try {
      if (there !== undefined) return { status: 200, ...(await updateRecord(ctx, object.name, there, values)) };
      return { status: 201, ...(await create(ctx, object.name, newValues(found))) };
    } catch (error) {
      const isMissed = error instanceof AppError && (error.code === 'duplicate' || error.code === 'not_found');
      if (sought === undefined || !isMissed || look === MAX_LOOKS) throw error;
      const [now] = await findMatches(ctx, object, [sought]);
      if (now === there) throw error;
      there = now;
    }
  }
}
