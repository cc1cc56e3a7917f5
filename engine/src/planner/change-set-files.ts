import type { MetadataDocument, OverrideDocument } from '@fieldstone/metadata/types/documents.js';
import { CHANGEABLE, changePlaces, elementOf, type ChangeFile } from '../model/change-set.js';
import { elementId } from '../model/element.js';
import { stableDocument } from '../model/stable-document.js';
import type { SourceDocument } from '../model/types.js';
import { alignNames, ownName } from './align-names.js';
import { exportChanges } from './export-changes.js';

/**
 * What leads from one set of documents to another, as files of a change set: new elements whole, of changed ones the properties with what
 * they were, of retired ones all that they were.
 *
 * Shape: in the order of their places. Packs and their records are no part of it.
 */
export function changeSetFiles(before: readonly SourceDocument[], after: readonly SourceDocument[]): ChangeFile[] {
  const names = new Map(after.map(({ document }) => [elementId(document), ownName(document)]));
  const aligned = new Map(alignNames(before, names).map(({ document }) => [elementId(document), document]));
  const taken = new Set<string>();
  const files: ChangeFile[] = [];
  for (const made of exportChanges(before, after)) {
    if (made.kind === 'case' || !CHANGEABLE.has(made.kind === 'override' ? made.of : made.kind)) continue;
    const base = made.kind === 'override' && made.retire ? aligned.get(made.element) : undefined;
    const document = stableDocument(base && made.kind === 'override' ? { ...made, was: propertiesOf(base) } : made);
    const file = changePlaces(document).find((place) => !taken.has(place));
    if (file === undefined) throw new Error(`${elementOf(document)} has no place of its own`);
    taken.add(file);
    files.push({ file, document });
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** What tells an element apart stays outside: its id and its kind are named by the override itself. */
const FIXED = new Set(['id', 'kind']);

/** All of a document, property by property. */
const propertiesOf = (document: MetadataDocument): NonNullable<OverrideDocument['was']> =>
  Object.fromEntries(
    Object.entries(document)
      .filter(([name]) => !FIXED.has(name))
      .map(([name, value]) => [`/${name}`, value as unknown]),
  );
