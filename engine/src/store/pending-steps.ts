import { failpoint } from '../kernel/failpoint.js';
import { quote } from '../kernel/statement.js';
import type { Database } from './open-database.js';
import { atStep } from './publications.js';
import type { Lease } from './publish-lease.js';
import { runBatches } from './row-batches.js';
import { sqlState, stepFailure } from './sql-state.js';

/** A step that is still to be done although its revision is live. */
export type PendingStep = { readonly sql: string; readonly error: string };
type Builds = { readonly schema: string; readonly index: string };
type Step = {
  readonly rev: number;
  readonly ord: string;
  readonly sql: string;
  readonly builds: Builds | null;
  readonly batch: object | null;
};

const TRIES = 3;

/**
 * Runs the online steps of a space that are not done yet, in order. Call it with the publish lease held.
 *
 * Shape: each step in its own right, tried three times; what still fails comes back and is tried again by the next call.
 */
export async function runPendingSteps(database: Database, space: number, lease: Lease): Promise<PendingStep[]> {
  const { rows } = await database.pool.query<Step>(
    `select rev, ord::text as ord, sql, builds, batch from meta.step where space_id = $1 and status <> 'done' order by rev, ord`,
    [space],
  );
  const pending: PendingStep[] = [];
  for (const step of rows) {
    lease.check();
    const started = performance.now();
    await atStep(database, space, Number(step.ord) - 1);
    const error = await tryStep(database, space, step, lease);
    failpoint('after-step-run');
    await database.pool.query(
      `update meta.step set status = $4, attempts = attempts + 1, ms = $5, error = $6 where space_id = $1 and rev = $2 and ord = $3`,
      [space, step.rev, step.ord, error === null ? 'done' : 'failed', Math.round(performance.now() - started), error],
    );
    failpoint('after-step-stored');
    if (error !== null) pending.push({ sql: step.sql, error });
  }
  return pending;
}

export async function pendingSteps(database: Database, space: number): Promise<PendingStep[]> {
  const { rows } = await database.pool.query<PendingStep>(
    `select sql, coalesce(error, 'Not tried yet.') as error from meta.step where space_id = $1 and status <> 'done' order by rev, ord`,
    [space],
  );
  return rows;
}

async function tryStep(database: Database, space: number, step: Step, lease: Lease): Promise<string | null> {
  let failure = '';
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      if (step.builds) await dropLeftover(database, step.builds);
      if (step.batch) await runBatches(database, { space, rev: step.rev, ord: Number(step.ord) }, step.sql, () => lease.check());
      else await runAlone(database, step.sql);
      return null;
    } catch (error) {
      // What it was for is gone: a later revision took it away.
      if (['42704', '42P01', '42703'].includes(sqlState(error) ?? '')) return null;
      failure = stepFailure(error);
      if (['23505', '23503', '23514'].includes(sqlState(error) ?? '')) break;
    }
  }
  return failure;
}

/** Outside any transaction, as online statements need it. Nobody queues behind the locks they wait for. */
async function runAlone(database: Database, sql: string): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query(`set lock_timeout = '5s'`);
    await client.query(sql);
  } finally {
    await client.query('reset lock_timeout').catch(() => undefined);
    client.release();
  }
}

/** An online build that was cut off leaves an index that is kept up to date but answers nothing. */
export async function dropLeftover(database: Database, { schema, index }: Builds): Promise<void> {
  const { rowCount } = await database.pool.query(
    `select 1 from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2 and not i.indisvalid`,
    [schema, index],
  );
  if (rowCount) await database.pool.query(`drop index concurrently if exists ${quote(schema)}.${quote(index)}`);
}

/** Indexes that a live revision still has to build. */
export async function pendingIndexes(database: Database, space: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select builds ->> 'index' as name from meta.step where space_id = $1 and status <> 'done' and builds is not null`,
    [space],
  );
  return rows.map((row) => row.name);
}
