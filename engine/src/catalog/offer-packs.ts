import { AppError, metadataInvalid, type Issue } from '../kernel/errors.js';
import { isOlder } from '../model/check-pack-set.js';
import type { PackContent } from '../model/pack-content.js';
import { packGroups } from '../model/pack-groups.js';
import { noteOffers, offeredPacks, type PackOffer } from '../store/pack-versions.js';
import type { Catalog } from './catalog.js';
import { installedNeeds, readPackState, type PackState } from './pack-state.js';
import { planPacks, type PackPlanned } from './plan-packs.js';
import { openConflicts, publishPlanned } from './publish-packs.js';

/**
 * What a start does with packs: the first one installs those that the system ships, later ones upgrade what is installed and new in a folder.
 *
 * Shape:  each content is offered once, so that an uninstall and a return to an earlier version stay. A version that needs a decision or a
 *         confirmation is left for people and holds back only those that can not come without it: the log and the pack manager name it, and
 *         the next start tries it again.
 * Errors: metadata_invalid when the very first packs do not fit together.
 */
export async function offerPacks(
  catalog: Catalog,
  space: number,
  shipped: readonly PackContent[],
  library: readonly PackContent[],
): Promise<void> {
  const { database } = catalog;
  const [state, offered] = [await readPackState(database, space), await offeredPacks(database.pool, space)];
  const isShipped = (pack: PackContent) => shipped.some((other) => other.name === pack.name);
  const isDealtWith = ({ name, checksum }: PackContent) => offered.get(name)?.checksum === checksum && offered.get(name)?.waits === null;
  const fresh = library.filter((pack) => {
    if (isDealtWith(pack)) return false;
    const now = state.installed.find((other) => other.pack === pack.name);
    if (now) return !isOlder(pack.version, now.version);
    return isShipped(pack) && !offered.has(pack.name);
  });
  if (fresh.length === 0) return;
  const isInstalled = (pack: PackContent) => state.installed.some((now) => now.checksum === pack.checksum);
  const wanted = fresh.filter((pack) => !isInstalled(pack));
  const plan = (install: readonly PackContent[]) =>
    planPacks(catalog, { space, action: 'upgrade', install, remove: [], available: library, madeBy: null, isTested: false });
  try {
    const { planned, taken, left } = await asManyAsPossible(wanted, state, plan);
    if (state.installed.length === 0 && left.length > 0) throw metadataInvalid(left.flatMap(({ why }) => why));
    if (planned) await publishPlanned(catalog, space, taken, planned, []);
    const dealtWith = [...fresh.filter(isInstalled), ...taken].map(({ name, checksum }) => ({ pack: name, checksum, waits: null }));
    await noteOffers(database.pool, space, [...dealtWith, ...left.map(({ pack, why }) => ({ ...offerOf(pack), waits: reasons(why) }))]);
    for (const { pack, why } of left) {
      const from = state.installed.find((now) => now.pack === pack.name)?.version ?? null;
      database.config.logger.warn({ pack: pack.name, from, to: pack.version, why: why.map(textOf) }, WAITS);
    }
  } catch (error) {
    if (state.installed.length === 0 || !(error instanceof AppError)) throw error;
    const packs = wanted.map(({ name, version }) => `${name} ${version}`).join(', ');
    database.config.logger.warn(
      { packs, error: error.message, why: error.issues.map(textOf) },
      'new versions of packs could not be published',
    );
  }
}

const WAITS = 'a new version of a pack waits for somebody: see Packs in the studio, or "fieldstone pack upgrade"';

const offerOf = ({ name, checksum }: PackContent): Omit<PackOffer, 'waits'> => ({ pack: name, checksum });
/** Conflicts are not kept: they are found anew whenever somebody looks. */
const reasons = (why: readonly Issue[]): string[] => why.filter(({ code }) => code !== 'conflict').map(textOf);
/** Where it is, if it is at one place, and what. */
function textOf({ file = '', path, message }: Issue): string {
  const place = file + path;
  return place === '' ? message : `${place}: ${message}`;
}

type Left = { readonly pack: PackContent; readonly why: readonly Issue[] };
type Possible = { readonly planned: PackPlanned | null; readonly taken: readonly PackContent[]; readonly left: readonly Left[] };

/** All at once when nothing is in the way, otherwise group by group on top of what goes through. */
async function asManyAsPossible(
  wanted: readonly PackContent[],
  state: PackState,
  plan: (install: readonly PackContent[]) => Promise<PackPlanned>,
): Promise<Possible> {
  if (wanted.length === 0) return { planned: null, taken: [], left: [] };
  const whole = await plan(wanted);
  if (inTheWay(whole).length === 0) return { planned: whole, taken: wanted, left: [] };
  let planned: PackPlanned | null = null;
  let taken: readonly PackContent[] = [];
  const left: Left[] = [];
  for (const group of packGroups(wanted, installedNeeds(state))) {
    const attempt = await plan([...taken, ...group]);
    const why = inTheWay(attempt);
    if (why.length > 0) left.push(...group.map((pack) => ({ pack, why })));
    else [planned, taken] = [attempt, [...taken, ...group]];
  }
  return { planned, taken, left };
}

/** What keeps a plan from being published by nobody. */
const inTheWay = (planned: PackPlanned): Issue[] => [
  ...planned.answer.issues,
  ...openConflicts(planned),
  ...planned.answer.hazards.map(({ code, message }) => ({ path: '', code, message: `${message} This has to be confirmed.` })),
];
