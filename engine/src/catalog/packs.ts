import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { PackDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackInfo, PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, notFound } from '../kernel/errors.js';
import { canonicalJson } from '../kernel/hash.js';
import { isInRange, isOlder } from '../model/check-pack-set.js';
import { elementId } from '../model/element.js';
import type { PackContent } from '../model/pack-content.js';
import { composePacks } from '../planner/compose-packs.js';
import type { Decision } from '../planner/pack-decisions.js';
import type { Catalog } from './catalog.js';
import type { PackChange } from './pack-change.js';
import { readPackState, type PackState } from './pack-state.js';
import { planPacks, type PackPlanned } from './plan-packs.js';

/** Packs that could be installed: read anew at each question, so that a folder that changed is seen. */
export type PackLibrary = () => Promise<readonly PackContent[]>;

export type PackRequest = {
  readonly space: number;
  readonly action: PackChange['action'];
  readonly name: string;
  readonly decisions: readonly Decision[];
  readonly madeBy: string | null;
};

/** Installed packs and those that could be. */
export async function listPacks({ database }: Catalog, space: number, library: PackLibrary): Promise<PackInfo[]> {
  const state = await readPackState(database, space);
  const available = new Map((await library()).map((pack) => [pack.name, pack]));
  const installed = new Map(state.installed.map((pack) => [pack.pack, pack]));
  const documents = new Map(
    state.applied.sources.flatMap(({ document }) => (document.kind === 'pack' ? [[document.name, document] as const] : [])),
  );
  const changes = changesByPack(state);
  const names = [...new Set([...installed.keys(), ...available.keys()])].sort();
  return names.map((name) => {
    const now = installed.get(name);
    const offered = available.get(name);
    const document = documents.get(name) ?? offered?.document;
    return {
      name,
      label: document?.label ?? name,
      description: document?.description ?? '',
      version: now?.version ?? null,
      available: offered?.version ?? null,
      isUpgradable:
        now !== undefined && offered !== undefined && offered.checksum !== now.checksum && !isOlder(offered.version, now.version),
      installedAt: now?.installedAt ?? null,
      needs: needsOf(document, (need) => installed.get(need)?.version ?? null),
      neededBy: [...documents.values()].filter((other) => Object.hasOwn(other.needs ?? {}, name)).map((other) => other.name),
      changes: changes.get(name) ?? 0,
    };
  });
}

const needsOf = (document: PackDocument | undefined, versionOf: (name: string) => string | null): PackInfo['needs'] =>
  Object.entries(document?.needs ?? {}).map(([name, range]) => {
    const version = versionOf(name);
    return { name, range, version, isMet: version !== null && isInRange(version, range) };
  });

/** Elements that differ from what their packs ship, or are gone, by pack. */
function changesByPack({ applied, contents }: PackState): ReadonlyMap<string, number> {
  const mine = new Map(applied.sources.map((source) => [elementId(source.document), canonicalJson(source.document)]));
  const counts = new Map<string, number>();
  for (const { origin, document } of composePacks([...contents.values()]).sources) {
    if (mine.get(elementId(document)) !== canonicalJson(document)) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return counts;
}

/**
 * Plans what one pack of the library, or an installed one, is to do.
 *
 * Errors: not_found for a pack that is nowhere; conflict for an install of what is installed and an upgrade of what is not.
 */
export async function planPack(catalog: Catalog, library: PackLibrary, request: PackRequest): Promise<PackPlanned> {
  const { space, action, name, decisions, madeBy } = request;
  const [{ installed }, available] = [await readPackState(catalog.database, space), await library()];
  const now = installed.find((pack) => pack.pack === name);
  const offered = available.find((pack) => pack.name === name);
  if (!now && !offered)
    throw notFound(
      `There is no pack "${name.slice(0, 60)}".${didYouMean(
        name,
        available.map((pack) => pack.name),
      )}`,
    );
  if (action === 'install' && now) {
    throw new AppError('conflict', `${name} ${now.version} is installed already.`, { hint: 'Upgrade it instead.' });
  }
  if (action !== 'install' && !now) throw new AppError('conflict', `${name} is not installed.`, { hint: 'Install it instead.' });
  if (action === 'uninstall') return planPacks(catalog, { space, action, install: [], remove: [name], decisions, madeBy });
  if (!offered) throw new AppError('conflict', `There is no other version of ${name} in the folders of packs.`);
  if (offered.checksum === now?.checksum)
    throw new AppError('conflict', `${name} ${now.version} is what is installed; there is nothing to upgrade.`);
  return planPacks(catalog, { space, action, install: [offered], remove: [], available, decisions, madeBy });
}

export const planPackAnswer = async (catalog: Catalog, library: PackLibrary, request: PackRequest): Promise<PackPlanAnswer> =>
  (await planPack(catalog, library, request)).answer;
