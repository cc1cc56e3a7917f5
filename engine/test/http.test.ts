import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gives, makes } from '../src/http/exchange.js';
import { may, signedIn, type Route } from '../src/http/route.js';
import { make } from '../src/http/schema.js';
import { compileModel } from '../src/model/compile-model.js';
import { composedFiles } from '../src/planner/compose-packs.js';
import { readPackFiles } from '../src/model/read-packs.js';
import { issueKeyFor, keysOf, revokeKey } from '../src/people/api-keys.js';
import { openDatabase } from '../src/store/open-database.js';
import { cloneDatabase, type TestDatabase } from './support/database.js';
import { startTestServer, type Client, type TestServer } from './support/server.js';

let database: TestDatabase;
let server: TestServer;
let admin: Awaited<ReturnType<TestServer['signedIn']>>;
let made = 0;
let health = { differences: 0, isBlocked: false, unsafe: 0 };

const probes: Route[] = [
  {
    method: 'POST',
    path: '/probe/count',
    policy: signedIn,
    summary: 'Counts',
    exchange: makes(make({}), { body: make({}) }),
    handler: async (scope) => {
      const { delayMs = 0, fail } = (scope.body ?? {}) as { delayMs?: number; fail?: boolean };
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (fail) throw new Error('secret detail: relation "deal_5" at /srv/app.ts');
      return { status: 201, headers: { Location: '/here' }, value: { made: ++made } };
    },
  },
  {
    method: 'GET',
    path: '/probe/metadata',
    policy: may('edit_metadata'),
    summary: 'Capability',
    exchange: gives(make({})),
    handler: () => ({ value: {} }),
  },
  {
    method: 'GET',
    path: '/probe/tagged',
    policy: signedIn,
    summary: 'Tag',
    exchange: gives(make({})),
    handler: () => ({ json: '{"a":1}', headers: { ETag: '"7"' } }),
  },
  {
    method: 'GET',
    path: '/probe/query',
    policy: signedIn,
    summary: 'Query',
    exchange: gives(make({})),
    handler: ({ query }) => ({ value: Object.fromEntries(query) }),
  },
];

beforeAll(async () => {
  database = await cloneDatabase();
  const compiled = compileModel(composedFiles(await readPackFiles(new URL('../../metadata/packs/', import.meta.url).pathname)));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const bindings = { dataSchema: 'sp1', viewSchema: 'sp1_v', tables: new Map(), objectNumbers: new Map(), columns: new Map() };
  server = await startTestServer({
    database,
    active: { space: 1, revision: 1, model: compiled.model, bindings },
    more: probes,
    health: () => health,
  });
  admin = await server.signedIn(['admin']);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const login = (email: string, password: string, headers = {}) => server.nobody.post('/auth/login', { email, password }, headers);

describe('sign-in', () => {
  it('sets a cookie that scripts cannot read, and says who one is', async () => {
    const answer = await login(admin.email, admin.password);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^sid=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/);
    const me = await admin.get('/me');
    expect(me.body).toMatchObject({ user: { email: admin.email }, roles: ['admin'], tenant: { id: server.tenantId } });
    expect(me.body.capabilities).toEqual([
      'edit_metadata',
      'explain_access',
      'manage_settings',
      'manage_users',
      'view_as',
      'view_automation',
    ]);
  });

  it('stores no token', async () => {
    const token = admin.cookie.split('=')[1] ?? '';
    const rows = await database.sql('select * from meta.session');
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('gives a new token at each sign-in and ends the old session', async () => {
    const first = await login(admin.email, admin.password);
    const old = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const second = await login(admin.email, admin.password, { Cookie: old, Origin: server.origin });
    expect(second.headers.get('set-cookie')?.split(';')[0]).not.toBe(old);
    expect((await server.nobody.get('/me', undefined, { Cookie: old })).status).toBe(401);
  });

  it('tells a wrong password and an unknown address apart in no way', async () => {
    const [wrong, unknown] = await Promise.all([login(admin.email, 'not this one, no'), login('nobody@example.com', 'not this one, no')]);
    const { requestId: _a, ...first } = wrong.body;
    const { requestId: _b, ...second } = unknown.body;
    expect(wrong.status).toBe(401);
    expect(first).toEqual(second);
    expect([...wrong.headers.keys()].sort()).toEqual([...unknown.headers.keys()].sort());
  });

  it('ends with the sign-out, at once', async () => {
    const user = await server.signedIn(['sales_rep']);
    expect((await user.get('/me')).status).toBe(200);
    expect((await user.post('/auth/logout')).headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await user.get('/me')).status).toBe(401);
  });

  it.each([
    ['no body', undefined, 400],
    ['an unknown key', { email: 'a@b.c', password: 'x', admin: true }, 400],
    ['a number for a password', { email: 'a@b.c', password: 7 }, 400],
    ['a list', [], 400],
  ])('refuses %s', async (_name, body, status) => {
    expect((await server.nobody.post('/auth/login', body)).status).toBe(status);
  });
});

describe('guessing', () => {
  it('stops after ten wrong passwords, in parallel too, and says when to come back', async () => {
    const user = await server.signedIn(['sales_rep']);
    const answers = await Promise.all(Array.from({ length: 14 }, (_, index) => login(user.email, `guess number ${String(index)}`)));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(4);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(refused[0]?.body.code).toBe('rate_limited');
    // The right password does not help while the limit holds, or it would confirm a guess.
    expect((await login(user.email.toUpperCase(), user.password)).status).toBe(429);
    await database.sql('delete from meta.login_attempt');
  }, 60_000);

  it('counts what a client claims in X-Forwarded-For for nothing', async () => {
    const user = await server.signedIn(['sales_rep']);
    await database.sql(
      `insert into meta.login_attempt (account, source) select encode(sha256(convert_to($1, 'UTF8')), 'hex'), '127.0.0.1' from generate_series(1, 10)`,
      [user.email.toLowerCase()],
    );
    expect((await login(user.email, user.password, { 'X-Forwarded-For': '203.0.113.7' })).status).toBe(429);
  });

  it('does not lock out an owner whom strangers attack', async () => {
    const user = await server.signedIn(['sales_rep']);
    await database.sql(
      `insert into meta.login_attempt (account, source) select encode(sha256(convert_to($1, 'UTF8')), 'hex'), '203.0.113.' || n from generate_series(1, 200) n`,
      [user.email.toLowerCase()],
    );
    expect((await login(user.email, user.password)).status).toBe(204);
    const stranger = await server.signedIn(['sales_rep']);
    await database.sql('delete from meta.login_attempt where succeeded');
    await database.sql(
      `insert into meta.login_attempt (account, source) select encode(sha256(convert_to($1, 'UTF8')), 'hex'), '198.51.100.' || n from generate_series(1, 200) n`,
      [stranger.email.toLowerCase()],
    );
    expect((await login(stranger.email, stranger.password)).status).toBe(429);
    await database.sql('delete from meta.login_attempt');
  });
});

describe('who may call', () => {
  it.each(['/me', '/users', '/probe/metadata', '/probe/count'])('%s is closed to nobody', async (path) => {
    const answer = await (path === '/probe/count' ? server.nobody.post(path, {}) : server.nobody.get(path));
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('asks for the capability', async () => {
    const rep = await server.signedIn(['sales_rep']);
    expect((await rep.get('/probe/metadata')).status).toBe(403);
    expect((await rep.get('/users')).status).toBe(403);
    expect((await admin.get('/probe/metadata')).status).toBe(200);
  });

  it.each(['/ME', '/me/', '//me', '/me%2f', '/me;x', '/me.json', '/%6de', '/none'])('%s is another address', async (path) => {
    expect((await admin.get(path)).status).toBe(404);
  });

  it('does not take a method from a header', async () => {
    const answer = await admin.get('/probe/count', undefined, { 'X-HTTP-Method-Override': 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('takes keys, and does not fall back to the cookie when one is wrong', async () => {
    const { key } = await server.composition.sessions.issueKey(admin.userId, 'Nightly import', null);
    expect((await server.withKey(key).get('/me')).body.user.id).toBe(admin.userId);
    expect((await server.withKey(key).post('/probe/count', {})).status).toBe(201);
    expect((await admin.get('/me', undefined, { Authorization: `Bearer ${key.slice(0, -1)}_` })).status).toBe(401);
    expect((await admin.get('/me', undefined, { Authorization: 'Basic YTpi' })).status).toBe(401);
  });
});

describe('keys', () => {
  let opened: Awaited<ReturnType<typeof openDatabase>>;
  beforeAll(async () => {
    opened = await openDatabase(database.config);
  });
  afterAll(() => opened.close());

  it('are made for a user, listed without the key, and end when they are revoked', async () => {
    const { pool } = opened;
    const { id, key } = await issueKeyFor(pool, server.tenantId, {
      email: admin.email.toUpperCase(),
      name: ' Robot ',
      lifetimeSeconds: 3600,
    });
    expect((await server.withKey(key).get('/me')).body.user.id).toBe(admin.userId);
    const listed = (await keysOf(pool, server.tenantId)).find((each) => each.id === id);
    expect(listed).toMatchObject({ name: 'Robot', email: admin.email, expiresAt: expect.any(String) as unknown });
    expect(JSON.stringify(listed)).not.toContain(key.slice(4));
    await expect(revokeKey(pool, server.tenantId + 1, id)).rejects.toMatchObject({ code: 'not_found' });
    await revokeKey(pool, server.tenantId, id);
    await expect(revokeKey(pool, server.tenantId, id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await keysOf(pool, server.tenantId)).map((each) => each.id)).not.toContain(id);
    await expect.poll(async () => (await server.withKey(key).get('/me')).status, { timeout: 5_000 }).toBe(401);
  });

  it('are refused with every problem at once', async () => {
    await expect(
      issueKeyFor(opened.pool, server.tenantId, { email: 'nobody@example.com', name: ' ', lifetimeSeconds: null }),
    ).rejects.toMatchObject({ code: 'record_invalid', issues: [{ path: '/user' }, { path: '/name' }] });
  });
});

describe('calls from elsewhere', () => {
  const call = (headers: Record<string, string>) => server.nobody.post('/probe/count', {}, { Cookie: admin.cookie, ...headers });

  it.each([
    ['the same origin', () => ({ Origin: server.origin }), 201],
    ['the same site as the browser says', () => ({ 'Sec-Fetch-Site': 'same-origin' }), 201],
    ['nowhere', () => ({}), 403],
    ['another origin', () => ({ Origin: 'https://evil.example' }), 403],
    ['a suffix of the origin', () => ({ Origin: `${server.origin}.evil.example` }), 403],
    ['a sandboxed frame', () => ({ Origin: 'null' }), 403],
    ['another port', () => ({ Origin: 'http://127.0.0.1:1' }), 403],
    ['a sibling site', () => ({ 'Sec-Fetch-Site': 'same-site' }), 403],
  ])('%s', async (_name, headers, status) => {
    expect((await call(headers())).status).toBe(status);
  });

  it('are not signed in by somebody else', async () => {
    expect((await login(admin.email, admin.password, { Origin: 'https://evil.example' })).status).toBe(403);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])('are not read as %s', async (type) => {
    expect((await call({ Origin: server.origin, 'Content-Type': type })).status).toBe(415);
  });
});

describe('an idempotency key', () => {
  const call = (key: string, body: unknown, as: Client = admin) => as.post('/probe/count', body, { 'Idempotency-Key': key });

  it('repeats the first answer', async () => {
    const first = await call('a', { x: 1 });
    const second = await call('a', { x: 1 });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe('/here');
    expect([first.headers.get('idempotent-replayed'), second.headers.get('idempotent-replayed')]).toEqual([null, 'true']);
  });

  it('has one effect when calls race', async () => {
    const before = made;
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('race', { delayMs: 150 })));
    expect(new Set(answers.map((answer) => JSON.stringify([answer.status, answer.body]))).size).toBe(1);
    expect(made).toBe(before + 1);
  });

  it('is refused for another body', async () => {
    await call('b', { x: 1 });
    const answer = await call('b', { x: 2 });
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('is private to the caller', async () => {
    const before = made;
    await call('c', {});
    await call('c', {}, await server.signedIn(['admin']));
    expect(made).toBe(before + 2);
  });

  it('does not keep a failure of ours', async () => {
    expect((await call('d', { fail: true })).status).toBe(500);
    expect((await call('d', { fail: true })).headers.get('idempotent-replayed')).toBeNull();
  });
});

describe('answers', () => {
  it('carry the headers of data', async () => {
    for (const path of ['/me', '/none', '/probe/query?a=1&a=2']) {
      const { headers } = await admin.get(path);
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('vary')).toContain('Cookie');
      expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('tell nothing about a failure of ours', async () => {
    const answer = await admin.post('/probe/count', { fail: true });
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal_error', requestId: answer.headers.get('x-request-id') });
    expect(JSON.stringify(answer.body)).not.toMatch(/deal_5|srv|secret/);
  });

  it('are empty when the caller has them already', async () => {
    const answer = await admin.get('/probe/tagged', undefined, { 'If-None-Match': '"7"' });
    expect([answer.status, answer.body]).toEqual([304, '']);
  });

  it('refuse a parameter given twice, a body that is too large, and JSON that is none', async () => {
    expect((await admin.get('/probe/query?limit=1&limit=9')).status).toBe(400);
    expect((await admin.get('/probe/query?a=1&b=2')).body).toEqual({ a: '1', b: '2' });
    const large = await admin.post('/probe/count', { x: 'x'.repeat(1_000_001) });
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
    const broken = await admin.raw('/api/v1/probe/count', {
      method: 'POST',
      body: '{"a":}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect([broken.status, broken.body.detail]).toEqual([400, 'The body is not JSON: there is a mistake at line 1, column 6.']);
  });
});

describe('health and metrics', () => {
  it.each(['/api/v1/health/live', '/api/v1/health/ready', '/health/live', '/health/ready'])('%s answers', async (path) => {
    expect((await server.nobody.raw(path)).body).toEqual({ status: 'ok' });
  });

  it('is degraded while the database differs from the metadata, and not ready while records can not be reached', async () => {
    health = { differences: 2, isBlocked: false, unsafe: 0 };
    const degraded = await server.nobody.raw('/health/ready');
    expect([degraded.status, degraded.body]).toEqual([
      200,
      { status: 'degraded', differences: 2, unsafe: 0, hint: expect.stringContaining('doctor') },
    ]);
    health = { differences: 2, isBlocked: true, unsafe: 0 };
    const blocked = await server.nobody.raw('/health/ready');
    expect([blocked.status, blocked.body.code]).toEqual([503, 'setup_failed']);
    health = { differences: 0, isBlocked: false, unsafe: 0 };
  });

  it('counts by route for those on this machine, and does not exist for others', async () => {
    const { body } = await server.nobody.raw('/metrics');
    expect(body).toMatch(/fieldstone_http_requests_total\{method="GET",route="\/api\/v1\/me",status="200"\} \d+/);
    expect((await server.nobody.raw('/metrics', { headers: { 'X-Forwarded-For': '203.0.113.7' } })).status).toBe(404);
  });
});

describe('users', () => {
  it('are made, listed, changed; rights and access end within seconds', async () => {
    const created = await admin.post('/users', { email: 'New.Person@example.com', name: 'New Person', roles: ['sales_rep'] });
    expect(created.status).toBe(201);
    const { user, password } = created.body;
    expect(user).toMatchObject({ email: 'New.Person@example.com', roles: ['sales_rep'], isActive: true });
    const signIn = await login('new.person@EXAMPLE.com', password);
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const me = () => server.nobody.get('/me', undefined, { Cookie: cookie });
    expect((await me()).body.roles).toEqual(['sales_rep']);

    await admin.patch(`/users/${user.id}`, { roles: ['manager'] });
    await expect.poll(async () => (await me()).body.roles, { timeout: 5_000, interval: 200 }).toEqual(['manager']);
    await admin.patch(`/users/${user.id}`, { isActive: false });
    await expect.poll(async () => (await me()).status, { timeout: 5_000, interval: 200 }).toBe(401);
    expect((await login(user.email, password)).status).toBe(401);
    expect((await admin.get('/users')).body.data).toContainEqual(
      expect.objectContaining({ id: user.id, isActive: false, roles: ['manager'] }),
    );
  }, 30_000);

  it('are refused with every problem at its place', async () => {
    const answer = await admin.post('/users', { email: 'no', roles: ['boss'], password: 'short', admin: true });
    expect(answer.status).toBe(422);
    expect(answer.body.issues.map((issue: { path: string; code: string }) => [issue.path, issue.code]).sort()).toEqual([
      ['/admin', 'unknown_field'],
      ['/email', 'not_an_email'],
      ['/name', 'required'],
      ['/password', 'too_short'],
      ['/roles/0', 'not_an_option'],
    ]);
    expect((await admin.post('/users', { email: admin.email.toUpperCase(), name: 'Twin', roles: [] })).status).toBe(409);
    expect((await admin.patch('/users/018f3c5e-0000-7000-8000-000000000000', { name: 'X' })).status).toBe(404);
  });

  it('keep somebody who can manage them', async () => {
    const { data } = (await admin.get('/users')).body as { data: { id: string; roles: string[]; isActive: boolean }[] };
    const others = data.filter((user) => user.roles.includes('admin') && user.id !== admin.userId);
    for (const other of others) expect((await admin.patch(`/users/${other.id}`, { isActive: false })).status).toBe(200);
    const answer = await admin.patch(`/users/${admin.userId}`, { roles: ['sales_rep'] });
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
    expect((await admin.get('/me')).body.roles).toEqual(['admin']);
  });
});
