import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanAnswer, SourceAnswer } from '@fieldstone/metadata/types/wire.js';

const program = fileURLToPath(new URL('../../bin/fieldstone.mjs', import.meta.url));
const fixture = (version: string): string => fileURLToPath(new URL(`../fixtures/packs/${version}/events`, import.meta.url));
const ADMIN = { email: 'admin@example.com', password: 'the admin of the guide' };

let folder: string;
let settings: NodeJS.ProcessEnv;
let server: ChildProcess;
let url = '';

type Said = { readonly code: number; readonly text: string };

/** One command of the guide, in a process of its own. */
const fieldstone = (...args: string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: settings, cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldstone-guide-'));
  // Run as root, the database has an account of its own that must get in.
  await chmod(folder, 0o755);
  settings = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    PORT: '0',
    FIELDSTONE_DATA_DIR: join(folder, 'data'),
    FIELDSTONE_DEMO: '0',
    FIELDSTONE_ADMIN_EMAIL: ADMIN.email,
    FIELDSTONE_ADMIN_PASSWORD: ADMIN.password,
  };
  server = spawn(process.execPath, [program, 'start'], { env: settings, stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise<string>((resolve, reject) => {
    let output = '';
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Ctrl-C stops it')) resolve(/Application\s+(http:\S+?)\/?\n/.exec(output)?.[1] ?? '');
    });
    server.once('close', () => {
      reject(new Error(`ended early: ${output}`));
    });
  });
}, 120_000);

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGINT');
  await ended;
  await rm(folder, { recursive: true, force: true });
});

/** What the customer does in the studio: changes a few properties of elements, and publishes. */
async function customise(changes: Readonly<Record<string, (document: Record<string, unknown>) => void>>): Promise<void> {
  const headers: Record<string, string> = { Origin: url, 'Content-Type': 'application/json' };
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
    headers['Cookie'] ??= answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return answer.status === 204 ? null : ((await answer.json()) as unknown);
  };
  await call('POST', '/auth/login', ADMIN);
  const { revision, elements } = (await call('GET', '/metadata/source')) as SourceAnswer;
  for (const { id, kind, name, document } of elements) {
    const change = changes[id];
    if (change === undefined) continue;
    const wanted = structuredClone(document) as unknown as Record<string, unknown>;
    change(wanted);
    await call('PUT', `/metadata/draft/${kind}/${name}`, { baseRevision: revision, document: wanted });
  }
  const plan = (await call('POST', '/metadata/draft/plan')) as PlanAnswer;
  expect(plan.issues).toEqual([]);
  await call('POST', '/metadata/draft/publish', { plan: plan.hash, confirm: plan.hazards.map(({ code }) => code) });
}

describe('the guide for consultants, command by command', () => {
  it('makes a pack that is valid as it stands', async () => {
    expect(await fieldstone('pack', 'new', 'fleet', '--object', 'vehicle')).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, 'fleet'))).toContain('pack.json');
    expect(await fieldstone('pack', 'validate', join(folder, 'fleet'))).toMatchObject({
      code: 0,
      text: expect.stringContaining('fleet 1.0.0') as string,
    });
    // What is there already is not written over.
    expect((await fieldstone('pack', 'new', 'fleet')).code).toBe(1);
  }, 300_000);

  it('installs one beside the running server, after saying what it will do', async () => {
    const plan = await fieldstone('pack', 'install', fixture('v1'), '--plan');
    expect(plan).toMatchObject({ code: 0, text: expect.stringMatching(/Adds object “Event”[\s\S]*nothing was changed/) as string });
    expect((await fieldstone('pack', 'list')).text).not.toMatch(/^events +1\.0\.0/m);
    expect(await fieldstone('pack', 'install', fixture('v1'))).toMatchObject({
      code: 0,
      text: expect.stringMatching(/Published version 2\. 2 records were loaded/) as string,
    });
    expect((await fieldstone('pack', 'list')).text).toMatch(/^events +1\.0\.0/m);
  }, 300_000);

  it('upgrades what the customer changed: theirs is kept, a clash is decided, a case that no longer holds is confirmed', async () => {
    await customise({
      fld_event_starts_at: (document) => (document['label'] = 'Start'),
      fld_event_seats: (document) => (document['min'] = '2'),
      fld_event_status: (document) => (document['options'] as unknown[]).push({ value: 'waiting', label: 'Waiting list' }),
    });
    expect((await fieldstone('pack', 'list')).text).toMatch(/^events .*\(3 changed here\)/m);
    const undecided = await fieldstone('pack', 'upgrade', fixture('v2'));
    expect(undecided.code).toBe(1);
    expect(undecided.text).toMatch(/fld_event_seats\/min .*to be decided\n\s+was +"0"\n\s+yours +"2"\n\s+theirs +"1"/);
    expect(undecided.text).toContain('/label of the field “event.starts_at”; yours stays');
    const decided = ['pack', 'upgrade', fixture('v2'), '--take', 'fld_event_seats/min=yours'];
    expect(await fieldstone(...decided)).toMatchObject({ code: 1, text: expect.stringContaining('--confirm case:events/full') as string });
    expect(await fieldstone(...decided, '--confirm', 'case:events/full')).toMatchObject({
      code: 0,
      text: expect.stringContaining('Published version 4') as string,
    });
    expect(await fieldstone('pack', 'upgrade', fixture('v2'))).toMatchObject({
      code: 1,
      text: expect.stringContaining('nothing to upgrade') as string,
    });
  }, 300_000);

  it("pulls the customer's changes, and hands a pack on as one file", async () => {
    const ours = join(folder, 'ours');
    expect((await fieldstone('pack', 'pull', ours)).code).toBe(0);
    const override = JSON.parse(await readFile(join(ours, 'overrides/field.event.seats.json'), 'utf8')) as object;
    expect(override).toMatchObject({ kind: 'override', element: 'fld_event_seats', set: { '/min': '2' }, was: { '/min': '1' } });
    expect((await fieldstone('pack', 'pull', ours)).text).toMatch(/0 written, 0 removed/);
    const bundle = join(folder, 'events.json');
    expect((await fieldstone('pack', 'bundle', fixture('v2'), bundle)).code).toBe(0);
    expect((await fieldstone('pack', 'test', bundle)).text).toContain('events: 2 of 2 cases hold');
  }, 300_000);

  it('takes a pack away and brings it back with its records', async () => {
    const asked = await fieldstone('pack', 'uninstall', 'events');
    expect(asked).toMatchObject({ code: 1, text: expect.stringContaining('will no longer be seen') as string });
    const codes = [...asked.text.matchAll(/^ {2}(retire:\w+) /gm)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(0);
    expect((await fieldstone('pack', 'uninstall', 'events', '--confirm', ...codes)).code).toBe(0);
    expect((await fieldstone('pack', 'list')).text).not.toMatch(/^events +1\.1\.0/m);
    expect((await fieldstone('pack', 'install', join(folder, 'events.json'))).code).toBe(0);
    expect((await fieldstone('pack', 'list')).text).toMatch(/^events +1\.1\.0/m);
  }, 300_000);
});
