import type { DraftAnswer, DraftInfo } from '@fieldstone/metadata/types/wire.js';
import { draftFrom, elementName, isEqual, put, revert, type Draft, type StudioDocument } from '../draft/draft.js';
import { startHistory, type History } from '../draft/history.js';
import { messageOf } from './client.js';
import { afterChange, baseOf, flushDraft, knownDocument, leftLogs, useDraftStore, type ChangeInfo } from './draft-store.js';
import { readDraft, rebase, selectDraft } from './drafts.js';
import { readSource, saveChange } from './metadata.js';
import { queryClient } from './session.js';
import { readUnsaved, type Unsaved } from './unsaved.js';

const get = useDraftStore.getState;
const set = useDraftStore.setState;

/**
 * Reads what is published and the draft the person works in. What merges with a later revision by itself is merged; unsaved edits of a former
 * page are laid on top and saved again.
 */
export async function loadDraft(owner: string): Promise<void> {
  const isFirst = get().status !== 'ready';
  set({ owner, ...(isFirst ? { status: 'loading' as const } : {}) });
  try {
    let saved = await readDraft();
    const kept = readUnsaved(owner);
    const isOfAnother = kept.draft !== undefined && kept.draft !== saved.draft?.id;
    if (isOfAnother) await saveElsewhere(kept.draft, kept.edits);
    const edits = isOfAnother ? [] : kept.edits;
    const { draft } = saved;
    if (draft?.access === 'edit' && edits.length === 0 && saved.changes.some(({ standing }) => standing === 'behind')) {
      await rebase(draft.id);
      saved = await readDraft(draft.id);
    }
    const source = await readSource();
    const server = draftFrom(source, saved);
    let wanted = server;
    for (const { id, wanted: change } of edits) wanted = change === 'revert' ? revert(wanted, id) : put(wanted, id, change);
    set({
      status: 'ready',
      error: undefined,
      ...fromServer(saved, server),
      history: historyFor(draft, wanted),
      origins: new Map(edits.map(({ id, revision, version }) => [id, { revision, version }])),
      save: { kind: 'saved' },
    });
    afterChange();
    void queryClient.invalidateQueries({ queryKey: ['drafts'] });
  } catch (error) {
    if (!isFirst) throw error;
    set({ status: 'failed', error: messageOf(error) });
  }
}

const fromServer = (saved: DraftAnswer, server: Draft) => ({
  info: saved.draft,
  stored: new Map(saved.changes.map((change) => [change.id, server.changes.get(change.id) ?? (change.document as StudioDocument | null)])),
  details: new Map(saved.changes.map((change): [string, ChangeInfo] => [change.id, change])),
  versions: new Map<string, number>(),
});

/** The log of the draft, as long as it leads to what the draft is now. */
function historyFor(info: DraftInfo | null, draft: Draft): History {
  const current = get().info;
  if (current !== null && current.id !== info?.id) leftLogs.set(current.id, get().history);
  const known = current !== null && current.id === info?.id ? get().history : leftLogs.get(info?.id ?? '');
  if (known === undefined) return startHistory(draft);
  return { ...known, draft };
}

/** Edits that a closed page left behind for a draft that is not the current one: they go where they belong. */
async function saveElsewhere(draft: string | undefined, edits: readonly Unsaved[]): Promise<void> {
  for (const { id, wanted, revision, version } of edits) {
    const known = knownDocument(id) ?? (wanted === 'revert' ? null : wanted);
    // A draft that is gone, or an element that somebody else changed there: nothing is overwritten.
    if (known !== null) await saveChange(known, wanted, { draft, revision, version }).catch(() => undefined);
  }
}

export const reloadDraft = (): Promise<void> => loadDraft(get().owner);

/** Goes on with another draft; the edits of this one are saved first. Answers whether it did. */
export async function switchDraft(id: string): Promise<boolean> {
  if (!(await flushDraft())) return false;
  await selectDraft(id);
  await reloadDraft();
  return true;
}

/** Takes over what others changed in the current draft; what is being edited here stays. Answers what they changed. */
export async function refreshDraft(): Promise<ChangeInfo[]> {
  const { info, history, stored, details, owner } = get();
  if (info === null) return [];
  const saved = await readDraft(info.id);
  const server = new Map(saved.changes.map((change) => [change.id, change.document as StudioDocument | null]));
  let { draft } = history;
  const nextStored = new Map(stored);
  const nextDetails = new Map(details);
  const versions = new Map(get().versions);
  for (const id of new Set([...stored.keys(), ...server.keys()])) {
    const isEditedHere = stored.has(id) !== draft.changes.has(id) || !isEqual(stored.get(id), draft.changes.get(id));
    if (isEditedHere) continue;
    const theirs = server.get(id);
    draft = theirs === undefined ? revert(draft, id) : put(draft, id, theirs);
    if (theirs === undefined) nextStored.delete(id);
    else nextStored.set(id, theirs);
    const change = saved.changes.find((candidate) => candidate.id === id);
    if (change === undefined) nextDetails.delete(id);
    else nextDetails.set(id, change);
    versions.delete(id);
  }
  set({ info: saved.draft, history: { ...get().history, draft }, stored: nextStored, details: nextDetails, versions });
  return saved.changes.filter(({ id, version, by }) => by.id !== owner && (details.get(id)?.version ?? 0) < version);
}

/** After somebody else saved the same element in the same draft: what is here is saved over it, or theirs is taken. */
export async function resolveStale(id: string, take: 'mine' | 'theirs'): Promise<void> {
  const { info, history } = get();
  if (info === null) return reloadDraft();
  const saved = await readDraft(info.id);
  const change = saved.changes.find((candidate) => candidate.id === id);
  const theirs = change === undefined ? undefined : (change.document as StudioDocument | null);
  const stored = new Map(get().stored);
  if (theirs === undefined) stored.delete(id);
  else stored.set(id, theirs);
  const draft = take === 'mine' ? history.draft : theirs === undefined ? revert(history.draft, id) : put(history.draft, id, theirs);
  const origins = new Map(get().origins);
  origins.delete(id);
  const versions = new Map(get().versions).set(id, change?.version ?? 0);
  set({ history: { ...get().history, draft }, stored, versions, origins, save: { kind: 'pending' } });
  afterChange();
  await flushDraft();
}

/** Says why a change is made. */
export async function commentChange(id: string, comment: string): Promise<void> {
  if (!(await flushDraft())) return;
  const document = get().stored.get(id);
  const known = knownDocument(id);
  if (document === undefined || known === undefined) return;
  const version = await saveChange(known, document, baseOf(id), { comment });
  set({ versions: new Map(get().versions).set(id, version) });
  await refreshDraft();
  await queryClient.invalidateQueries({ queryKey: ['plan'] });
}

/** Name of an element for people, from what is known of it. */
export const nameOf = (id: string): string => {
  const document = knownDocument(id);
  return document === undefined ? id : `${document.kind} ${elementName(document)}`;
};
