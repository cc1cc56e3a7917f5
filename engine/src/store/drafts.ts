import type pg from 'pg';
import type { DocumentKind, MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { digest } from '../kernel/hash.js';

/** A decision about one property; `over` is the hash of what the others made of it, so that it holds for that only. */
export type KeptDecision = {
  readonly path: string;
  readonly take: 'mine' | 'theirs' | 'value';
  readonly value?: unknown;
  readonly over: string;
  readonly by: string;
  readonly at: string;
};

/**
 * One wanted change of an element.
 *
 * Shape: `document` null retires it; `base` is the published document it was made on and `baseHash` its hash, null for a new element.
 *        `version` counts its edits. `changedBy` is a user id, `changedByName` how that user is called now.
 */
export type DraftChange = {
  readonly elementId: string;
  readonly kind: DocumentKind;
  readonly name: string;
  readonly base: MetadataDocument | null;
  readonly baseHash: string | null;
  readonly document: MetadataDocument | null;
  readonly changedBy: string;
  readonly changedByName: string;
  readonly at: string;
  readonly comment: string;
  readonly version: number;
  readonly decisions: readonly KeptDecision[];
};

export type Sharing = 'private' | 'view' | 'edit';

export type DraftHead = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly ownerName: string;
  readonly sharing: Sharing;
  readonly baseRevision: number;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly discardedAt: string | null;
  readonly changeCount: number;
};
export type Draft = DraftHead & { readonly changes: readonly DraftChange[] };

/** How long a discarded draft can be brought back. */
export const DISCARDED_DAYS = 30;

export type Queryable = Pick<pg.Pool, 'query'>;

const utc = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const HEAD = `d.id, d.name, d.description, d.owner, coalesce(u.name, '') as "ownerName", d.sharing, d.base_rev as "baseRevision",
  ${utc('d.created_at')} as "createdAt", ${utc('d.changed_at')} as "changedAt", ${utc('d.discarded_at')} as "discardedAt",
  (select count(*)::int from meta.draft_change c where c.draft_id = d.id) as "changeCount"`;
const FROM = `meta.draft d left join meta.user u on u.id = d.owner`;

const CHANGES = `coalesce((
  select json_agg(json_build_object('elementId', c.element_id, 'kind', c.kind, 'name', c.name, 'base', c.base, 'baseHash', c.base_hash,
           'document', c.document, 'changedBy', c.changed_by, 'changedByName', coalesce(w.name, ''), 'at', ${utc('c.changed_at')},
           'comment', c.comment, 'version', c.version, 'decisions', c.decisions) order by c.changed_at, c.element_id)
    from meta.draft_change c left join meta.user w on w.id = c.changed_by where c.draft_id = d.id), '[]'::json) as changes`;

const VISIBLE = `(d.owner = $2 or d.sharing <> 'private')`;

/** A draft that the person may see; null for any other. Discarded ones are seen by their owner only. */
export async function findDraft(db: Queryable, space: number, person: string, id: string): Promise<Draft | null> {
  const { rows } = await db.query<Draft>(
    `select ${HEAD}, ${CHANGES} from ${FROM} where d.space_id = $1 and d.id = $3 and ${VISIBLE} and (d.discarded_at is null or d.owner = $2)`,
    [space, person, id],
  );
  return rows[0] ?? null;
}

/** The draft the person works in; null when there is none, or none any more. */
export async function currentDraft(db: Queryable, space: number, person: string): Promise<Draft | null> {
  const { rows } = await db.query<Draft>(
    `select ${HEAD}, ${CHANGES} from ${FROM} join meta.current_draft k on k.draft_id = d.id and k.space_id = d.space_id and k.user_id = $2
      where d.space_id = $1 and d.discarded_at is null and ${VISIBLE}`,
    [space, person],
  );
  return rows[0] ?? null;
}

/** Drafts that the person may see, the last changed first; those that were discarded lately too, if they are the person's own. */
export async function listDrafts(db: Queryable, space: number, person: string): Promise<DraftHead[]> {
  const { rows } = await db.query<DraftHead>(
    `select ${HEAD} from ${FROM} where d.space_id = $1 and ${VISIBLE}
        and (d.discarded_at is null or (d.owner = $2 and d.discarded_at > now() - make_interval(days => ${DISCARDED_DAYS})))
      order by d.changed_at desc, d.id`,
    [space, person],
  );
  return rows;
}

/** Every open draft of a space, whoever it belongs to: for the operator of the installation. */
export async function everyDraft(db: Queryable, space: number): Promise<DraftHead[]> {
  const { rows } = await db.query<DraftHead>(
    `select ${HEAD} from ${FROM} where d.space_id = $1 and d.discarded_at is null order by d.changed_at desc, d.id`,
    [space],
  );
  return rows;
}

/** What a plan remembers of the draft it was made from: any change of the draft changes it. */
export const draftDigest = (draft: Pick<Draft, 'changes'>): string =>
  digest(
    draft.changes
      .map(({ elementId, document, baseHash, comment }) => [elementId, document, baseHash, comment])
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
  );

/** Everything in a draft, for the transaction that publishes it; edits of it wait. */
export async function lockDraft(client: Queryable, space: number, id: string): Promise<Pick<Draft, 'changes'> | null> {
  const locked = await client.query('select 1 from meta.draft where space_id = $1 and id = $2 and discarded_at is null for update', [
    space,
    id,
  ]);
  if (locked.rowCount === 0) return null;
  const { rows } = await client.query<Pick<Draft, 'changes'>>(`select ${CHANGES} from meta.draft d where d.id = $1`, [id]);
  return rows[0] ?? null;
}

/** A published draft is part of its revision, with who changed what and why. */
export async function removeDraft(db: Queryable, id: string): Promise<void> {
  await db.query('delete from meta.draft where id = $1', [id]);
}

/** How people are called now, by user id. */
export async function namesOf(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; name: string }>('select id, name from meta.user where id = any($1::uuid[])', [ids]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export type ElementDraft = {
  readonly element: string;
  readonly draft: string;
  readonly name: string;
  readonly by: string;
  readonly byName: string;
  readonly at: string;
  readonly comment: string;
};

/** Drafts that change an element, as far as the person may see them: by its id, or by the name it has in the draft. */
export async function draftsOfElement(
  db: Queryable,
  space: number,
  person: string,
  element: { id: string | undefined; kind: string; name: string },
): Promise<ElementDraft[]> {
  const { rows } = await db.query<ElementDraft>(
    `select c.element_id as element, d.id as draft, d.name, c.changed_by as by, coalesce(w.name, '') as "byName", ${utc('c.changed_at')} as at, c.comment
       from meta.draft d join meta.draft_change c on c.draft_id = d.id left join meta.user w on w.id = c.changed_by
      where d.space_id = $1 and (c.element_id = $3 or ($3::text is null and c.kind = $4 and c.name = $5)) and d.discarded_at is null
        and ${VISIBLE} order by c.changed_at desc`,
    [space, person, element.id ?? null, element.kind, element.name],
  );
  return rows;
}
