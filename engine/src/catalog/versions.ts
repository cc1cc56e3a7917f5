import type { PlanAnswer, RevisionInfo } from '@fieldstone/metadata/types/wire.js';
import { notFound } from '../kernel/errors.js';
import { findRevision, installedPacks, listRevisions, revisionSources, type RevisionRow } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { planSpaceChange } from './plan-change.js';

/** Who published what nobody did. */
export const INSTALLATION = 'Fieldstone';

const infoOf = ({ revision, at, by, comment, changes, isHead }: RevisionRow): RevisionInfo => ({
  revision,
  at,
  by: by ?? INSTALLATION,
  comment,
  changes,
  isHead,
});

export async function readVersions({ database }: Catalog, space: number, limit: number, before?: number): Promise<RevisionInfo[]> {
  return (await listRevisions(database, space, limit, before)).map(infoOf);
}

export async function readVersion({ database }: Catalog, space: number, revision: number): Promise<RevisionInfo> {
  const found = await findRevision(database, space, revision);
  if (found === null) throw notFound('There is no such version.');
  return infoOf(found);
}

/**
 * A plan that leads back to the documents of a former revision. It is published like any other and becomes a revision of its own; what was
 * retired since then is back with its data.
 */
export async function planRollback(catalog: Catalog, space: number, revision: number, madeBy: string): Promise<PlanAnswer> {
  const sources = await revisionSources(catalog.database, space, revision);
  if (sources === null) throw notFound('There is no such version.');
  const planned = await planSpaceChange(catalog, { space, sources, comment: `Return to version ${revision}`, madeBy });
  return planned.answer;
}

export type PackInfo = {
  readonly name: string;
  readonly label: string;
  readonly version: string;
  readonly description: string;
  readonly installedAt: string;
};

export async function readInstalledPacks({ database, activeModels }: Catalog, space: number): Promise<PackInfo[]> {
  const documents = new Map(activeModels.current(space).model.packs.map((pack) => [pack.name, pack]));
  return (await installedPacks(database, space)).map(({ pack, version, installedAt }) => ({
    name: pack,
    label: documents.get(pack)?.label ?? pack,
    version,
    description: documents.get(pack)?.description ?? '',
    installedAt,
  }));
}
