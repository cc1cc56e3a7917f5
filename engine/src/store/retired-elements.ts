import { quote } from '../kernel/statement.js';
import { dataSchemaOf, type BindingRow } from '../planner/bindings.js';
import type { Retired } from '../planner/purge.js';
import type { Database } from './open-database.js';

/** What was retired at least so many days ago and still holds its data, oldest first, counted. */
export async function retiredElements(
  database: Database,
  space: number,
  bindings: readonly BindingRow[],
  days: number,
): Promise<Retired[]> {
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const found = await database.pool.query<{ id: string; name: string | null; retiredAt: string }>(
    `select b.element_id as id, to_char(r.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "retiredAt",
       (select c ->> 'name' from meta.revision v, jsonb_array_elements(v.changes) c
         where v.space_id = b.space_id and c ->> 'id' = split_part(b.element_id, '@', 1) order by v.rev desc limit 1) as name
       from meta.binding b join meta.revision r on r.space_id = b.space_id and r.rev = coalesce(b.until_rev, b.since_rev)
      where b.space_id = $1 and b.state = 'retired' and r.published_at <= now() - make_interval(days => $2) order by r.published_at, b.element_id`,
    [space, days],
  );
  const retired: Retired[] = [];
  for (const { id, name, retiredAt } of found.rows) {
    const row = rows.get(id);
    // A computed field has no column, and so nothing to destroy.
    if (row && (row.kind === 'table' || row.columns.length > 0))
      retired.push({ row, name: name ?? id, retiredAt, ...(await dataOf(database, dataSchemaOf(space), row)) });
  }
  return retired;
}

async function dataOf(database: Database, schema: string, { table, column }: BindingRow): Promise<Pick<Retired, 'rows' | 'keys'>> {
  const where = column === null ? '' : ` where ${quote(column)} is not null`;
  const counted = await database.pool.query<{ n: string }>(`select count(*) as n from ${quote(schema)}.${quote(table)}${where}`);
  const keys = await database.pool.query<{ table: string; name: string }>(
    `select t.relname as table, k.conname as name from pg_constraint k join pg_class t on t.oid = k.conrelid
      where k.contype = 'f' and k.confrelid = to_regclass($1) and k.conrelid <> k.confrelid and $2`,
    [`${quote(schema)}.${quote(table)}`, column === null],
  );
  return { rows: Number(counted.rows[0]?.n ?? 0), keys: keys.rows };
}
