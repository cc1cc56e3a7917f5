import { AppError } from '../kernel/errors.js';
import { isOlder } from '../model/check-pack-set.js';
import type { PackContent } from '../model/pack-content.js';
import { installedPacks, noteOffers, offeredPacks } from '../store/pack-versions.js';
import type { Catalog } from './catalog.js';
import { publishPacks } from './publish-packs.js';

/**
 * What a start does with packs: the first one installs those that the system ships, later ones upgrade what is installed and new in a folder.
 *
 * Shape:  each content is offered once, so that an uninstall and a return to an earlier version stay. What needs a decision or a confirmation
 *         is left for people: the system starts with what it has, the log says so, and the next start says it again.
 * Errors: metadata_invalid when the very first packs do not fit together.
 */
export async function offerPacks(
  catalog: Catalog,
  space: number,
  shipped: readonly PackContent[],
  library: readonly PackContent[],
): Promise<void> {
  const { database } = catalog;
  const [installed, offered] = [await installedPacks(database.pool, space), await offeredPacks(database.pool, space)];
  const isShipped = (pack: PackContent) => shipped.some((other) => other.name === pack.name);
  const wanted = library.filter((pack) => {
    if (offered.get(pack.name) === pack.checksum) return false;
    const now = installed.find((other) => other.pack === pack.name);
    if (now) return !isOlder(pack.version, now.version);
    return isShipped(pack) && !offered.has(pack.name);
  });
  if (wanted.length === 0) return;
  try {
    await publishPacks(
      catalog,
      space,
      wanted.flatMap((pack) => pack.files),
    );
  } catch (error) {
    if (installed.length === 0 || !(error instanceof AppError)) throw error;
    const packs = wanted.map(({ name, version }) => `${name} ${version}`).join(', ');
    const why = error.issues.map(({ file, path, message }) => `${file ?? ''}${path}: ${message}`);
    const message = 'new versions of packs wait for somebody: see the packs in the studio, or "fieldstone pack list"';
    database.config.logger.warn({ packs, error: error.message, why }, message);
    return;
  }
  await noteOffers(
    database.pool,
    space,
    wanted.map(({ name, checksum }) => ({ pack: name, checksum })),
  );
}
