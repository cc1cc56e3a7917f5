import type { DraftInfo } from '@fieldstone/metadata/types/wire.js';
import { forbidden, notFound } from '../kernel/errors.js';
import { readApplied } from '../store/applied-model.js';
import { currentDraft, findDraft, type Draft, type DraftHead } from '../store/drafts.js';
import { openDraft } from '../store/edit-drafts.js';
import type { Catalog } from './catalog.js';

/** Who edits in which space. `draft` names one draft; without it the one the person works in is meant. */
export type Editor = { readonly space: number; readonly owner: string; readonly draft?: string | undefined };

/** Name of a draft that was opened by a first change. */
export const FIRST_NAME = 'Draft';

export const mayEdit = (draft: Pick<DraftHead, 'owner' | 'sharing'>, person: string): boolean =>
  draft.owner === person || draft.sharing === 'edit';

/**
 * The draft an editor means; null when none is named and there is no current one.
 *
 * Errors: not_found for a draft that is not there, or not for this person.
 */
export async function draftOf({ database }: Catalog, { space, owner, draft }: Editor): Promise<Draft | null> {
  if (draft === undefined) return currentDraft(database.pool, space, owner);
  const found = isId(draft) ? await findDraft(database.pool, space, owner, draft) : null;
  if (found === null) throw notFound('There is no such draft.');
  return found;
}

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/**
 * The draft an editor means, to be changed; the current one is opened when there is none.
 *
 * Errors: not_found; forbidden for a draft that is shared for viewing only.
 */
export async function editableDraft(catalog: Catalog, editor: Editor): Promise<Draft> {
  const draft = await draftOf(catalog, editor);
  if (draft !== null) return requireEdit(draft, editor);
  const { revision } = await readApplied(catalog.database, editor.space);
  const id = await openDraft(catalog.database, { ...editor, name: FIRST_NAME, baseRevision: revision });
  const opened = await findDraft(catalog.database.pool, editor.space, editor.owner, id);
  if (opened === null) throw new Error('the draft that was just opened is gone');
  return opened;
}

export function requireEdit(draft: Draft, { owner }: Editor): Draft {
  if (draft.discardedAt !== null) throw notFound('This draft was discarded. Bring it back first.');
  if (!mayEdit(draft, owner)) throw forbidden('This draft is shared for viewing only. Save it as a draft of your own to go on with it.');
  return draft;
}

/** Its owner alone names, shares and discards a draft. */
export async function ownDraft(catalog: Catalog, editor: Editor): Promise<Draft> {
  const draft = await draftOf(catalog, editor);
  if (draft === null) throw notFound('There is no such draft.');
  if (draft.owner !== editor.owner) throw forbidden('Only the owner of a draft can do this.');
  return draft;
}

export const placeOf = (draft: Pick<Draft, 'id'>, { space, owner }: Editor) => ({ space, person: owner, draft: draft.id });

export const infoOf = (draft: DraftHead, person: string, current: string | undefined): DraftInfo => ({
  id: draft.id,
  name: draft.name,
  description: draft.description,
  owner: { id: draft.owner, name: draft.ownerName },
  sharing: draft.sharing,
  access: mayEdit(draft, person) ? 'edit' : 'view',
  isCurrent: draft.id === current,
  baseRevision: draft.baseRevision,
  changeCount: draft.changeCount,
  createdAt: draft.createdAt,
  changedAt: draft.changedAt,
  discardedAt: draft.discardedAt,
});
