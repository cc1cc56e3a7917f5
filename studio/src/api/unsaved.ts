import type { Saved } from './metadata.js';

const KEY = 'fieldstone.studio.unsaved';

/** Edits the server has not taken yet are kept in the browser as well, so that a closed tab or a lost connection loses nothing. */
export function rememberUnsaved(owner: string, changes: readonly (readonly [string, Saved])[]): void {
  try {
    if (changes.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify({ owner, changes }));
  } catch {
    // A browser that refuses storage still saves to the server; only the second net is missing.
  }
}

export function readUnsaved(owner: string): (readonly [string, Saved])[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { owner: string; changes: [string, Saved][] } | null;
    return kept !== null && kept.owner === owner && Array.isArray(kept.changes) ? kept.changes : [];
  } catch {
    return [];
  }
}

export function forgetUnsaved(): void {
  rememberUnsaved('', []);
}
