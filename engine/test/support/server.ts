import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from '../../src/app/watch-drift.js';
import { composeServer, type Composition } from '../../src/app/compose.js';
import { readConfig } from '../../src/app/config.js';
import type { Route } from '../../src/http/route.js';
import { silentLogger } from '../../src/kernel/logger.js';
import type { ActiveModel } from '../../src/model/active.js';
import type { Sessions } from '../../src/people/sessions.js';
import { createUser } from '../../src/people/users.js';
import { ensureTenant } from '../../src/store/installation.js';
import { openDatabase } from '../../src/store/open-database.js';
import type { TestDatabase } from './database.js';

/** What came back. `body` is parsed JSON where the answer is JSON, else its text. */
export type Reply = { readonly status: number; readonly headers: Headers; readonly body: any }; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into it freely

type Send = (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
/** Calls the API as somebody: paths are below /api/v1. */
export type Client = {
  get: Send;
  post: Send;
  put: Send;
  patch: Send;
  delete: Send;
  raw: (url: string, init?: RequestInit) => Promise<Reply>;
};

export type TestServer = {
  readonly origin: string;
  readonly composition: Composition;
  readonly tenantId: number;
  readonly nobody: Client;
  /** Makes a user with these roles and signs them in with a session. */
  signedIn(roles: readonly string[], name?: string): Promise<Client & { userId: string; email: string; password: string; cookie: string }>;
  withKey(key: string): Client;
  close(): Promise<void>;
};

/** The real application on a free port. `settings` are environment variables. */
export async function startTestServer(given: {
  database: TestDatabase;
  active: ActiveModel;
  settings?: Record<string, string>;
  /** Routes beside those of people and health; a function gets the sessions of the server. */
  more?: readonly Route[] | ((sessions: Sessions) => readonly Route[]);
  health?: () => Health;
}): Promise<TestServer> {
  const database = await openDatabase(given.database.config);
  const tenant = await ensureTenant(database, 'Test tenant');
  const composition = composeServer({
    config: readConfig(given.settings ?? {}),
    database,
    models: { current: () => given.active },
    space: tenant.space,
    logger: silentLogger,
    health: given.health ?? (() => ({ differences: 0, isBlocked: false, unsafe: 0 })),
    more: (sessions) => (typeof given.more === 'function' ? given.more(sessions) : (given.more ?? [])),
  });
  const server = createHttpServer(composition.server.app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    origin,
    composition,
    tenantId: tenant.id,
    nobody: client(origin, {}),
    withKey: (key) => client(origin, { Authorization: `Bearer ${key}` }),
    async signedIn(roles, name = `User ${roles.join(' ')}`) {
      const email = `${crypto.randomUUID()}@example.com`;
      const password = 'a password of the tests';
      const { user } = await createUser(database.pool, given.active.model, tenant.id, { email, name, roles, password });
      const login = await client(origin, {}).post('/auth/login', { email, password });
      const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
      return { ...client(origin, { Cookie: cookie, Origin: origin }), userId: user.id, email, password, cookie };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

export function client(origin: string, headers: Record<string, string>): Client {
  const raw = async (url: string, init: RequestInit = {}): Promise<Reply> => {
    const answer = await fetch(origin + url, {
      redirect: 'manual',
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
  };
  const send =
    (method: string): Send =>
    (path, body, more = {}) =>
      raw(`/api/v1${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...more },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  return { get: send('GET'), post: send('POST'), put: send('PUT'), patch: send('PATCH'), delete: send('DELETE'), raw };
}
