import { NOBODY } from '../kernel/actor.js';
import { systemClock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import type { RequestContext } from '../records/context.js';
import { purgeRecords } from '../records/purge-records.js';
import type { Database } from '../store/open-database.js';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

export type BinKeeping = {
  readonly database: Database;
  readonly models: { current(space: number): ActiveModel };
  readonly space: number;
  readonly tenantId: number;
  readonly logger: Logger;
  /** null keeps everything. */
  readonly keepDays: number | null;
};

/**
 * Deletes for good what has lain in the recycle bin for so many days: as people do it, but by the system. Any number of processes may do it at the same
 * time: what one destroys the others do not find.
 *
 * Shape:  gives how many went. What other records still need stays, and is tried again the next time.
 */
export async function emptyBin({ database, models, space, tenantId, keepDays }: BinKeeping, now = systemClock.now()): Promise<number> {
  if (keepDays === null) return 0;
  const ctx: RequestContext = {
    actor: {
      kind: 'system',
      userId: NOBODY,
      name: 'Fieldstone',
      tenantId,
      roles: [],
      epoch: 0,
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
      cause: { kind: 'user' },
    },
    active: models.current(space),
    data: database.data,
    clock: { now: () => now },
    // Cursors of this call are read by this call alone.
    cursorKey: 'recycle bin',
    refresh: () => Promise.resolve(models.current(space)),
  };
  const until = new Date(now.getTime() - keepDays * DAY_MS).toISOString();
  let total = 0;
  for (let cursor: string | undefined; ;) {
    const { purged, next } = await purgeRecords(ctx, database.pool, { all: true, until, ...(cursor === undefined ? {} : { cursor }) });
    total += purged;
    if (next === null) return total;
    cursor = next;
  }
}

/** Calls it now and then: each call does so at most once an hour. */
export function createBinSweep(keeping: BinKeeping): () => Promise<void> {
  let last = 0;
  return async () => {
    if (Date.now() - last < HOUR_MS) return;
    last = Date.now();
    const count = await emptyBin(keeping);
    if (count > 0) keeping.logger.info({ count }, 'records were deleted for good: their time in the recycle bin is over');
  };
}
