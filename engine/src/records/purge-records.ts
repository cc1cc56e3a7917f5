import type { BinPurgeAnswer, BinPurgePreview } from '@fieldstone/metadata/types/wire.js';
import { personOf } from '../kernel/actor.js';
import { AppError, forbidden, notFound } from '../kernel/errors.js';
import { LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { abilityOf } from '../rules/ability.js';
import { accessOf, rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor } from '../store/cursor.js';
import { partsOf } from '../store/delete-record.js';
import { destroyRecords } from '../store/destroy-records.js';
import type { IdentityPool } from '../store/identity.js';
import { isDatabaseFailure, translateDatabaseError } from '../store/pg-errors.js';
import { objectNumberOf, systemTable } from '../store/physical-names.js';
import { countPurge, purgeRecords as purgeStatement, selectBinPlaces, type BinPlace } from '../store/purge-records.js';
import { QueryScope } from '../store/query-scope.js';
import { say } from '../texts/say.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { searchOf } from './list-records.js';
import { objectFor } from './object-access.js';
import type { Named, PurgeRequest } from './parse-purge.js';
import { runStatement, runtimeOf, type Compiled } from './run-statement.js';

/** Records that one call destroys at most; of a whole bin the next call goes on. */
const AT_ONCE = LIMITS.page_rows.max;
/** Counting a whole bin stops there. */
const COUNTED = 10_000;

const statements = new CompiledCache<Compiled>();
type All = Extract<PurgeRequest, { all: true }>;

const compile = (ctx: RequestContext, key: string, text: (scope: QueryScope) => string): Compiled =>
  statements.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), key]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: text(scope), params: scope.params };
  });

/**
 * How many records a purge would destroy, and how many others would go with them, as far as the caller may read those.
 *
 * Errors: as for purging.
 */
export async function previewPurge(ctx: RequestContext, request: PurgeRequest): Promise<BinPurgePreview> {
  const until = 'all' in request ? (request.until ?? ctx.clock.now().toISOString()) : null;
  const named =
    'all' in request ? (await placesOf(ctx, request, String(until), COUNTED + 1)).map(([object, id]) => ({ object, id })) : request.records;
  const parts = new Map<ObjectModel, number>();
  let records = 0;
  for (const [object, ids] of byObject(ctx, named.slice(0, COUNTED))) {
    if (!mayPurge(ctx, object)) continue;
    const compiled = compile(ctx, `count ${object.id}`, (scope) => countPurge(scope, object));
    const [count = 0, ...others] = JSON.parse((await runStatement(ctx, compiled, { ids })) ?? '[]') as number[];
    records += count;
    for (const [index, { object: part }] of partsOf(new QueryScope(ctx.active, ctx.actor), object).slice(1).entries())
      parts.set(part, (parts.get(part) ?? 0) + (others[index] ?? 0));
  }
  return {
    records,
    isCapped: named.length > COUNTED,
    parts: [...parts].flatMap(([{ name, pluralLabel }, count]) => (count === 0 ? [] : [{ object: name, label: pluralLabel, count }])),
    until,
  };
}

/**
 * Destroys records of the bin for good, with all that is part of them, their history and what is shared of them. Nothing brings them back.
 *
 * Shape:  those that can not go are named with the reason and stay. Of a whole bin as many go as one call takes, first deleted first; `next` goes on
 *         behind them.
 * Errors: forbidden without the action "purge" for the one object that is asked about; malformed (cursor).
 */
export async function purgeRecords(ctx: RequestContext, pool: IdentityPool, request: PurgeRequest): Promise<BinPurgeAnswer> {
  if (!('all' in request)) return { ...(await destroyAll(ctx, pool, request.records)), next: null };
  const until = request.until ?? ctx.clock.now().toISOString();
  const places = await placesOf(ctx, request, until, AT_ONCE + 1);
  const now = places.slice(0, AT_ONCE);
  const last = places.length > AT_ONCE ? now.at(-1) : undefined;
  const done = await destroyAll(
    ctx,
    pool,
    now.map(([object, id]) => ({ object, id })),
  );
  return { ...done, next: last === undefined ? null : encodeCursor(ctx.cursorKey, cursorPlace(ctx, request), [last[2], last[1], last[3]]) };
}

const cursorPlace = ({ actor }: RequestContext, { object, q, mine }: All): string =>
  JSON.stringify([actor.tenantId, actor.userId, 'purge', object, q, mine]);

/** What the call is about, first deleted first. */
async function placesOf(ctx: RequestContext, request: All, until: string, limit: number): Promise<BinPlace[]> {
  const { object, q, mine: isOwn = false, cursor } = request;
  const objects = object === undefined ? purgeable(ctx) : [objectToPurge(ctx, object)];
  if (objects.length === 0) return [];
  const search = searchOf(q);
  const [at, id, number] = cursor === undefined ? [] : decodeCursor(ctx.cursorKey, cursorPlace(ctx, request), cursor);
  const asked = { search: search.shape, isOwn, limit, isFirst: at === undefined };
  const compiled = compile(ctx, JSON.stringify(['places', object, asked]), (scope) => selectBinPlaces(scope, objects, asked));
  return JSON.parse((await runStatement(ctx, compiled, { ...search.inputs, until, at, id, number })) ?? '[]') as BinPlace[];
}

const mayPurge = ({ active, actor }: RequestContext, object: ObjectModel): boolean =>
  actor.kind === 'system' || accessOf(active.model, actor, object.name).actions.has('purge');

function purgeable(ctx: RequestContext): ObjectModel[] {
  const ability = abilityOf(ctx.active.model, ctx.actor);
  return [...ctx.active.model.objects.values()].filter(
    (object) => !object.system && ability.can('read', object.name) && ability.can('delete', object.name) && mayPurge(ctx, object),
  );
}

/** Errors: not_found and forbidden, as for deleting; forbidden without the action "purge". */
function objectToPurge(ctx: RequestContext, name: string): ObjectModel {
  const object = objectFor(ctx, name, 'delete');
  if (!mayPurge(ctx, object)) throw forbidden(told('object.no_purge', { objects: object.pluralLabel }));
  return object;
}

/** Ids by object, each once, in the order they are named; objects that there are not are left out. */
function byObject(ctx: RequestContext, records: readonly Named[]): Map<ObjectModel, string[]> {
  const ids = new Map<ObjectModel, Set<string>>();
  for (const { object: name, id } of records) {
    const object = ctx.active.model.objects.get(name);
    if (object === undefined || object.system) continue;
    const known = ids.get(object) ?? new Set();
    ids.set(object, known.add(id.toLowerCase()));
  }
  return new Map([...ids].map(([object, set]) => [object, [...set]]));
}

type Failed = BinPurgeAnswer['failed'][number];

async function destroyAll(
  ctx: RequestContext,
  pool: IdentityPool,
  records: readonly Named[],
): Promise<Pick<BinPurgeAnswer, 'purged' | 'failed'>> {
  const failed: Failed[] = [];
  const fail = ({ object, id }: Named, error: AppError) => {
    const { message, said } = error.issues[0] ?? { message: error.message, said: error.said.detail };
    failed.push({
      object,
      id,
      code: error.issues[0]?.code ?? error.code,
      message: said === undefined ? message : say(ctx.actor.locale, said),
    });
  };
  const allowed: Named[] = [];
  for (const record of records) {
    try {
      objectToPurge(ctx, record.object);
      allowed.push(record);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      fail(record, error);
    }
  }
  let purged = 0;
  let stuck: [ObjectModel, string][] = [];
  for (const [object, ids] of byObject(ctx, allowed)) {
    const went = await destroy(ctx, pool, object, ids);
    if (went === 'needed') stuck.push(...ids.map((id): [ObjectModel, string] => [object, id]));
    else {
      purged += went.size;
      for (const id of ids) if (!went.has(id)) fail({ object: object.name, id }, notFound());
    }
  }
  // One by one, as long as the end of one lets another go.
  for (let before = Infinity; stuck.length > 0 && stuck.length < before;) {
    before = stuck.length;
    const still: typeof stuck = [];
    for (const [object, id] of stuck) {
      const went = await destroy(ctx, pool, object, [id]);
      if (went === 'needed') still.push([object, id]);
      else if (went.has(id)) purged += 1;
      else fail({ object: object.name, id }, notFound());
    }
    stuck = still;
  }
  for (const [object, id] of stuck) {
    const issue = { path: '', code: 'still_used', ...told('bin.still_needed', { object: object.label }) };
    fail({ object: object.name, id }, new AppError('conflict', told('bin.not_purged'), { issues: [issue] }));
  }
  return { purged, failed };
}

/** What a foreign key says that restricts, and a field that must have a value. */
const NEEDED: ReadonlySet<string> = new Set(['23001', '23503', '23514']);

/** Which of these records went; "needed" when one of them is, and none went. */
async function destroy(
  ctx: RequestContext,
  pool: IdentityPool,
  object: ObjectModel,
  ids: readonly string[],
): Promise<Set<string> | 'needed'> {
  const { active, actor } = ctx;
  const compiled = compile(ctx, `purge ${object.id}`, (scope) => purgeStatement(scope, object));
  const parts = partsOf(new QueryScope(active, actor), object);
  try {
    const { roots } = await destroyRecords(pool, {
      tenantId: actor.tenantId,
      statement: { text: compiled.text, values: compiled.params.values(runtimeOf(ctx), { ids }) },
      objects: parts.map((part) => ({ id: part.object.id, number: objectNumberOf(active, part.object) })),
      history: systemTable(active, 'sys_history'),
      outbox: systemTable(active, 'sys_outbox'),
      dirty: systemTable(active, 'sys_dirty'),
      actor: personOf(actor),
    });
    return new Set(roots.map(([id]) => id));
  } catch (error) {
    if (isDatabaseFailure(error) && NEEDED.has(error.code)) return 'needed';
    throw translateDatabaseError(error, active);
  }
}
