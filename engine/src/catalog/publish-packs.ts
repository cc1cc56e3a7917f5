import { AppError, metadataInvalid } from '../kernel/errors.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import { elementId } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { readApplied } from '../store/applied-model.js';
import type { InstalledPack } from '../store/publications.js';
import { installedPacks, retiredByPeople } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { planSpaceChange, type Planned } from './plan-change.js';
import { publishStored } from './publish-plan.js';

export type PackPlan = Planned & { readonly packs: readonly InstalledPack[] };

/** The packs of a folder as they would be published over what there is. Packs that are installed as they are change nothing. */
export async function planPacks(catalog: Catalog, space: number, sources: readonly SourceDocument[]): Promise<PackPlan> {
  const wanted = packsOf(sources);
  const installed = new Map((await installedPacks(catalog.database, space)).map((pack) => [pack.pack, pack.checksum]));
  const packs = wanted.filter(({ pack, checksum }) => installed.get(pack) !== checksum);
  const applied = await readApplied(catalog.database, space);
  const names = new Set(packs.map(({ pack }) => pack));
  const tombstones = new Set(await retiredByPeople(catalog.database, space));
  const theirs = sources.filter((source) => names.has(source.origin) && source.document.kind !== 'data');
  const comment = packs.map(({ pack, version }) => `${pack} ${version}`).join(', ');
  const planned = await planSpaceChange(catalog, {
    space,
    sources: mergePacks(applied.sources, theirs, names, tombstones),
    comment,
    madeBy: null,
  });
  return { ...planned, packs };
}

/**
 * Publishes the packs of a folder, at the first start and when a version of them is new.
 *
 * Shape:  an element that people changed stays as they made it, one they retired stays retired, the rest follows the pack. `confirm` names
 *         hazards, or is "all".
 * Errors: metadata_invalid with every issue; hazard_unconfirmed.
 */
export async function publishPacks(
  catalog: Catalog,
  space: number,
  sources: readonly SourceDocument[],
  confirm: readonly string[] | 'all' = [],
): Promise<{ revision: number; changed: boolean }> {
  const planned = await planPacks(catalog, space, sources);
  if (planned.answer.issues.length > 0) throw metadataInvalid(planned.answer.issues);
  if (planned.stored === null) return { revision: (await catalog.activeModels.refresh(space)).revision, changed: false };
  const accepted = confirm === 'all' ? planned.stored.plan.hazards.map((hazard) => hazard.code) : confirm;
  const { revision } = await publishStored(catalog, space, planned.stored, accepted, null, planned.packs);
  return { revision, changed: true };
}

function packsOf(sources: readonly SourceDocument[]): InstalledPack[] {
  const origins = [...new Set(sources.map((source) => source.origin))];
  return origins.map((pack) => {
    const own = sources.filter((source) => source.origin === pack && source.document.kind !== 'data');
    const document = own.map((source) => source.document).find((candidate) => candidate.kind === 'pack');
    if (!document) throw new AppError('metadata_invalid', `The folder ${pack} has no pack.json.`);
    const checksum = digest(own.map((source) => canonicalJson(source.document)).sort());
    return { pack, version: document.version, checksum };
  });
}

/** An element that still has the file it came from was never changed here; see `withChange` in drafts.ts. */
const isUntouched = (source: SourceDocument): boolean => source.file !== undefined;

function mergePacks(
  mine: readonly SourceDocument[],
  theirs: readonly SourceDocument[],
  packs: ReadonlySet<string>,
  tombstones: ReadonlySet<string>,
): SourceDocument[] {
  const theirIds = new Set(theirs.map((source) => elementId(source.document)));
  const merged: SourceDocument[] = [];
  const kept = new Set<string>();
  for (const source of mine) {
    const id = elementId(source.document);
    if (packs.has(source.origin)) {
      if (isUntouched(source)) continue;
      // The pack no longer has it, people do: it is theirs from now on.
      merged.push(theirIds.has(id) ? source : { origin: 'tenant', document: source.document });
    } else merged.push(source);
    kept.add(id);
  }
  for (const source of theirs) {
    const id = elementId(source.document);
    if (!kept.has(id) && !tombstones.has(id)) merged.push(source);
  }
  return merged;
}
