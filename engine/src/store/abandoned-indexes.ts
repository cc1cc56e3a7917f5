import { quote } from '../kernel/statement.js';
import type { Database } from './open-database.js';

/**
 * Drops the indexes that a publish built before its transaction and then died. A unique one would go on refusing values that the live
 * revision allows. Call it with the publish lease held, so that nobody is building them now.
 *
 * Shape: `keep` are indexes that the coming publish builds itself, and may find ready.
 */
export async function dropAbandonedIndexes(database: Database, space: number, keep: ReadonlySet<string> = new Set()): Promise<void> {
  for (const { schema, index } of await abandonedIndexes(database, space)) {
    if (!keep.has(index)) await database.pool.query(`drop index concurrently if exists ${quote(schema)}.${quote(index)}`);
  }
}

/** What plans over the live revision build first, and is there although none of them is published. */
export async function abandonedIndexes(database: Database, space: number): Promise<{ schema: string; index: string }[]> {
  const { rows } = await database.pool.query<{ schema: string; index: string }>(
    `select distinct n.nspname as schema, c.relname as index
       from meta.space s join meta.plan p on p.space_id = s.id and p.base_rev = s.head_rev,
            jsonb_array_elements(p.body #> '{plan,statements}') step
       join pg_namespace n on n.nspname = step #>> '{builds,schema}'
       join pg_class c on c.relnamespace = n.oid and c.relname = step #>> '{builds,index}'
      where s.id = $1 and step ->> 'phase' = 'PRE'`,
    [space],
  );
  return rows;
}
