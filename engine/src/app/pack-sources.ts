import { existsSync } from 'node:fs';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { PackLibrary } from '../catalog/packs.js';
import { AppError, notFound, type Issue } from '../kernel/errors.js';
import { checkPackParts } from '../model/check-pack-parts.js';
import { checkPackSet } from '../model/check-pack-set.js';
import { shapeIssues } from '../model/check-shape.js';
import { compileModel } from '../model/compile-model.js';
import type { PackContent } from '../model/pack-content.js';
import { readPackPlaces } from '../model/read-packs.js';
import type { Model } from '../model/types.js';
import { composePacks } from '../planner/compose-packs.js';

/** The one pack at a place. Errors: malformed when there are several. */
export async function readOnePack(place: string): Promise<PackContent> {
  const packs = await readPackPlaces([place]);
  const [pack] = packs;
  if (pack && packs.length === 1) return pack;
  throw new AppError('malformed', `${place} holds ${packs.length === 0 ? 'no pack' : `${String(packs.length)} packs`}; name one pack.`);
}

/** A pack by its place, or by its name in the library. */
export async function findPack(given: string, library: PackLibrary): Promise<PackContent> {
  if (/[/\\.]/.test(given) || existsSync(given)) return readOnePack(given);
  const packs = await library();
  const found = packs.find((pack) => pack.name === given);
  if (!found)
    throw notFound(
      `There is no pack "${given}".${didYouMean(
        given,
        packs.map((pack) => pack.name),
      )}`,
    );
  return found;
}

/** A pack with all it needs, near and far, as far as that is there. */
export function withNeeds(pack: PackContent, others: readonly PackContent[]): PackContent[] {
  const found = new Map<string, PackContent>();
  const visit = (next: PackContent) => {
    if (found.has(next.name)) return;
    found.set(next.name, next);
    for (const need of Object.keys(next.document.needs ?? {})) {
      const other = others.find((candidate) => candidate.name === need);
      if (other) visit(other);
    }
  };
  visit(pack);
  return [...found.values()];
}

export type Checked = { readonly issues: readonly Issue[]; readonly model: Model | null; readonly packs: readonly PackContent[] };

/** Checks a pack with what it needs, without any system: every issue, with file, pointer, what was expected and the nearest name. */
export function checkPack(pack: PackContent, others: readonly PackContent[]): Checked {
  const packs = withNeeds(pack, others);
  const shape = pack.files.flatMap(({ document, file }) => shapeIssues(document, file));
  if (shape.length > 0) return { issues: shape, model: null, packs };
  const set = checkPackSet(packs, others);
  if (set.length > 0) return { issues: set, model: null, packs };
  const composed = composePacks(packs);
  const compiled = compileModel(composed.sources);
  if (!compiled.ok) return { issues: [...composed.issues, ...compiled.issues], model: null, packs };
  return { issues: [...composed.issues, ...checkPackParts(pack, compiled.model)], model: compiled.model, packs };
}
