import { sameValue, type Values } from '../model/same-value.js';

/** A field that two people changed to different values. */
export type Conflict = { readonly field: string; readonly mine: unknown; readonly theirs: unknown };

/** Fields of my change that somebody else changed as well, to something else. */
export function conflictsOf(base: Values, changes: Values, shown: Values, theirs: Values): Conflict[] {
  return Object.keys(changes)
    .filter((field) => !sameValue(base[field], theirs[field]) && !sameValue(shown[field], theirs[field]))
    .map((field) => ({ field, mine: shown[field], theirs: theirs[field] }));
}
