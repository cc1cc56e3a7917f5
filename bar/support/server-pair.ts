import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { clusterOf, freePort, startEmbeddedPostgres } from '../../engine/src/app/embedded-postgres.js';
import { accountForDatabase, findBinaries } from '../../engine/src/app/postgres-binaries.js';
import { openRelay } from './relay.js';

/** Two database servers, of which one follows the other, behind one address. */
export type ServerPair = {
  readonly url: string;
  /** The first one is gone for good, as after a power cut, and the second one takes its place. Ends when it does. */
  failOver(): Promise<void>;
  close(): Promise<void>;
};

const STANDBY = 'second';
const START_MS = 60_000;
/** Both must allow as much. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  max_locks_per_transaction: '512',
  deadlock_timeout: '500ms',
  wal_keep_size: '1GB',
};

/**
 * Shape: what the first one confirms is on the disk of the second (`synchronous_standby_names`). The second is made of a copy of the first while it
 *        stands still, which takes no program but the server itself.
 * Source: PostgreSQL manual, chapter on high availability, log shipping and synchronous replication.
 */
export async function openServerPair(): Promise<ServerPair> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-bar-pair-'));
  // Run as root, the database has an account of its own that must get in.
  await chmod(folder, 0o755);
  const alone = await startEmbeddedPostgres({ dataFolder: folder });
  await alone.stop();
  const account = accountForDatabase();
  const { postgres } = await findBinaries(account, folder);
  const clusters = [clusterOf(folder), `${clusterOf(folder)}-second`] as const;
  await promisify(execFile)('cp', ['-Rp', ...clusters]);
  const signal = join(clusters[1], 'standby.signal');
  await writeFile(signal, '', { mode: 0o600 });
  if (account !== undefined) await chown(signal, account.uid, account.gid);
  const ports = [await freePort(), await freePort()] as const;
  const urlAt = (port: number) => Object.assign(new URL(alone.url), { port: String(port) }).toString();

  const start = async (at: 0 | 1, settings: Readonly<Record<string, string>>): Promise<ChildProcess> => {
    const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(join(folder, `server-${String(at)}.log`), 'a');
    const child = spawn(postgres, ['-D', clusters[at], '-p', String(ports[at]), ...flags], {
      ...account,
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    await until(async () => {
      if (child.exitCode !== null) throw new Error(await readFile(join(folder, `server-${String(at)}.log`), 'utf8'));
      const lines = (await readFile(join(clusters[at], 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
      return lines[0] === String(child.pid) && ['ready', 'standby'].includes(lines[7]?.trim() ?? '');
    });
    return child;
  };
  const ask = async (port: number, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const client = new pg.Client({ connectionString: urlAt(port) });
    await client.connect();
    return (await client.query(text).finally(() => client.end())).rows as Record<string, unknown>[];
  };

  const first = await start(0, { synchronous_standby_names: STANDBY });
  const { password } = new URL(alone.url);
  const from = `host=127.0.0.1 port=${String(ports[0])} user=postgres password=${decodeURIComponent(password)} application_name=${STANDBY}`;
  const second = await start(1, { primary_conninfo: from });
  await until(async () => (await ask(ports[0], `select from pg_stat_replication where sync_state = 'sync'`)).length === 1);
  const relay = await openRelay(ports[0]);
  return {
    url: urlAt(relay.port),
    async failOver() {
      // Nobody hears of what the first one still does: only then is it gone at one moment, with all the processes that it is.
      relay.moveTo(undefined);
      await end(first, 'SIGKILL');
      const [promoted] = await ask(ports[1], 'select pg_promote(true, 60) as done');
      if (promoted?.['done'] !== true) throw new Error('the second server did not take over');
      relay.moveTo(ports[1]);
    },
    async close() {
      await relay.close();
      await Promise.all([first, second].map((child) => end(child, 'SIGQUIT')));
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const latest = Date.now() + START_MS;
  while (!(await isSo())) {
    if (Date.now() > latest) throw new Error('the servers did not get ready');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
