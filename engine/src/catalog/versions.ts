import type { PlanAnswer, RevisionInfo } from '@fieldstone/metadata/types/wire.js';
import { notFound } from '../kernel/errors.js';
import { installedPacks, packsAtRevision, type PackWork } from '../store/pack-versions.js';
import { findRevision, listRevisions, revisionSources, type RevisionRow } from '../store/revisions.js';
import type { Catalog } from './catalog.js';
import { planSpaceChange } from './plan-change.js';

/** Who published what nobody did. */
export const INSTALLATION = 'Fieldstone';

const infoOf = ({ revision, at, by, comment, changes, packs, isHead }: RevisionRow): RevisionInfo => ({
  revision,
  at,
  by: by ?? INSTALLATION,
  comment,
  changes,
  packs,
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
  const packs = await packsBack(catalog, space, revision);
  const change = { space, sources, comment: `Return to version ${revision}`, madeBy };
  const planned = await planSpaceChange(catalog, packs ? { ...change, packs } : change);
  return planned.answer;
}

/** What makes the list of installed packs what it was at a revision; null when it is so already, or was not noted then. */
async function packsBack({ database }: Catalog, space: number, revision: number): Promise<PackWork | null> {
  const then = await packsAtRevision(database.pool, space, revision);
  if (then === null) return null;
  const now = await installedPacks(database.pool, space);
  const install = then.filter(({ pack, checksum }) => !now.some((other) => other.pack === pack && other.checksum === checksum));
  const remove = now.map(({ pack }) => pack).filter((pack) => !then.some((other) => other.pack === pack));
  return install.length + remove.length === 0 ? null : { install, remove, decisions: [] };
}
