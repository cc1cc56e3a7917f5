import { newId } from '../kernel/ids.js';
import { claimRuns, extendLeases, returnLeases, sweepExpiredLeases } from '../store/workflow-leases.js';
import { failpoint } from '../kernel/failpoint.js';
import { workOn, type WorkerServices } from './run-worker.js';

/** Units: milliseconds; `concurrency` runs at a time in this process; a run is isolated after `maxCrashes` workers were lost on one step. */
export type Timing = {
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly pollMs: number;
  readonly sweepMs: number;
  readonly stopMs: number;
  readonly concurrency: number;
  readonly maxCrashes: number;
};

export const USUAL_TIMING: Timing = {
  leaseMs: 15_000,
  heartbeatMs: 5_000,
  pollMs: 1_000,
  sweepMs: 5_000,
  stopMs: 15_000,
  concurrency: 8,
  maxCrashes: 6,
};

const PER_TENANT = 4;

export type Dispatcher = { kick(): void; stop(): Promise<void> };

/**
 * Claims runs and works on them. A kick claims at once; the poll finds what nobody kicked for: delays that ended, runs of other processes.
 *
 * Shape:  every time is the database's; the timers here only decide how often somebody looks.
 */
export function startDispatcher(services: Omit<WorkerServices, 'kick' | 'maxCrashes'>, timing: Timing): Dispatcher {
  const { database, logger } = services;
  const owner = newId();
  const active = new Map<string, AbortController>();
  const working = new Set<Promise<void>>();
  let afterTenant = 0;
  let isStopping = false;
  let isClaiming = false;
  let isKicked = false;

  const worker: WorkerServices = { ...services, maxCrashes: timing.maxCrashes, kick: () => kick() };

  const begin = (run: Awaited<ReturnType<typeof claimRuns>>[number]) => {
    const lease = new AbortController();
    active.set(run.id, lease);
    const work = workOn(worker, run, lease.signal, () => isStopping).finally(() => {
      if (active.get(run.id) === lease) active.delete(run.id);
      working.delete(work);
      kick();
    });
    working.add(work);
  };

  const claim = async () => {
    for (;;) {
      const limit = timing.concurrency - working.size;
      if (isStopping || limit <= 0) return;
      const runs = await claimRuns(database.pool, { owner, leaseMs: timing.leaseMs, limit, perTenant: PER_TENANT, afterTenant });
      if (runs.length > 0) failpoint('claimed');
      for (const run of runs) begin(run);
      const last = runs.at(-1);
      if (!last) return;
      afterTenant = last.tenant.id;
    }
  };

  const kick = (): void => {
    if (isStopping) return;
    isKicked = true;
    if (isClaiming) return;
    isClaiming = true;
    void (async () => {
      while (isKicked && !isStopping) {
        isKicked = false;
        await claim();
      }
    })()
      .catch((error: unknown) =>
        logger.warn({ error: error instanceof Error ? error.message : String(error) }, 'runs could not be claimed'),
      )
      .finally(() => {
        isClaiming = false;
      });
  };

  const heartbeat = async () => {
    const before = [...active];
    if (before.length === 0) return;
    const held = await extendLeases(database.pool, owner, timing.leaseMs);
    for (const [id, lease] of before) if (!held.has(id) && active.get(id) === lease) lease.abort();
  };

  const sweep = async () => {
    const { returned, dead } = await sweepExpiredLeases(database.pool, timing.maxCrashes);
    if (returned > 0) logger.warn({ returned, dead }, 'runs of lost workers were taken back');
    if (returned > dead) kick();
  };

  const timers = [every(timing.pollMs, () => Promise.resolve(kick())), every(timing.heartbeatMs, heartbeat), every(timing.sweepMs, sweep)];

  function every(ms: number, task: () => Promise<void>): NodeJS.Timeout {
    let isBusy = false;
    return setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      task()
        .catch((error: unknown) =>
          logger.warn({ error: error instanceof Error ? error.message : String(error) }, 'automation could not reach the database'),
        )
        .finally(() => {
          isBusy = false;
        });
    }, ms);
  }

  kick();
  return {
    kick,
    async stop() {
      isStopping = true;
      const [poll, beat, sweeper] = timers;
      clearInterval(poll);
      clearInterval(sweeper);
      // The heartbeat goes on until the last segment is stored.
      let timeout: NodeJS.Timeout | undefined;
      await Promise.race([Promise.allSettled(working), new Promise((resolve) => (timeout = setTimeout(resolve, timing.stopMs)))]);
      clearTimeout(timeout);
      clearInterval(beat);
      await returnLeases(database.pool, owner).catch(() => undefined);
    },
  };
}
