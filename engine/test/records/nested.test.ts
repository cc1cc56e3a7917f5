import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/kernel/actor.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { LIMITS } from '../../src/model/limits.js';
import { startTestServer, type Client, type Reply, type TestServer } from '../support/server.js';
import { bulkDocuments } from './bulk-documents.js';
import { makeWorld, type World } from './world.js';

let world: World;
let server: TestServer;
let admin: Client & { userId: string };
let rep: Client & { userId: string };

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
  const { body: program } = await admin.post('/records/program', { name: 'Standard', is_default: true });
  await admin.post('/records/phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const issues = ({ body }: Reply) => (body.issues as { path: string; code: string }[]).map(({ path, code }) => `${path} ${code}`);
const footprint = async () => {
  const [row] = await world.test.sql<{ n: string }>(
    `select concat_ws(' ', (select count(*) from sp1.sys_history), (select count(*) from sp1.sys_outbox), (select sum(next_value) from sp1.sys_counter),
       (select count(*) from ${world.table('project')}), (select count(*) from ${world.table('task')})) n`,
  );
  return row?.n;
};
const tasksOf = async (id: string) =>
  (await admin.get(`/records/project/${id}?include=${encodeURIComponent('{"tasks":{"sort":"title"}}')}`)).body.tasks.data as Record<
    string,
    unknown
  >[];

describe('a record made with its lists', () => {
  it('comes with all of them, as one operation', async () => {
    const made = await admin.post('/records/project', {
      name: 'Bridge',
      tasks: [{ title: 'Survey' }, { title: 'Build', due: '2026-05-01' }],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Bridge', version: 1, number: expect.stringMatching(/^P-/) as string });
    expect(await tasksOf(made.body.id as string)).toMatchObject([{ title: 'Build', due: '2026-05-01' }, { title: 'Survey' }]);
    const rows = await world.test.sql(`select object_no from sp1.sys_history where operation = $1`, [made.headers.get('operation-id')]);
    expect(rows).toHaveLength(3);
  });

  it('may have lists within lists', async () => {
    const made = await admin.post('/records/program', {
      name: 'Two levels',
      phases: [
        { name: 'One', order: 1, projects: [] },
        { name: 'Two', order: 2 },
      ],
    });
    expect(made.status).toBe(201);
    const { body } = await admin.post('/records/phase/query', {
      filter: { '==': [{ var: 'program' }, made.body.id] },
      fields: ['name'],
      sort: 'order',
    });
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['One', 'Two']);
  });

  it('is not made when anything of it is wrong, and says all of it at its place', async () => {
    const before = await footprint();
    const answer = await admin.post('/records/project', {
      score: 1.5,
      tasks: [
        { title: 'Good' },
        { due: 'soon' },
        { title: 'x', project: '0198c0de-0000-7000-8000-000000000000' },
        { title: 'x', nothing: 1 },
      ],
    });
    expect(answer.status).toBe(400);
    expect(issues(answer)).toEqual([
      '/score too_many_decimals',
      '/name required',
      '/tasks/1/due not_a_date',
      '/tasks/1/title required',
      '/tasks/2/project not_writable',
      '/tasks/3/nothing unknown_field',
    ]);
    expect(await footprint()).toBe(before);
  });

  it('is taken back when a rule of a part is broken, which only the database can tell', async () => {
    const before = await footprint();
    const answer = await admin.post('/records/company', {
      name: 'Aare',
      projects: [{ name: 'A' }, { name: 'B', status: 'done' }, { name: 'C', phase: '0198c0de-0000-7000-8000-000000000000' }],
    });
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([422, 'record_invalid', 'company was not saved.']);
    expect(issues(answer)).toEqual(['/projects/1/budget rule_broken', '/projects/2/phase lookup_missing']);
    expect(await footprint()).toBe(before);
    expect((await admin.post('/records/company/query', { filter: { '==': [{ var: 'name' }, 'Aare'] } })).body.data).toEqual([]);
  });

  it('B-02: each part needs the right to make it, and what one may not see is not there', async () => {
    expect((await rep.post('/records/project', { name: 'Own', tasks: [{ title: 'Mine' }] })).status).toBe(201);
    const parts = await rep.post('/records/project', { name: 'Own', parts: [{ name: 'Part', secret: 'x' }] });
    expect(issues(parts)).toEqual(['/parts/0/secret unknown_field']);
    const hidden = await admin.post('/records/task', { title: 'x', project: 'x', lists: [] });
    expect(issues(hidden)).toContain('/lists unknown_field');
  });

  it('has bounds in number and depth', async () => {
    const many = await admin.post('/records/project', {
      name: 'x',
      tasks: Array.from({ length: LIMITS.nested_records.max + 1 }, () => ({ title: 'x' })),
    });
    expect([many.status, many.body.code, issues(many)]).toEqual([422, 'limit_exceeded', ['/tasks limit_exceeded']]);
    const deep = await admin.post('/records/program', {
      name: 'x',
      phases: [{ name: 'x', projects: [{ name: 'x', tasks: [{ title: 'x' }] }] }],
    });
    expect([deep.status, issues(deep)]).toEqual([422, ['/phases/0/projects/0/tasks limit_exceeded']]);
  });

  it.each([
    ['a text', 'x', '/tasks wrong_type'],
    ['a list of ids', ['0198c0de-0000-7000-8000-000000000000'], '/tasks wrong_type'],
    ['connecting', { connect: [] }, '/tasks wrong_type'],
  ])('refuses %s', async (_what, tasks, issue) => {
    expect(issues(await admin.post('/records/project', { name: 'x', tasks }))).toEqual([issue]);
  });

  it('is for new records: a change of one changes no others', async () => {
    const { body } = await admin.post('/records/project', { name: 'x' });
    const answer = await admin.patch(`/records/project/${body.id}`, { tasks: [{ title: 'x' }] });
    expect([answer.status, answer.body.issues]).toEqual([
      400,
      [
        {
          path: '/tasks',
          code: 'not_writable',
          message: 'tasks are records of their own. Make them with a new record, or change them by themselves.',
        },
      ],
    ]);
  });
});

describe('many of them at once', () => {
  it('each by itself: a failing part undoes its record and no other', async () => {
    const before = Number((await footprint())?.split(' ')[3]);
    const answer = await admin.post('/records/company/bulk', {
      mode: 'each',
      operations: [
        { op: 'create', values: { name: 'A', projects: [{ name: 'A1', tasks: [{ title: 'x' }] }] } },
        { op: 'create', values: { name: 'B', projects: [{ name: 'B1' }, { name: 'B2', status: 'done' }] } },
        { op: 'create', values: { name: 'C' } },
      ],
    });
    expect(answer.body.results.map(({ status }: { status: number }) => status)).toEqual([201, 422, 201]);
    expect(answer.body.results[1].problem.issues[0].path).toBe('/operations/1/values/projects/1/budget');
    expect(Number((await footprint())?.split(' ')[3])).toBe(before + 1);
    const { body } = await admin.post('/records/company/query', {
      filter: { in: [{ var: 'name' }, ['A', 'B', 'C']] },
      fields: ['name'],
      sort: 'name',
    });
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['A', 'C']);
  });

  it('count with those in their lists', async () => {
    const lists = { projects: Array.from({ length: 200 }, () => ({ name: 'x' })) };
    const answer = await admin.post('/records/company/bulk', {
      mode: 'each',
      operations: Array.from({ length: 5 }, () => ({ op: 'create', values: { name: 'x', ...lists } })),
    });
    expect([answer.status, issues(answer)]).toEqual([422, ['/operations limit_exceeded']]);
  });
});

describe('a copy', () => {
  it('has the values and the lists asked for, and is new in everything else', async () => {
    const { body: company } = await admin.post('/records/company', { name: 'Aare', code: 'clone' });
    const { body: made } = await admin.post('/records/project', {
      name: 'Bridge',
      budget: { amount: '5', currency: 'CHF' },
      tags: ['a'],
      company: company.id,
      partners: [company.id],
      owner: rep.userId,
      tasks: [{ title: 'Survey' }, { title: 'Build' }],
    });
    const copy = await admin.post(`/records/project/${made.id}/clone`, { values: { name: 'Bridge 2' }, include: ['tasks'] });
    expect(copy.status).toBe(201);
    expect(copy.headers.get('location')).toBe(`/api/v1/records/project/${copy.body.id}`);
    expect(copy.body).toMatchObject({
      name: 'Bridge 2',
      version: 1,
      budget: { amount: '5.00', currency: 'CHF' },
      tags: ['a'],
      company: { id: company.id },
      phase: { label: 'First' },
      owner: { label: 'Ada' },
    });
    expect(copy.body.id).not.toBe(made.id);
    expect(copy.body.number).not.toBe(made.number);
    expect(copy.body.partners).toEqual(made.partners);
    expect((await tasksOf(copy.body.id as string)).map(({ title }) => title)).toEqual(['Build', 'Survey']);
    expect(await tasksOf(made.id as string)).toHaveLength(2);
    expect((await admin.post(`/records/company/${company.id}/clone`, {})).body).toMatchObject({ name: 'Aare', code: null });
  });

  it('takes over what the caller may read and give, and nothing else', async () => {
    const { body: made } = await admin.post('/records/project', { name: 'Mine', secret: 'hidden', rate: '2.5', owner: rep.userId });
    const copy = await rep.post(`/records/project/${made.id}/clone`, {});
    expect(copy.status).toBe(201);
    expect((await admin.get(`/records/project/${copy.body.id}`)).body).toMatchObject({ name: 'Mine', secret: null, rate: null });
  });

  it('is not made of what one may not see, nor with a list of it', async () => {
    const { body: foreign } = await admin.post('/records/project', { name: 'Foreign' });
    const [hidden, absent] = [
      await rep.post(`/records/project/${foreign.id}/clone`, {}),
      await rep.post('/records/project/0198c0de-0000-7000-8000-000000000000/clone', {}),
    ];
    expect([hidden.status, { ...hidden.body, requestId: '' }]).toEqual([404, { ...absent.body, requestId: '' }]);
    expect(issues(await admin.post(`/records/project/${foreign.id}/clone`, { include: ['tasks', 'taskz'] }))).toEqual([
      '/include/1 unknown_relation',
    ]);
    expect(issues(await admin.post(`/records/project/${foreign.id}/clone`, { include: 'tasks', more: 1 }))).toEqual([
      '/more unknown_parameter',
      '/include wrong_type',
    ]);
  });

  it('is held to every rule, and undone as a whole', async () => {
    const { body: made } = await admin.post('/records/project', { name: 'x', tasks: [{ title: 'x' }] });
    const before = await footprint();
    const copy = await admin.post(`/records/project/${made.id}/clone`, { values: { status: 'done', score: 'x' }, include: ['tasks'] });
    expect([copy.status, issues(copy)]).toEqual([422, ['/values/score not_a_number', '/values/budget rule_broken']]);
    expect(await footprint()).toBe(before);
  });
});
