import { AppError } from '../kernel/errors.js';
import type { DataTransaction } from '../store/data-pool.js';
import { translateDatabaseError } from '../store/pg-errors.js';
import type { RequestContext } from './context.js';
import { isLostRace, MAX_ATTEMPTS } from './run-write.js';

const LONGEST_PAUSE_MS = 50;

/** Thrown to take back a transaction in which the metadata moved on. */
class MovedOn extends Error {}

/**
 * Several writes as one: all of them happen, or none. They are a part of the transaction of the caller, if there is one, which goes on without them.
 *
 * Shape:  `work` gives "stale" when the metadata moved on; then nothing has happened. It is done again from the beginning after a lost race, so it must
 *         not remember anything.
 * Errors: those of `work`; conflict after three lost races.
 */
export async function inOneTransaction<T>(ctx: RequestContext, work: (ctx: RequestContext) => Promise<T | 'stale'>): Promise<T | 'stale'> {
  if (ctx.tx !== undefined) return part(ctx, ctx.tx, work);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await ctx.data.transaction(ctx.actor.tenantId, async (tx) => {
        const done = await work({ ...ctx, tx });
        if (done === 'stale') throw new MovedOn();
        return done;
      });
      ctx.runsStarted?.();
      return result;
    } catch (error) {
      if (error instanceof MovedOn) return 'stale';
      const race = error instanceof AppError ? error.cause : error;
      if (!isLostRace(race) || attempt === MAX_ATTEMPTS) throw translateDatabaseError(error, ctx.active);
      // Those that met do not set out together again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE_MS));
    }
  }
}

async function part<T>(
  ctx: RequestContext,
  tx: DataTransaction,
  work: (ctx: RequestContext) => Promise<T | 'stale'>,
): Promise<T | 'stale'> {
  try {
    return await tx.undoable(async () => {
      const done = await work(ctx);
      if (done === 'stale') throw new MovedOn();
      return done;
    });
  } catch (error) {
    if (error instanceof MovedOn) return 'stale';
    throw error;
  }
}
