import type pg from 'pg';
import { dataSchemaOf } from '../planner/bindings.js';
import type { Database } from './open-database.js';

/** A table so large, in bytes, that a plan made without knowing it hurts: 64 KB, some hundreds of records. */
const MIN_BYTES = 65_536;

/**
 * Lets Postgres learn what is in tables that it was never told about: until then it takes one record for all there are, whatever the table holds, and
 * joins by reading all of it for each row of a page.
 *
 * Shape:  gives the names of those that it did. Once analysed, a table is autovacuum's: as it grows, what is known of it stays good enough. What somebody else
 *         has locked is left for the next time.
 * Source: autovacuum comes once a minute at best, and after a crash starts counting anew: a page of 200 records of a table of 12,000 took 2 s until then
 *         (K-02 of the security bar), and 40 ms after.
 */
export async function analyzeUnknownTables({ pool }: Pick<Database, 'pool'>): Promise<string[]> {
  const client = await pool.connect();
  try {
    // Looking at a size waits for whoever changes the table.
    await client.query(`set lock_timeout = '200ms'`);
    const names = await unknownTables(client);
    if (names.length === 0) return [];
    for (const name of names) await client.query(`analyze (skip_locked) ${name}`);
    const skipped = new Set(await unknownTables(client));
    return names.filter((name) => !skipped.has(name));
  } finally {
    await client.query('reset lock_timeout').catch(() => undefined);
    client.release();
  }
}

async function unknownTables(client: pg.PoolClient): Promise<string[]> {
  const { rows: spaces } = await client.query<{ id: number }>('select id from meta.space');
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind = 'r' and c.reltuples < 0 and pg_has_role(c.relowner, 'usage') and pg_relation_size(c.oid) >= $2 order by 1`,
    [['meta', ...spaces.map(({ id }) => dataSchemaOf(id))], MIN_BYTES],
  );
  return rows.map(({ name }) => name);
}
