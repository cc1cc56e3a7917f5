import { canonicalJson } from '../kernel/hash.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { alignNames } from './align-names.js';
import { finalNames } from './final-names.js';
import { mergeDocuments, type Resolution } from './merge-documents.js';
import { decide, decidedNow, type Choice, type Decision, type PackConflict, type PackNote } from './pack-decisions.js';
import { isPresentational } from './pack-properties.js';
import { retirable } from './still-needed.js';

export type PackMergeInput = {
  /** What the installed packs ship together, and what they will ship. */
  readonly base: readonly SourceDocument[];
  readonly theirs: readonly SourceDocument[];
  /** What is published. */
  readonly mine: readonly SourceDocument[];
  /** Packs that are taken away: of their elements only those stay that something else refers to. */
  readonly removed?: ReadonlySet<string>;
  readonly decisions?: readonly Decision[];
  /** Decisions of earlier upgrades. */
  readonly remembered?: readonly Decision[];
};
export type PackMerge = {
  readonly sources: readonly SourceDocument[];
  readonly conflicts: readonly PackConflict[];
  readonly notes: readonly PackNote[];
};

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);
const byId = (sources: readonly SourceDocument[]) => new Map(sources.map((source) => [elementId(source.document), source]));

/**
 * Brings what packs ship to a new state, under what people made of it: a three-way merge, element by element and property by property.
 *
 * Shape:  pure. Elements are known by id; names are made the same on all sides first. Without a decision, a conflict leaves `yours`.
 * Source: the table of pack upgrades in the database design; docs/decisions/0025-packs-merge-property-by-property.md.
 */
export function mergePacks(input: PackMergeInput): PackMerge {
  const named = finalNames(input);
  const base = byId(alignNames(input.base, named.names));
  const theirs = byId(alignNames(input.theirs, named.names));
  const mine = byId(alignNames(input.mine, named.names));
  const conflicts: PackConflict[] = [...named.conflicts];
  const notes: PackNote[] = [...named.notes];
  const merged = new Map<string, SourceDocument>();
  const leaving = new Map<string, SourceDocument>();

  for (const [id, source] of mine) {
    const was = base.get(id);
    const wanted = theirs.get(id);
    if (wanted) merged.set(id, mergeElement(input, was, source, wanted, conflicts, notes));
    else if (was?.origin === source.origin) leaving.set(id, source);
    else merged.set(id, source);
  }
  for (const [id, wanted] of theirs) {
    if (mine.has(id) || named.skipped.has(id)) continue;
    if (base.has(id) && !takesTheirs(input, id)) {
      if (!same(base.get(id)?.document, wanted.document)) {
        notes.push({ ...about(wanted), code: 'stays_retired', message: `You retired ${title(wanted)}; it stays retired.` });
      }
    } else merged.set(id, wanted);
  }
  leave(input, base, merged, leaving, notes);
  // In the order in which they were: fields and the like are shown in it.
  const kept = [...mine.keys()].flatMap((id) => merged.get(id) ?? []);
  const added = [...merged].flatMap(([id, source]) => (mine.has(id) ? [] : [source]));
  return { sources: [...kept, ...added], conflicts, notes };
}

const about = ({ document }: SourceDocument) => ({ document, path: '', because: [] });
const title = ({ document }: SourceDocument): string => `the ${document.kind} “${elementName(document)}”`;

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const takesTheirs = ({ decisions = [] }: PackMergeInput, id: string): boolean =>
  decisions.some(({ element, path, take }) => element === id && path === '' && take === 'theirs');

function mergeElement(
  input: PackMergeInput,
  was: SourceDocument | undefined,
  mine: SourceDocument,
  wanted: SourceDocument,
  conflicts: PackConflict[],
  notes: PackNote[],
): SourceDocument {
  if (same(mine.document, wanted.document)) return wanted;
  if (!was) {
    // It was here before the pack brought it: left by an earlier uninstall, or pulled from this system. People's version stays.
    if (mine.origin !== wanted.origin) {
      notes.push({ ...about(mine), code: 'adopted', message: `${upper(title(mine))} is here already and keeps what you changed in it.` });
    }
    return { origin: wanted.origin, document: mine.document };
  }
  const open = mergeDocuments(was.document, mine.document, wanted.document);
  const takes: Resolution[] = [];
  const element = elementId(mine.document);
  for (const { path, base, mine: yours, theirs } of open.conflicts) {
    if (isPresentational(mine.document.kind, path)) {
      const decision = decidedNow(input, element, path) ?? { take: 'yours' };
      const outcome =
        decision.take === 'yours' ? 'yours stays' : decision.take === 'theirs' ? 'that of the pack is taken' : 'it gets another value';
      const message = `You and the pack both changed ${path} of ${title(mine)}; ${outcome}.`;
      const code = decision.take === 'yours' ? 'kept_yours' : 'decided';
      notes.push({ ...about(mine), path, code, message, choice: { base, yours, theirs, decision } });
      takes.push(...resolutionOf(path, decision));
      continue;
    }
    const conflict = decide(input, { element, document: mine.document, path, base, yours, theirs });
    conflicts.push(conflict);
    if (conflict.decision) takes.push(...resolutionOf(path, conflict.decision));
  }
  const { merged } = takes.length === 0 ? open : mergeDocuments(was.document, mine.document, wanted.document, takes);
  // All three are there, so the merged one is.
  const document = merged as SourceDocument['document'];
  return same(document, wanted.document) ? wanted : { origin: wanted.origin, document };
}

/** Yours is what there is: nothing is to be done for it. */
function resolutionOf(path: string, choice: Choice): Resolution[] {
  switch (choice.take) {
    case 'yours':
      return [];
    case 'theirs':
      return [{ path, take: 'theirs' }];
    case 'value':
      return [{ path, take: 'value', value: choice.value }];
  }
}

/** What the packs no longer have: it goes, unless people changed it or something that stays refers to it. */
function leave(
  { removed = new Set() }: PackMergeInput,
  base: ReadonlyMap<string, SourceDocument>,
  merged: Map<string, SourceDocument>,
  leaving: ReadonlyMap<string, SourceDocument>,
  notes: PackNote[],
): void {
  const changed = new Set<string>();
  for (const [id, source] of leaving) {
    if (source.document.kind === 'pack' || removed.has(source.origin)) continue;
    if (!same(base.get(id)?.document, source.document)) changed.add(id);
  }
  const { goes, stays } = retirable(merged, leaving, changed);
  for (const id of goes) {
    const source = leaving.get(id);
    if (source && source.document.kind !== 'pack') notes.push({ ...about(source), code: 'retires', message: `Retires ${title(source)}.` });
  }
  for (const [id, because] of stays) {
    const source = leaving.get(id);
    if (!source) continue;
    const why = because.length === 0 ? 'you changed it' : `${because.slice(0, 3).join(', ')}${because.length > 3 ? ' …' : ''} needs it`;
    notes.push({ ...about(source), code: 'becomes_yours', message: `${upper(title(source))} stays and becomes yours: ${why}.`, because });
    merged.set(id, { origin: 'tenant', document: source.document });
  }
}
