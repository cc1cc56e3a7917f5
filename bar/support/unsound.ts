import type { Installation } from './installation.js';

/** Any installation has more tables: fewer were not looked through. */
const LEAST_TABLES = 50;

/** All that is wrong with the pages of the tables, the indexes over them, and the checksums: nothing. */
export async function unsound({ sql }: Pick<Installation, 'sql'>): Promise<string[]> {
  await sql('create schema if not exists looked; create extension if not exists amcheck schema looked');
  const tables = await sql<{ name: string; corrupt: number }>(
    `select c.oid::regclass::text as name, (select count(*)::int from looked.verify_heapam(c.oid)) as corrupt
       from pg_class c join pg_am a on a.oid = c.relam and a.amname = 'heap' where c.relkind = 'r' and c.relpersistence = 'p'`,
  );
  const found = tables.filter(({ corrupt }) => corrupt > 0).map(({ name, corrupt }) => `${name}: ${String(corrupt)} times`);
  if (tables.length <= LEAST_TABLES) found.push(`only ${String(tables.length)} tables`);
  // Each throws when an index does not fit its table.
  await sql(
    `select looked.bt_index_check(i.indexrelid, true) from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
      where a.amname = 'btree' and i.indisvalid and i.indisready and c.relpersistence = 'p'`,
  ).catch((error: unknown) => found.push(String(error)));
  const [sums] = await sql<{ failures: number }>('select sum(checksum_failures)::int as failures from pg_stat_database');
  if (sums?.failures !== 0) found.push(`checksums: ${String(sums?.failures)} failures`);
  await sql('drop schema looked cascade');
  return found;
}
