import { quote } from '../kernel/statement.js';
import { dataSchemaOf } from '../planner/bindings.js';
import { readApplied } from './applied-model.js';
import type { Database } from './open-database.js';

/** Suffix of the second column of a secret: no other type has it, so retired fields, whose type nobody knows any more, are found too. */
const HINT_SUFFIX = '_l4';
const PAGE = 500;

export type Resealed = { readonly resealed: number; readonly unopened: number };

/**
 * Seals every secret of a space with the current secret of the installation that is sealed with a former one, deleted records and retired fields
 * among them. The value stays, so versions and history do too.
 *
 * Shape:  can be broken off and run again at any time, beside a running server: a value that is written meanwhile is left as it is.
 */
export async function resealSecrets(database: Database, space: number): Promise<Resealed> {
  const { keys } = database.data;
  const { bindings } = await readApplied(database, space);
  const objects = new Map(bindings.filter((row) => row.kind === 'table').map((row) => [row.table, row.elementId]));
  let resealed = 0;
  let unopened = 0;
  for (const row of bindings) {
    const object = objects.get(row.table);
    if (row.column === null || object === undefined || !row.columns.some(({ suffix }) => suffix === HINT_SUFFIX)) continue;
    const table = `${quote(dataSchemaOf(space))}.${quote(row.table)}`;
    const column = quote(row.column);
    let last = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const { rows } = await database.pool.query<{ id: string; tenantId: number; sealed: string }>(
        `select id, tenant_id as "tenantId", ${column} as sealed from ${table}
          where id > $1 and ${column} is not null and split_part(${column}, '.', 2) <> $2 order by id limit ${String(PAGE)}`,
        [last, keys.current],
      );
      for (const { id, tenantId, sealed } of rows) {
        last = id;
        const place = { tenantId, object, record: id, field: row.elementId };
        const text = keys.open(place, sealed);
        if (text === undefined) {
          unopened += 1;
          continue;
        }
        const { rowCount } = await database.pool.query(
          `update ${table} set ${column} = $1 where tenant_id = $2 and id = $3 and ${column} = $4`,
          [keys.seal(place, text), tenantId, id, sealed],
        );
        resealed += rowCount ?? 0;
      }
      if (rows.length < PAGE) break;
    }
  }
  return { resealed, unopened };
}
