// Starts everything the bench needs, on loopback, and takes it down again: a Postgres, the platform and the floor.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Connection } from './http-client.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const POOL = 10;
const password = () => randomBytes(18).toString('base64url');

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function startPostgres(folder) {
  if (process.env.DATABASE_URL) {
    const name = `fieldstone_bench_${randomBytes(4).toString('hex')}`;
    const server = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await server.connect();
    await server.query(`create database ${name}`);
    const url = new URL(process.env.DATABASE_URL);
    url.pathname = `/${name}`;
    return {
      url: url.toString(),
      stop: async () => {
        await server.query(`drop database if exists ${name} with (force)`);
        await server.end();
      },
    };
  }
  const { startEmbeddedPostgres } = await import('../engine/dist/app/embedded-postgres.js');
  return startEmbeddedPostgres({ dataFolder: folder });
}

/** Starts a Node process and waits until it answers. What it prints is shown when it ends before that. */
async function startNode(args, env, port) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output = (output + chunk).slice(-4000)));
  let ended = false;
  child.on('exit', () => (ended = true));
  for (let tries = 0; tries < 600; tries++) {
    if (ended) throw new Error(`${args.join(' ')} ended:\n${output}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer && (answer.ok || args[0].includes('floor'))) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${args.join(' ')} does not answer:\n${output}`);
}

const stopNode = (child) =>
  new Promise((resolve) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on('exit', resolve);
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
  });

/** The process all backends descend from. */
async function postmasterOf(db) {
  const { pid } = (await db.query('select pg_backend_pid() as pid')).rows[0];
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const stat = readFileSync(file, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

export async function startAll(log, profile) {
  if (!existsSync(join(root, 'engine/dist/app/cli.js'))) throw new Error('build first: npm run build');
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-bench-'));
  await chmod(folder, 0o755);
  const undo = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.reverse()) await step().catch((error) => console.error(error.message));
    undo.length = 0;
  };
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => void stop().then(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
  try {
    const postgres = await startPostgres(join(folder, 'postgres'));
    undo.push(() => postgres.stop());
    const db = new pg.Client({ connectionString: postgres.url });
    db.on('error', () => undefined);
    await db.connect();
    undo.push(() => db.end());
    log('starting the platform');
    const port = await freePort();
    const admin = { email: 'admin@bench.example', password: password() };
    const env = {
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: postgres.url,
      FIELDSTONE_DATA_DIR: join(folder, 'data'),
      FIELDSTONE_SECRET: password() + password(),
      FIELDSTONE_ADMIN_EMAIL: admin.email,
      FIELDSTONE_ADMIN_PASSWORD: admin.password,
      FIELDSTONE_DEMO: '0',
      FIELDSTONE_POOL_SIZE: String(POOL),
      FIELDSTONE_LOG: 'warn',
    };
    const ours = await startNode(
      [...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []), 'engine/bin/fieldstone.mjs', 'start'],
      env,
      port,
    );
    undo.push(() => stopNode(ours));
    const people = await signIn(port, admin);
    return {
      db,
      env,
      stop,
      people,
      postgresPid: await postmasterOf(db),
      ours: { port, pid: ours.pid, headers: people.headers },
      startFloor,
      ask,
    };

    async function startFloor() {
      const floorPort = await freePort();
      const tokens = { admin: password(), rep: password() };
      const callers = [
        [`Bearer ${tokens.admin}`, {}],
        [`Bearer ${tokens.rep}`, { owner: people.repId }],
      ];
      const floor = await startNode(
        ['bench/floor-server.mjs'],
        {
          NODE_ENV: 'production',
          PORT: String(floorPort),
          FLOOR_DATABASE_URL: postgres.url,
          FLOOR_POOL: String(POOL),
          FLOOR_CALLERS: JSON.stringify(callers),
        },
        floorPort,
      );
      undo.push(() => stopNode(floor));
      const headers = Object.fromEntries(Object.entries(tokens).map(([who, token]) => [who, { authorization: `Bearer ${token}` }]));
      return { port: floorPort, pid: floor.pid, headers };
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Signs the administrator in, makes a sales rep and signs them in too. */
async function signIn(port, admin) {
  const origin = `http://127.0.0.1:${port}`;
  const call = async (path, body, headers = {}) => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', origin, ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const login = async (who) => {
    const cookie = (await call('/auth/login', who)).headers.get('set-cookie')?.split(';')[0];
    return { cookie, origin };
  };
  const headers = { admin: await login(admin) };
  const rep = { email: 'rep@bench.example', password: password() };
  await call('/users', { ...rep, name: 'Restricted Rep', roles: ['sales_rep'] }, headers.admin);
  headers.rep = await login(rep);
  const idOf = async (who) => (await (await call('/me', undefined, headers[who])).json()).user.id;
  return { headers, adminId: await idOf('admin'), repId: await idOf('rep') };
}

async function ask(port, bytes) {
  const connection = new Connection(port);
  try {
    const { status, body } = await connection.send(bytes);
    if (status !== 200) throw new Error(`${status} ${body.toString().slice(0, 500)}`);
    return JSON.parse(body.toString());
  } finally {
    connection.close();
  }
}
