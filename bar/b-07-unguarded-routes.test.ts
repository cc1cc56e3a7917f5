import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../engine/src/app/leaks/caller.js';
import { createRouter } from '../engine/src/http/router.js';
import type { Route } from '../engine/src/http/route.js';
import { NODE_MANIFESTS } from '../engine/src/model/workflow-nodes.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { changedBy, SESSIONS } from './support/frozen.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openDeedSystem();
}, 600_000);
afterAll(() => system.close());

/** What anybody may call, and what is said there: whether it is well, and who one is. C-07 looks at what that tells. */
const PUBLIC: readonly string[] = [
  ...[
    'GET /api/v1/openapi.json',
    'GET /api/v1/health/live',
    'GET /api/v1/health/ready',
    'POST /api/v1/auth/login',
    'POST /api/v1/auth/logout',
  ],
  ...['GET /health/live', 'GET /health/ready', 'GET /docs/api', 'GET /metrics'],
];

type Place = { readonly route: Route; readonly base: string; readonly channel: string };
const places = (): Place[] => {
  const { routes, rootRoutes } = system.trial;
  const of = (base: string, all: readonly Route[]) =>
    all.map((route) => ({ route, base, channel: `${route.method} ${base}${route.path}` }));
  return [...of('/api/v1', routes), ...of('', rootRoutes)];
};
/** An address of a route, with something that is there wherever there is something. */
const addressOf = ({ route, base }: Place): string => {
  const record = system.records.find(({ object, owner }) => object === 'canary_specimen' && owner === 'canary_own');
  const values: Readonly<Record<string, string>> = {
    object: 'canary_specimen',
    id: record?.id ?? '',
    field: 'title',
    version: '1',
    n: '1',
    kind: 'field',
  };
  return base + route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? 'canary');
};

type Said = { readonly status: number; readonly type: string; readonly text: string };
/** Sends an address as it stands: nothing puts its dots and slashes in order. */
const send = (method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Said> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(system.trial.origin);
    const call = request({ hostname, port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text }));
      // A stream of events goes on for ever.
      if (answer.headers['content-type']?.includes('event-stream') === true) answer.destroy();
      answer.on('close', () => resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text }));
    });
    call.on('error', reject).end();
  });

describe('B-07: the server', { timeout: 180_000 }, () => {
  it('does not start with a route that does not say who may call it and what it takes and gives', () => {
    const [first] = system.trial.routes;
    const wrong: readonly object[] = [
      { policy: undefined },
      { policy: null },
      { policy: {} },
      { policy: { kind: 'everybody' } },
      { policy: 'public' },
      { exchange: undefined },
      { exchange: {} as never, method: 'POST' },
      { exchange: { answers: {} } },
      { method: 'POST', exchange: { answers: { 200: {} } } },
    ];
    for (const part of wrong) expect(() => createRouter('', [{ ...(first as Route), ...part } as Route]), JSON.stringify(part)).toThrow();
    expect(() => createRouter('', [first as Route, first as Route])).toThrow(/twice/);
    expect(() => createRouter('', [first as Route])).not.toThrow();
  });

  it('has no route for anybody but these', () => {
    const open = places().flatMap(({ route, channel }) => (route.policy.kind === 'public' ? [channel] : []));
    expect(open.sort()).toEqual([...PUBLIC].sort());
    // What changes what everybody has, or tells of everybody, needs a right of its own.
    const bare = places().flatMap(({ route, channel }) =>
      route.policy.kind === 'capability' ||
      route.policy.kind === 'public' ||
      /records|search|operations|recycle-bin|workflows|mail|events|files|access|\/me$/.test(channel)
        ? []
        : [channel],
    );
    expect(bare.sort()).toEqual(['DELETE /api/v1/auth/view-as', 'GET /api/v1/metadata', 'GET /api/v1/settings/currencies']);
  });

  it('answers nobody without a name, whichever the route', async () => {
    const wrong: string[] = [];
    const changed = await changedBy(system, () =>
      inParallel(places(), 6, async (place) => {
        if (PUBLIC.includes(place.channel)) return;
        for (const headers of [
          {},
          { Cookie: 'sid=nothing; __Host-sid=nothing' },
          { Authorization: 'Bearer fsk_nothing' },
          { Authorization: 'Basic YWRtaW46YWRtaW4=' },
        ] as const) {
          const { status } = await send(place.route.method, addressOf(place), headers as Record<string, string>);
          if (status !== 401) wrong.push(`${place.channel} ${JSON.stringify(headers)}: ${String(status)}`);
        }
      }),
    );
    expect([wrong, changed]).toEqual([[], []]);
  });

  it('is not walked around by another spelling of an address, another verb, or a header that names another one', async () => {
    const shell = (await send('GET', '/', { Accept: 'text/html' })).text.replaceAll(/nonce[-="]+[\w+/=-]+/g, 'nonce');
    const upper = (path: string) => path.replace('/api/v1', '/API/V1');
    const tricks: readonly ((path: string) => string)[] = [
      (path) => `/${path}`,
      (path) => path.replace('/v1/', '/v1//'),
      (path) => path.replace('/v1/', '/v1/./'),
      (path) => path.replace('/v1/', '/v1/auth/../'),
      (path) => path.replace('/v1/', '/v1/auth/login/../../'),
      (path) => path.replace('/v1/', '/v1/%2e%2e/v1/'),
      (path) => path.replace('/v1/', '/v1/health/live/..%2f..%2f'),
      (path) => path.replace('/v1/', '%2fv1%2f'),
      (path) => path.replace('/v1/', '/v1%2f'),
      (path) => path.replace('/v1/', '\\v1\\'),
      (path) => `${path}/`,
      (path) => `${path}//`,
      (path) => `${path}/.`,
      (path) => `${path};x`,
      (path) => `${path};/auth/login`,
      (path) => `${path}.json`,
      (path) => `${path}%00`,
      (path) => `${path}%20`,
      (path) => `${path}?x=/api/v1/auth/login`,
      (path) => `${path}#/api/v1/auth/login`,
      upper,
      (path) => path.toUpperCase(),
      (path) => `${system.trial.origin}${path}`,
    ];
    const headers: readonly Readonly<Record<string, string>>[] = [
      { 'X-HTTP-Method-Override': 'GET', 'X-HTTP-Method': 'GET', 'X-Method-Override': 'GET' },
      { 'X-Original-URL': '/api/v1/auth/login', 'X-Rewrite-URL': '/api/v1/auth/login', 'X-Forwarded-Prefix': '/api/v1/auth' },
      {
        'X-Forwarded-For': '127.0.0.1',
        'X-Real-IP': '127.0.0.1',
        'X-Forwarded-User': 'admin',
        'X-Remote-User': 'admin',
        'X-Internal': '1',
      },
    ];
    const wrong: string[] = [];
    const isNothing = ({ status, type, text }: Said): boolean =>
      status >= 400 || (type.startsWith('text/html') && text.replaceAll(/nonce[-="]+[\w+/=-]+/g, 'nonce') === shell) || status === 304;
    const attempt = async (who: string, method: string, path: string, more: Readonly<Record<string, string>>) => {
      const said = await send(method, path, { Accept: '*/*', ...more });
      if (!isNothing(said) && !(method === 'HEAD' && said.status < 400 && said.text === '' && said.type.startsWith('text/html')))
        wrong.push(`${who} ${method} ${path} ${JSON.stringify(more)}: ${String(said.status)} ${said.type} ${said.text.slice(0, 100)}`);
    };
    const guarded = places().filter(({ channel }) => !PUBLIC.includes(channel));
    const changed = await changedBy(
      system,
      () =>
        inParallel(guarded, 6, async (place) => {
          const path = addressOf(place);
          const { method, policy } = place.route;
          const none = { Authorization: system.person('canary_none').authorization };
          for (const trick of tricks) {
            await attempt('nobody', method, trick(path), {});
            // A capability that one does not have is asked for under every name of the route.
            if (policy.kind === 'capability') await attempt('canary_none', method, trick(path), none);
          }
          for (const more of headers) {
            await attempt('nobody', method, path, more);
            await attempt('nobody', 'GET', path, { ...more, 'X-HTTP-Method-Override': method });
            if (policy.kind === 'capability') await attempt('canary_none', method, path, { ...none, ...more });
          }
          for (const verb of ['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'PURGE']) await attempt('nobody', verb, path, {});
        }),
      SESSIONS,
    );
    expect([wrong.slice(0, 20), changed]).toEqual([[], []]);
  });

  it('runs no kind of step that does not say what it takes', () => {
    for (const [type, manifest] of NODE_MANIFESTS) expect([type, typeof manifest.input]).toEqual([type, 'object']);
    // Every kind is driven, and looked at, by the leak matrix.
    expect([...NODE_MANIFESTS.keys()].length).toBeGreaterThan(3);
  });
});
