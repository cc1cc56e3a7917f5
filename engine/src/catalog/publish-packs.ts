import { metadataInvalid, type Issue } from '../kernel/errors.js';
import { isOlder } from '../model/check-pack-set.js';
import { packContents, type PackContent, type PackFile } from '../model/pack-content.js';
import { installedPacks, keepPackVersions, recordPacks, rememberPacks } from '../store/pack-versions.js';
import type { Catalog } from './catalog.js';
import { planPacks, type PackPlanned } from './plan-packs.js';
import { publishStored } from './publish-plan.js';

/** Packs of folders as they would be published over what there is. Packs that are installed as they are, or newer, change nothing. */
export async function planPackFolder(catalog: Catalog, space: number, files: readonly PackFile[], isTested = false): Promise<PackPlanned> {
  const contents = packContents(files);
  const install = await notInstalled(catalog, space, contents);
  return planPacks(catalog, { space, action: 'install', install, remove: [], available: contents, madeBy: null, isTested });
}

async function notInstalled({ database }: Catalog, space: number, contents: readonly PackContent[]): Promise<PackContent[]> {
  const installed = new Map((await installedPacks(database.pool, space)).map((pack) => [pack.pack, pack]));
  return contents.filter(({ name, version, checksum }) => {
    const now = installed.get(name);
    return now === undefined || (now.checksum !== checksum && !isOlder(version, now.version));
  });
}

/**
 * Publishes the packs of a folder, at the first start and when a version of them is new.
 *
 * Shape:  what people changed stays as they made it, property by property; what they retired stays retired. `confirm` names hazards, or is "all".
 * Errors: metadata_invalid with every issue and every conflict that waits for a decision; hazard_unconfirmed.
 */
export async function publishPacks(
  catalog: Catalog,
  space: number,
  files: readonly PackFile[],
  confirm: readonly string[] | 'all' = [],
): Promise<{ revision: number; changed: boolean }> {
  return publishPlanned(catalog, space, packContents(files), await planPackFolder(catalog, space, files), confirm);
}

/**
 * Publishes a plan of packs. `contents` are the packs it installs.
 *
 * Errors: metadata_invalid with every issue and every conflict that waits for a decision; hazard_unconfirmed.
 */
export async function publishPlanned(
  catalog: Catalog,
  space: number,
  contents: readonly PackContent[],
  planned: PackPlanned,
  confirm: readonly string[] | 'all',
): Promise<{ revision: number; changed: boolean }> {
  const { answer, stored, work, isSame } = planned;
  const issues = [...answer.issues, ...openConflicts(planned)];
  if (issues.length > 0) throw metadataInvalid(issues);
  if (stored === null || isSame) {
    const { revision } = await catalog.activeModels.refresh(space);
    if (work.install.length > 0) await recordUnchanged(catalog, space, revision, contents, planned);
    return { revision, changed: false };
  }
  const accepted = confirm === 'all' ? stored.plan.hazards.map((hazard) => hazard.code) : confirm;
  const { revision } = await publishStored(catalog, space, stored, accepted, null);
  return { revision, changed: true };
}

/** Another content with the same documents, such as a further case: there is nothing to publish, but it is what is installed now. */
async function recordUnchanged(
  { database }: Catalog,
  space: number,
  revision: number,
  contents: readonly PackContent[],
  { work }: PackPlanned,
): Promise<void> {
  await keepPackVersions(database.pool, contents);
  await recordPacks(database.pool, space, work, null);
  await rememberPacks(database.pool, space, revision);
}

/** Conflicts that nobody has decided, as issues. */
export function openConflicts({ answer }: PackPlanned): Issue[] {
  return answer.conflicts
    .filter(({ decision }) => decision === null)
    .map(({ kind, name, path }) => ({
      file: `${kind} ${name}`,
      path,
      code: 'conflict',
      message: 'You and the pack both changed this. Upgrade the pack in the studio or with "fieldstone pack upgrade", and decide there.',
    }));
}
