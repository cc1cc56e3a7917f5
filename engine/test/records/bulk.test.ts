import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/kernel/actor.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { LIMITS } from '../../src/model/limits.js';
import { startTestServer, type Client, type Reply, type TestServer } from '../support/server.js';
import { bulkDocuments } from './bulk-documents.js';
import { makeWorld, type World } from './world.js';

let world: World;
let server: TestServer;
type Person = Client & { userId: string };
let admin: Person;
let rep: Person;
let olga: Person;
let viewer: Person;

beforeAll(async () => {
  world = await makeWorld(bulkDocuments);
  const { active, database } = world;
  const contextOf = ({ actor }: { actor: Actor }) => ({
    actor,
    active,
    data: database.data,
    clock: { now: () => new Date() },
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(active),
  });
  server = await startTestServer({ database: world.test, active, more: recordRoutes({ contextOf }) });
  admin = await server.signedIn(['admin'], 'Ada');
  rep = await server.signedIn(['rep'], 'Rob');
  olga = await server.signedIn(['rep'], 'Olga');
  viewer = await server.signedIn(['own'], 'Vera');
  const { body: program } = await admin.post('/records/program', { name: 'Standard', is_default: true });
  await admin.post('/records/phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const bulk = (
  who: Client,
  object: string,
  mode: 'all' | 'each',
  operations: readonly object[],
  headers: Record<string, string> = {},
): Promise<Reply> => who.post(`/records/${object}/bulk`, { mode, operations }, headers);
const add = async (who: Client, object: string, values: object): Promise<string> =>
  (await who.post(`/records/${object}`, values)).body.id as string;
const create = (values: object) => ({ op: 'create', values });
const statuses = ({ body }: Reply) => (body.results as { status: number }[]).map(({ status }) => status);
const issues = ({ body }: Reply) => (body.issues as { path: string; code: string }[]).map(({ path, code }) => `${path} ${code}`);
const footprint = async () => {
  const [row] = await world.test.sql<{ n: string }>(
    `select concat_ws(' ', (select count(*) from sp1.sys_history), (select count(*) from sp1.sys_outbox), (select count(*) from meta.wf_run),
       (select coalesce(sum(next_value), 0) from sp1.sys_counter), (select count(*) from sp1.sys_dirty), (select count(*) from ${world.table('project')})) n`,
  );
  return row?.n;
};

describe('many records at once', () => {
  it('are made, changed and deleted in one call, as one operation', async () => {
    const old = await add(admin, 'project', { name: 'Old' });
    const answer = await bulk(admin, 'project', 'all', [
      create({ name: 'A', score: 1 }),
      create({ name: 'B', budget: '5' }),
      { op: 'update', id: old, values: { score: 4 }, version: 1 },
      { op: 'delete', id: old },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ succeeded: 4, failed: 0 });
    expect(statuses(answer)).toEqual([201, 201, 200, 204]);
    expect(answer.body.results.map(({ version }: { version: number }) => version)).toEqual([1, 1, 2, 3]);
    const operation = answer.headers.get('operation-id');
    const ids = answer.body.results.map(({ id }: { id: string }) => id) as string[];
    const rows = await world.test.sql(`select distinct operation from sp1.sys_history where record_id = any($1) and operation = $2`, [
      ids,
      operation,
    ]);
    expect(rows).toHaveLength(1);
    const [a, b] = await Promise.all([admin.get(`/records/project/${ids[0]}`), admin.get(`/records/project/${ids[1]}`)]);
    expect(a.body).toMatchObject({ name: 'A', score: 1, status: 'open', phase: { label: 'First' }, owner: { label: 'Ada' } });
    expect(Number(b.body.number.slice(2))).toBe(Number(a.body.number.slice(2)) + 1);
  });

  it('take few statements, however many there are', async () => {
    world.sent();
    const { body } = await bulk(
      admin,
      'project',
      'all',
      Array.from({ length: 200 }, (_, n) => create({ name: `N${n}`, ...(n % 2 === 0 ? { score: n } : { due: '2026-01-31' }) })),
    );
    expect(body.succeeded).toBe(200);
    const made = world.sent().length;
    await bulk(
      admin,
      'project',
      'all',
      body.results.map(({ id }: { id: string }, n: number) => ({ op: 'update', id, values: n % 2 === 0 ? { score: 1 } : { tags: ['a'] } })),
    );
    const changed = world.sent().length;
    await bulk(
      admin,
      'project',
      'all',
      body.results.map(({ id }: { id: string }) => ({ op: 'delete', id })),
    );
    // Changes of two shapes: both, and before them the lock on all their records.
    expect([made, changed, world.sent().length]).toEqual([1, 3, 1]);
  });

  it('with "all": one failure takes back everything, and every problem of all is told', async () => {
    const id = await add(admin, 'project', { name: 'Stays' });
    const before = await footprint();
    const answer = await bulk(admin, 'project', 'all', [
      create({ name: 'Good' }),
      create({ score: 1.5 }),
      { op: 'update', id, values: { status: 'done' } },
      { op: 'update', id: '0198c0de-0000-7000-8000-000000000000', values: { score: 1 } },
      create({ name: 'Done', status: 'done' }),
      { op: 'update', id, values: { name: 'x' }, version: 7 },
    ]);
    expect(answer.status).toBe(422);
    expect(answer.headers.get('operation-id')).toBeNull();
    expect(issues(answer)).toEqual([
      '/operations/1/values/score too_many_decimals',
      '/operations/1/values/name required',
      '/operations/2/values/budget rule_broken',
      '/operations/3 not_found',
      '/operations/4/values/budget rule_broken',
      '/operations/5 version_conflict',
    ]);
    expect(answer.body.detail).toBe('projects: 5 operations failed, so nothing was done.');
    expect(await footprint()).toBe(before);
    expect((await admin.get(`/records/project/${id}`)).body).toMatchObject({ name: 'Stays', version: 1 });
  });

  it('with "each": what fails is left out and told as a single call is told, the rest is done', async () => {
    const id = await add(admin, 'project', { name: 'Old' });
    const answer = await bulk(admin, 'project', 'each', [
      create({ name: 'Good' }),
      create({ name: 'Done', status: 'done' }),
      { op: 'update', id, values: { score: 3 }, version: 9 },
      { op: 'delete', id: 'no id' },
      create({ name: 'Good too', secret: 'x' }),
      create({ name: 'x', nothing: 1 }),
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ succeeded: 2, failed: 4 });
    expect(statuses(answer)).toEqual([201, 422, 409, 404, 201, 400]);
    expect(answer.body.results[1].problem).toMatchObject({
      code: 'record_invalid',
      title: 'The record is invalid',
      issues: [{ path: '/operations/1/values/budget', code: 'rule_broken', message: 'A project is done only with a budget.' }],
    });
    expect(answer.body.results[2].problem).toMatchObject({ code: 'version_conflict', version: 1, current: { name: 'Old' } });
    expect(answer.body.results[5].problem.issues[0]).toMatchObject({ path: '/operations/5/values/nothing', code: 'unknown_field' });
  });

  it('part a taken value from the others, whoever took it', async () => {
    await add(admin, 'company', { name: 'First', code: 'taken' });
    const answer = await bulk(admin, 'company', 'each', [
      create({ name: 'A', code: 'new' }),
      create({ name: 'B', code: 'TAKEN' }),
      create({ name: 'C', code: 'New' }),
      create({ name: 'D', code: 'other' }),
    ]);
    expect(statuses(answer)).toEqual([201, 409, 409, 201]);
    expect(answer.body.results[1].problem.issues).toEqual([
      { path: '/operations/1/values/code', code: 'duplicate', message: expect.any(String) },
    ]);
  });

  it('let two records swap what only one can have, in the order of the call', async () => {
    const one = await add(admin, 'company', { name: 'One', code: 's1' });
    const two = await add(admin, 'company', { name: 'Two', code: 's2' });
    const swap = (first: string, second: string) =>
      bulk(admin, 'company', 'each', [
        { op: 'update', id: first, values: { code: 's3' } },
        { op: 'update', id: second, values: { code: 's1' } },
      ]);
    expect(statuses(await swap(one, two))).toEqual([200, 200]);
    const back = [
      { op: 'update', id: one, values: { code: 's1' } },
      { op: 'update', id: two, values: { code: 's2' } },
    ];
    expect(statuses(await bulk(admin, 'company', 'each', back))).toEqual([409, 200]);
  });

  it('are numbered without a gap, whatever fails', async () => {
    const last = async () => Number((await admin.get('/records/project?sort=-number&limit=1&fields=number')).body.data[0].number.slice(2));
    const before = await last();
    await bulk(admin, 'project', 'each', [create({ name: 'A' }), create({ name: 'B', status: 'done' }), create({ name: 'C' })]);
    expect(await last()).toBe(before + 2);
  });
});

describe('upsert', () => {
  it('changes the record that has the value and makes the one that is not there', async () => {
    await add(admin, 'company', { name: 'Known', code: 'x1' });
    const answer = await bulk(admin, 'company', 'all', [
      { op: 'upsert', match: { code: 'X1' }, values: { name: 'Changed' } },
      { op: 'upsert', match: { code: 'x2' }, values: { name: 'Made' } },
      { op: 'upsert', match: { code: 'x2' }, values: { city: 'Bern' } },
    ]);
    expect(statuses(answer)).toEqual([200, 201, 200]);
    expect((await admin.get(`/records/company/${answer.body.results[1].id}`)).body).toMatchObject({
      name: 'Made',
      code: 'x2',
      city: 'Bern',
      version: 2,
    });
  });

  it('also updates and deletes by a unique value', async () => {
    await add(admin, 'company', { name: 'Known', code: 'y1' });
    const answer = await bulk(admin, 'company', 'each', [
      { op: 'update', match: { code: 'y1' }, values: { city: 'Bern' } },
      { op: 'delete', match: { code: 'y1' } },
      { op: 'delete', match: { code: 'y1' } },
    ]);
    expect(statuses(answer)).toEqual([200, 204, 404]);
  });

  it.each([
    ['a field that is not there', { cod: 'x' }, '/operations/0/match/cod unknown_field'],
    ['a field that is not unique', { city: 'Bern' }, '/operations/0/match/city not_unique'],
    ['no value', { code: null }, '/operations/0/match/code required'],
    ['a value of another kind', { code: { a: 1 } }, '/operations/0/match/code not_text'],
  ])('refuses %s', async (_what, match, issue) => {
    expect(issues(await bulk(admin, 'company', 'all', [{ op: 'upsert', match, values: { name: 'x' } }]))).toEqual([issue]);
  });

  it('of twenty at once makes one record and changes it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        bulk(admin, 'company', 'all', [
          { op: 'upsert', match: { code: 'race' }, values: { name: `N${n}` } },
          { op: 'upsert', match: { code: `race${n}` }, values: { name: 'x' } },
        ]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter((answer) => statuses(answer)[0] === 201)).toHaveLength(1);
    expect((await admin.post('/records/company/query', { filter: { '==': [{ var: 'code' }, 'race'] } })).body.data).toHaveLength(1);
  });
});

describe('who may', () => {
  it('is told by the action "bulk"', async () => {
    const answer = await bulk(viewer, 'project', 'each', [
      { op: 'update', id: await add(admin, 'project', { name: 'P', owner: viewer.userId }), values: { score: 1 } },
    ]);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect((await bulk(viewer, 'nothing', 'each', [])).status).toBe(404);
  });

  it('B-03: records of others among one’s own are absent, and stay as they are', async () => {
    const own = await add(rep, 'project', { name: 'Own' });
    const foreign = await add(olga, 'project', { name: 'Foreign' });
    const answer = await bulk(rep, 'project', 'each', [
      { op: 'update', id: own, values: { score: 2 } },
      { op: 'update', id: foreign, values: { score: 2 } },
      { op: 'delete', id: foreign },
      { op: 'update', id: '0198c0de-0000-7000-8000-000000000001', values: { score: 2 } },
    ]);
    expect(statuses(answer)).toEqual([200, 404, 404, 404]);
    const problems = answer.body.results.slice(1).map(({ problem }: { problem: object }) => problem);
    expect(problems[0]).toEqual(problems[2]);
    expect((await olga.get(`/records/project/${foreign}`)).body).toMatchObject({ version: 1, score: null });
    expect(
      (
        await bulk(rep, 'project', 'all', [
          { op: 'update', id: own, values: { score: 3 } },
          { op: 'update', id: foreign, values: { score: 3 } },
        ])
      ).status,
    ).toBe(404);
    expect((await rep.get(`/records/project/${own}`)).body).toMatchObject({ score: 2 });
  });

  it('A-01: a match on what one may not read is refused like one on what is not there', async () => {
    const ask = (field: string) => bulk(rep, 'company', 'all', [{ op: 'upsert', match: { [field]: 'x' }, values: {} }]);
    const [hidden, absent] = [await ask('secret'), await ask('secrey')];
    expect([hidden.status, issues(hidden)]).toEqual([400, ['/operations/0/match/secret unknown_field']]);
    expect([absent.status, issues(absent)]).toEqual([400, ['/operations/0/match/secrey unknown_field']]);
    expect(hidden.body.issues[0].message).toBe(absent.body.issues[0].message);
  });

  it('changes owners with the right over the record before and after, to people and not to those who have left', async () => {
    const ids = [await add(rep, 'project', { name: 'A' }), await add(rep, 'project', { name: 'B' })];
    const give = (who: Client, to: string) =>
      bulk(
        who,
        'project',
        'each',
        ids.map((id) => ({ op: 'update', id, values: { owner: to }, version: 1 })),
      );
    // Out of their own reach they may not put a record.
    expect(statuses(await give(rep, olga.userId))).toEqual([403, 403]);
    expect(statuses(await give(admin, '0198c0de-0000-7000-8000-000000000002'))).toEqual([422, 422]);
    expect(statuses(await give(admin, olga.userId))).toEqual([200, 200]);
    expect(statuses(await give(admin, rep.userId))).toEqual([409, 409]);
    expect((await olga.get(`/records/project/${ids[0]}`)).body.owner).toMatchObject({ label: 'Olga' });
  });
});

describe('the call', () => {
  it('names all that is wrong with its form, and does nothing', async () => {
    const answer = await admin.post('/records/project/bulk', {
      mode: 'some',
      more: 1,
      operations: [
        1,
        { op: 'merge' },
        { op: 'create', id: 'x' },
        { op: 'update', id: 'x', match: { a: 1 }, values: {} },
        { op: 'upsert', match: { a: 1, b: 2 }, values: {} },
        { op: 'delete', id: 'x', version: 'y' },
      ],
    });
    expect(answer.status).toBe(400);
    expect(issues(answer)).toEqual([
      '/more unknown_parameter',
      '/mode not_an_option',
      '/operations/0 wrong_type',
      '/operations/1/op not_an_option',
      '/operations/2/id unknown_parameter',
      '/operations/2/values wrong_type',
      '/operations/3/match unknown_parameter',
      '/operations/4/match wrong_type',
      '/operations/5/version wrong_type',
    ]);
  });

  it('has a bound', async () => {
    const { max } = LIMITS.bulk_operations;
    const answer = await bulk(
      admin,
      'project',
      'each',
      Array.from({ length: max + 1 }, () => create({ name: 'x' })),
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'limit_exceeded']);
    expect((await bulk(admin, 'project', 'each', [create({ name: 'x'.repeat(LIMITS.bulk_bytes.max) })])).status).toBe(413);
  });

  it('is done once for its key, with a thousand results', async () => {
    const operations = Array.from({ length: LIMITS.bulk_operations.max }, (_, n) => create({ name: `K${n}` }));
    const [first, again] = [
      await bulk(admin, 'company', 'all', operations, { 'Idempotency-Key': 'k1' }),
      await bulk(admin, 'company', 'all', operations, { 'Idempotency-Key': 'k1' }),
    ];
    expect(first.body.succeeded).toBe(1000);
    expect(again.body).toEqual(first.body);
    expect([again.headers.get('idempotent-replayed'), again.headers.get('operation-id')]).toEqual([
      'true',
      first.headers.get('operation-id'),
    ]);
    expect((await bulk(admin, 'company', 'each', operations, { 'Idempotency-Key': 'k1' })).status).toBe(422);
  });

  it('N-03: calls over the same records in opposite orders never block each other for good', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => add(admin, 'project', { name: `L${n}` })));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        bulk(
          admin,
          'project',
          'all',
          (n % 2 === 0 ? ids : ids.toReversed()).map((id) => ({ op: 'update', id, values: { score: n } })),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { body } = await admin.post('/records/project/query', {
      filter: { in: [{ var: 'id' }, ids] },
      fields: ['version', 'score'],
      limit: 50,
    });
    expect(new Set(body.data.map(({ score }: { score: number }) => score)).size).toBe(1);
  });

  it('N-03: neither do calls whose operations are of several shapes', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => add(admin, 'project', { name: `M${n}` })));
    const shaped = (id: string, n: number) => ({
      op: 'update',
      id,
      values: n % 3 === 0 ? { score: n } : n % 3 === 1 ? { tags: ['a'] } : { due: '2026-02-01' },
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        bulk(
          admin,
          'project',
          'all',
          (n % 2 === 0 ? ids : ids.toReversed()).map((id, index) => shaped(id, n + index)),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('N-03: one that waits too long for a record gives way and begins again', async () => {
    const [held = '', other = ''] = await Promise.all(['held', 'other'].map((name) => add(admin, 'project', { name })));
    const holder = new pg.Client({ connectionString: world.test.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(`select 1 from ${world.table('project')} where id = $1 for update`, [held]);
      /** When whoever waits for a record began; undefined while nobody waits. */
      const waiting = async () =>
        (
          await world.test.sql<{ began: string }>(
            `select xact_start::text as began from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
        )[0]?.began;
      const answer = bulk(admin, 'project', 'all', [
        { op: 'update', id: other, values: { score: 1 } },
        { op: 'update', id: held, values: { name: 'mine' } },
      ]);
      let isAnswered = false;
      void answer.then(() => (isAnswered = true));
      const seen = new Set<string>();
      while (seen.size < 2 && !isAnswered) {
        const began = await waiting();
        if (began !== undefined) seen.add(began);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await holder.query('commit');
      expect((await answer).status).toBe(200);
    } finally {
      await holder.end();
    }
  });
});
