import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leakMatrix } from '../engine/src/app/leaks/matrix.js';
import { PROBES } from '../engine/src/app/leaks/probes.js';
import { matrixMarkdown, renderMatrix } from '../engine/src/app/leaks/render-matrix.js';
import { leaksOf, type MatrixReport } from '../engine/src/app/leaks/run-matrix.js';
import { forms, marksIn } from '../engine/src/app/leaks/scan.js';
import type { RequestScope, Route } from '../engine/src/http/route.js';
import { NOBODY } from '../engine/src/kernel/actor.js';
import { readPackFiles } from '../engine/src/model/read-packs.js';
import { cloneDatabase, type TestDatabase } from '../engine/test/support/database.js';
import { PACKS } from '../engine/test/support/space.js';

let databases: TestDatabase[] = [];
const database = async () => {
  const test = await cloneDatabase();
  databases.push(test);
  return test.config;
};
afterAll(async () => {
  for (const test of databases) await test.drop();
  databases = [];
});

describe('D-01 to D-03 and all of A: the leak matrix of every role, object and way', () => {
  let report: MatrixReport;
  beforeAll(async () => {
    report = await leakMatrix({ databaseConfig: await database(), files: await readPackFiles(PACKS) });
  }, 600_000);

  it('shows nobody what they may not read', () => {
    expect(leaksOf(report).slice(0, 10)).toEqual([]);
  });

  it('tries every route that the server has, and every kind of step', () => {
    expect(report.untried).toEqual([]);
    expect(report.leftAlone.every(({ reason }) => reason.length > 20)).toBe(true);
    // A route that went has no probe.
    const channels = new Set([...report.channels, ...report.leftAlone.map(({ channel }) => channel)]);
    expect(Object.keys(PROBES).filter((channel) => !channels.has(channel))).toEqual([]);
  });

  it('has something to hide from every role in what it looks through', () => {
    const hiding = new Map(report.roles.map((role) => [role, 0]));
    for (const { role, asked, secrets } of report.cells) if (asked > 0) hiding.set(role, (hiding.get(role) ?? 0) + secrets);
    const all = [...hiding].filter(([role, secrets]) => secrets === 0 && role !== 'admin').map(([role]) => role);
    expect(all).toEqual([]);
    expect(report.calls).toBeGreaterThan(5_000);
    expect(report.unfilled).toEqual([]);
  });

  it('is told in lines and in tables', () => {
    expect(renderMatrix(report)).toContain('Nobody was shown what they may not read.');
    expect(matrixMarkdown(report)).toContain('## GET /records/{object}\n');
  });
});

describe('the leak matrix on a product with a hole in it', () => {
  /** A route whose handler forgets who asks: it answers as the system would be answered. */
  const asSystem = (route: Route): Route => ({ ...route, handler: (scope) => route.handler(forgetful(scope)) });
  /** A scope knows what is its own by itself: what stands in front of it asks it, and is none. */
  const forgetful = (scope: RequestScope): RequestScope =>
    new Proxy(scope, {
      get(target, name) {
        if (name === 'actor') return { ...target.actor, kind: 'system', userId: NOBODY };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  const HOLES: readonly (readonly [what: string, channel: string, around: (route: Route) => Route])[] = [
    ['a list that forgets who asks', 'GET /records/{object}', asSystem],
    ['one record that is given to everybody', 'GET /records/{object}/{id}', asSystem],
    ['groups over all fields', 'POST /records/{object}/aggregate', asSystem],
    ['a history without rights', 'GET /records/{object}/{id}/history', asSystem],
    [
      'a header with a value, packed',
      'GET /me',
      (route) => ({
        ...route,
        handler: async (scope) => ({
          ...(await route.handler(scope)),
          headers: { 'X-Debug': Buffer.from('column h_text here').toString('base64') },
        }),
      }),
    ],
  ];

  it('names every hole', { timeout: 600_000 }, async () => {
    const around = (route: Route): Route => HOLES.find(([, channel]) => channel === `${route.method} ${route.path}`)?.[2](route) ?? route;
    const report = await leakMatrix({ databaseConfig: await database(), files: [], around, only: HOLES.map(([, channel]) => channel) });
    const found = new Set(leaksOf(report).map(({ channel }) => channel));
    expect([...found].sort()).toEqual(HOLES.map(([, channel]) => channel).sort());
    expect(renderMatrix(report)).toContain('LEAK        canary_own was shown');
  });
});

describe('looking for canaries', () => {
  const marks = {
    values: new Set(['zqk0001wvx', '731000000000', '2400-01-02', '0190c0de-0000-7000-8000-000000000001']),
    names: new Set(['h_text']),
  };
  it.each([
    ['as it is', '{"a":"zqk0001wvx"}'],
    ['in capitals', 'ZQK0001WVX'],
    ['escaped', String.raw`"zqk0001w\u0076x"`],
    ['in an address', '?q=%7Aqk0001wvx'],
    ['in HTML', '&#122;qk0001wvx'],
    ['in base64', Buffer.from('{"at":["zqk0001wvx"]}').toString('base64url')],
    ['in hex', Buffer.from('zqk0001wvx').toString('hex')],
    ['a number', '{"n":731000000000}'],
    ['the day of a moment', '"2400-01-02T00:00:00.000Z"'],
    ['an id', 'records/0190C0DE-0000-7000-8000-000000000001'],
    ['a name', 'There is no field "h_texx". Did you mean "h_text"?'],
  ])('finds it %s', (_what, text) => {
    expect(marksIn(text, '', marks)).toHaveLength(1);
  });

  it('takes no part of a word for a name, and nothing that was said for something told', () => {
    expect(marksIn('path_text oh_text', '', marks)).toEqual([]);
    expect(marksIn('No h_text, no zqk0001wvx', 'sort=h_text&q=zqk0001wvx', marks)).toEqual([]);
    expect(forms('a').length).toBe(1);
  });
});
