import type { DraftAnswer, DraftInfo, Problem } from '@fieldstone/metadata/types/wire.js';
import { create } from 'zustand';
import { emptyDraft, isEqual, type Draft, type StudioDocument } from '../draft/draft.js';
import { redo, run, startHistory, undo, type Command, type History } from '../draft/history.js';
import { ApiError, messageOf } from './client.js';
import { readDraft } from './drafts.js';
import { saveChange, type EditBase, type Saved } from './metadata.js';
import { forgetUnsaved, rememberUnsaved, type Unsaved } from './unsaved.js';

/**
 * Where the draft stands against the server. "stale" means that somebody else saved the same element in the same draft; "readonly" that an
 * edit was tried in a draft that is shared for viewing.
 */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'pending' }
  | { kind: 'saving' }
  | { kind: 'readonly' }
  | { kind: 'failed'; message: string; id: string; issues: Problem['issues'] }
  | { kind: 'stale'; message: string; id: string };

export type ChangeInfo = DraftAnswer['changes'][number];

type DraftStore = {
  status: 'loading' | 'ready' | 'failed';
  error: string | undefined;
  owner: string;
  /** The draft the edits go to; null while the first edit has not opened one. */
  info: DraftInfo | null;
  history: History;
  /** What the server's draft holds, by element id. */
  stored: ReadonlyMap<string, StudioDocument | null>;
  /** Version, author, reason and standing of the stored changes. */
  details: ReadonlyMap<string, ChangeInfo>;
  /** Versions of changes the server holds, as far as they are newer than the details. */
  versions: ReadonlyMap<string, number>;
  /** What edits of a former page started from. */
  origins: ReadonlyMap<string, { revision: number; version: number }>;
  save: SaveState;
};

const SAVE_DELAY_MS = 500;
const RETRY_DELAY_MS = 5_000;

const nothing = {
  info: null,
  history: startHistory(emptyDraft),
  stored: new Map(),
  details: new Map(),
  versions: new Map(),
  origins: new Map(),
  save: { kind: 'saved' as const },
};

export const useDraftStore = create<DraftStore>(() => ({ status: 'loading', error: undefined, owner: '', ...nothing }));

const get = useDraftStore.getState;
const set = useDraftStore.setState;

let timer: ReturnType<typeof setTimeout> | undefined;
let flushing: Promise<boolean> | undefined;
/** Command logs of drafts that were left: undo goes on where it was when somebody comes back. */
export const leftLogs = new Map<string, History>();
/** Last document seen of an element that is in no list any more: its address on the server. */
const lastSeen = new Map<string, StudioDocument>();

/** Runs an edit command: it is logged for undo and saved by itself. */
export function edit(label: string, command: Command, merge?: string): void {
  if (get().info?.access === 'view') {
    set({ save: { kind: 'readonly' } });
    return;
  }
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
function unsaved(): Unsaved[] {
  const { history, stored } = get();
  const list: Unsaved[] = [];
  const add = (id: string, wanted: Saved) => {
    const { revision, version } = baseOf(id);
    list.push({ id, wanted, revision, version });
  };
  for (const [id, wanted] of history.draft.changes) if (!stored.has(id) || !isEqual(stored.get(id), wanted)) add(id, wanted);
  for (const id of stored.keys()) if (!history.draft.changes.has(id)) add(id, 'revert');
  return list;
}

export function baseOf(id: string): EditBase {
  const { info, history, details, versions, origins } = get();
  const origin = origins.get(id);
  if (origin !== undefined) return { draft: info?.id, ...origin };
  return { draft: info?.id, revision: history.draft.revision, version: versions.get(id) ?? details.get(id)?.version ?? 0 };
}

/** Looks what is to be saved after the draft changed, and saves it a moment later. */
export function afterChange(): void {
  const { history, owner, info, save } = get();
  for (const [id, document] of history.draft.changes) if (document !== null) lastSeen.set(id, document);
  const waiting = unsaved();
  rememberUnsaved(owner, info?.id, waiting);
  if (waiting.length === 0) {
    if (save.kind !== 'saving') set({ save: { kind: 'saved' } });
    return;
  }
  if (save.kind !== 'saving') set({ save: { kind: 'pending' } });
  clearTimeout(timer);
  timer = setTimeout(() => void flushDraft(), SAVE_DELAY_MS);
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
    const next = unsaved()[0];
    if (next === undefined) break;
    set({ save: { kind: 'saving' } });
    const known = knownDocument(next.id) ?? (next.wanted === 'revert' ? null : next.wanted);
    try {
      const version = known === null ? 0 : await saveChange(known, next.wanted, baseOf(next.id), { keepalive });
      took(next, version);
    } catch (error) {
      failed(error, next.id);
      return false;
    }
  }
  set({ save: { kind: 'saved' } });
  // The first edit opened a draft.
  if (get().info === null && get().stored.size > 0) set({ info: (await readDraft().catch(() => null))?.draft ?? null });
  return true;
}

export const knownDocument = (id: string): StudioDocument | undefined =>
  get().stored.get(id) ?? get().history.draft.published.get(id)?.document ?? lastSeen.get(id);

/** The server took an edit. */
function took({ id, wanted }: Unsaved, version: number): void {
  const { stored, versions, origins, owner, info } = get();
  const nextStored = new Map(stored);
  if (wanted === 'revert') nextStored.delete(id);
  else nextStored.set(id, wanted);
  const nextOrigins = new Map(origins);
  nextOrigins.delete(id);
  set({ stored: nextStored, versions: new Map(versions).set(id, version), origins: nextOrigins });
  rememberUnsaved(owner, info?.id, unsaved());
}

function failed(error: unknown, id: string): void {
  const message = messageOf(error);
  const isStale = error instanceof ApiError && error.status === 412;
  const issues = error instanceof ApiError ? (error.problem?.issues ?? []) : [];
  set({ save: isStale ? { kind: 'stale', message, id } : { kind: 'failed', message, id, issues } });
  const passes = error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 429);
  if (!passes) return;
  clearTimeout(timer);
  timer = setTimeout(() => void flushDraft(), RETRY_DELAY_MS);
}

/** Forgets everything of the signed-in person, for the next one at this browser. */
export function closeDraft(): void {
  clearTimeout(timer);
  forgetUnsaved();
  leftLogs.clear();
  set({ status: 'loading', ...nothing });
}

export const hasUnsaved = (): boolean => get().status === 'ready' && unsaved().length > 0;

export const useDraft = (): Draft => useDraftStore((state) => state.history.draft);
