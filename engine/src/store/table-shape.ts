import type pg from 'pg';
import type { TableShape } from '../planner/facts.js';

/** What has to be made again when a table is rebuilt. Null for a table without dropped columns: there is nothing to win. */
export async function readTableShape(client: pg.PoolClient, schema: string, table: string): Promise<TableShape | null> {
  const at = `${schema}.${table}`;
  const { rows } = await client.query<Omit<TableShape, 'rows'> & { hasDropped: boolean }>(SHAPE, [at]);
  const shape = rows[0];
  if (shape?.hasDropped !== true) return null;
  const counted = await client.query<{ n: number }>(`select count(*)::int as n from ${at}`);
  const { columns, indexes, constraints, keys } = shape;
  return { rows: counted.rows[0]?.n ?? 0, columns, indexes, constraints, keys };
}

const definition = (constraint: string): string => `regexp_replace(pg_get_constraintdef(${constraint}.oid), ' NOT VALID$', '')`;

/** The primary key is made with the table, and an index that was never finished is not made again. */
const SHAPE = `
  with t as (select $1::regclass as id)
  select
    exists (select 1 from pg_attribute a where a.attrelid = t.id and a.attisdropped) as "hasDropped",
    (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'isRequired', a.attnotnull,
        'defaultSql', pg_get_expr(d.adbin, d.adrelid), 'comment', col_description(t.id, a.attnum)) order by a.attnum)
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = t.id and a.attnum > 0 and not a.attisdropped) as columns,
    (select coalesce(json_agg(json_build_object('name', c.relname, 'isUnique', i.indisunique,
        'on', substring(pg_get_indexdef(c.oid) from ' (USING .*)$')) order by c.relname), '[]')
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = t.id and i.indisvalid and not i.indisprimary) as indexes,
    (select coalesce(json_agg(json_build_object('name', k.conname, 'definition', ${definition('k')}, 'isValid', k.convalidated,
        'isSelf', k.confrelid = t.id) order by k.conname), '[]')
       from pg_constraint k where k.conrelid = t.id and k.contype in ('c', 'f')) as constraints,
    (select coalesce(json_agg(json_build_object('table', o.relname, 'name', k.conname, 'definition', ${definition('k')}, 'isValid', k.convalidated)
        order by o.relname, k.conname), '[]')
       from pg_constraint k join pg_class o on o.oid = k.conrelid
      where k.confrelid = t.id and k.conrelid <> t.id and k.contype = 'f') as keys
  from t`;
