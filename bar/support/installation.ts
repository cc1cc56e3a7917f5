import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { clusterOf } from '../../engine/src/app/embedded-postgres.js';
import { newId } from '../../engine/src/kernel/ids.js';
import { issueKey } from '../../engine/src/people/api-keys.js';
import { insertUser } from '../../engine/src/store/users.js';
import { bundleWorker } from '../../engine/test/support/bundle-worker.js';
import { urlOf } from '../../engine/test/support/database.js';

export const isNight = process.env['FIELDSTONE_BAR'] === 'night';

/** One process of the product. */
export type Node = {
  readonly origin: string;
  readonly child: ChildProcess;
  /** Its exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
  /** What it wrote to its console. */
  output(): string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop; its exit code. */
  stop(): Promise<number | null>;
};

/** The product installed for one test: real processes, a database that only they use, and metadata of their own. */
export type Installation = {
  readonly folder: string;
  start(settings?: Readonly<Record<string, string>>): Promise<Node>;
  /** How a superuser reaches the database. */
  databaseUrl(): Promise<string>;
  /** Runs SQL as superuser, past every guard: to arrange and to look behind the scenes. */
  sql<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Somebody new with a role, and the header they are known by. The first node must have started. */
  addPerson(role: string, tenantId?: number): Promise<{ readonly id: string; readonly authorization: string }>;
  /** Process id of the embedded database. */
  databasePid(): Promise<number>;
  close(): Promise<void>;
};

const STARTED = 'Ctrl-C stops it';
const START_MS = 120_000;

/**
 * Shape: `documents` are the elements of its only pack; a role named admin that may do everything is added. The database is one on the server of the
 *        tests, or on the one at `serverUrl`, or, with `isEmbedded`, the one that the product starts for itself, with all that makes it durable.
 */
export async function openInstallation(
  documents: readonly object[],
  { isEmbedded = false, serverUrl = inject('serverUrl') } = {},
): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-bar-'));
  // Run as root, the database has an account of its own that must get in.
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  await writePack(join(folder, 'metadata/packs/bar'), documents);
  const worker = await bundleWorker('bar/support/node-process.ts');
  const name = `fieldstone_bar_${randomBytes(4).toString('hex')}`;
  /** A connection of its own each time: the server may have been killed meanwhile. */
  const onServer = async (statement: string) => {
    if (isEmbedded) return;
    const client = await connect(serverUrl);
    await client.query(statement).finally(() => client.end());
  };
  await onServer(`create database ${name}`);
  const url = async () => (isEmbedded ? embeddedUrl(data) : urlOf(serverUrl, name));
  const running = new Set<Node>();

  return {
    folder,
    async start(settings = {}) {
      const env = {
        ...{ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', BAR_ROOT: folder, PORT: '0', NODE_ENV: 'test' },
        ...{ FIELDSTONE_DATA_DIR: data, FIELDSTONE_DEMO: '0', FIELDSTONE_ADMIN_PASSWORD: 'a password of the bar' },
        ...{ FIELDSTONE_SECRET: 'secret-of-the-bar-that-is-long-enough-for-it' },
        ...(isEmbedded ? {} : { DATABASE_URL: await url() }),
        ...settings,
      };
      const node = await startNode(worker.file, env);
      running.add(node);
      node.child.once('exit', () => running.delete(node));
      return node;
    },
    databaseUrl: url,
    async sql(text, values) {
      const client = await connect(await url());
      try {
        return (await client.query(text, values ?? [])).rows as never;
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    async addPerson(role, tenantId = 1) {
      const pool = new pg.Pool({ connectionString: await url(), max: 1 });
      try {
        const id = newId();
        const email = `${id}@bar.example`;
        await insertUser(pool, {
          ...{ id, tenantId, email, name: role, passwordHash: null, roleIds: [`rol_${role}`] },
          ...{ locale: null, timeZone: null, managerId: null, territories: [] },
        });
        const { key } = await issueKey(pool, id, 'bar', null);
        return { id, authorization: `Bearer ${key}` };
      } finally {
        await pool.end();
      }
    },
    databasePid: async () => Number((await readFile(join(clusterOf(data), 'postmaster.pid'), 'utf8')).split('\n')[0]),
    async close() {
      await Promise.all([...running].map((node) => (isEmbedded ? node.stop() : node.kill())));
      await onServer(`drop database if exists ${name} with (force)`);
      await Promise.all([folder, worker.folder].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

const ADMIN = {
  ...{ kind: 'role', id: 'rol_admin', name: 'admin', label: 'Administrator' },
  capabilities: ['edit_metadata', 'manage_users', 'manage_settings', 'view_automation', 'explain_access', 'view_as'],
  default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit', actions: ['*'] },
};
const FOLDERS: Readonly<Record<string, string>> = {
  object: 'objects',
  field: 'fields',
  role: 'roles',
  validation: 'validations',
  workflow: 'workflows',
};

async function writePack(folder: string, documents: readonly object[]): Promise<void> {
  const write = (path: string, document: object) => writeFile(join(folder, path), JSON.stringify(document));
  await mkdir(folder, { recursive: true });
  await write('pack.json', { kind: 'pack', name: 'bar', label: 'Bar', version: '1.0.0' });
  for (const document of [ADMIN, ...documents] as { kind: string; id: string }[]) {
    const part = FOLDERS[document.kind] ?? `${document.kind}s`;
    await mkdir(join(folder, part), { recursive: true });
    await write(join(part, `${document.id}.json`), document);
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function embeddedUrl(data: string): Promise<string> {
  const port = (await readFile(join(clusterOf(data), 'postmaster.pid'), 'utf8')).split('\n')[3]?.trim() ?? '';
  const password = (await readFile(join(data, 'postgres.password'), 'utf8')).trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

async function startNode(file: string, env: Record<string, string>): Promise<Node> {
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const until = Date.now() + START_MS;
  while (!output.includes(STARTED)) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the node did not start: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    origin: /Application\s+(http:\S+?)\/?\n/.exec(output)?.[1] ?? '',
    child,
    ended,
    output: () => output,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
