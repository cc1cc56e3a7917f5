import type pg from 'pg';
import type { BindingRow } from '../planner/bindings.js';
import type { SourceDocument } from '../model/types.js';
import type { Database } from './open-database.js';

type Queryable = Pick<pg.Pool, 'query'>;

/** What a space is at: its head revision with every document, and where everything lives. */
export type AppliedModel = {
  readonly revision: number;
  readonly sources: readonly SourceDocument[];
  readonly bindings: readonly BindingRow[];
};

export async function headRevision(db: Queryable, space: number): Promise<number> {
  const { rows } = await db.query<{ head: number }>('select head_rev as head from meta.space where id = $1', [space]);
  return rows[0]?.head ?? 0;
}

/** Reads revision and bindings in one snapshot, so that they belong together. */
export async function readApplied(database: Database, space: number): Promise<AppliedModel> {
  const { rows } = await database.pool.query<{ revision: number; snapshot: string | null; bindings: BindingRow[] }>(
    `select s.head_rev as revision,
            (select r.snapshot from meta.revision r where r.space_id = s.id and r.rev = s.head_rev) as snapshot,
            ${BINDINGS} as bindings
       from meta.space s where s.id = $1`,
    [space],
  );
  const row = rows[0];
  if (!row) throw new Error(`there is no space ${space}`);
  return { revision: row.revision, sources: parseSnapshot(row.snapshot), bindings: row.bindings };
}

const BINDINGS = `coalesce((select json_agg(json_build_object('elementId', b.element_id, 'kind', b.kind, 'table', b.table_name, 'column', b.column_name,
  'pgType', b.pg_type, 'columns', b.columns, 'objectNumber', b.object_number, 'state', b.state, 'kept', b.kept) order by b.element_id)
  from meta.binding b where b.space_id = s.id and b.state <> 'dropped'), '[]'::json)`;

export const parseSnapshot = (text: string | null): SourceDocument[] =>
  // Written by snapshotText from a compiled model.
  text === null ? [] : (JSON.parse(text) as SourceDocument[]);

export const snapshotText = (sources: readonly SourceDocument[]): string =>
  JSON.stringify(sources.map(({ origin, file, document }) => ({ origin, ...(file === undefined ? {} : { file }), document })));
