import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gives } from '../src/http/exchange.js';
import { signedIn, type Route } from '../src/http/route.js';
import { make } from '../src/http/schema.js';
import { readPackFiles } from '../src/model/read-packs.js';
import { compileModel } from '../src/model/compile-model.js';
import { composedFiles } from '../src/planner/compose-packs.js';
import { cloneDatabase, type TestDatabase } from './support/database.js';
import { startTestServer, type Reply, type TestServer } from './support/server.js';

/** As many as a server with two connections lets in. */
const MOST = 64;

let database: TestDatabase;
let server: TestServer;
let person: Awaited<ReturnType<TestServer['signedIn']>>;
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

beforeAll(async () => {
  database = await cloneDatabase();
  const compiled = compileModel(composedFiles(await readPackFiles(new URL('../../metadata/packs/', import.meta.url).pathname)));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const bindings = { dataSchema: 'sp1', viewSchema: 'sp1_v', tables: new Map(), objectNumbers: new Map(), columns: new Map() };
  server = await startTestServer({
    database,
    active: { space: 1, revision: 1, model: compiled.model, bindings },
    settings: { FIELDSTONE_POOL_SIZE: '2' },
    more: [waits],
  });
  person = await server.signedIn(['admin']);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** Fills the server up to its limit, and gives the answers of those inside. */
async function fill(): Promise<Promise<Reply>[]> {
  entered = 0;
  gate = new Promise((resolve) => (release = resolve));
  const inside = Array.from({ length: MOST }, () => person.get('/probe/wait'));
  while (entered < MOST) await new Promise((resolve) => setTimeout(resolve, 5));
  return inside;
}

/** The first bytes of an answer to a request whose body never comes. */
function answerToHead(head: string): Promise<string> {
  const { port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    socket.on('error', reject).once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1'));
    });
    socket.write(head);
  });
}

describe('a server at its limit', () => {
  it('turns everything further away at once, tells when to come back, and answers those inside', async () => {
    const inside = await fill();
    const refused = await Promise.all(Array.from({ length: 200 }, () => person.get('/probe/wait')));
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.body).toMatchObject({ code: 'overloaded', requestId: refused[0]?.headers.get('x-request-id') });
    expect(new Set(refused.map(({ body }) => body.requestId as string)).size).toBe(200);
    // None of them got as far as the handler.
    expect(entered).toBe(MOST);
    release();
    expect(new Set((await Promise.all(inside)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await person.get('/probe/wait')).status).toBe(200);
  });

  it('says so before it looks who asks, and before it reads what they send', async () => {
    const inside = await fill();
    expect((await server.nobody.get('/probe/wait')).status).toBe(503);
    const head = `POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n`;
    expect(await answerToHead(head)).toMatch(/^HTTP\/1\.1 503 /);
    const german = await server.nobody.get('/probe/wait', undefined, { 'Accept-Language': 'de-AT' });
    expect(german.headers.get('content-language')).toBe('de');
    release();
    await Promise.all(inside);
  });

  it('still says that it lives, and lets people sign in', async () => {
    const inside = await fill();
    expect((await server.nobody.raw('/health/live')).status).toBe(200);
    expect((await server.nobody.raw('/health/ready')).status).toBe(200);
    const { email, password } = person;
    expect((await server.nobody.post('/auth/login', { email, password })).status).toBe(204);
    release();
    await Promise.all(inside);
  });
});
