import type { PlanChange } from '@fieldstone/metadata/types/wire.js';
import { elementId } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { alignNames, ownName } from '../planner/align-names.js';
import { composePacks } from '../planner/compose-packs.js';
import { diffDocuments } from '../planner/diff-documents.js';
import type { PackState } from './pack-state.js';

/**
 * What people changed of what the installed packs ship, by pack.
 *
 * Shape: `before` of a property is what the packs ship, `after` what is here. References to an element that people renamed are no changes.
 */
export function changesOfPacks({ applied, contents }: Pick<PackState, 'applied' | 'contents'>): ReadonlyMap<string, readonly PlanChange[]> {
  const shipped = composePacks([...contents.values()]).sources.filter(({ document }) => document.kind !== 'pack');
  const names = new Map(applied.sources.map(({ document }) => [elementId(document), ownName(document)]));
  const aligned = alignNames(shipped, names).map((source, index): SourceDocument => {
    const { document } = shipped[index] ?? source;
    return 'name' in source.document && 'name' in document
      ? { ...source, document: { ...source.document, name: document.name } as SourceDocument['document'] }
      : source;
  });
  const origins = new Map(shipped.map(({ origin, document }) => [elementId(document), origin]));
  const here = applied.sources.filter(({ document }) => origins.has(elementId(document)));
  const found = new Map<string, PlanChange[]>();
  for (const change of diffDocuments(aligned, here)) {
    const pack = origins.get(change.id) ?? '';
    found.set(pack, [...(found.get(pack) ?? []), change]);
  }
  return found;
}
