import { canonicalJson } from '../kernel/hash.js';
import type { SourceDocument } from '../model/types.js';

/** How a person decided about one property. `yours` and `theirs` are the values it was decided about. */
export type Decision = {
  readonly element: string;
  readonly path: string;
  readonly take: 'yours' | 'theirs';
  readonly yours?: unknown;
  readonly theirs?: unknown;
};

/** A property that people and the packs both changed. `decision` is null until somebody decides. */
export type PackConflict = {
  readonly element: string;
  readonly document: SourceDocument['document'];
  readonly path: string;
  readonly base: unknown;
  readonly yours: unknown;
  readonly theirs: unknown;
  readonly decision: 'yours' | 'theirs' | null;
  /** Whether the decision is one from an earlier upgrade. */
  readonly remembered: boolean;
};

/** Something the merge did by itself that people should know of. */
export type PackNote = {
  readonly code: 'kept_yours' | 'stays_retired' | 'becomes_yours' | 'renamed' | 'adopted' | 'retires';
  readonly document: SourceDocument['document'];
  readonly path: string;
  readonly message: string;
  /** Names of what refers to it, where that is why it stays. */
  readonly because: readonly string[];
};

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** Applies what somebody decides now, or decided about the same value before. */
export function decide(
  { decisions = [], remembered = [] }: { readonly decisions?: readonly Decision[]; readonly remembered?: readonly Decision[] },
  conflict: Omit<PackConflict, 'decision' | 'remembered'>,
): PackConflict {
  const isThis = ({ element, path }: Decision) => element === conflict.element && path === conflict.path;
  const now = decisions.find(isThis);
  if (now) return { ...conflict, decision: now.take, remembered: false };
  const before = remembered.find(isThis);
  // Keeping a value holds as long as it is the same value; taking theirs only for that very pair of values.
  const holds = before && same(before.yours, conflict.yours) && (before.take === 'yours' || same(before.theirs, conflict.theirs));
  return holds ? { ...conflict, decision: before.take, remembered: true } : { ...conflict, decision: null, remembered: false };
}
