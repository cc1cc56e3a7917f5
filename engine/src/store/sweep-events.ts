import { quote } from '../kernel/statement.js';
import { dataSchemaOf } from '../planner/bindings.js';
import type { Database } from './open-database.js';
import { EVENT_DAYS } from './read-events.js';

const ROWS = 10_000;
const ROUNDS = 100;
const LOCK = 7_004;

/**
 * Takes away what was announced so long ago that nobody can go on from there, in the order it was written, a piece at a time. One process does it,
 * the others pass. Gives the number of rows.
 */
export async function sweepEvents({ pool }: Pick<Database, 'pool'>, days = EVENT_DAYS): Promise<number> {
  const client = await pool.connect();
  let gone = 0;
  try {
    const { rows: locks } = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) ok', [LOCK]);
    if (locks[0]?.ok !== true) return 0;
    const { rows: spaces } = await client.query<{ id: number }>('select id from meta.space order by id');
    for (const { id } of spaces) {
      const table = `${quote(dataSchemaOf(id))}.sys_outbox`;
      for (let round = 0; round < ROUNDS; round += 1) {
        // The oldest rows, whatever their age: where they are young, none is read but them.
        const { rowCount } = await client.query(
          `delete from ${table} o using (select x.xid, x.seq from ${table} x order by x.xid, x.seq limit $2) f
            where o.xid = f.xid and o.seq = f.seq and o.at < now() - make_interval(days => $1)`,
          [days, ROWS],
        );
        gone += rowCount ?? 0;
        if ((rowCount ?? 0) < ROWS) break;
      }
    }
    return gone;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    client.release();
  }
}
