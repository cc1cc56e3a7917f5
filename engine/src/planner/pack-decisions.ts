import { canonicalJson } from '../kernel/hash.js';
import type { SourceDocument } from '../model/types.js';

/** How a person decided about one property. `yours` and `theirs` are the values it was decided about. */
export type Decision = {
  readonly element: string;
  readonly path: string;
  readonly yours?: unknown;
  readonly theirs?: unknown;
} & Choice;

export type Choice = { readonly take: 'yours' | 'theirs' } | { readonly take: 'value'; readonly value: unknown };

/** A property that people and the packs both changed. `decision` is null until somebody decides. */
export type PackConflict = {
  readonly element: string;
  readonly document: SourceDocument['document'];
  readonly path: string;
  readonly base: unknown;
  readonly yours: unknown;
  readonly theirs: unknown;
  readonly decision: Choice | null;
  /** Whether the decision is one from an earlier upgrade. */
  readonly remembered: boolean;
};

/** Something the merge did by itself that people should know of. */
export type PackNote = {
  readonly code: 'kept_yours' | 'decided' | 'stays_retired' | 'becomes_yours' | 'renamed' | 'adopted' | 'retires';
  readonly document: SourceDocument['document'];
  readonly path: string;
  readonly message: string;
  /** Names of what refers to it, where that is why it stays. */
  readonly because: readonly string[];
  /** Where both changed how something looks: what the three sides have, and whose it is to be. */
  readonly choice?: Pick<PackConflict, 'base' | 'yours' | 'theirs'> & { readonly decision: Choice };
};

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

type Decided = { readonly decisions?: readonly Decision[]; readonly remembered?: readonly Decision[] };

/** What somebody decides now about a property. */
export const decidedNow = ({ decisions = [] }: Decided, element: string, path: string): Choice | undefined =>
  choiceOf(decisions.find((decision) => decision.element === element && decision.path === path));

/** Applies what somebody decides now, or decided about the same value before. */
export function decide(decided: Decided, conflict: Omit<PackConflict, 'decision' | 'remembered'>): PackConflict {
  const { element, path } = conflict;
  const now = decidedNow(decided, element, path);
  if (now) return { ...conflict, decision: now, remembered: false };
  const before = decided.remembered?.find((decision) => decision.element === element && decision.path === path);
  // Keeping a value holds as long as it is the same value; taking theirs only for that very pair of values.
  const holds = before && same(before.yours, conflict.yours) && (before.take === 'yours' || same(before.theirs, conflict.theirs));
  return { ...conflict, decision: (holds ? choiceOf(before) : undefined) ?? null, remembered: holds === true };
}

/**
 * A decision as it is kept: a value of their own is what people have from then on, so it is theirs to keep.
 *
 * Shape: a conflict that nobody decided gives nothing.
 */
export function kept({ element, path, decision, yours, theirs }: PackConflict): Decision[] {
  if (decision === null) return [];
  return [
    decision.take === 'value'
      ? { element, path, take: 'yours', yours: decision.value, theirs }
      : { element, path, ...decision, yours, theirs },
  ];
}

const choiceOf = (decision: Decision | undefined): Choice | undefined =>
  decision && (decision.take === 'value' ? { take: 'value', value: decision.value } : { take: decision.take });
