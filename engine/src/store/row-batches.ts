import { failpoint } from '../kernel/failpoint.js';
import type { Database } from './open-database.js';
import { isRetriable } from './sql-state.js';

/** Where a step is kept: by the revision it leads to and its place in the plan, counted from one. */
export type StepKey = { readonly space: number; readonly rev: number; readonly ord: number };

const MOST_ROWS = 1_000;
const FEWEST_ROWS = 50;
const BATCH_MS = 50;
const TRIES = 60;
const NO_ID = '00000000-0000-0000-0000-000000000000';

type Progress = { readonly id: string; readonly tenant: number; readonly seen: string; readonly isDone: boolean };
type Answer = { readonly rows: number; readonly changed: number; readonly last: { readonly id: string; readonly tenant: number } | null };

/**
 * Runs a batch statement until it has seen every row, from where it was left.
 *
 * Shape:  each batch is a transaction that writes its progress too, so that none is done twice or left out. `mayGoOn` is asked before each and
 *         throws to stop.
 * Units:  at most 1,000 rows and about 50 ms a batch, with half as long a pause, so that people's own writes get through between them.
 * Source: docs/decisions/0021-conversions-beside-the-old-column.md.
 */
export async function runBatches(database: Database, key: StepKey, sql: string, mayGoOn: () => Promise<void> | void): Promise<void> {
  const found = await database.pool.query<Progress>(
    `select after_id as id, after_tenant as tenant, seen, is_done as "isDone" from meta.step_progress where space_id = $1 and rev = $2 and ord = $3`,
    [key.space, key.rev, key.ord],
  );
  let after: { id: string; tenant: number } = found.rows[0] ?? { id: NO_ID, tenant: 0 };
  let limit = 200;
  if (found.rows[0]?.isDone) return;
  for (;;) {
    await mayGoOn();
    const started = performance.now();
    const { rows, last } = await patientBatch(database, key, sql, after, limit);
    failpoint('batch-done');
    if (last === null || rows < limit) return;
    after = last;
    const ms = performance.now() - started;
    limit = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.round((limit * BATCH_MS) / Math.max(ms, 1))));
    await new Promise((resolve) => setTimeout(resolve, Math.min(ms, BATCH_MS) / 2));
  }
}

/** A row that somebody holds is waited for briefly and often, so that nobody queues behind the batch. */
async function patientBatch(
  database: Database,
  key: StepKey,
  sql: string,
  after: { id: string; tenant: number },
  limit: number,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const client = await database.pool.connect();
    let isBroken = false;
    try {
      await client.query(`begin; set local lock_timeout = '200ms'; set local statement_timeout = '10s'`);
      const { rows } = await client.query<Answer>(sql, [after.id, after.tenant, limit]);
      const answer = rows[0] ?? { rows: 0, changed: 0, last: null };
      const at = answer.last ?? after;
      await client.query(
        `insert into meta.step_progress (space_id, rev, ord, after_id, after_tenant, seen, changed, is_done) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (space_id, rev, ord) do update set after_id = excluded.after_id, after_tenant = excluded.after_tenant,
           seen = meta.step_progress.seen + excluded.seen, changed = meta.step_progress.changed + excluded.changed, is_done = excluded.is_done`,
        [key.space, key.rev, key.ord, at.id, at.tenant, answer.rows, answer.changed, answer.rows < limit],
      );
      await client.query('commit');
      return answer;
    } catch (error) {
      await client.query('rollback').catch(() => (isBroken = true));
      if (!isRetriable(error) || tries === TRIES) throw error;
    } finally {
      client.release(isBroken);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(500, 20 * tries)));
  }
}
