import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeSet, PlanAnswer, SourceAnswer } from '@fieldstone/metadata/types/wire.js';

const program = fileURLToPath(new URL('../../bin/fieldstone.mjs', import.meta.url));
const events = fileURLToPath(new URL('../fixtures/packs/v1/events', import.meta.url));
const ADMIN = { email: 'admin@example.com', password: 'the admin of the guide' };

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

/** An installation of its own, with its commands and what its administrator does in the studio. */
class System {
  readonly settings: NodeJS.ProcessEnv;
  #server: ChildProcess | undefined;
  #headers: Record<string, string> = {};
  #url = '';
  constructor(name: string) {
    this.settings = {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: '0',
      FIELDSTONE_DATA_DIR: at(name),
      FIELDSTONE_DEMO: '0',
      FIELDSTONE_ADMIN_EMAIL: ADMIN.email,
      FIELDSTONE_ADMIN_PASSWORD: ADMIN.password,
    };
  }
  async start(): Promise<void> {
    const server = spawn(process.execPath, [program, 'start'], { env: this.settings, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#server = server;
    this.#url = await new Promise<string>((resolve, reject) => {
      let output = '';
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Ctrl-C stops it')) resolve(/Application\s+(http:\S+?)\/?\n/.exec(output)?.[1] ?? '');
      });
      server.once('close', () => {
        reject(new Error(`ended early: ${output}`));
      });
    });
    this.#headers = { Origin: this.#url, 'Content-Type': 'application/json' };
    await this.call('POST', '/auth/login', ADMIN);
  }
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#server?.once('close', resolve));
    this.#server?.kill('SIGINT');
    await ended;
  }
  /** One command of the guide, in a process of its own, in the folder that is under version control. */
  run = (...args: string[]): Promise<{ readonly code: number; readonly text: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [program, ...args], { env: this.settings, cwd: folder }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
      });
    });
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = { method, headers: this.#headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${this.#url}/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
    this.#headers['Cookie'] ??= answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return answer.status === 204 ? null : await answer.json();
  }
  /** Opens a draft with some properties of elements changed, by id, and with new elements. */
  async draft(name: string, changes: Readonly<Record<string, object>>, added: readonly object[] = [], description = ''): Promise<void> {
    await this.call('POST', '/metadata/drafts', { name, description });
    const { revision, elements } = (await this.call('GET', '/metadata/source')) as SourceAnswer;
    const wanted = elements.filter(({ id }) => id in changes).map(({ id, document }) => ({ ...document, ...changes[id] }));
    for (const document of [...wanted, ...added] as { kind: string; object: string; name: string }[]) {
      await this.call('PUT', `/metadata/draft/${document.kind}/${document.object}.${document.name}`, { baseRevision: revision, document });
    }
  }
  async publish(): Promise<void> {
    const plan = (await this.call('POST', '/metadata/draft/plan')) as PlanAnswer;
    expect(plan.issues).toEqual([]);
    await this.call('POST', '/metadata/draft/publish', { plan: plan.hash, confirm: plan.hazards.map(({ code }) => code) });
  }
  async documents(): Promise<unknown> {
    const { elements } = (await this.call('GET', '/metadata/source')) as SourceAnswer;
    return elements.map(({ document }) => JSON.stringify(Object.entries(document).sort())).sort();
  }
}

let test: System;
let production: System;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldstone-promotion-'));
  // Run as root, the database has an account of its own that must get in.
  await chmod(folder, 0o755);
  [test, production] = [new System('test'), new System('production')];
  for (const system of [test, production]) {
    await system.start();
    expect(await system.run('pack', 'install', events)).toMatchObject({ code: 0 });
  }
}, 180_000);

afterAll(async () => {
  await Promise.all([test.stop(), production.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const closesOn = { kind: 'field', id: 'fld_event_closes', object: 'event', name: 'closes_on', label: 'Registration until', type: 'date' };

describe('the guide to promotion, command by command', () => {
  it('exports a draft as files that stay the same', async () => {
    await test.draft('Seats', { fld_event_seats: { min: '2' } }, [closesOn], 'Asked for by the venue');
    const first = await test.run('changes', 'export', 'Seats', './changes/seats');
    expect(first).toMatchObject({ code: 0, text: expect.stringContaining('2 elements of “Seats”') as string });
    for (const file of ['change-set.json', 'fields/event/closes_on.json', 'overrides/field.event.seats.json']) {
      expect(first.text).toContain(`wrote    ${file}`);
    }
    expect(await readFile(at('changes/seats/overrides/field.event.seats.json'), 'utf8')).toBe(
      `${JSON.stringify({ kind: 'override', element: 'fld_event_seats', of: 'field', name: 'event.seats', set: { '/min': '2' }, was: { '/min': '0' } }, null, 2)}\n`,
    );
    expect((await test.run('changes', 'export', 'Seats', './changes/seats')).text).not.toContain('wrote');
    expect(await test.run('changes', 'export', 'Seat', './changes/x')).toMatchObject({
      code: 1,
      text: expect.stringContaining('Did you mean "Seats"?') as string,
    });
    expect((await test.run('changes', 'export', 'Seats')).code).toBe(1);
  }, 120_000);

  it('makes one file of the folder, and the folder of the file', async () => {
    expect((await test.run('changes', 'convert', './changes/seats', './seats.json')).code).toBe(0);
    expect((await test.run('changes', 'convert', './seats.json', './again')).code).toBe(0);
    for (const file of ['change-set.json', 'fields/event/closes_on.json', 'overrides/field.event.seats.json']) {
      expect(await readFile(at('again', file), 'utf8')).toBe(await readFile(at('changes/seats', file), 'utf8'));
    }
    const { files } = JSON.parse(await readFile(at('seats.json'), 'utf8')) as ChangeSet;
    expect(Object.keys(files)).toEqual(['fields/event/closes_on.json', 'overrides/field.event.seats.json']);
  }, 120_000);

  it('looks first, imports, and finds nothing to do the second time', async () => {
    const diff = await production.run('changes', 'diff', './changes/seats');
    expect(diff).toMatchObject({
      code: 0,
      text: expect.stringMatching(/“Seats”, by .+, from system [0-9a-f-]{36}\nAsked for by the venue/) as string,
    });
    expect(diff.text).toMatch(/~ field event\.seats\n {4}\/min: "0" → "2"/);
    expect(diff.text).toContain('+ field event.closes_on');
    const plan = await production.run('changes', 'import', './changes/seats', '--plan', '--sql');
    expect(plan).toMatchObject({
      code: 0,
      text: expect.stringMatching(/Adds field “Registration until” of event[\s\S]*add column[\s\S]*nothing was changed/i) as string,
    });
    expect(((await production.call('GET', '/metadata/drafts')) as { data: unknown[] }).data).toEqual([]);

    expect(await production.run('changes', 'import', './changes/seats', '--name', 'Seats from test')).toMatchObject({
      code: 0,
      text: expect.stringContaining('Made the draft “Seats from test”') as string,
    });
    await production.publish();
    await test.publish();
    expect(await production.documents()).toEqual(await test.documents());
    expect(await production.run('changes', 'import', './seats.json')).toMatchObject({
      code: 0,
      text: expect.stringContaining('Nothing to do') as string,
    });
  }, 120_000);

  it('is refused where production is otherwise, and says where', async () => {
    await test.draft('More seats', { fld_event_seats: { min: '4' } });
    await test.publish();
    const from = ((await test.call('GET', '/metadata/source')) as SourceAnswer).revision - 1;
    expect((await test.run('changes', 'export', '--from', String(from), './changes/more-seats')).code).toBe(0);
    await production.draft('Ours', { fld_event_seats: { min: '3' } });
    await production.publish();
    for (const command of [['import'], ['import', '--plan'], ['diff']]) {
      const [name = '', ...options] = command;
      const said = await production.run('changes', name, './changes/more-seats', ...options);
      expect(said.code).toBe(1);
      expect(said.text).toMatch(/fld_event_seats\/min {2}\(field event\.seats\)\n +expected {2}"2"\n +found +"3"\n +wanted +"4"/);
    }
    const { differences } = JSON.parse((await production.run('changes', 'import', './changes/more-seats', '--json')).text) as {
      differences: object[];
    };
    expect(differences).toMatchObject([{ element: 'fld_event_seats', path: '/min', expected: '2', found: '3' }]);
  }, 120_000);

  it('names the file that can not be read, and reads nothing through a link', async () => {
    await mkdir(at('bad/fields'), { recursive: true });
    await writeFile(at('bad/change-set.json'), await readFile(at('changes/seats/change-set.json')));
    await writeFile(at('bad/fields/broken.json'), '{ "kind": "field",\n  oops }');
    await symlink('/etc', at('bad/overrides'));
    const said = await production.run('changes', 'diff', './bad');
    expect(said.code).toBe(1);
    expect(said.text).toContain('fields/broken.json: The file is not JSON: there is a mistake at line 2, column 3.');
    expect(said.text).toContain('overrides: This is a link to another place');
    expect((await production.run('changes', 'diff', './nowhere')).code).toBe(1);
    // Nor is anything written through one.
    await mkdir(at('linked'));
    await mkdir(at('elsewhere'));
    await symlink(at('elsewhere'), at('linked/overrides'));
    expect(await production.run('changes', 'convert', './changes/seats', './linked')).toMatchObject({
      code: 1,
      text: expect.stringContaining('leads to another place') as string,
    });
  }, 120_000);
});
