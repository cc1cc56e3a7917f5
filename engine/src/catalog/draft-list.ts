import type { DraftInfo, ElementHistory } from '@fieldstone/metadata/types/wire.js';
import { malformed, notFound } from '../kernel/errors.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { readApplied } from '../store/applied-model.js';
import { currentDraft, draftsOfElement, findDraft, listDrafts, type Sharing } from '../store/drafts.js';
import {
  chooseDraft,
  describeDraft,
  discardDraft as putAway,
  openDraft,
  restoreDraft as bringBack,
  type NewChange,
} from '../store/edit-drafts.js';
import { elementRevisions, formerElementId, revisionSources } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { headsOf } from './draft-standing.js';
import { draftOf, infoOf, ownDraft, placeOf, type Editor } from './open-draft.js';

export async function readDrafts({ database }: Catalog, { space, owner }: Editor): Promise<DraftInfo[]> {
  const current = await currentDraft(database.pool, space, owner);
  return (await listDrafts(database.pool, space, owner)).map((draft) => infoOf(draft, owner, current?.id));
}

export type NewDraft = {
  readonly name: string;
  readonly description?: string | undefined;
  readonly sharing?: Sharing | undefined;
  /** A draft to copy, with who changed what left to the copier. */
  readonly from?: string | undefined;
  /** A revision to return to: the draft holds what differs from it. */
  readonly revision?: number | undefined;
};

/**
 * Opens a draft, which becomes the one its owner works in: empty, as a copy of another, or with what leads back to a former revision.
 *
 * Errors: not_found when there is no such draft or revision; malformed when both are named.
 */
export async function createDraft(catalog: Catalog, editor: Editor, wanted: NewDraft): Promise<DraftInfo> {
  const { database } = catalog;
  if (wanted.from !== undefined && wanted.revision !== undefined)
    throw malformed('Name a draft to copy or a revision to return to, not both.');
  const { revision, sources } = await readApplied(database, editor.space);
  const source = wanted.from === undefined ? null : await draftOf(catalog, { ...editor, draft: wanted.from });
  const changes: readonly NewChange[] =
    wanted.revision === undefined ? (source?.changes ?? []) : await changesBack(catalog, editor.space, sources, wanted.revision);
  const id = await openDraft(
    database,
    {
      space: editor.space,
      owner: editor.owner,
      name: wanted.name,
      baseRevision: source?.baseRevision ?? revision,
      description: wanted.description ?? source?.description ?? '',
      sharing: wanted.sharing ?? 'private',
    },
    changes,
  );
  return readInfo(catalog, { ...editor, draft: id });
}

/** What would make the published documents those of a former revision. Packs themselves are no part of a draft. */
async function changesBack({ database }: Catalog, space: number, head: readonly SourceDocument[], revision: number): Promise<NewChange[]> {
  const former = await revisionSources(database, space, revision);
  if (former === null) throw notFound('There is no such version.');
  const now = headsOf(head);
  const then = headsOf(former);
  const changes: NewChange[] = [];
  for (const id of new Set([...now.keys(), ...then.keys()])) {
    const base = now.get(id) ?? null;
    const document = then.get(id) ?? null;
    const either = document ?? base;
    if (either === null || either.kind === 'pack' || canonicalJson(base) === canonicalJson(document)) continue;
    changes.push({ elementId: id, kind: either.kind, name: elementName(either), base, baseHash: base && digest(base), document });
  }
  return changes;
}

export async function readInfo(catalog: Catalog, editor: Editor): Promise<DraftInfo> {
  const draft = await draftOf(catalog, editor);
  if (draft === null) throw notFound('There is no such draft.');
  const current = await currentDraft(catalog.database.pool, editor.space, editor.owner);
  return infoOf(draft, editor.owner, current?.id);
}

export async function changeDraft(
  catalog: Catalog,
  editor: Editor,
  wanted: { name?: string | undefined; description?: string | undefined; sharing?: Sharing | undefined },
): Promise<DraftInfo> {
  const draft = await ownDraft(catalog, editor);
  await describeDraft(catalog.database, placeOf(draft, editor), wanted);
  return readInfo(catalog, editor);
}

/** Makes a draft the one the person works in. */
export async function selectDraft(catalog: Catalog, editor: Editor): Promise<DraftInfo> {
  const draft = await draftOf(catalog, editor);
  if (draft === null || draft.discardedAt !== null) throw notFound('There is no such draft.');
  await chooseDraft(catalog.database, placeOf(draft, editor));
  return readInfo(catalog, editor);
}

/** Puts a draft away, from where its owner can bring it back for 30 days. Without a current draft there is nothing to do. */
export async function discardDraft(catalog: Catalog, editor: Editor): Promise<void> {
  if ((await draftOf(catalog, editor)) === null) return;
  const draft = await ownDraft(catalog, editor);
  if (draft.discardedAt === null) await putAway(catalog.database, placeOf(draft, editor));
}

export async function restoreDraft(catalog: Catalog, editor: Editor): Promise<DraftInfo> {
  const draft = await ownDraft(catalog, editor);
  await bringBack(catalog.database, placeOf(draft, editor));
  const restored = await findDraft(catalog.database.pool, editor.space, editor.owner, draft.id);
  if (restored === null) throw notFound('There is no such draft.');
  return infoOf(restored, editor.owner, restored.id);
}

/** Who changed an element: the drafts that do, as far as the person may see them, and the revisions that did. */
export async function readElementHistory(catalog: Catalog, { space, owner }: Editor, kind: string, name: string): Promise<ElementHistory> {
  const { database } = catalog;
  const { sources } = await readApplied(database, space);
  const named = sources.find(({ document }) => document.kind === kind && elementName(document) === name);
  const known = named ? elementId(named.document) : undefined;
  const drafts = await draftsOfElement(database.pool, space, owner, { id: known, kind, name });
  const id = known ?? drafts[0]?.element ?? (await formerElementId(database, space, kind, name));
  if (id === undefined) throw notFound('There is no such element.');
  const revisions = await elementRevisions(database, space, [id]);
  return {
    drafts: drafts.map(({ draft, name: called, by, byName, at, comment }) => ({
      draft,
      name: called,
      by: { id: by, name: byName },
      at,
      comment,
    })),
    data: revisions.map(({ revision, at, by, comment, change }) => ({ revision, at, by, comment, change })),
  };
}
