import { compileModel } from '../model/compile-model.js';
import { findDrift, type Drift } from '../planner/drift.js';
import { abandonedIndexes, dropAbandonedIndexes } from '../store/abandoned-indexes.js';
import { readApplied } from '../store/applied-model.js';
import { introspectSchema } from '../store/introspect-schema.js';
import type { Database } from '../store/open-database.js';
import { pendingIndexes, pendingSteps, runPendingSteps, type PendingStep } from '../store/pending-steps.js';
import { withPublishLease } from '../store/publish-lease.js';

export type Examination = { readonly revision: number; readonly drift: readonly Drift[]; readonly pending: readonly PendingStep[] };

/** Compares the tables of a space with its published metadata, and names the online steps that are still to be done. Changes nothing. */
export async function examineSpace(database: Database, space: number): Promise<Examination> {
  const applied = await readApplied(database, space);
  const compiled = compileModel(applied.sources);
  if (!compiled.ok) throw new Error(`revision ${applied.revision} does not compile`);
  const actual = await introspectSchema(database, space);
  const unfinished = new Set(await pendingIndexes(database, space));
  return {
    revision: applied.revision,
    drift: findDrift(space, compiled.model, applied.bindings, actual, unfinished),
    pending: await pendingSteps(database, space),
  };
}

/** Does what former publishes left to do, and takes away what one that died left half done: at the start, and whenever somebody asks. */
export async function resumePending(database: Database, space: number): Promise<readonly PendingStep[]> {
  const [pending, abandoned] = await Promise.all([pendingSteps(database, space), abandonedIndexes(database, space)]);
  if (pending.length === 0 && abandoned.length === 0) return [];
  return withPublishLease(database, space, async () => {
    await dropAbandonedIndexes(database, space);
    return runPendingSteps(database, space);
  });
}

const RESUME_EVERY_MS = 60_000;

/** Takes up unfinished steps now and every minute, until it is stopped. Another process that is publishing does them itself. */
export function keepResuming(database: Database, space: number): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const resume = () => {
    running = resumePending(database, space).catch((error: unknown) => {
      database.config.logger.warn({ error: String(error), space }, 'unfinished steps of a publish are waiting');
    });
  };
  const timer = setInterval(resume, RESUME_EVERY_MS);
  timer.unref();
  resume();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
