import { version as versionOf } from 'uuid';
import { abilityOf } from '../rules/ability.js';
import { rightsKey } from '../rules/access.js';
import { AppError, notFound } from '../kernel/errors.js';
import { isUuid, timeOfId } from '../kernel/ids.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { countPurged } from '../store/purge-records.js';
import { selectOperation, selectOperationRecords, type OperationHead, type OperationRecord } from '../store/select-operation.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { curiosityOf } from './curiosity.js';
import { runStatement, type Compiled } from './run-statement.js';

const HOUR_MS = 3_600_000;
const PAGE = 500;

/** A record of an operation with its object. */
export type Touched = OperationRecord & { readonly object: ObjectModel };

/** `until` is when it can be undone at the latest. `ownHidden` counts records that the caller changed with it and may not read any more. */
export type FoundOperation = {
  readonly id: string;
  readonly head: OperationHead;
  readonly until: Date;
  readonly isOpen: boolean;
  readonly isOwn: boolean;
  /** Those that the caller may read, and, of a merge, those that were given another record to point to. */
  readonly records: readonly Touched[];
  readonly ownHidden: number;
  /** Records that it deleted and that are gone for good. */
  readonly purged: number;
};

const heads = new CompiledCache<Compiled>();
const pages = new CompiledCache<Compiled>();

/**
 * What an operation did and what is left of it, as far as the caller may read the records it touched.
 *
 * Errors: not_found when nothing was kept of it, or none of its records is the caller's to read and it is not their own; limit_exceeded.
 */
export async function findOperation(ctx: RequestContext, id: string): Promise<FoundOperation> {
  const missing = () => notFound(told('operation.not_found'));
  if (!isUuid(id) || versionOf(id) !== 7) throw missing();
  const operation = id.toLowerCase();
  const curiosity = curiosityOf(ctx);
  const compiled = heads.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), curiosity]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectOperation(scope, curiosity), params: scope.params };
  });
  const [answer, purged] = await Promise.all([runStatement(ctx, compiled, { operation }), purgedOf(ctx, operation)]);
  if (answer === null && purged > 0) throw new AppError('conflict', told('operation.purged'));
  if (answer === null) throw missing();
  const head = JSON.parse(answer) as OperationHead;
  const count = head.objects.reduce((sum, { records }) => sum + records, 0);
  if (count > LIMITS.operation_records.max) throw limitExceeded('operation_records', count);

  const all: Touched[] = [];
  for (const object of objectsOf(ctx, head)) all.push(...(await touchedRecords(ctx, object, operation)));
  const isOwn = head.actor === ctx.actor.userId;
  const records = all.filter(({ mayRead, isMoved }) => mayRead || isMoved);
  if (!isOwn && !records.some(({ mayRead }) => mayRead)) throw missing();
  const until = new Date(timeOfId(operation) + LIMITS.undo_hours.max * HOUR_MS);
  return {
    id: operation,
    head,
    until,
    isOpen: ctx.clock.now() <= until,
    isOwn,
    records,
    ownHidden: isOwn ? count - records.length : 0,
    purged,
  };
}

/** How many of the records that an operation deleted are gone for good, of those objects of which the caller may delete some. */
async function purgedOf(ctx: RequestContext, operation: string): Promise<number> {
  const compiled = heads.get(ctx.active, 'purged', () => countPurged());
  const found = JSON.parse((await runStatement(ctx, compiled, { operation })) ?? '{}') as Record<string, number>;
  const ability = abilityOf(ctx.active.model, ctx.actor);
  return [...ctx.active.model.objects.values()].reduce(
    (sum, { id, name }) => sum + (ability.can('delete', name) ? (found[id] ?? 0) : 0),
    0,
  );
}

/** Objects that are still there, in the order of the model. */
function objectsOf({ active }: RequestContext, { objects }: OperationHead): ObjectModel[] {
  const numbers = new Set(objects.map(({ number }) => number));
  return [...active.model.objects.values()].filter(({ id }) => numbers.has(active.bindings.objectNumbers.get(id) ?? -1));
}

/** Records of one object in an operation, as they are now: all of them, or those named. Whoever asks for the system sees everything. */
export async function touchedRecords(
  ctx: RequestContext,
  object: ObjectModel,
  operation: string,
  ids: readonly string[] | null = null,
): Promise<Touched[]> {
  const compiled = pages.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), object.name]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectOperationRecords(scope, object, PAGE), params: scope.params };
  });
  const found: Touched[] = [];
  for (let after: string | null = null; ;) {
    const answer = await runStatement(ctx, compiled, { operation, after, ids });
    const page = JSON.parse(answer ?? '[]') as OperationRecord[];
    found.push(...page.map((record) => ({ ...record, object })));
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return found;
  }
}
