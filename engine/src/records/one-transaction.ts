import { AppError } from '../kernel/errors.js';
import type { DataTransaction } from '../store/data-pool.js';
import { translateDatabaseError } from '../store/pg-errors.js';
import { isRetriable } from '../store/sql-state.js';
import type { RequestContext } from './context.js';
import { MAX_ATTEMPTS } from './run-write.js';

const LONGEST_PAUSE_MS = 50;

/** Thrown to take back a transaction in which the metadata moved on. */
class MovedOn extends Error {}

type Within = RequestContext & { readonly tx: DataTransaction };

/**
 * Several writes as one: all of them happen, or none. They are a part of the transaction of the caller, if there is one, which goes on without them.
 *
 * Shape:  done again from the beginning after a lost race, and after waiting too long for a record: behind several others that write as much, whoever
 *         comes last waits longer than a single write should. So `work` must not remember anything.
 * Errors: those of `work`; the third time, conflict after a lost race and overloaded after waiting.
 */
export async function together<T>(ctx: RequestContext, work: (ctx: Within) => Promise<T>): Promise<T> {
  const { tx: outer } = ctx;
  if (outer !== undefined) return outer.undoable(() => work({ ...ctx, tx: outer }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await ctx.data.transaction(ctx.actor.tenantId, (tx) => work({ ...ctx, tx }));
      ctx.runsStarted?.();
      return result;
    } catch (error) {
      const race = error instanceof AppError ? error.cause : error;
      if (!isRetriable(race) || attempt === MAX_ATTEMPTS) throw translateDatabaseError(error, ctx.active);
      // Those that met do not set out together again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE_MS));
    }
  }
}

/** The same for work that gives "stale" when the metadata moved on; then nothing has happened. */
export async function inOneTransaction<T>(ctx: RequestContext, work: (ctx: RequestContext) => Promise<T | 'stale'>): Promise<T | 'stale'> {
  try {
    return await together(ctx, async (within) => {
      const done = await work(within);
      if (done === 'stale') throw new MovedOn();
      return done;
    });
  } catch (error) {
    if (error instanceof MovedOn) return 'stale';
    throw error;
  }
}
