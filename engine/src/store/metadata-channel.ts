import type { Queryable } from './drafts.js';

/** Postgres channel over which processes hear of published revisions and edited drafts. */
export const CHANNEL = 'fieldstone_meta';

/** A draft that somebody changed. It names no content: whoever may see the draft (its owner, and everybody when it is shared) reads it. */
export type DraftNotice = {
  readonly space: number;
  readonly draft: string;
  readonly by: string;
  readonly owner: string;
  readonly isShared: boolean;
};

/** Sent when the transaction commits. `wasShared`: those who can not see it any more hear that it went. */
export async function announceDraft(db: Queryable, draft: string, by: string, wasShared = false): Promise<void> {
  await db.query(
    `select pg_notify($1, json_build_object('space', d.space_id, 'draft', d.id, 'by', $3::text, 'owner', d.owner,
       'isShared', $4 or d.sharing <> 'private')::text) from meta.draft d where d.id = $2`,
    [CHANNEL, draft, by, wasShared],
  );
}

/** The notice of a payload; null for a published revision and for what nobody here sent. */
export function draftNotice(payload: string | undefined): DraftNotice | null {
  try {
    const value = JSON.parse(payload ?? '') as Partial<DraftNotice> | null;
    if (typeof value?.space !== 'number' || typeof value.draft !== 'string') return null;
    return { space: value.space, draft: value.draft, by: value.by ?? '', owner: value.owner ?? '', isShared: value.isShared === true };
  } catch {
    return null;
  }
}
