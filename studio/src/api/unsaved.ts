import type { Saved } from './metadata.js';

const KEY = 'fieldstone.studio.unsaved';

/** An edit with what it started from, so that it can be saved later as if no time had passed. */
export type Unsaved = { readonly id: string; readonly wanted: Saved; readonly revision: number; readonly version: number };

/** Edits the server has not taken yet are kept in the browser as well, so that a closed tab or a lost connection loses nothing. */
export function rememberUnsaved(owner: string, draft: string | undefined, edits: readonly Unsaved[]): void {
  try {
    if (edits.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify({ owner, draft: draft ?? null, edits }));
  } catch {
    // A browser that refuses storage still saves to the server; only the second net is missing.
  }
}

/** The unsaved edits of a person, and the draft they belong to; none where nothing is left. */
export function readUnsaved(owner: string): { draft: string | undefined; edits: Unsaved[] } {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { owner: string; draft: string | null; edits: Unsaved[] } | null;
    if (kept !== null && kept.owner === owner && Array.isArray(kept.edits)) return { draft: kept.draft ?? undefined, edits: kept.edits };
  } catch {
    // What can not be read is as good as nothing.
  }
  return { draft: undefined, edits: [] };
}

export function forgetUnsaved(): void {
  rememberUnsaved('', undefined, []);
}
