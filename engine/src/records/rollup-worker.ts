import { NOBODY } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import { failpoint } from '../kernel/failpoint.js';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { CompiledCache } from '../store/compiled-cache.js';
import type { DataPool, DataTransaction } from '../store/data-pool.js';
import { QueryScope } from '../store/query-scope.js';
import { lockRecords, recomputeRollup, takeMarks, type Marks } from '../store/recompute-rollup.js';
import type { Compiled } from './run-statement.js';

export type RollupWorker = { stop(): Promise<void> };

export type RollupParts = {
  readonly data: DataPool;
  readonly models: { current(space: number): ActiveModel };
  readonly space: number;
  readonly tenantId: number;
  readonly logger: Logger;
  /** Pause when there was nothing to do, in milliseconds. */
  readonly pollMs?: number;
};

/** Marks taken at once: few enough that the records stay locked for milliseconds. */
const BATCH = 500;
const POLL_MS = 300;
const SYSTEM = { kind: 'system', roles: [] } as const;

const statements = new CompiledCache<Compiled>();

/**
 * Works out what was marked, once. Any number of processes may do so at the same time; one that dies gives its marks back.
 *
 * Shape:  the number of marks taken; fewer than a batch when nothing is left.
 */
export async function recomputeMarked(
  { data, models, space, tenantId }: Pick<RollupParts, 'data' | 'models' | 'space' | 'tenantId'>,
  limit = BATCH,
): Promise<number> {
  const active = models.current(space);
  return data.transaction(tenantId, async (tx) => {
    const marks = JSON.parse((await tx.query(takeMarks(active, tenantId, limit))) ?? '{}') as Marks;
    failpoint('marks-taken');
    for (const object of active.model.objects.values()) await recomputeObject(tx, active, tenantId, object, marks);
    failpoint('marks-worked-out');
    return Object.values(marks).reduce((sum, records) => sum + records.length, 0);
  });
}

/** Records are locked in one order by all workers: object by object, and all of an object at once, by id. */
async function recomputeObject(
  tx: DataTransaction,
  active: ActiveModel,
  tenantId: number,
  object: ObjectModel,
  marks: Marks,
): Promise<void> {
  const marked = [...object.fields.values()].filter(
    ({ id, computed }) => marks[id] !== undefined && computed?.kind === 'rollup' && computed.isStored,
  );
  if (marked.length === 0) return;
  const runtime = { tenantId, userId: NOBODY, now: systemClock.now(), timeZone: 'UTC' };
  const run = ({ text, params }: Compiled, ids: readonly string[]) => tx.query({ text, values: params.values(runtime, { ids }) });
  await run(lockOf(active, object), [...new Set(marked.flatMap(({ id }) => marks[id] ?? []))]);
  for (const field of marked) await run(recomputeOf(active, object, field), marks[field.id] ?? []);
}

const compile = (active: ActiveModel, write: (scope: QueryScope) => string): Compiled => {
  const scope = new QueryScope(active, SYSTEM);
  return { text: write(scope), params: scope.params };
};

const lockOf = (active: ActiveModel, object: ObjectModel): Compiled =>
  statements.get(active, `lock ${object.id}`, () => compile(active, (scope) => lockRecords(scope, object)));

const recomputeOf = (active: ActiveModel, object: ObjectModel, field: FieldModel): Compiled =>
  statements.get(active, `recompute ${field.id}`, () => compile(active, (scope) => recomputeRollup(scope, object, field)));

/**
 * Keeps the stored roll-ups of a space true: looks for marks, works them out, and looks again.
 *
 * Errors: none leave it; what fails is tried again after a pause.
 */
export function startRollupWorker(parts: RollupParts): RollupWorker {
  const { logger, pollMs = POLL_MS } = parts;
  let isStopped = false;
  let wake: (() => void) | undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const working = (async () => {
    while (!isStopped) {
      let taken = 0;
      try {
        taken = await recomputeMarked(parts);
      } catch (error) {
        logger.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'roll-ups could not be worked out; trying again');
      }
      // Stopped while it worked, perhaps: nothing is lost by not looking again.
      if (taken === 0) await pause();
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      wake?.();
      await working;
    },
  };
}
