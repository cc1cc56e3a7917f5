import type { PackStep, PlanChange } from '@fieldstone/metadata/types/wire.js';
import type { SourceDocument } from '../model/types.js';
import { parseSnapshot } from './applied-model.js';
import type { Database } from './open-database.js';
import { packSteps, PACKS_OF_REVISION } from './pack-history.js';

export type RevisionRow = {
  readonly revision: number;
  readonly parent: number;
  readonly at: string;
  readonly by: string | null;
  readonly comment: string;
  readonly changes: PlanChange[];
  readonly packs: PackStep[];
  readonly isHead: boolean;
};

const COLUMNS = `r.rev as revision, r.parent_rev as parent, to_char(r.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
  u.name as by, r.comment, r.changes, r.rev = s.head_rev as "isHead", ${PACKS_OF_REVISION}`;
const SOURCE = `meta.revision r join meta.space s on s.id = r.space_id left join meta.user u on u.id = r.published_by`;

type Noted = Parameters<typeof packSteps>[0];
type Row = Omit<RevisionRow, 'packs'> & { readonly packs: Noted; readonly packsBefore: Noted };
const rowOf = ({ packs, packsBefore, ...row }: Row): RevisionRow => ({ ...row, packs: packSteps(packsBefore, packs) });

/** Newest first. */
export async function listRevisions(database: Database, space: number, limit: number, before?: number): Promise<RevisionRow[]> {
  const { rows } = await database.pool.query<Row>(
    `select ${COLUMNS} from ${SOURCE} where r.space_id = $1 and ($3::int is null or r.rev < $3) order by r.rev desc limit $2`,
    [space, limit, before ?? null],
  );
  return rows.map(rowOf);
}

export async function findRevision(database: Database, space: number, revision: number): Promise<RevisionRow | null> {
  const { rows } = await database.pool.query<Row>(`select ${COLUMNS} from ${SOURCE} where r.space_id = $1 and r.rev = $2`, [
    space,
    revision,
  ]);
  return rows[0] ? rowOf(rows[0]) : null;
}

export type ElementRevision = Pick<RevisionRow, 'revision' | 'at' | 'comment'> & {
  readonly element: string;
  readonly by: string;
  readonly change: PlanChange;
};

const ELEMENT_REVISIONS = 500;

/** What revisions did to elements, newest first. */
export async function elementRevisions(database: Database, space: number, elementIds: readonly string[]): Promise<ElementRevision[]> {
  const { rows } = await database.pool.query<ElementRevision>(
    `select c.value ->> 'id' as element, r.rev as revision, to_char(r.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
            coalesce(u.name, '') as by, r.comment, c.value as change
       from meta.revision r left join meta.user u on u.id = r.published_by, jsonb_array_elements(r.changes) c
      where r.space_id = $1 and c.value ->> 'id' = any($2::text[]) order by r.rev desc limit ${ELEMENT_REVISIONS}`,
    [space, elementIds],
  );
  return rows;
}

/** Id of an element that had this name when a revision last changed it. */
export async function formerElementId(database: Database, space: number, kind: string, name: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select c.value ->> 'id' as id from meta.revision r, jsonb_array_elements(r.changes) c
      where r.space_id = $1 and c.value ->> 'kind' = $2 and c.value ->> 'name' = $3 order by r.rev desc limit 1`,
    [space, kind, name],
  );
  return rows[0]?.id;
}

export async function revisionSources(database: Database, space: number, revision: number): Promise<SourceDocument[] | null> {
  const { rows } = await database.pool.query<{ snapshot: string }>('select snapshot from meta.revision where space_id = $1 and rev = $2', [
    space,
    revision,
  ]);
  return rows[0] ? parseSnapshot(rows[0].snapshot) : null;
}

/** Ids of elements that somebody retired: an upgrade of their pack does not bring them back. */
export async function retiredByPeople(database: Database, space: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select distinct c ->> 'id' as id from meta.revision r, jsonb_array_elements(r.changes) c
      where r.space_id = $1 and r.published_by is not null and c ->> 'action' = 'retire'`,
    [space],
  );
  return rows.map((row) => row.id);
}
