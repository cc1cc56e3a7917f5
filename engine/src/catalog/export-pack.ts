import { notFound } from '../kernel/errors.js';
import type { PackDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackFileDocument } from '../model/pack-content.js';
import { composePacks } from '../planner/compose-packs.js';
import { exportChanges } from '../planner/export-changes.js';
import type { Catalog } from './catalog.js';
import { readPackState } from './pack-state.js';

/**
 * What people made of a system, as a pack over the other installed packs.
 *
 * Shape:  `name` may be a pack that is installed already: then what it brought is part of the answer, so that the same pack grows with the
 *         system. `kept` is its pack document so far, whose version and words stay.
 * Errors: not_found when there is nothing of people's own.
 */
export async function exportPack(
  { database }: Catalog,
  space: number,
  name: string,
  kept: PackDocument | undefined,
): Promise<PackFileDocument[]> {
  const { applied, contents, installed } = await readPackState(database, space);
  const others = [...contents.values()].filter((pack) => pack.name !== name);
  // A pack whose content was not kept stands for itself: what is here of it is what it shipped.
  const unknown = new Set(installed.map(({ pack }) => pack).filter((pack) => pack !== name && !contents.has(pack)));
  const shipped = [...composePacks(others).sources, ...applied.sources.filter(({ origin }) => unknown.has(origin))];
  const mine = applied.sources.filter(({ document }) => document.kind !== 'pack');
  const changes = exportChanges(shipped, mine);
  if (changes.length === 0) throw notFound('There is nothing to pull: everything here comes from the installed packs.');
  const needs = Object.fromEntries(
    installed.filter(({ pack }) => pack !== name).map(({ pack, version }) => [pack, `^${version}`] as const),
  );
  const words = kept ?? { label: 'Our changes', version: '1.0.0', description: 'What was made here, over the packs it needs.' };
  return [{ ...words, kind: 'pack', name, needs } as PackDocument, ...changes];
}
