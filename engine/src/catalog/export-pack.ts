import type { PackBundle } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, notFound } from '../kernel/errors.js';
import type { PackDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackFileDocument } from '../model/pack-content.js';
import { placeOf } from '../model/pack-places.js';
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

/**
 * The same as one file, to be installed where the same packs are.
 *
 * Errors: malformed for what is no name; conflict for the name of an installed pack, whose records and cases are in its own folder; not_found.
 */
export async function exportBundle(catalog: Catalog, space: number, name: string): Promise<PackBundle> {
  if (!NAME.test(name)) throw malformed('Name the pack with small letters, digits and _, beginning with a letter.');
  const { installed } = await readPackState(catalog.database, space);
  if (installed.some(({ pack }) => pack === name))
    throw new AppError('conflict', `There is a pack "${name}" already; choose another name.`);
  const documents = await exportPack(catalog, space, name, undefined);
  const version = documents.find((document) => document.kind === 'pack')?.version ?? '1.0.0';
  const files = documents.flatMap((document) => {
    const place = placeOf(document);
    return place === null ? [] : [[place, document] as const];
  });
  return { kind: 'bundle', name, version, files: Object.fromEntries(files) };
}

const NAME = /^[a-z][a-z0-9_]{0,40}$/;
