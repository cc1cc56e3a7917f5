import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { PackDocument } from '@fieldstone/metadata/types/documents.js';
import type { PackInfo, PackPlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, notFound } from '../kernel/errors.js';
import { isInRange, isOlder } from '../model/check-pack-set.js';
import type { PackContent } from '../model/pack-content.js';
import { packGroups } from '../model/pack-groups.js';
import { composePacks } from '../planner/compose-packs.js';
import type { Decision } from '../planner/pack-decisions.js';
import { offeredPacks, type InstalledPack, type PackOffer } from '../store/pack-versions.js';
import type { Catalog } from './catalog.js';
import type { PackChange } from './pack-change.js';
import { mergeChange, packsAfter } from './merge-change.js';
import { changesOfPacks } from './pack-changes.js';
import { installedNeeds, packDocuments, readPackState, type PackState } from './pack-state.js';
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
  const [state, available, offers] = await Promise.all([readPackState(database, space), library(), offeredPacks(database.pool, space)]);
  return describePacks(database, space, state, available, offers);
}

export async function describePacks(
  database: Catalog['database'],
  space: number,
  state: PackState,
  available: readonly PackContent[],
  offers: ReadonlyMap<string, PackOffer>,
): Promise<PackInfo[]> {
  const documents = packDocuments(state.applied.sources);
  const installed = new Map(state.installed.map((pack) => [pack.pack, pack]));
  const changes = changesOfPacks(state);
  const names = [...new Set([...installed.keys(), ...available.map(({ name }) => name)])].sort();
  return Promise.all(
    names.map(async (name): Promise<PackInfo> => {
      const now = installed.get(name);
      const offered = available.find((pack) => pack.name === name);
      const document = documents.get(name) ?? offered?.document;
      const isUpgradable = offered !== undefined && now !== undefined && isNewer(offered, now);
      const conflicts = isUpgradable ? await openConflicts(database, space, state, offered) : 0;
      const offer = offers.get(name);
      const waits = isUpgradable && offer?.checksum === offered.checksum ? (offer.waits ?? []) : [];
      return {
        name,
        label: document?.label ?? name,
        description: document?.description ?? '',
        state: now === undefined ? 'available' : !isUpgradable ? 'current' : conflicts + waits.length > 0 ? 'waits' : 'upgrade',
        version: now?.version ?? null,
        available: offered?.version ?? null,
        isUpgradable,
        installedAt: now?.installedAt ?? null,
        needs: needsOf(document, (need) => installed.get(need)?.version ?? null),
        neededBy: [...documents.values()].filter((other) => Object.hasOwn(other.needs ?? {}, name)).map((other) => other.name),
        changes: changes.get(name)?.length ?? 0,
        conflicts,
        waits: [...waits],
      };
    }),
  );
}

const isNewer = (offered: PackContent, now: InstalledPack): boolean =>
  offered.checksum !== now.checksum && !isOlder(offered.version, now.version);

async function openConflicts(database: Catalog['database'], space: number, state: PackState, offered: PackContent): Promise<number> {
  const change = { space, install: [offered], remove: [] };
  const next = packsAfter(state, change);
  const theirs = composePacks(next);
  // What is wrong with the pack itself is said when it is to be upgraded.
  if (theirs.issues.length > 0) return 0;
  const { conflicts } = await mergeChange(database, state, change, next, theirs.sources);
  return conflicts.filter(({ decision }) => decision === null).length;
}

const needsOf = (document: PackDocument | undefined, versionOf: (name: string) => string | null): PackInfo['needs'] =>
  Object.entries(document?.needs ?? {}).map(([name, range]) => {
    const version = versionOf(name);
    return { name, range, version, isMet: version !== null && isInRange(version, range) };
  });

/**
 * Plans what one pack of the library, or an installed one, is to do.
 *
 * Errors: not_found for a pack that is nowhere; conflict for an install of what is installed and an upgrade of what is not.
 */
export async function planPack(catalog: Catalog, library: PackLibrary, request: PackRequest): Promise<PackPlanned> {
  const { space, action, name, decisions, madeBy } = request;
  const [state, available] = [await readPackState(catalog.database, space), await library()];
  const { installed } = state;
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
  const install = action === 'install' ? [offered] : withTied(offered, available, state);
  return planPacks(catalog, { space, action, install, remove: [], available, decisions, madeBy });
}

/** A new version with those of other packs that it can not come without. */
function withTied(offered: PackContent, available: readonly PackContent[], state: PackState): readonly PackContent[] {
  const newer = available.filter((pack) => state.installed.some((now) => now.pack === pack.name && isNewer(pack, now)));
  return packGroups(newer, installedNeeds(state)).find((group) => group.includes(offered)) ?? [offered];
}

export const planPackAnswer = async (catalog: Catalog, library: PackLibrary, request: PackRequest): Promise<PackPlanAnswer> =>
  (await planPack(catalog, library, request)).answer;
