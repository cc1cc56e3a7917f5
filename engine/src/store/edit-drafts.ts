import type pg from 'pg';
import { AppError, notFound } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { DISCARDED_DAYS, type DraftChange, type KeptDecision, type Sharing } from './drafts.js';
import { announceDraft } from './metadata-channel.js';
import type { Database } from './open-database.js';

export type NewChange = Pick<DraftChange, 'elementId' | 'kind' | 'name' | 'base' | 'baseHash' | 'document'> & {
  /** Undefined keeps what the change says already. */
  readonly comment?: string;
};
type Place = { readonly space: number; readonly person: string; readonly draft: string };

/** Opens a draft and makes it the one its owner works in. */
export async function openDraft(
  database: Database,
  draft: { space: number; owner: string; name: string; description?: string; sharing?: Sharing; baseRevision: number },
  changes: readonly NewChange[] = [],
): Promise<string> {
  const id = newId();
  await transaction(database, async (client) => {
    await client.query(
      'insert into meta.draft (id, space_id, owner, base_rev, name, description, sharing) values ($1, $2, $3, $4, $5, $6, $7)',
      [id, draft.space, draft.owner, draft.baseRevision, draft.name, draft.description ?? '', draft.sharing ?? 'private'],
    );
    for (const change of changes) await writeChange(client, id, draft.owner, change, 1);
    await choose(client, draft.space, draft.owner, id);
    await announceDraft(client, id, draft.owner);
  });
  return id;
}

export const chooseDraft = (database: Database, { space, person, draft }: Place): Promise<void> =>
  transaction(database, (client) => choose(client, space, person, draft));

const choose = async (client: pg.PoolClient, space: number, person: string, draft: string): Promise<void> => {
  await client.query(
    `insert into meta.current_draft (space_id, user_id, draft_id) values ($1, $2, $3)
     on conflict (space_id, user_id) do update set draft_id = excluded.draft_id`,
    [space, person, draft],
  );
};

export async function describeDraft(
  database: Database,
  { space, person, draft }: Place,
  { name, description, sharing }: { name?: string | undefined; description?: string | undefined; sharing?: Sharing | undefined },
): Promise<void> {
  await inDraft(database, { space, person, draft }, async (client) => {
    await client.query(
      `update meta.draft set name = coalesce($2, name), description = coalesce($3, description), sharing = coalesce($4, sharing) where id = $1`,
      [draft, name ?? null, description ?? null, sharing ?? null],
    );
  });
}

/**
 * Puts one change into a draft; the same element is replaced. An empty draft starts from the revision that was edited.
 *
 * Shape:  `seen.version` is the version of the change the editor saw, 0 for none; undefined replaces whatever there is. Answers the new version.
 * Errors: precondition_failed with the current version; not_found when the draft went in the meantime.
 */
export async function putDraftChange(
  database: Database,
  place: Place,
  change: NewChange,
  seen: { revision: number; version?: number | undefined },
): Promise<number> {
  return inDraft(database, place, async (client) => {
    const version = await versionOf(client, place.draft, change.elementId, seen.version);
    await client.query(
      'update meta.draft set base_rev = $2 where id = $1 and not exists (select 1 from meta.draft_change where draft_id = $1)',
      [place.draft, seen.revision],
    );
    await writeChange(client, place.draft, place.person, change, version + 1);
    return version + 1;
  });
}

/** Takes one change back. */
export async function dropDraftChange(database: Database, place: Place, elementId: string, expected?: number): Promise<void> {
  await inDraft(database, place, async (client) => {
    await versionOf(client, place.draft, elementId, expected);
    await client.query('delete from meta.draft_change where draft_id = $1 and element_id = $2', [place.draft, elementId]);
  });
}

async function versionOf(client: pg.PoolClient, draft: string, elementId: string, expected: number | undefined): Promise<number> {
  const { rows } = await client.query<{ version: number; by: string | null }>(
    `select c.version, u.name as by from meta.draft_change c left join meta.user u on u.id = c.changed_by where c.draft_id = $1 and c.element_id = $2`,
    [draft, elementId],
  );
  const version = rows[0]?.version ?? 0;
  if (expected === undefined || expected === version) return version;
  throw new AppError('precondition_failed', `${rows[0]?.by ?? 'Somebody'} changed this element in the same draft.`, {
    hint: 'Load the draft again and repeat the change.',
    extra: { version },
  });
}

async function writeChange(client: pg.PoolClient, draft: string, person: string, change: NewChange, version: number): Promise<void> {
  const text = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await client.query(
    `insert into meta.draft_change (draft_id, element_id, kind, name, base, base_hash, document, changed_by, changed_at, version, comment)
     values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), $9, coalesce($10, ''))
     on conflict (draft_id, element_id) do update set kind = excluded.kind, name = excluded.name, base = excluded.base,
       base_hash = excluded.base_hash, document = excluded.document, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
       version = excluded.version, comment = coalesce($10, meta.draft_change.comment)`,
    [
      draft,
      change.elementId,
      change.kind,
      change.name,
      text(change.base),
      change.baseHash,
      text(change.document),
      person,
      version,
      change.comment ?? null,
    ],
  );
}

/** What a rebase makes of one change: another document on another base, or nothing when the revision says the same already. */
export type Rebased = { readonly change: DraftChange; readonly next: Pick<NewChange, 'name' | 'base' | 'baseHash' | 'document'> | null };

/**
 * Moves changes onto the newest revision. Who made them and why stays; decisions that were used are kept with them.
 *
 * Errors: conflict when one of them was edited in the meantime.
 */
export async function writeRebase(database: Database, place: Place, revision: number, list: readonly Rebased[]): Promise<void> {
  await inDraft(database, place, async (client) => {
    for (const { change, next } of list) {
      const at = [place.draft, change.elementId, change.version];
      const done = next
        ? await client.query(
            `update meta.draft_change set name = $4, base = $5, base_hash = $6, document = $7, version = version + 1
              where draft_id = $1 and element_id = $2 and version = $3`,
            [...at, next.name, next.base && JSON.stringify(next.base), next.baseHash, next.document && JSON.stringify(next.document)],
          )
        : await client.query('delete from meta.draft_change where draft_id = $1 and element_id = $2 and version = $3', at);
      if (done.rowCount === 0) throw new AppError('conflict', 'Somebody changed this draft at the same moment.', { hint: 'Try again.' });
    }
    await client.query('update meta.draft set base_rev = $2 where id = $1', [place.draft, revision]);
  });
}

export async function keepDecisions(
  database: Database,
  place: Place,
  elementId: string,
  decisions: readonly KeptDecision[],
): Promise<void> {
  await inDraft(database, place, async (client) => {
    await client.query('update meta.draft_change set decisions = $3 where draft_id = $1 and element_id = $2', [
      place.draft,
      elementId,
      JSON.stringify(decisions),
    ]);
  });
}

/** Puts a draft away. It can be brought back for a while, unless it is empty; what was put away longer ago goes for good. */
export async function discardDraft(database: Database, place: Place): Promise<void> {
  await inDraft(database, place, async (client) => {
    await client.query('update meta.draft set discarded_at = now() where id = $1', [place.draft]);
    await client.query('delete from meta.current_draft where draft_id = $1', [place.draft]);
    await announceDraft(client, place.draft, place.person);
    await client.query(
      `delete from meta.draft d where d.space_id = $1 and (d.discarded_at < now() - make_interval(days => ${DISCARDED_DAYS})
          or (d.id = $2 and not exists (select 1 from meta.draft_change c where c.draft_id = d.id)))`,
      [place.space, place.draft],
    );
  });
}

export async function restoreDraft(database: Database, { space, person, draft }: Place): Promise<void> {
  await transaction(database, async (client) => {
    const done = await client.query(
      `update meta.draft set discarded_at = null where space_id = $1 and owner = $2 and id = $3
          and discarded_at > now() - make_interval(days => ${DISCARDED_DAYS})`,
      [space, person, draft],
    );
    if (done.rowCount === 0) throw notFound('There is no such discarded draft.');
    await choose(client, space, person, draft);
    await announceDraft(client, draft, person);
  });
}

/** Work on a draft, one after the other: edits of one draft and its publication wait for each other. */
async function inDraft<T>(database: Database, { space, person, draft }: Place, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return transaction(database, async (client) => {
    const found = await client.query<{ sharing: Sharing }>(
      'update meta.draft set changed_at = clock_timestamp() where space_id = $1 and id = $2 and discarded_at is null returning sharing',
      [space, draft],
    );
    const before = found.rows[0];
    if (before === undefined) throw notFound('There is no such draft.');
    const result = await work(client);
    await announceDraft(client, draft, person, before.sharing !== 'private');
    return result;
  });
}

async function transaction<T>(database: Database, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
