import type pg from 'pg';
import { AppError } from '../kernel/errors.js';
import type { Database } from './open-database.js';
import { isRetriable } from './sql-state.js';

const TRIES = 30;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Changes tables in one transaction, tried again while one of them is busy. It waits for locks so briefly that nobody queues behind it for
 * long. `outcome` begins the message when it gives up.
 *
 * Errors: overloaded; whatever `work` throws.
 */
export async function shortTransaction(database: Database, outcome: string, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const client = await database.pool.connect();
    let isBroken = false;
    try {
      await client.query(`begin; set local lock_timeout = '200ms'; set local statement_timeout = '5s'`);
      await work(client);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback').catch(() => (isBroken = true));
      if (!isRetriable(error)) throw error;
      if (tries === TRIES)
        throw new AppError('overloaded', `The tables were busy for too long. ${outcome}`, { hint: 'Try again in a moment.', cause: error });
    } finally {
      client.release(isBroken);
    }
    const pause = Math.min(LONGEST_PAUSE_MS, 50 * 2 ** (tries - 1));
    await new Promise((resolve) => setTimeout(resolve, pause / 2 + (Math.random() * pause) / 2));
  }
}
