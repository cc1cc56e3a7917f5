import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { seededRandom } from '../engine/src/app/seeded-random.js';
import { newId } from '../engine/src/kernel/ids.js';
import { shapeOf } from './support/absent.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { changedBy } from './support/frozen.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { openStage, type Stage } from './support/stage.js';

const at = `/records/${SPECIMEN}`;
const ME = 'canary_own';
let system: CanarySystem;
let stage: Stage;
let table: string;
/** Out of reach: of "rival" in the same tenant, and of another tenant; each has a value that only one record can have. */
const foreign: { readonly id: string; readonly code: string }[] = [];
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
  const active = system.trial.open.models.current(system.trial.tenant.space);
  table = active.bindings.tables.get(active.model.objects.get(SPECIMEN)?.id ?? '') ?? '';
  for (let n = 0; n < 6; n += 1)
    foreign.push({ id: (await stage.specimen({ code: `THEIRS-${String(n)}` })).id, code: `THEIRS-${String(n)}` });
  for (let n = 0; n < 3; n += 1) {
    const body = { title: 'Elsewhere', code: `ELSEWHERE-${String(n)}` };
    const made = json(await system.call('other_admin', 'POST', at, { body }));
    foreign.push({ id: String(made['id']), code: body.code });
  }
}, 600_000);
afterAll(() => system.close());

const mine = async (values: object = {}): Promise<string> =>
  String(json(await system.call(ME, 'POST', at, { body: { title: stage.fresh(), ...values } }))['id']);
const bulk = (mode: string, operations: readonly object[]): Promise<Exchange> =>
  system.call(ME, 'POST', `${at}/bulk`, { body: { mode, operations } });
/** Every byte of the rows that are out of reach, with their history and what was told about them. */
const foreignRows = async (): Promise<string> => {
  const ids = foreign.map(({ id }) => id);
  const [row] = await system.test.sql<{ sum: string }>(
    `select md5(string_agg(row, e'\\n' order by row)) as sum from (
       select t::text as row from sp1."${table}" t where id = any($1)
       union all select h::text from sp1.sys_history h where record_id = any($1)
       union all select o::text from sp1.sys_outbox o where record_id = any($1)) r`,
    [ids],
  );
  return row?.sum ?? '';
};
type Result = { readonly status: number; readonly problem?: object };
const resultsOf = (answer: Exchange): readonly Result[] => json<{ results: Result[] }>(answer).results;
/** What is said of one operation, whichever record it names. */
const said = (result: Result | undefined, ...names: readonly string[]) =>
  names
    .reduce((text, name) => text.replaceAll(name, '§'), JSON.stringify({ ...result, index: 0 }))
    .replaceAll(/operations\/\d+/g, 'operations/n');

const ABOUT: readonly ((id: string) => object)[] = [
  (id) => ({ op: 'update', id, values: { title: 'Taken' } }),
  (id) => ({ op: 'update', id, values: { title: 'Taken' }, version: 1 }),
  (id) => ({ op: 'update', id, values: { title: 'Taken' }, version: 99 }),
  (id) => ({ op: 'update', id, values: {} }),
  (id) => ({ op: 'update', id, values: { title: '' } }),
  (id) => ({ op: 'delete', id }),
  (id) => ({ op: 'delete', id, version: 1 }),
];
const BY_VALUE: readonly ((code: string) => object)[] = [
  (code) => ({ op: 'update', match: { code }, values: { title: 'Taken' } }),
  (code) => ({ op: 'update', match: { code }, values: { title: 'Taken' }, version: 1 }),
  (code) => ({ op: 'delete', match: { code } }),
];

describe('B-03: many at once', { timeout: 180_000 }, () => {
  it('do what is one’s own, and of the rest say for each that it is not there', async () => {
    const before = await foreignRows();
    for (const about of ABOUT) {
      const none = newId();
      const operations: object[] = [];
      for (const { id } of foreign) operations.push(about(id), { op: 'update', id: await mine(), values: { title: 'Mine' } });
      const results = resultsOf(await bulk('each', [...operations, about(none)]));
      const absent = said(results.at(-1), none);
      for (const [n, { id }] of foreign.entries()) {
        expect(said(results[2 * n], id)).toBe(absent);
        expect(results[2 * n + 1]?.status).toBe(200);
      }
      expect(results.at(-1)?.status).toBeGreaterThanOrEqual(404);
    }
    for (const about of BY_VALUE) {
      const results = resultsOf(await bulk('each', [...foreign.map(({ code }) => about(code)), about('NOBODYS')]));
      const absent = said(results.at(-1), 'NOBODYS');
      for (const [n, { code }] of foreign.entries()) expect(said(results[n], code)).toBe(absent);
    }
    expect(await foreignRows()).toBe(before);
    expect(system.leaks).toEqual([]);
  });

  it('are done wholly or not at all, if that is wanted, whichever is not one’s own', async () => {
    const own = await mine();
    for (const about of ABOUT) {
      const ask = async (id: string) =>
        bulk('all', [{ op: 'update', id: own, values: { title: stage.fresh() } }, about(id), { op: 'create', values: { title: 'New' } }]);
      const none = newId();
      let absent = '';
      const answers: string[] = [];
      const changed = await changedBy(system, async () => {
        absent = shapeOf(await ask(none), none);
        for (const { id } of foreign) answers.push(shapeOf(await ask(id), id));
      });
      expect([changed, ...new Set(answers)]).toEqual([[], absent]);
    }
  });

  it('do not find by a value what may not be read, and say no more than that the value is taken', async () => {
    const before = await foreignRows();
    const upsert = (code: string) => ({ op: 'upsert', match: { code }, values: { title: 'Taken' } });
    const answer = await bulk(
      'each',
      foreign.map(({ code }) => upsert(code)),
    );
    const results = resultsOf(answer);
    for (const [n, { id, code }] of foreign.entries()) {
      // What is another tenant's does not take anything here.
      expect(results[n]?.status).toBe(code.startsWith('THEIRS') ? 409 : 201);
      expect(JSON.stringify(results[n])).not.toContain(id);
    }
    for (const { code } of foreign.filter(({ code }) => code.startsWith('THEIRS')))
      expect([code, await changedBy(system, () => bulk('all', [upsert(code)]))]).toEqual([code, []]);
    expect(await foreignRows()).toBe(before);
    expect(system.leaks).toEqual([]);
  });

  it('are restored and merged no further than one may do each', async () => {
    const own = await mine();
    const keep = await mine();
    await system.call(ME, 'DELETE', `${at}/${own}`);
    const bin = (await stage.specimen()).id;
    await stage.done('DELETE', `${at}/${bin}`);
    const before = await foreignRows();
    const records = [own, bin, ...foreign.map(({ id }) => id), newId()].map((id) => ({ object: SPECIMEN, id }));
    const answer = await system.call(ME, 'POST', '/recycle-bin/restore', { body: { records } });
    const { failed } = json<{ failed: { id: string; reason: string }[] }>(answer);
    expect(failed.map(({ id }) => id)).not.toContain(own);
    expect(new Set(failed.map(({ reason }) => reason)).size).toBe(1);
    expect(failed).toHaveLength(records.length - 1);
    const merge = async (id: string) => system.call(ME, 'POST', `${at}/${keep}/merge`, { body: { from: [own, id], values: {} } });
    const none = newId();
    const changed = await changedBy(system, async () => {
      const absent = shapeOf(await merge(none), none);
      for (const { id } of [...foreign, { id: bin }]) expect(shapeOf(await merge(id), id)).toBe(absent);
    });
    expect(changed).toEqual([]);
    expect(await foreignRows()).toBe(before);
  });

  it('never reach what is not one’s own, in whatever mixture', async () => {
    const random = seededRandom('B-03');
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const before = await foreignRows();
    const own = [await mine({ code: 'MINE-0' }), await mine({ code: 'MINE-1' }), await mine({ code: 'MINE-2' })];
    const strange: string[] = [];
    for (let round = 0; round < (IS_NIGHT ? 2_000 : 60); round += 1) {
      const operations = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
        const isForeign = random() < 0.5;
        const { id, code } = pick(foreign);
        // By a value that is another tenant's something of one's own may be found.
        if (random() < 0.3 && (!isForeign || code.startsWith('THEIRS')))
          return { isForeign, operation: pick(BY_VALUE)(isForeign ? code : pick(['MINE-0', 'MINE-1', 'MINE-2'])) };
        return { isForeign, operation: pick(ABOUT.slice(0, 4))(isForeign ? id : pick(own)) };
      });
      const answer = await bulk(
        pick(['all', 'each']),
        operations.map(({ operation }) => operation),
      );
      if (answer.status !== 200) continue;
      const results = resultsOf(answer);
      for (const [n, { isForeign, operation }] of operations.entries())
        if (isForeign && (results[n]?.status ?? 0) < 400) strange.push(JSON.stringify([operation, results[n]]));
    }
    expect(strange).toEqual([]);
    expect(await foreignRows()).toBe(before);
    expect(system.leaks).toEqual([]);
  });
});
