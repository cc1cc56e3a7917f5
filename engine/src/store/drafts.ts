import type pg from 'pg';
import type { DocumentKind, MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { digest } from '../kernel/hash.js';
import { newId } from '../kernel/ids.js';
import type { Database } from './open-database.js';

/** One wanted change of an element. `document` null retires it; `baseHash` is the published document it was made on, null for a new element. */
export type DraftChange = {
  readonly elementId: string;
  readonly kind: DocumentKind;
  readonly name: string;
  readonly baseHash: string | null;
  readonly document: MetadataDocument | null;
  readonly changedBy: string;
  readonly at: string;
};
export type Draft = { readonly id: string; readonly baseRevision: number; readonly changes: readonly DraftChange[] };

type Queryable = Pick<pg.Pool, 'query'>;

export async function readDraft(db: Queryable, space: number, owner: string): Promise<Draft | null> {
  const { rows } = await db.query<{ id: string; baseRevision: number; changes: DraftChange[] }>(
    `select d.id, d.base_rev as "baseRevision", coalesce((
       select json_agg(json_build_object('elementId', c.element_id, 'kind', c.kind, 'name', c.name, 'baseHash', c.base_hash, 'document', c.document,
                'changedBy', c.changed_by, 'at', to_char(c.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.changed_at, c.element_id)
         from meta.draft_change c where c.draft_id = d.id), '[]'::json) as changes
       from meta.draft d where d.space_id = $1 and d.owner = $2`,
    [space, owner],
  );
  return rows[0] ?? null;
}

/** What a plan remembers of the draft it was made from: any change of the draft changes it. */
export const draftDigest = (draft: Pick<Draft, 'changes'>): string =>
  digest(
    draft.changes
      .map(({ elementId, document, baseHash }) => [elementId, document, baseHash])
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
  );

/** Puts one change into the owner's draft, which is opened when there is none. The same element is replaced. */
export async function putDraftChange(
  database: Database,
  space: number,
  owner: string,
  baseRevision: number,
  change: Omit<DraftChange, 'at' | 'changedBy'>,
): Promise<void> {
  await withDraft(database, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `insert into meta.draft (id, space_id, owner, base_rev) values ($1, $2, $3, $4)
       on conflict (space_id, owner) do update set base_rev = greatest(meta.draft.base_rev, excluded.base_rev) returning id`,
      [newId(), space, owner, baseRevision],
    );
    await client.query(
      `insert into meta.draft_change (draft_id, element_id, kind, name, base_hash, document, changed_by, changed_at)
       values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
       on conflict (draft_id, element_id) do update set kind = excluded.kind, name = excluded.name, base_hash = excluded.base_hash,
         document = excluded.document, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      [
        rows[0]?.id,
        change.elementId,
        change.kind,
        change.name,
        change.baseHash,
        change.document === null ? null : JSON.stringify(change.document),
        owner,
      ],
    );
  });
}

/** Takes one change back. The draft goes with its last change. */
export async function dropDraftChange(database: Database, space: number, owner: string, elementId: string): Promise<void> {
  await withDraft(database, async (client) => {
    const draft = await client.query<{ id: string }>('select id from meta.draft where space_id = $1 and owner = $2 for update', [
      space,
      owner,
    ]);
    const id = draft.rows[0]?.id;
    if (id === undefined) return;
    await client.query('delete from meta.draft_change where draft_id = $1 and element_id = $2', [id, elementId]);
    await client.query(
      'delete from meta.draft d where d.id = $1 and not exists (select 1 from meta.draft_change c where c.draft_id = d.id)',
      [id],
    );
  });
}

export async function dropDraft(db: Queryable, space: number, owner: string): Promise<void> {
  await db.query('delete from meta.draft where space_id = $1 and owner = $2', [space, owner]);
}

async function withDraft(database: Database, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
