import type { MetadataDocument, OverrideDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId, elementName } from '../model/element.js';
import type { PackFileDocument } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { alignNames, ownName } from './align-names.js';
import { diffProperties } from './diff-properties.js';

/**
 * What people made of a system, as files of a pack: their own elements whole, and of elements of packs the properties they changed.
 *
 * Shape: `shipped` is what the other packs ship together. Over these packs, the files give the same documents again. In the order of their
 *        places, so that the same changes are the same files.
 */
export function exportChanges(shipped: readonly SourceDocument[], mine: readonly SourceDocument[]): PackFileDocument[] {
  const names = new Map(mine.map(({ document }) => [elementId(document), ownName(document)]));
  const before = new Map(shipped.map((source) => [elementId(source.document), source.document]));
  const aligned = new Map(alignNames(shipped, names).map((source) => [elementId(source.document), source.document]));
  const here = new Set<string>();
  const files: PackFileDocument[] = [];
  for (const { document } of mine) {
    const id = elementId(document);
    here.add(id);
    const base = aligned.get(id);
    if (document.kind === 'pack' || document.kind === 'data') continue;
    if (!base) files.push(document);
    else {
      const override = overrideOf(document, base, before.get(id) ?? base);
      if (override) files.push(override);
    }
  }
  for (const [id, document] of before) {
    if (!here.has(id) && document.kind !== 'pack') files.push({ ...identityOf(document), retire: true });
  }
  return files;
}

type Identity = Pick<OverrideDocument, 'kind' | 'element' | 'of' | 'name'>;

const identityOf = (document: MetadataDocument): Identity => ({
  kind: 'override',
  element: elementId(document),
  // Packs and their data are never overridden: they are left out before.
  of: document.kind as OverrideDocument['of'],
  name: elementName(document),
});

/** `base` has the names of today, `original` those of its pack: a renamed element is a changed name, and nothing else. */
function overrideOf(document: MetadataDocument, base: MetadataDocument, original: MetadataDocument): OverrideDocument | null {
  const changes = [...diffProperties(base, document)];
  const isRenamed = 'name' in document && ownName(original) !== ownName(document);
  if (isRenamed) changes.push({ path: '/name', before: ownName(original), after: ownName(document) });
  if (changes.length === 0) return null;
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    ...identityOf(original),
    set: Object.fromEntries(changes.map(({ path, after }) => [path, after])),
    was: Object.fromEntries(changes.map(({ path, before }) => [path, before])),
  };
}
