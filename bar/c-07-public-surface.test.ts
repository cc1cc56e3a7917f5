import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Exchange } from '../engine/src/app/leaks/caller.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { addressOf } from './support/stage.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openDeedSystem();
}, 600_000);
afterAll(() => system.close());

/** Everything that somebody who is nobody is answered: every route by every verb, the pages, and what is not there. */
async function crawl(): Promise<Exchange[]> {
  const { origin, routes, rootRoutes } = system.trial;
  const values = {
    object: 'canary_specimen',
    id: system.records[0]?.id ?? '',
    field: 'title',
    version: '1',
    n: '1',
    kind: 'object',
    name: 'canary',
  };
  const paths = new Set([
    ...routes.map(({ path }) => `/api/v1${addressOf(path, values)}`),
    ...rootRoutes.map(({ path }) => path),
    ...[
      '/',
      '/studio',
      '/studio/',
      '/login',
      '/records/canary_specimen',
      '/api',
      '/api/v1',
      '/api/v2/records',
      '/robots.txt',
      '/package.json',
    ],
    ...[
      '/.env',
      '/.git/config',
      '/server-status',
      '/favicon.ico',
      '/index.html',
      '/studio/index.html',
      '/version',
      '/api/v1/version',
      '/metadata',
    ],
  ]);
  const answers: Exchange[] = [];
  for (const path of paths)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      for (const headers of method === 'GET' ? [{}, { Accept: 'text/html', 'Accept-Language': 'de' }] : [{}])
        answers.push(await ask(origin, null, method, path, { headers: headers as Record<string, string> }));
  return answers;
}
const headerText = ({ headers }: Exchange) => [...headers].map((header) => header.join(': ')).join('\n');

describe('C-07: nobody', { timeout: 180_000 }, () => {
  it('is shown how to sign in, and nothing of what there is', async () => {
    const answers = await crawl();
    const { model } = system.trial.open;
    const names = [...model().objects.values()].flatMap(({ name, system: own, fields }) =>
      own ? [] : [name, ...[...fields.values()].flatMap((field) => (field.system || field.name.length < 6 ? [] : [field.name]))],
    );
    const people = [...system.people.values()].flatMap(({ id, email, name }) => [id, email, name]);
    const roles = [...model().roles.keys()];
    const secrets = [...new Set([...names, ...people, ...roles, 'Trial', 'Another', ...system.records.map(({ id }) => id)])];
    const told: string[] = [];
    for (const answer of answers) {
      const said = `${headerText(answer)}\n${answer.text}`;
      const isAsset = /javascript|css|font|image/.test(answer.headers.get('content-type') ?? '');
      // What was asked may be repeated: a name that is in the address is none that was told.
      for (const secret of isAsset ? [] : secrets)
        if (
          new RegExp(`(?<![\\w-])${secret.replaceAll(/[^\w@. -]/g, '')}(?![\\w-])`).test(said.replaceAll(answer.path, '')) &&
          !WORDS.has(secret) &&
          !answer.sent.includes(secret)
        )
          told.push(`${answer.method} ${answer.path}: ${secret}`);
    }
    expect(told).toEqual([]);
    // Nothing is done, and what is answered is what anybody may call.
    const done = new Set(answers.flatMap(({ method, path, status }) => (status < 300 && method !== 'HEAD' ? [`${method} ${path}`] : [])));
    expect([...done].filter((what) => what.startsWith('GET /api/') || !what.startsWith('GET ')).sort()).toEqual([
      'GET /api/v1/health/live',
      'GET /api/v1/health/ready',
      'GET /api/v1/openapi.json',
      'POST /api/v1/auth/logout',
    ]);
    expect(answers.length).toBeGreaterThan(500);
  });

  it('is told no version, of nothing', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    const [server] = await system.test.sql<{ server_version: string }>('show server_version');
    const versions = [
      process.versions.node,
      process.version,
      server?.server_version ?? '',
      process.versions.v8,
      version === '0.0.0' ? '' : version,
    ].filter((text) => text.length > 3);
    const told: string[] = [];
    for (const answer of await crawl()) {
      for (const name of ['server', 'x-powered-by', 'x-aspnet-version', 'x-runtime', 'via', 'x-version'])
        if (answer.headers.has(name)) told.push(`${answer.path}: ${name}`);
      const said = `${headerText(answer)}\n${answer.text}`;
      // Files of the front ends hold versions of what they are made of; the page that loads them is looked at.
      if (/javascript|css|font|image/.test(answer.headers.get('content-type') ?? '')) continue;
      for (const text of versions) if (said.includes(text)) told.push(`${answer.method} ${answer.path}: ${text}`);
      const found = /\b(?:node|koa|postgres(?:ql)?|knex|ajv|vite|lit|react|fieldstone)[/ @v]*\d+\.\d+/i.exec(said);
      if (found) told.push(`${answer.method} ${answer.path}: ${found[0]}`);
    }
    expect(told).toEqual([]);
  });

  it('is told the same of every address that is guarded and of every one that is not there, but for there being none', async () => {
    const bodies = new Set<string>();
    for (const { method, path } of system.trial.routes) {
      if (method !== 'GET') continue;
      const { status, text } = await ask(
        system.trial.origin,
        null,
        method,
        `/api/v1${addressOf(path, { object: 'canary_vault', id: 'x', field: 'x', version: '1', n: '1' })}`,
      );
      if (status === 401) bodies.add(text.replaceAll(/"requestId":"[^"]*"/g, ''));
    }
    // Objects that are there, and those that are not.
    for (const object of ['canary_vault', 'nothing', 'user'])
      for (const path of [`/records/${object}`, `/records/${object}/x`, `/records/${object}/board`])
        bodies.add((await ask(system.trial.origin, null, 'GET', `/api/v1${path}`)).text.replaceAll(/"requestId":"[^"]*"/g, ''));
    expect(bodies.size).toBe(1);
  });

  it('reads the numbers of the server on this machine alone', async () => {
    for (const headers of [{ 'X-Forwarded-For': '203.0.113.7' }, { Forwarded: 'for=203.0.113.7' }] as const)
      expect((await ask(system.trial.origin, null, 'GET', '/metrics', { headers: headers as Record<string, string> })).status).toBe(404);
    expect((await ask(system.trial.origin, null, 'GET', '/metrics')).text).not.toMatch(/canary|trial/i);
  });
});

/** Names of fields and roles that are words of the language, too. */
const WORDS: ReadonlySet<string> = new Set([
  'region',
  'status',
  'amount',
  'secret',
  'vault',
  'badge',
  'within',
  'places',
  'parts',
  'specimens',
  'number',
]);
