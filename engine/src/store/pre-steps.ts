import { AppError } from '../kernel/errors.js';
import { failpoint } from '../kernel/failpoint.js';
import type { PlannedStatement } from '../planner/planned-statement.js';
import type { Database } from './open-database.js';
import { dropLeftover } from './pending-steps.js';
import { atStep, isCancelled, setState, type Publication } from './publications.js';
import type { Lease } from './publish-lease.js';
import { runBatches } from './row-batches.js';
import { shortTransaction } from './short-transaction.js';
import { stepFailure } from './sql-state.js';

/**
 * What is done online before the transaction. Every step may be run again: a publish that was cut off begins with the first and the batches go
 * on where they were.
 *
 * Errors: conflict, with nothing to take back but what `undoSteps` takes back.
 */
export async function runBefore(
  database: Database,
  space: number,
  rev: number,
  steps: readonly PlannedStatement[],
  lease: Lease,
): Promise<void> {
  const mayGoOn = async () => {
    lease.check();
    if (await isCancelled(database, space)) throw new AppError('conflict', 'Nothing was published: it was stopped.');
  };
  for (const [index, statement] of steps.entries()) {
    if (statement.phase !== 'PRE') continue;
    await mayGoOn();
    await atStep(database, space, index);
    const outcome = 'Nothing was published.';
    if (statement.batch) await told(outcome, () => runBatches(database, { space, rev, ord: index + 1 }, statement.sql, mayGoOn));
    else await runOnline(database, statement, outcome);
    failpoint('before-step-done');
  }
}

/** Runs one step by itself. `outcome` begins the message of a failure. */
export async function runOnline(database: Database, statement: PlannedStatement, outcome: string): Promise<void> {
  await told(outcome, async () => {
    if (statement.builds) await dropLeftover(database, statement.builds);
    if (statement.lock === 'L2') await database.pool.query(statement.sql);
    // A statement that needs a table for itself gives up quickly and tries again, so that nobody queues behind it.
    else await shortTransaction(database, outcome, async (client) => void (await client.query(statement.sql)));
  });
}

async function told(outcome: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('conflict', `${outcome} ${stepFailure(error)}`, { hint: 'Put it right, then make the plan again.', cause: error });
  }
}

export async function undo(database: Database, statement: PlannedStatement): Promise<void> {
  for (const sql of statement.undo ?? []) {
    if (statement.lock === 'L2') await database.pool.query(sql);
    else await shortTransaction(database, 'It is not taken back yet.', async (client) => void (await client.query(sql)));
    failpoint('undo-step-done');
  }
}

/**
 * Takes back what a publish that does not go through has made, in the reverse order. It is written down before, so that it is finished by
 * another process when this one dies.
 */
export async function undoSteps(
  database: Database,
  space: number,
  { steps }: Pick<Publication, 'steps'>,
  reason: string | null,
): Promise<void> {
  await setState(database, space, 'undoing', reason);
  failpoint('undo-begun');
  for (const statement of steps.toReversed()) {
    if (statement.phase !== 'PRE') continue;
    await undo(database, statement);
  }
  await database.pool.query(
    'delete from meta.step_progress where space_id = $1 and rev > (select head_rev from meta.space where id = $1)',
    [space],
  );
  await setState(database, space, 'failed');
  failpoint('undone');
}
