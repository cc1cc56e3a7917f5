import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/kernel/actor.js';
import { LIMITS } from '../../src/model/limits.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { eventRoutes } from '../../src/http/routes/events.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { createEventFeed, type EventFeed } from '../../src/records/event-feed.js';
import { startTestServer, type Client, type TestServer } from '../support/server.js';
import { makeWorld, type World } from './world.js';

let world: World;
let server: TestServer;
let feed: EventFeed;
let publish: (revision: number) => void;
let admin: Client & { userId: string; cookie: string };
let rep: Client & { userId: string; cookie: string };
let draftChanged: Parameters<Parameters<typeof createEventFeed>[0]['models']['onDraft']>[0];
const signedOut = new Set<string>();

beforeAll(async () => {
  world = await makeWorld();
  const { active, database } = world;
  feed = createEventFeed({
    data: database.data,
    models: {
      current: () => active,
      onSwap(listener) {
        publish = (revision) => listener({ ...active, revision });
        return () => undefined;
      },
      onDraft(listener) {
        draftChanged = listener;
        return () => undefined;
      },
    },
    logger: silentLogger,
    pollMs: 50,
    checkMs: 200,
  });
  const contextOf = ({ actor }: { actor: Actor }) => ({
    actor,
    active,
    data: database.data,
    clock: { now: () => new Date() },
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(active),
  });
  server = await startTestServer({
    database: world.test,
    active,
    more: [
      ...recordRoutes({ contextOf }),
      ...eventRoutes({ feed, actorAgain: (scope) => Promise.resolve(signedOut.has(scope.actor.userId) ? null : scope.actor) }),
    ],
  });
  admin = await server.signedIn(['admin'], 'Ada');
  rep = await server.signedIn(['rep'], 'Rob');
  const { body: program } = await admin.post('/records/program', { name: 'Standard', is_default: true });
  await admin.post('/records/phase', { name: 'First', program: program.id, order: 1 });
});
afterAll(async () => {
  feed.close();
  await server.close();
  await world.close();
});

describe('records over HTTP', () => {
  it('are made, read, changed, deleted and restored', async () => {
    const made = await admin.post('/records/project', { name: 'Bridge', budget: { amount: '5', currency: 'CHF' } });
    expect(made.status).toBe(201);
    const path = `/records/project/${made.body.id}`;
    expect(made.headers.get('location')).toBe(`/api/v1${path}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.body).toMatchObject({ name: 'Bridge', version: 1, budget: { amount: '5.00', currency: 'CHF' } });
    expect((await admin.get(path)).body).toEqual(made.body);

    const changed = await admin.patch(path, { score: 4 }, { 'If-Match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body.score]).toEqual([200, '"2"', 4]);
    const operation = changed.headers.get('operation-id');
    expect(operation).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/);
    expect((await admin.patch(path, { score: 4 })).headers.get('operation-id')).toBeNull();
    expect((await admin.get(`${path}/history`)).body.data[0]).toMatchObject({ operation: 'update', operationId: operation });
    const stale = await admin.patch(path, { score: 5 }, { 'If-Match': '"1"' });
    expect([stale.status, stale.body.code, stale.body.version, stale.body.current.score]).toEqual([409, 'version_conflict', 2, 4]);
    expect((await admin.patch(path, { score: 5 }, { 'If-Match': '"x"' })).status).toBe(412);

    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    const restored = await admin.post(`${path}/restore`);
    expect([restored.status, restored.headers.get('etag')]).toEqual([200, '"4"']);
    const history = await admin.get(`${path}/history`);
    expect(history.body.data.map((entry: { operation: string }) => entry.operation)).toEqual(['restore', 'delete', 'update', 'create']);
    expect(history.body.data[0].cause).toEqual({ kind: 'user', label: null });
  });

  it('are written without reading them back for whoever asks for no more', async () => {
    const brief = { Prefer: 'respond-async, return=minimal' };
    const made = await admin.post('/records/project', { name: 'Tunnel' }, brief);
    expect([made.status, made.headers.get('preference-applied'), made.body]).toEqual([
      201,
      'return=minimal',
      { id: expect.any(String), version: 1 },
    ]);
    const path = `/records/project/${made.body.id}`;
    expect(made.headers.get('location')).toBe(`/api/v1${path}`);
    const changed = await admin.patch(path, { score: 1 }, brief);
    expect([changed.status, changed.headers.get('etag'), changed.body]).toEqual([200, '"2"', { id: made.body.id, version: 2 }]);
    const whole = await admin.patch(path, { score: 2 }, { Prefer: 'return=representation' });
    expect([whole.headers.get('preference-applied'), whole.body.score]).toEqual([null, 2]);
  });

  it('are listed by parameters in the address or in the body alike', async () => {
    const filter = { '==': [{ var: 'name' }, 'Bridge'] };
    const inAddress = await admin.get(`/records/project?fields=name&count=capped&filter=${encodeURIComponent(JSON.stringify(filter))}`);
    const inBody = await admin.post('/records/project/query', { fields: ['name'], count: 'capped', filter });
    expect(inAddress.status).toBe(200);
    expect(inBody.body).toEqual(inAddress.body);
    expect(inAddress.body.page).toEqual({ next: null, count: 1, countIsCapped: false });
  });

  it.each(['query', 'aggregate'])('are asked for in so many bytes (%s)', async (question) => {
    const max = LIMITS.question_bytes.max;
    const ask = (bytes: number) => {
      const body = { filter: { '==': [{ var: 'name' }, ''] } };
      body.filter['=='][1] = 'x'.repeat(bytes - JSON.stringify(body).length);
      return admin.post(`/records/project/${question}`, body);
    };
    expect((await ask(max)).status).not.toBe(413);
    const { status, body } = await ask(max + 1);
    expect([status, body.code, body.detail]).toEqual([413, 'payload_too_large', 'The body may have at most 65,536 bytes.']);
  });

  it('are grouped and measured', async () => {
    const measures = [{ op: 'sum', field: 'score', as: 'score' }];
    const filter = { '==': [{ var: 'name' }, 'Bridge'] };
    const reply = await admin.post('/records/project/aggregate', { groupBy: ['status'], measures, filter });
    expect([reply.status, reply.body]).toEqual([200, { data: [{ status: 'open', score: '4' }], page: { hasMore: false } }]);
    const wrong = await rep.post('/records/project/aggregate', { groupBy: ['secret'], having: 5 });
    expect([wrong.status, wrong.body.issues]).toEqual([
      400,
      [{ path: '/groupBy/0', code: 'unknown_field', message: 'There is no field "secret".' }],
    ]);
    expect((await rep.post('/records/nothing/aggregate', {})).status).toBe(404);
  });

  it.each([
    ['an unknown field', '/records/project?fields=nope', 400, 'malformed'],
    ['an unknown parameter', '/records/project?offset=5', 400, 'malformed'],
    ['a parameter sent twice', '/records/project?limit=1&limit=2', 400, 'malformed'],
    ['an unknown object', '/records/nothing', 404, 'not_found'],
    ['the prototype', '/records/__proto__', 404, 'not_found'],
    ['a made-up id', '/records/project/1', 404, 'not_found'],
  ])('answer %s with a problem that tells nothing of the database', async (_what, path, status, code) => {
    const reply = await rep.get(path);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(JSON.stringify(reply.body)).not.toMatch(/select |sp1|tenant_id|stack|\.ts/i);
  });

  it.each([
    ['{"phases":{"limit":0}}', '/include/phases/limit'],
    ['{"a/b":{"where":1}}', '/include/a~1b/where'],
    ['{"phases":5}', '/include/phases'],
    ['{"phases":"all"}', '/include/phases'],
  ])('point into the related lists %s', async (include, path) => {
    const reply = await rep.get(`/records/program/0198c0de-0000-7000-8000-000000000000?include=${encodeURIComponent(include)}`);
    expect([reply.status, reply.body.issues.map((issue: { path: string }) => issue.path)]).toEqual([400, [path]]);
  });

  it('name every problem of a write at once', async () => {
    const reply = await rep.post('/records/project', { name: '', budget: 'much', due: 'soon' });
    expect(reply.status).toBe(422);
    expect(reply.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['/budget', '/due', '/name']);
  });
});

describe('events', { timeout: 150_000 }, () => {
  type Heard = { id?: string; event: string; data: Record<string, unknown> };

  /** Listens until told to stop; `heard` grows meanwhile. */
  async function listen(who: { cookie: string }, lastEventId?: string) {
    const controller = new AbortController();
    const heard: Heard[] = [];
    const answer = await fetch(`${server.origin}/api/v1/events`, {
      headers: { Cookie: who.cookie, ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }) },
      signal: controller.signal,
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    let isOpen = true;
    const reading = (async () => {
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
          const data = line('data');
          if (data !== undefined)
            heard.push({
              event: line('event') ?? '',
              data: JSON.parse(data) as Heard['data'],
              ...(line('id') ? { id: line('id') as string } : {}),
            });
        }
      }
    })()
      .catch(() => undefined)
      .finally(() => (isOpen = false));
    return { heard, isOpen: () => isOpen, stop: () => (controller.abort(), reading) };
  }
  const until = async (condition: () => boolean) => {
    // Transactions of other test files hold back what the outbox may show: their ids are of the same cluster.
    for (let waited = 0; waited < 100_000 && !condition(); waited += 25) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(condition()).toBe(true);
  };

  it('tell of drafts only those who may edit metadata and may see the draft', async () => {
    const ears = [await listen(admin), await listen(rep)];
    const { space } = world.active;
    draftChanged({ space, draft: 'hidden', by: 'x', owner: 'somebody else', isShared: false });
    draftChanged({ space, draft: 'own', by: 'x', owner: admin.userId, isShared: false });
    draftChanged({ space, draft: 'shared', by: 'x', owner: 'somebody else', isShared: true });
    publish(6);
    await until(() => ears.every(({ heard }) => heard.some(({ event }) => event === 'metadata.published')));
    for (const ear of ears) await ear.stop();
    const drafts = ears.map(({ heard }) => heard.filter(({ event }) => event === 'metadata.draft_changed').map(({ data }) => data.draft));
    expect(drafts).toEqual([['own', 'shared'], []]);
  });

  it('tell of records that the listener may read, in order, and of published metadata', async () => {
    const ear = await listen(rep);
    const { body: foreign } = await admin.post('/records/project', { name: 'Not yours', secret: 'x' });
    const { body: own } = await rep.post('/records/project', { name: 'Mine' });
    await rep.patch(`/records/project/${own.id}`, { score: 1 });
    await rep.delete(`/records/project/${own.id}`);
    publish(7);
    // What earlier tests wrote may be shown only now, when transactions beside it let go of it.
    const ofOwn = ({ data }: Heard) => data.id === own.id;
    await until(() => ear.heard.filter(ofOwn).length === 3 && ear.heard.some(({ data }) => data.revision === 7));
    await ear.stop();
    expect(JSON.stringify(ear.heard)).not.toContain(foreign.id);
    const records = ear.heard.filter(ofOwn);
    expect(records.map(({ data }) => data)).toEqual([
      { type: 'record.created', object: 'project', id: own.id, version: 1 },
      { type: 'record.updated', object: 'project', id: own.id, version: 2 },
      { type: 'record.deleted', object: 'project', id: own.id, version: 3 },
    ]);
    expect(ear.heard.find(({ event }) => event === 'metadata.published')?.data).toEqual({ type: 'metadata.published', revision: 7 });

    const again = await listen(rep, records[0]?.id);
    await until(() => again.heard.filter(ofOwn).length >= 2);
    await again.stop();
    // Places are sealed anew each time they are told.
    expect(again.heard.filter(ofOwn).map(({ data }) => data)).toEqual(records.slice(1).map(({ data }) => data));
  });

  it('are cut off for who does not read them, before they fill the memory', async () => {
    const { hostname, port } = new URL(server.origin);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: ${hostname}\r\nCookie: ${admin.cookie}\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    const by = 'x'.repeat(10_000);
    const rounds = 4_000;
    for (let n = 0; n < rounds; n += 1) {
      draftChanged({ space: world.active.space, draft: 'd', by, owner: admin.userId, isShared: false });
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    socket.resume();
    await once(socket, 'close');
    expect(received).toBeLessThan((rounds * by.length) / 2);
    expect((await admin.get('/records/program')).status).toBe(200);
  });

  it('end with the session', async () => {
    const leaver = await server.signedIn(['admin'], 'Lea');
    const ear = await listen(leaver);
    signedOut.add(leaver.userId);
    await until(() => !ear.isOpen());
    const { body: unheard } = await admin.post('/records/program', { name: 'unheard' });
    expect(JSON.stringify(ear.heard)).not.toContain(unheard.id);
  });
});
