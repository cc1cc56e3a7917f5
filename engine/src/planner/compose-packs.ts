import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { MetadataDocument, OverrideDocument } from '@fieldstone/metadata/types/documents.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { elementId } from '../model/element.js';
import { packContents, packsByNeeds, type PackContent, type PackFile } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { alignNames } from './align-names.js';
import { mergeDocuments } from './merge-documents.js';
import { valueAt, withValueAt } from './pointer-values.js';

export type Composed = { readonly sources: readonly SourceDocument[]; readonly issues: readonly Issue[] };

/**
 * What packs ship together: their elements, with what they change in each other's. This is what a system without changes of its own has.
 *
 * Shape: an overridden element keeps its origin; a pack that comes later in the order of needs has the last word.
 */
export function composePacks(packs: readonly PackContent[]): Composed {
  const { ordered } = packsByNeeds(packs);
  let elements = new Map<string, SourceDocument>();
  const issues: Issue[] = [];
  for (const pack of ordered) {
    elements = renamed(elements, pack);
    for (const element of pack.elements) {
      const id = elementId(element.document);
      const other = elements.get(id);
      if (other && other.origin !== element.origin) {
        const message = `The pack "${other.origin}" has an element with the id "${id}" already.`;
        issues.push({ file: element.file ?? id, path: '/id', code: 'duplicate_id', message });
      } else elements.set(id, element);
    }
    for (const override of pack.overrides) change(elements, pack.name, override, issues);
  }
  return { sources: [...elements.values()], issues };
}

/** The elements of packs as they lie in files, with what they change in each other's: what a model is made of. */
export const composedFiles = (files: readonly PackFile[]): readonly SourceDocument[] => composePacks(packContents(files)).sources;

/** New names first: what else a pack changes is written with them. Its own elements come later, because they are too. */
function renamed(elements: ReadonlyMap<string, SourceDocument>, { overrides }: PackContent): Map<string, SourceDocument> {
  const names = new Map(
    overrides.flatMap(({ document: { element, set } }) => {
      const name = (set as Record<string, unknown> | undefined)?.[NAME];
      return typeof name === 'string' ? [[element, name] as const] : [];
    }),
  );
  const sources = [...elements.values()];
  return new Map((names.size === 0 ? sources : alignNames(sources, names)).map((source) => [elementId(source.document), source]));
}

function change(elements: Map<string, SourceDocument>, pack: string, override: PackContent['overrides'][number], issues: Issue[]): void {
  const { element, of, retire } = override.document;
  const target = elements.get(element);
  const file = override.file ?? element;
  if (!target) {
    const message = `No pack that "${pack}" needs has an element "${element}".${didYouMean(element, elements.keys())}`;
    issues.push({ file, path: '/element', code: 'unknown_element', message });
  } else if (target.document.kind !== of) {
    issues.push({ file, path: '/of', code: 'not_allowed', message: `"${element}" is a ${target.document.kind}.` });
  } else if (retire) elements.delete(element);
  else elements.set(element, { ...target, document: overridden(target.document, override.document, file, issues) });
}

/** Properties that say which element it is: an override of them would make another one. */
const FIXED = new Set(['id', 'kind']);
/** A name is given with all that refers to it; see `renamed`. */
const NAME = '/name';

function overridden(document: MetadataDocument, { set = {}, was = {} }: OverrideDocument, file: string, issues: Issue[]): MetadataDocument {
  let result = document;
  for (const [path, value] of Object.entries(set as Record<string, unknown>)) {
    if (path === NAME) continue;
    if (FIXED.has(path.split('/')[1] ?? '')) {
      issues.push({ file, path: pointer('set', path), code: 'not_allowed', message: 'The id and the kind of an element never change.' });
    } else result = withValueAt(result, path, mergedValue((was as Record<string, unknown>)[path], valueAt(result, path), value));
  }
  return result;
}

/** The value an override gives. Lists keep what their pack made of them since: the override says what it changed, not how the list is. */
function mergedValue(was: unknown, now: unknown, value: unknown): unknown {
  if (!Array.isArray(was) || !Array.isArray(now) || !Array.isArray(value)) return value;
  const [before, mine, theirs]: readonly [List, List, List] = [{ list: was }, { list: now }, { list: value }];
  // The override has the last word where both changed the same.
  const { conflicts } = mergeDocuments<List>(before, mine, theirs);
  const takes = conflicts.map(({ path }) => ({ path, take: 'theirs' as const }));
  return mergeDocuments<List>(before, mine, theirs, takes).merged?.list ?? value;
}

type List = { readonly list: readonly unknown[] };
