import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const TIMEOUT = 120_000;
let folder: string;
const running = new Set<Started>();

type Started = { child: ChildProcess; output: () => string; errors: () => string; ended: Promise<number | null>; url: () => string };

/** A real start in a process of its own, with nothing in its environment but what is given. */
function start(settings: Record<string, string>): Started {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    PORT: '0',
    FIELDSTONE_DATA_DIR: folder,
    FIELDSTONE_DEMO: '0',
    ...settings,
  };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const started: Started = {
    child,
    output: () => output,
    errors: () => errors,
    url: () => /Application\s+(http:\S+?)\/?\n/.exec(output)?.[1] ?? '',
    ended: new Promise((resolve) =>
      child.once('close', (code) => {
        running.delete(started);
        resolve(code);
      }),
    ),
  };
  running.add(started);
  return started;
}

async function ready(started: Started): Promise<string> {
  const until = Date.now() + TIMEOUT;
  while (!started.output().includes('Ctrl-C stops it')) {
    if (started.child.exitCode !== null) throw new Error(`ended early: ${started.errors()}${started.output()}`);
    if (Date.now() > until) throw new Error('not ready in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect((await fetch(`${started.url()}/api/v1/health/ready`)).status).toBe(200);
  return started.url();
}

const stop = async (started: Started): Promise<number | null> => {
  started.child.kill('SIGINT');
  return started.ended;
};

/** What a process takes of the memory of the machine; 0 where there is no /proc. */
const residentMb = ({ child }: Started): number =>
  existsSync('/proc/self/status') ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024 : 0;

/** Exit code and the one line on stderr of a start that fails. */
async function refusal(settings: Record<string, string>): Promise<[number | null, string]> {
  const started = start(settings);
  const code = await started.ended;
  return [code, started.errors().trim()];
}

const databasePid = async (): Promise<number> => Number((await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldstone-start-'));
  // Run as root, the database has an account of its own that must get in.
  await chmod(folder, 0o755);
});
afterEach(async () => {
  for (const started of running) await stop(started);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('start', () => {
  it('makes an installation, shows the sign-in once, and stops in order', async () => {
    const first = start({});
    const url = await ready(first);
    const [, email, password] = /(\S+@\S+)\s+(\S+)\s+Administrator/.exec(first.output()) ?? [];
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    expect(login.status).toBe(204);
    const pid = await databasePid();
    expect(await stop(first)).toBe(0);
    expect([first.errors(), isAlive(pid)]).toEqual(['', false]);

    const second = start({});
    await ready(second);
    expect(second.output()).not.toContain('Sign-ins');
    // What the start left behind is given back in a moment.
    const until = Date.now() + TIMEOUT;
    while (residentMb(second) >= 150 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(residentMb(second)).toBeLessThan(150);
    expect(await stop(second)).toBe(0);
  }, 240_000);

  it(
    'is recovered after a kill -9, orphaned database and all',
    async () => {
      const first = start({});
      await ready(first);
      const pid = await databasePid();
      first.child.kill('SIGKILL');
      await first.ended;
      expect(isAlive(pid)).toBe(true);
      const second = start({});
      await ready(second);
      expect([isAlive(pid), await databasePid()]).not.toEqual([true, pid]);
      expect(await stop(second)).toBe(0);
    },
    TIMEOUT,
  );

  it(
    'is recovered when the database was killed with it',
    async () => {
      const first = start({});
      await ready(first);
      process.kill(await databasePid(), 'SIGKILL');
      first.child.kill('SIGKILL');
      await first.ended;
      const second = start({});
      await ready(second);
      expect(await stop(second)).toBe(0);
    },
    TIMEOUT,
  );

  it(
    'says who holds the data folder',
    async () => {
      const first = start({});
      const url = await ready(first);
      const [code, line] = await refusal({});
      expect(code).toBe(1);
      expect(line).toMatch(/^fieldstone: The data folder \S+ is in use by process \d+, which answers at http:.*$/);
      expect(line).toContain(`process ${String(first.child.pid)}, which answers at ${url}.`);
      expect(await stop(first)).toBe(0);
    },
    TIMEOUT,
  );

  it(
    'starts its database again when that dies, and goes on',
    async () => {
      const first = start({});
      const url = await ready(first);
      const pid = await databasePid();
      process.kill(pid, 'SIGKILL');
      while ((await databasePid().catch(() => pid)) === pid) await new Promise((resolve) => setTimeout(resolve, 20));
      while ((await fetch(`${url}/health/ready`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(first.output()).toContain('the database server ended by itself; starting it again');
      expect(await stop(first)).toBe(0);
      expect(isAlive(await databasePid().catch(() => pid))).toBe(false);
    },
    TIMEOUT,
  );
});

describe('a start that cannot be is one line and exit code 1', () => {
  const wrong = (path: string, change: (url: URL) => void = () => undefined) => {
    const url = new URL(inject('serverUrl'));
    url.pathname = path;
    change(url);
    return url.toString();
  };

  it('port taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    const result = await refusal({ PORT: port });
    other.close();
    expect(result).toEqual([1, `fieldstone: Port ${port} is taken: something else listens at 127.0.0.1:${port}. Set PORT to another one.`]);
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['nothing listens', () => ({ DATABASE_URL: 'postgres://u:geheim@127.0.0.1:1/d' }), /No PostgreSQL server answers at 127\.0\.0\.1:1\/d/],
    ['unknown host', () => ({ DATABASE_URL: 'postgres://u:geheim@nowhere.invalid/d' }), /The host of nowhere\.invalid\/d is unknown/],
    ['unknown database', () => ({ DATABASE_URL: wrong('/absent') }), /There is no database [\d.:]+\/absent/],
    ['not a URL', () => ({ DATABASE_URL: 'localhost' }), /DATABASE_URL is not a URL/],
    ['no secret in production', () => ({ DATABASE_URL: wrong('/postgres'), NODE_ENV: 'production' }), /FIELDSTONE_SECRET is missing/],
    ['a setting that is none', () => ({ PORT: 'http' }), /PORT must be a whole number/],
    [
      'a data folder that cannot be',
      () => ({ FIELDSTONE_DATA_DIR: '/dev/null/fieldstone' }),
      /The data folder \/dev\/null\/fieldstone cannot be used/,
    ],
  ])('%s', async (_name, settings, message) => {
    const [code, line] = await refusal(settings());
    expect(code).toBe(1);
    expect(line).toMatch(message);
    expect(line.split('\n')).toHaveLength(1);
    expect(line).not.toMatch(/geheim|\bat .*:\d+:\d+/);
  });

  it('wrong password', async () => {
    // A server that trusts everybody on loopback has no wrong password.
    if (process.env['TEST_DATABASE_URL'] !== undefined) return;
    const [code, line] = await refusal({ DATABASE_URL: wrong('/postgres', (url) => (url.password = 'geheim')) });
    expect([code, line]).toEqual([1, expect.stringMatching(/refused the user or password/)]);
    expect(line).not.toContain('geheim');
  });

  it('data of another PostgreSQL', async () => {
    const version = join(folder, 'postgres/PG_VERSION');
    const found = await readFile(version, 'utf8');
    await writeFile(version, '15\n');
    const result = await refusal({});
    await writeFile(version, found);
    expect(result).toEqual([1, expect.stringMatching(/The data folder was made by PostgreSQL 15; .* brings PostgreSQL 18\./)]);
  });
});
