import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/kernel/actor.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { contractOf } from '../support/api-contract.js';
import { startTestServer, type Client, type TestServer } from '../support/server.js';
import { makeWorld, type World } from './world.js';

let world: World;
let server: TestServer;
let admin: Client;
let rep: Client;

beforeAll(async () => {
  world = await makeWorld();
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

describe('the description of the API', () => {
  it('agrees with the running server about the life of a record', async () => {
    const { document, fits, answers } = await contractOf(admin);
    const values = {
      name: 'Contract',
      budget: { amount: '12.5', currency: 'EUR' },
      score: 7,
      rate: '0.5',
      due: '2026-03-31',
      status: 'open',
      tags: ['b', 'a'],
    };
    const at = '/records/project';
    expect(fits('post', at, values)).toEqual([]);
    const made = await admin.post(at, values);
    expect([made.status, answers(made, 'post', at)]).toEqual([201, []]);
    const id = String(made.body.id);

    // All that is described can be asked for, and nothing else is answered.
    const described = Object.keys(document.components.schemas['project']?.properties ?? {}).sort();
    expect(described).toEqual(expect.arrayContaining(Object.keys(made.body as object)));
    const one = await admin.get(`${at}/${id}?fields=${described.join(',')}`);
    expect(Object.keys(one.body as object).sort()).toEqual(described);
    expect([one.status, answers(one, 'get', `${at}/{id}`)]).toEqual([200, []]);
    expect(fits('patch', `${at}/{id}`, { score: null, due: '2026-04-01' })).toEqual([]);
    const changed = await admin.patch(`${at}/${id}`, { score: null, due: '2026-04-01' });
    expect([changed.status, answers(changed, 'patch', `${at}/{id}`)]).toEqual([200, []]);
    const listed = await admin.get(`${at}?count=exact&limit=1&sort=-name&q=Contract`);
    expect([listed.status, answers(listed, 'get', at)]).toEqual([200, []]);
    const query = { filter: { '==': [{ var: 'name' }, 'Contract'] }, sort: ['-name'], fields: ['name', 'budget'], limit: 5 };
    expect(fits('post', `${at}/query`, query)).toEqual([]);
    const queried = await admin.post(`${at}/query`, query);
    expect([queried.status, answers(queried, 'post', `${at}/query`)]).toEqual([200, []]);
    const deleted = await admin.delete(`${at}/${id}`);
    expect([deleted.status, answers(deleted, 'delete', `${at}/{id}`)]).toEqual([204, []]);
    const gone = await admin.get(`${at}/${id}`);
    expect([gone.status, answers(gone, 'get', `${at}/{id}`)]).toEqual([404, []]);
    const restored = await admin.post(`${at}/${id}/restore`);
    expect([restored.status, answers(restored, 'post', `${at}/{id}/restore`)]).toEqual([200, []]);
  });

  it('names every parameter of a list and no other', async () => {
    const { document } = await contractOf(admin);
    const { parameters = [] } = document.paths['/records/project']?.['get'] ?? {};
    for (const { name } of parameters) {
      const reply = await admin.get(`/records/project?${name}=!`);
      expect([name, JSON.stringify(reply.body)]).toEqual([name, expect.not.stringContaining('unknown_parameter')]);
    }
    expect(parameters.map(({ name }) => name).sort()).toEqual([
      'count',
      'cursor',
      'fields',
      'filter',
      'include',
      'limit',
      'q',
      'skip',
      'sort',
      'view',
    ]);
  });

  it('refuses what the server refuses: names that may not be written, missing values, wrong types', async () => {
    const { fits, answers } = await contractOf(rep);
    const wrong: object[] = [
      {},
      { name: 'x', secret: 'y' },
      { name: 'x', number: 'P-1' },
      { name: 'x', rate: '1' },
      { name: 5 },
      { name: 'x', version: 2 },
    ];
    for (const body of wrong) {
      expect([body, fits('post', '/records/project', body)]).not.toEqual([body, []]);
      const reply = await rep.post('/records/project', body);
      expect([body, reply.status >= 400 && reply.status < 500, answers(reply, 'post', '/records/project')]).toEqual([body, true, []]);
    }
  });

  it('hides from each caller what they may not read', async () => {
    const { document } = await contractOf(rep);
    expect(Object.keys(document.components.schemas['project']?.properties ?? {})).not.toContain('secret');
    // The word is also a reason, why a value of an old version does not come back.
    expect(JSON.stringify(document).replaceAll('"untracked","secret"', '')).not.toContain('secret');
    expect(document.paths['/records/company/{id}']?.['patch']).toBeUndefined();
  });
});
