import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, openSync, closeSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { makeOnce, syncFolder } from '../kernel/durable-files.js';
import { AppError } from '../kernel/errors.js';
import { silentLogger, type Logger } from '../kernel/logger.js';
import { keepRunning, type Running } from './keep-running.js';
import { accountForDatabase, canReach, findBinaries, reachableFolder, type PostgresBinaries, type RunAs } from './postgres-binaries.js';
import { stopOrphan } from './postgres-process.js';

export type EmbeddedPostgres = {
  /** Superuser URL of the database `postgres`, on loopback. */
  readonly url: string;
  /** Called once when the server ended without being asked to and does not start again, with the reason. */
  onGivenUp(listener: (reason: string) => void): void;
  /** Waits a moment for clients to go, then rolls their transactions back; a checkpoint is written. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Folder of the installation, `.fieldstone`. The cluster lies in it, or where `postgres.location` in it says. */
  readonly dataFolder: string;
  /** Tests give up durability for speed. */
  readonly throwAway?: boolean;
  /** What tests want otherwise than it is. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly logger?: Logger;
};

const MAJOR = '18';
const START_TIMEOUT_MS = 60_000;
const SMART_STOP_MS = 1_000;
const MIN_FREE_BYTES = { first: 300 * 2 ** 20, later: 32 * 2 ** 20 };
const MAX_LOG_BYTES = 16 * 2 ** 20;

/**
 * Starts the PostgreSQL that ships in npm packages, making its cluster on the first start and recovering it after a crash. When it ends by itself it is
 * started again, at the same address.
 *
 * Shape:  one server a data folder; the caller holds the folder (data-folder.ts), so a server still running there is an orphan and is stopped.
 * Errors: setup_failed with a line a person can act on: disk full, no account to run as, no build for the platform, wrong version of the data.
 */
export async function startEmbeddedPostgres({
  dataFolder,
  throwAway = false,
  settings = {},
  logger = silentLogger,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(dataFolder, { recursive: true, mode: 0o755 });
  const account = accountForDatabase();
  const binaries = await findBinaries(account, dataFolder);
  const cluster = await clusterFolder(dataFolder, account);
  const isFirst = !existsSync(join(cluster, 'PG_VERSION'));
  await checkDisk(dataFolder, isFirst);
  const password = await superuserPassword(dataFolder);
  if (isFirst) await initialise(binaries, cluster, account, password, throwAway);
  checkVersion(cluster);
  const port = await freePort();
  const start = async () => {
    await stopOrphan(cluster);
    return launch({
      binaries,
      cluster,
      account,
      port,
      settings: { ...SETTINGS, ...(throwAway ? THROW_AWAY : {}), ...settings },
      log: join(dataFolder, 'postgres.log'),
    });
  };
  const kept = keepRunning(await start(), { again: start, stop: stopServer, logger });
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`,
    onGivenUp: (listener) => {
      kept.onGivenUp(listener);
    },
    stop: () => kept.stop(),
  };
}

/** In the data folder where the account can get there; else in a shared folder that the pointer file names. */
async function clusterFolder(dataFolder: string, account: RunAs): Promise<string> {
  const known = clusterOf(dataFolder);
  if (existsSync(known)) return known;
  const pointer = join(dataFolder, 'postgres.location');
  if (canReach(dataFolder, account)) {
    await rm(pointer, { force: true });
    return join(dataFolder, 'postgres');
  }
  const parent = await reachableFolder(createHash('sha256').update(dataFolder).digest('hex').slice(0, 16));
  const outside = join(parent, 'postgres');
  await writeFile(pointer, `${outside}\n`);
  return outside;
}

/** Where the cluster of a data folder lies, or would. */
export function clusterOf(dataFolder: string): string {
  const pointer = join(dataFolder, 'postgres.location');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(dataFolder, 'postgres');
}

async function checkDisk(folder: string, isFirst: boolean): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = isFirst ? MIN_FREE_BYTES.first : MIN_FREE_BYTES.later;
  if (bavail * bsize < needed) throw diskFull(folder, bavail * bsize, needed);
}

const mib = (bytes: number): string => `${String(Math.floor(bytes / 2 ** 20))} MB`;
const diskFull = (folder: string, free: number, needed: number) =>
  new AppError('setup_failed', `The disk is full: ${mib(free)} free at ${folder}, at least ${mib(needed)} needed to start the database.`);

async function superuserPassword(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'postgres.password');
  // The cluster will know this one and no other.
  if (!existsSync(file)) await makeOnce(file, randomBytes(24).toString('base64url'));
  return (await readFile(file, 'utf8')).trim();
}

/** initdb into a folder beside, then renamed: an initdb that was cut short never looks like a cluster. */
async function initialise(
  binaries: PostgresBinaries,
  cluster: string,
  account: RunAs,
  password: string,
  throwAway: boolean,
): Promise<void> {
  const part = `${cluster}.new`;
  const passwordFile = `${cluster}.pw`;
  await rm(part, { recursive: true, force: true });
  await rm(cluster, { recursive: true, force: true });
  try {
    await mkdir(part, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account !== undefined) await Promise.all([part, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    // The builtin provider sorts and folds the same on every system; sorting for people names its ICU collation.
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8'];
    const access = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`];
    const durability = throwAway ? ['--no-sync', '--no-data-checksums'] : ['--data-checksums'];
    const { code, output } = await run(binaries.initdb, [`--pgdata=${part}`, ...locale, ...access, ...durability], account);
    if (code !== 0) throw startFailure('The database could not be made', output);
    await chmod(part, 0o700);
    await rename(part, cluster);
    await syncFolder(dirname(cluster));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(part, { recursive: true, force: true });
  }
}

function run(program: string, args: string[], account: RunAs): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, cwd: '/', env: quietEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** Nothing of ours is handed down: a stray PGDATA or PGPORT in the shell must not steer this server. */
const quietEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

function startFailure(what: string, output: string): AppError {
  if (/no space left on device/i.test(output)) return new AppError('setup_failed', `${what}: the disk is full.`);
  const lines = output.split('\n').filter((line) => /FATAL|PANIC|error:/.test(line));
  const reason = (lines.at(-1) ?? output.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|error):\s*/, '');
  return new AppError('setup_failed', `${what}: ${reason || 'no reason given'}.`);
}

function checkVersion(cluster: string): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found === MAJOR) return;
  throw new AppError(
    'setup_failed',
    `The data folder was made by PostgreSQL ${found}; this version of Fieldstone brings PostgreSQL ${MAJOR}.`,
    {
      hint: 'Dump it with the former version and restore it, or use another FIELDSTONE_DATA_DIR.',
    },
  );
}

/** Given on the command line, where no file of the cluster overrides them. */
const SETTINGS: Record<string, string> = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  data_sync_retry: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_connections: '100',
  max_locks_per_transaction: '512',
  // Calls that wait for each other in a circle are told before others behind them have waited too long (lock_timeout is 2 s), but after a publish has
  // given up its try (200 ms): else somebody who reads would be told to make way for it.
  deadlock_timeout: '500ms',
  random_page_cost: '1.1',
  jit: 'off',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  // Statements hold record values: they stay out of the log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};
const THROW_AWAY: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  shared_buffers: '128MB',
};

type Launch = {
  binaries: PostgresBinaries;
  cluster: string;
  account: RunAs;
  port: number;
  settings: Readonly<Record<string, string>>;
  log: string;
};

/** Starts the server and waits until it takes connections. */
async function launch(from: Launch): Promise<Running> {
  if (existsSync(from.log) && statSync(from.log).size > MAX_LOG_BYTES) truncateSync(from.log);
  const logStart = existsSync(from.log) ? statSync(from.log).size : 0;
  const flags = Object.entries(from.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(from.log, 'a', 0o600);
  // Its own process group: Ctrl-C in the terminal must reach us alone, so that the database stops last.
  const child = spawn(from.binaries.postgres, ['-D', from.cluster, '-p', String(from.port), ...flags], {
    ...from.account,
    cwd: '/',
    env: quietEnvironment(),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => {
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });
  try {
    await ready(from.cluster, child);
  } catch (error) {
    child.kill('SIGQUIT');
    throw error instanceof AppError ? error : startFailure('The database did not start', readFileSync(from.log, 'utf8').slice(logStart));
  }
  // Does not keep our process alive: stop() waits for it, and a crash of ours leaves it for the next start to stop.
  child.unref();
  return { child, ended };
}

async function stopServer({ child, ended }: Running): Promise<void> {
  child.ref();
  // First as soon as the last client has gone: pools have said goodbye, but their words may still be on the way. Then without them.
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const fast = setTimeout(() => child.kill('SIGINT'), SMART_STOP_MS);
  await ended;
  clearTimeout(fast);
}

/** Waits for the word "ready" in postmaster.pid, as pg_ctl does. Throws a plain Error when the process ends before. */
async function ready(cluster: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) throw new Error('ended');
    const lines = await readFile(join(cluster, 'postmaster.pid'), 'utf8').then(
      (text) => text.split('\n'),
      () => [],
    );
    if (lines[0] === String(child.pid) && lines[7]?.trim() === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new AppError('setup_failed', `The database did not get ready within ${String(START_TIMEOUT_MS / 1000)} seconds.`);
}

/** A port of loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
