import { create } from 'zustand';
import { draftFrom, emptyDraft, isEqual, put, revert, type Draft, type StudioDocument } from '../draft/draft.js';
import { redo, run, startHistory, undo, type Command, type History } from '../draft/history.js';
import { ApiError, messageOf } from './client.js';
import { readDraft, readSource, saveChange, type Saved } from './metadata.js';
import { forgetUnsaved, readUnsaved, rememberUnsaved } from './unsaved.js';

/** Where the draft stands against the server. "stale" means that the server refused because something else was published. */
export type SaveState =
  { kind: 'saved' } | { kind: 'pending' } | { kind: 'saving' } | { kind: 'failed'; message: string } | { kind: 'stale'; message: string };

type Stored = ReadonlyMap<string, StudioDocument | null>;

type DraftStore = {
  status: 'loading' | 'ready' | 'failed';
  error: string | undefined;
  owner: string;
  history: History;
  /** What the server's draft holds, by element id. */
  stored: Stored;
  /** Documents that were ever saved, so that a change can be addressed after its document is gone. */
  save: SaveState;
};

const SAVE_DELAY_MS = 500;
const RETRY_DELAY_MS = 5_000;

export const useDraftStore = create<DraftStore>(() => ({
  status: 'loading',
  error: undefined,
  owner: '',
  history: startHistory(emptyDraft),
  stored: new Map(),
  save: { kind: 'saved' },
}));

const get = useDraftStore.getState;
const set = useDraftStore.setState;

let timer: ReturnType<typeof setTimeout> | undefined;
let flushing: Promise<boolean> | undefined;
/** Last document seen of an element that is in no list any more: its address on the server. */
const lastSeen = new Map<string, StudioDocument>();

/** Reads what is published and the caller's draft; unsaved edits of a former page are laid on top and saved again. */
export async function loadDraft(owner: string): Promise<void> {
  set({ owner, ...(get().status === 'ready' ? {} : { status: 'loading' as const }) });
  try {
    const [source, saved] = await Promise.all([readSource(), readDraft()]);
    const server = draftFrom(source, saved);
    let draft = server;
    for (const [id, change] of readUnsaved(owner)) draft = change === 'revert' ? revert(draft, id) : put(draft, id, change);
    const stored = new Map(
      saved.changes.map((change) => [change.id, server.changes.get(change.id) ?? (change.document as StudioDocument | null)]),
    );
    set({ status: 'ready', error: undefined, history: startHistory(draft), stored, save: { kind: 'saved' } });
    afterChange();
  } catch (error) {
    if (get().status === 'ready') throw error;
    set({ status: 'failed', error: messageOf(error) });
  }
}

/** Runs an edit command: it is logged for undo and saved by itself. */
export function edit(label: string, command: Command, merge?: string): void {
  const history = run(get().history, label, command, { now: Date.now(), ...(merge === undefined ? {} : { merge }) });
  if (history === get().history) return;
  set({ history });
  afterChange();
}

export function undoEdit(): string | undefined {
  const label = get().history.done.at(-1)?.label;
  set({ history: undo(get().history) });
  afterChange();
  return label;
}

export function redoEdit(): string | undefined {
  const label = get().history.undone.at(-1)?.label;
  set({ history: redo(get().history) });
  afterChange();
  return label;
}

/** Differences between the edited draft and what the server holds. */
function unsaved(draft: Draft, stored: Stored): [string, Saved][] {
  const list: [string, Saved][] = [];
  for (const [id, wanted] of draft.changes) {
    if (!stored.has(id) || !isEqual(stored.get(id), wanted)) list.push([id, wanted]);
  }
  for (const id of stored.keys()) if (!draft.changes.has(id)) list.push([id, 'revert']);
  return list;
}

function afterChange(): void {
  const { history, stored, owner, save } = get();
  for (const [id, document] of history.draft.changes) if (document !== null) lastSeen.set(id, document);
  const waiting = unsaved(history.draft, stored);
  rememberUnsaved(owner, waiting);
  if (waiting.length === 0) {
    if (save.kind !== 'saving') set({ save: { kind: 'saved' } });
    return;
  }
  if (save.kind !== 'saving') set({ save: { kind: 'pending' } });
  schedule(SAVE_DELAY_MS);
}

function schedule(delayMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void flushDraft(), delayMs);
}

/** Saves everything that is not saved yet. Answers whether the server now holds the whole draft. */
export function flushDraft(keepalive = false): Promise<boolean> {
  clearTimeout(timer);
  flushing ??= saveAll(keepalive).finally(() => {
    flushing = undefined;
  });
  return flushing;
}

async function saveAll(keepalive: boolean): Promise<boolean> {
  for (;;) {
    const { history, stored } = get();
    const next = unsaved(history.draft, stored)[0];
    if (next === undefined) break;
    set({ save: { kind: 'saving' } });
    const [id, wanted] = next;
    const known = stored.get(id) ?? history.draft.published.get(id)?.document ?? lastSeen.get(id);
    try {
      if (known !== undefined || (wanted !== null && wanted !== 'revert')) {
        await saveChange(known ?? (wanted as StudioDocument), wanted, history.draft.revision, keepalive);
      }
    } catch (error) {
      failed(error);
      return false;
    }
    const after = new Map(get().stored);
    if (wanted === 'revert') after.delete(id);
    else after.set(id, wanted);
    set({ stored: after });
    rememberUnsaved(get().owner, unsaved(get().history.draft, after));
  }
  set({ save: { kind: 'saved' } });
  return true;
}

function failed(error: unknown): void {
  const message = messageOf(error);
  const isStale = error instanceof ApiError && error.status === 409;
  set({ save: isStale ? { kind: 'stale', message } : { kind: 'failed', message } });
  const passes = error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 429);
  if (passes) schedule(RETRY_DELAY_MS);
}

/** Takes back every change of the draft. It is one step of the command log, so it can be undone. */
export const discardDraft = (): void => edit('Discard draft', (draft) => ({ ...draft, changes: new Map() }));

export async function reloadDraft(): Promise<void> {
  await loadDraft(get().owner);
}

/** Forgets everything of the signed-in person, for the next one at this browser. */
export function closeDraft(): void {
  clearTimeout(timer);
  forgetUnsaved();
  set({ status: 'loading', history: startHistory(emptyDraft), stored: new Map(), save: { kind: 'saved' } });
}

export const hasUnsaved = (): boolean => get().status === 'ready' && unsaved(get().history.draft, get().stored).length > 0;

export const useDraft = (): Draft => useDraftStore((state) => state.history.draft);
