import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gives } from '../src/http/exchange.js';
import { signedIn, type Route } from '../src/http/route.js';
import { make } from '../src/http/schema.js';
import { silentLogger } from '../src/kernel/logger.js';
import { malformed } from '../src/kernel/errors.js';
import { newId } from '../src/kernel/ids.js';
import { readPackFiles } from '../src/model/read-packs.js';
import { compileModel } from '../src/model/compile-model.js';
import { issueKey } from '../src/people/api-keys.js';
import { composedFiles } from '../src/planner/compose-packs.js';
import { createEventFeed, type Listener } from '../src/records/event-feed.js';
import type { ActiveModel } from '../src/model/active.js';
import { ensureTenant } from '../src/store/installation.js';
import { unsafeSettings } from '../src/store/durability.js';
import { openDatabase, type Database } from '../src/store/open-database.js';
import { insertUser } from '../src/store/users.js';
import { cloneDatabase, type TestDatabase } from './support/database.js';
import { startTestServer, type Client, type Reply, type TestServer } from './support/server.js';

/** As many as a server with two connections does at once, and what one of several tenants may have of them. */
const MOST = 64;
const SHARE = 43;

let test: TestDatabase;
let database: Database;
let server: TestServer;
let active: ActiveModel;
const tenants: number[] = [];
let entered = 0;
let release: () => void = () => undefined;
let gate = Promise.resolve();

const waits: Route = {
  method: 'GET',
  path: '/probe/wait',
  policy: signedIn,
  summary: 'Waits',
  exchange: gives(make({})),
  handler: async () => {
    entered += 1;
    await gate;
    return { value: {} };
  },
};

const mistakes = (['GET', 'POST'] as const).map((method): Route => ({
  ...waits,
  method,
  path: '/probe/mistake',
  exchange: gives(make({}), { body: make({}) }),
  handler: () => {
    throw malformed('This can not be meant.');
  },
}));

beforeAll(async () => {
  test = await cloneDatabase();
  const compiled = compileModel(composedFiles(await readPackFiles(new URL('../../metadata/packs/', import.meta.url).pathname)));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const bindings = { dataSchema: 'sp1', viewSchema: 'sp1_v', tables: new Map(), objectNumbers: new Map(), columns: new Map() };
  active = { space: 1, revision: 1, model: compiled.model, bindings };
  database = await openDatabase(test.config);
  const first = await ensureTenant(database, 'First');
  // What a start asks for itself makes no second tenant of the first.
  await unsafeSettings(database);
  await database.data.query(first.id, { text: `select '1'`, values: [] });
  expect(database.data.isShared).toBe(false);
  tenants.push(first.id);
  for (const name of ['Second', 'Third']) {
    const { rows } = await database.pool.query<{ id: number }>('insert into meta.tenant (space_id, name) values ($1, $2) returning id', [
      ...[first.space, name],
    ]);
    tenants.push(rows[0]?.id ?? 0);
  }
  server = await startTestServer({ database: test, active, settings: { FIELDSTONE_POOL_SIZE: '2' }, more: [waits, ...mistakes] });
});
afterAll(async () => {
  await server.close();
  await database.close();
  await test.drop();
});

async function somebodyOf(tenantId: number): Promise<Client> {
  const id = newId();
  await insertUser(database.pool, {
    ...{ id, tenantId, email: `${id}@example.com`, name: 'Somebody', passwordHash: '', roleIds: [] },
    ...{ locale: null, timeZone: null, managerId: null, territories: [] },
  });
  return server.withKey((await issueKey(database.pool, id, 'test', null)).key);
}

/** Sends as many as are wanted at once; those that got in are still there. */
async function send(who: Client, count: number, isIn: number): Promise<{ all: Promise<Reply>[]; refused: Reply[] }> {
  const before = entered;
  const refused: Reply[] = [];
  const all = Array.from({ length: count }, () =>
    who.get('/probe/wait').then((reply) => {
      if (reply.status !== 200) refused.push(reply);
      return reply;
    }),
  );
  while (entered < before + isIn || refused.length < count - isIn) await new Promise((resolve) => setTimeout(resolve, 5));
  return { all, refused };
}

describe('tenants that share a server', () => {
  it('have their share of the requests at work: what one can not have is left for the others', async () => {
    const [one, two, three] = await Promise.all(tenants.map((tenant) => somebodyOf(tenant)));
    if (one === undefined || two === undefined || three === undefined) throw new Error('three of them');
    gate = new Promise((resolve) => (release = resolve));
    const first = await send(one, 200, SHARE);
    expect(new Set(first.refused.map(({ status }) => status))).toEqual(new Set([429]));
    expect(first.refused[0]?.headers.get('retry-after')).toBe('1');
    expect(first.refused[0]?.body).toMatchObject({
      code: 'share_exceeded',
      detail: `Your organisation has ${String(SHARE)} requests at work: that is its share of the 64 that this server does at once for all. Try again in a moment.`,
    });
    // The second one is greedy too, and the third is let in as well.
    const second = await send(two, 100, 14);
    const third = await send(three, 3, 3);
    expect(third.refused).toEqual([]);
    // Who has no name is one of them, and signing in and signs of life are let through.
    expect((await server.nobody.get('/probe/wait')).status).toBe(401);
    expect((await server.nobody.raw('/health/live')).status).toBe(200);
    release();
    const inside = [...first.all, ...second.all, ...third.all];
    const statuses = (await Promise.all(inside)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(SHARE + 14 + 3);
    // Nothing is kept of them: the same again is let in.
    gate = new Promise((resolve) => (release = resolve));
    const again = await send(one, SHARE, SHARE);
    release();
    expect((await Promise.all(again.all)).every(({ status }) => status === 200)).toBe(true);
    expect(MOST - SHARE).toBeGreaterThan(20);
  });

  it.each<[how: string, mistake: (who: Client) => Promise<Reply>]>([
    ['', (who) => who.get('/probe/mistake')],
    [', each with a key', (who) => who.post('/probe/mistake', {}, { 'Idempotency-Key': newId() })],
  ])('are answered as ever while one of them sends nothing but mistakes%s, which are answered a hundred a second', async (_, mistaken) => {
    const [one, two] = await Promise.all(tenants.slice(0, 2).map((tenant) => somebodyOf(tenant)));
    if (one === undefined || two === undefined) throw new Error('two of them');
    gate = Promise.resolve();
    const answered: string[] = [];
    const sends = async (who: string, count: number, ask: () => Promise<Reply>, status: number) => {
      for (let n = 0; n < count; n += 1) {
        expect((await ask()).status).toBe(status);
        answered.push(who);
      }
    };
    const mistake = () => mistaken(one);
    // The first fifty are answered at once: nobody makes as many by hand.
    await Promise.all(Array.from({ length: 25 }, () => sends('one', 2, mistake, 400)));
    const storm = Promise.all(Array.from({ length: 25 }, () => sends('one', 8, mistake, 400)));
    for (let n = 0; n < 20; n += 1) {
      await sends('two', 1, () => two.get('/probe/wait'), 200);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await storm;
    expect(answered).toHaveLength(50 + 20 + 200);
    // Half a second of work was over long before two hundred mistakes.
    expect(answered.lastIndexOf('two')).toBeLessThan(50 + 20 + 150);
  });

  it('have their share of the streams of events', async () => {
    database.data.share();
    const feed = createEventFeed({
      ...{ data: database.data, logger: silentLogger, maxStreams: 9, pollMs: 3_600_000 },
      models: { current: () => active, onSwap: () => () => undefined, onDraft: () => () => undefined },
    });
    const actor = { kind: 'user', userId: newId(), name: '', roles: [], epoch: 0, locale: 'en', timeZone: 'UTC', currency: 'EUR' } as const;
    const listener = (tenantId: number): Listener => ({
      ...{ tenantId, space: 1, person: newId() },
      actor: () => Promise.resolve({ ...actor, tenantId, cause: { kind: 'user' } }),
      send: () => undefined,
      beat: () => undefined,
      end: () => undefined,
    });
    const [one = 0, two = 0] = tenants;
    const open = [];
    for (let n = 0; n < 6; n += 1) open.push(await feed.subscribe(listener(one)));
    await expect(feed.subscribe(listener(one))).rejects.toMatchObject({
      code: 'share_exceeded',
      message: 'Your organisation has 6 open streams of events: that is its share of the 9 that this server holds for all. Close some.',
    });
    for (let n = 0; n < 2; n += 1) open.push(await feed.subscribe(listener(two)));
    // Closed ones count no more.
    for (const leave of open) leave();
    for (let n = 0; n < 6; n += 1) await feed.subscribe(listener(two));
    feed.close();
  });
});
