import type { DocumentKind, MetadataDocument, OverrideDocument } from '@fieldstone/metadata/types/documents.js';
import type { ChangeSetDifference } from '@fieldstone/metadata/types/wire.js';
import { canonicalJson } from '../kernel/hash.js';
import { elementOf, type ChangeFile } from '../model/change-set.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { alignNames, ownName } from './align-names.js';
import { diffProperties } from './diff-properties.js';
import { mergeDocuments } from './merge-documents.js';
import { withValueAt } from './pointer-values.js';

/** What becomes of one element; null is not there. */
export type ElementChange = { readonly id: string; readonly before: MetadataDocument | null; readonly after: MetadataDocument | null };

export type ChangeSetMerge = {
  /** With elements that only refer to what is renamed. Holds nothing of an element that differs. */
  readonly changes: readonly ElementChange[];
  /** Elements of the change set that are as it wants them. */
  readonly already: readonly string[];
  readonly differences: readonly ChangeSetDifference[];
};

type Merged = { readonly document: MetadataDocument | null; readonly differences: readonly ChangeSetDifference[] };

/**
 * Puts a change set on the documents of another system: a three-way merge of what it found, what it makes of it, and what is here.
 *
 * Shape:  pure. Elements are known by id. Names that the change set gives are given here first, with all that refers to them.
 * Source: docs/decisions/0029-change-sets-say-what-they-found.md.
 */
export function mergeChangeSet(files: readonly ChangeFile[], head: readonly SourceDocument[]): ChangeSetMerge {
  const here = byId(head);
  const { names, differences } = newNames(files, here);
  const aligned = byId(alignNames(head, names));
  const after = new Map<string, MetadataDocument | null>(aligned);
  const already: string[] = [];
  const found: ChangeSetDifference[] = [...differences];
  for (const file of files) {
    const id = elementOf(file.document);
    const now = aligned.get(id) ?? null;
    const merged = mergeFile(file, now);
    found.push(...merged.differences);
    if (same(merged.document, now) && same(now, here.get(id) ?? null) && merged.differences.length === 0) already.push(id);
    after.set(id, merged.document);
  }
  const changes = [...after].flatMap(([id, document]): ElementChange[] => {
    const before = here.get(id) ?? null;
    return same(before, document) ? [] : [{ id, before, after: document }];
  });
  return { changes, already, differences: found };
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
const byId = (sources: readonly SourceDocument[]): ReadonlyMap<string, MetadataDocument> =>
  new Map(sources.map(({ document }) => [elementId(document), document]));

/** Names that the change set gives to elements that have the name it found. Another name here is a difference. */
function newNames(files: readonly ChangeFile[], here: ReadonlyMap<string, MetadataDocument>) {
  const names = new Map<string, string>();
  const differences: ChangeSetDifference[] = [];
  for (const { file, document } of files) {
    if (document.kind !== 'override') continue;
    const { wanted, expected } = { wanted: valueOf(document.set, NAME), expected: valueOf(document.was, NAME) };
    const now = here.get(document.element);
    if (typeof wanted !== 'string' || !now) continue;
    const name = ownName(now);
    if (name === expected) names.set(document.element, wanted);
    else if (name !== wanted) differences.push({ ...about(file, now), path: NAME, expected, found: name, wanted });
  }
  return { names, differences };
}

const NAME = '/name';
const valueOf = (values: OverrideDocument['set'], path: string): unknown => (values as Record<string, unknown> | undefined)?.[path];

function mergeFile({ file, document }: ChangeFile, now: MetadataDocument | null): Merged {
  if (document.kind !== 'override') return mergeNew(file, document, now);
  if (document.retire) return mergeRetired(file, document, now);
  return mergeChanged(file, document, now);
}

function mergeNew(file: string, document: MetadataDocument, now: MetadataDocument | null): Merged {
  if (now === null) return { document, differences: [] };
  return mergeThree(file, null, document, now);
}

/** Retiring takes all of an element, so all of it has to be what was found. */
function mergeRetired(file: string, { element, of, was = {} }: OverrideDocument, now: MetadataDocument | null): Merged {
  if (now === null) return { document: null, differences: [] };
  // The document as it was found, from its properties.
  const base = { kind: of, id: element, ...withoutSlash(was) } as unknown as MetadataDocument;
  const differences = diffProperties(base, now).map(({ path, before, after }) => ({
    ...about(file, now),
    path,
    ...(before === null ? {} : { expected: before }),
    ...(after === null ? {} : { found: after }),
  }));
  return { document: differences.length > 0 ? now : null, differences };
}

const withoutSlash = (was: object): object =>
  Object.fromEntries(Object.entries(was).map(([path, value]) => [path.slice(1), value as unknown]));

function mergeChanged(file: string, document: OverrideDocument, now: MetadataDocument | null): Merged {
  if (now === null || now.kind !== document.of) {
    const gone = { file, element: document.element, kind: document.of as DocumentKind, name: document.name ?? document.element, path: '' };
    const expected = `${document.of} ${document.name ?? document.element}`;
    const found = now === null ? {} : { found: `${now.kind} ${elementName(now)}` };
    return { document: now, differences: [{ ...gone, expected, ...found }] };
  }
  let [base, wanted] = [now, now];
  const was = (document.was ?? {}) as Record<string, unknown>;
  for (const [path, value] of Object.entries((document.set ?? {}) as Record<string, unknown>)) {
    // A name that differs was told before; one that does not was given with all that refers to it.
    if (path === NAME) continue;
    base = withValueAt(base, path, was[path]);
    wanted = withValueAt(wanted, path, value);
  }
  return mergeThree(file, base, wanted, now);
}

function mergeThree(file: string, base: MetadataDocument | null, wanted: MetadataDocument, now: MetadataDocument): Merged {
  const { merged, conflicts } = mergeDocuments(base, wanted, now);
  const differences = conflicts.map(({ path, ...sides }): ChangeSetDifference => ({
    ...about(file, now),
    path,
    ...(sides.base === undefined ? {} : { expected: sides.base }),
    ...(sides.theirs === undefined ? {} : { found: sides.theirs }),
    ...(sides.mine === undefined ? {} : { wanted: sides.mine }),
  }));
  return { document: differences.length > 0 ? now : merged, differences };
}

const about = (file: string, document: MetadataDocument) => ({
  file,
  element: elementId(document),
  kind: document.kind,
  name: elementName(document),
});
