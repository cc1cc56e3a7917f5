import type { PackDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId } from '../model/element.js';
import type { PackContent } from '../model/pack-content.js';
import type { SourceDocument } from '../model/types.js';
import { composePacks } from '../planner/compose-packs.js';
import { readApplied, type AppliedModel } from '../store/applied-model.js';
import type { Database } from '../store/open-database.js';
import { installedPacks, packDecisions, packVersions, type InstalledPack, type KeptPackDecision } from '../store/pack-versions.js';
import { retiredByPeople } from '../store/revisions.js';

/** Which packs a space has, what they shipped, and what became of it. */
export type PackState = {
  readonly applied: AppliedModel;
  readonly installed: readonly InstalledPack[];
  /** Content as it was installed, by name. A pack from before contents were kept is missing. */
  readonly contents: ReadonlyMap<string, PackContent>;
  readonly decisions: readonly KeptPackDecision[];
};

export async function readPackState(database: Database, space: number): Promise<PackState> {
  const [applied, installed, decisions] = await Promise.all([
    readApplied(database, space),
    installedPacks(database.pool, space),
    packDecisions(database.pool, space),
  ]);
  const kept = await packVersions(
    database.pool,
    installed.map((pack) => pack.checksum),
  );
  const contents = new Map(
    installed.flatMap(({ pack, checksum }) => (kept.has(checksum) ? [[pack, kept.get(checksum) as PackContent]] : [])),
  );
  return { applied, installed, contents, decisions };
}

/** Installed packs with what they need. */
export function installedNeeds({
  applied,
  installed,
}: PackState): ReadonlyMap<string, { version: string; needs: Readonly<Record<string, string>> }> {
  const documents = packDocuments(applied.sources);
  return new Map(installed.map(({ pack, version }) => [pack, { version, needs: documents.get(pack)?.needs ?? {} }]));
}

export const packDocuments = (sources: readonly SourceDocument[]): ReadonlyMap<string, PackDocument> =>
  new Map(sources.flatMap(({ document }) => (document.kind === 'pack' ? [[document.name, document] as const] : [])));

/** What the installed packs ship together: the base of a merge. `next` are the packs as they will be. */
export async function shippedBefore(
  database: Database,
  space: number,
  { applied, installed, contents }: PackState,
  next: readonly PackContent[],
): Promise<readonly SourceDocument[]> {
  const missing = new Set(installed.map(({ pack }) => pack).filter((pack) => !contents.has(pack)));
  const known = composePacks([...contents.values()]).sources;
  if (missing.size === 0) return known;
  const theirs = new Map(next.flatMap((pack) => pack.elements.map((source) => [elementId(source.document), source] as const)));
  const retired = new Set(await retiredByPeople(database, space));
  return [...known, ...guessed(applied.sources, missing, theirs, retired)];
}

/**
 * What packs shipped whose content was not kept: an element that still has its file is as it was; of one that people changed or retired, the
 * new version is taken for the old one, so that theirs stays as it is.
 */
function guessed(
  mine: readonly SourceDocument[],
  missing: ReadonlySet<string>,
  theirs: ReadonlyMap<string, SourceDocument>,
  retired: ReadonlySet<string>,
): SourceDocument[] {
  const here = new Set(mine.map((source) => elementId(source.document)));
  const base: SourceDocument[] = [];
  for (const source of mine) {
    if (!missing.has(source.origin)) continue;
    const wanted = theirs.get(elementId(source.document));
    if (source.file !== undefined) base.push(source);
    else if (wanted) base.push(wanted);
  }
  for (const [id, source] of theirs) if (missing.has(source.origin) && retired.has(id) && !here.has(id)) base.push(source);
  return base;
}
