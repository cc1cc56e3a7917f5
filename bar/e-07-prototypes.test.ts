import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json, type Asked } from '../engine/src/app/leaks/caller.js';
import { CANARY_ADMIN, CANARY_PACK, canaryDocuments, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { packFile } from '../engine/src/app/leaks/trial-system.js';
import { compileModel } from '../engine/src/model/compile-model.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';

type Json = Readonly<Record<string, unknown>>;
const field = (of: string, name: string, type: string, more: Json = {}): Json => ({
  kind: 'field',
  id: `fld_bar_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});

/** Names that every object has, used for everything that may have them: they are names like others. */
const INHERITED = ['constructor', 'prototype'];
const documents = (): Json[] => [
  ...canaryDocuments().map((document) =>
    document['name'] === CANARY_ADMIN ? { ...document, default: { ...(document['default'] as Json), actions: ['*'] } } : document,
  ),
  ...INHERITED.flatMap((name): Json[] => [
    { kind: 'object', id: `obj_bar_${name}`, name, label: name, pluralLabel: name, icon: 'box', nameField: 'constructor' },
    field(name, 'constructor', 'text', { searchable: true }),
    field(name, 'prototype', 'picklist', { options: INHERITED.map((value) => ({ value, label: value })) }),
    field(name, 'formula', 'formula', { formula: 'constructor & "!"' }),
    field(name, 'json', 'json'),
    field(name, 'specimen', 'lookup', { target: SPECIMEN, inverse: { name, label: name } }),
    {
      kind: 'view',
      id: `viw_bar_${name}`,
      object: name,
      name,
      label: name,
      type: 'list',
      columns: [{ field: 'constructor' }],
      filter: { '!=': [{ var: 'constructor' }, 'x'] },
    },
    {
      kind: 'validation',
      id: `val_bar_${name}`,
      object: name,
      name,
      label: name,
      errorWhen: { '==': [{ var: 'constructor' }, 'wrong'] },
      message: 'No.',
      field: 'constructor',
    },
    {
      kind: 'role',
      id: `rol_bar_${name}`,
      name,
      label: name,
      default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
    },
    {
      kind: 'permission',
      id: `prm_bar_${name}`,
      role: name,
      object: name,
      read: 'all',
      update: 'none',
      delete: 'none',
      fields: { default: 'read', only: { prototype: 'none' } },
    },
    { kind: 'action', id: `act_bar_${name}`, object: name, name, label: name, set: { prototype: 'constructor' } },
    { kind: 'template', id: `tpl_bar_${name}`, name, label: name, object: name, subject: 'S', text: 'T' },
    {
      ...{
        kind: 'workflow',
        id: `wfl_bar_${name}`,
        name,
        label: name,
        object: name,
        runAs: 'system',
        trigger: { type: 'record', on: ['create'] },
      },
      ...{
        nodes: [{ id: 'constructor', type: 'record.update@1', input: { set: { json: { $var: 'trigger.new.constructor' } } } }],
        start: 'constructor',
        edges: [],
      },
    },
    {
      kind: 'translation',
      id: `trn_bar_${name}`,
      locale: 'de',
      name,
      texts: { [`fld_bar_${name}_constructor`]: { label: 'Konstruktor' } },
    },
  ]),
];

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem({ files: documents().map((document, at) => packFile(CANARY_PACK, document, at)) });
}, 300_000);
afterAll(() => system.close());

/** Everything that all values share, as it is now. The product runs in this process. */
const SHARED = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, RegExp, Date, Error, Symbol, Buffer, URL, Headers];
const sharedState = (): string =>
  JSON.stringify(SHARED.map((each) => [...Reflect.ownKeys(each), ...Reflect.ownKeys(each.prototype as object)].map(String)));
const isClean = (): boolean => !('polluted' in {}) && !('polluted' in []) && !('polluted' in (() => 1));
const before = sharedState();

const BODIES: readonly string[] = [
  ...[
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"prototype":{"polluted":1}}',
    '{"__proto__.polluted":1}',
    '{"constructor.prototype.polluted":1}',
    '{"__proto__":null}',
  ],
  ...[
    String.raw`{"\u005f\u005fproto__":{"polluted":1}}`,
    String.raw`{"__pr\u006fto__":{"polluted":1}}`,
    '[{"__proto__":{"polluted":1}}]',
    '{"a":{"__proto__":{"polluted":1}}}',
    '{"__proto__":["polluted"]}',
    '{"toString":1,"valueOf":1,"hasOwnProperty":1}',
  ],
];
const QUERIES: readonly string[] = [
  ...[
    '__proto__[polluted]=1',
    '__proto__.polluted=1',
    'constructor[prototype][polluted]=1',
    'constructor.prototype.polluted=1',
    '__proto__=1',
    'filter[__proto__][polluted]=1',
    'filter=%7B%22__proto__%22%3A%7B%22polluted%22%3A1%7D%7D',
  ],
  ...[
    'include=%7B%22__proto__%22%3A%7B%7D%7D',
    'fields=__proto__,constructor.prototype',
    'sort=__proto__',
    'view=__proto__',
    'q=__proto__',
  ],
];
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { Cookie: '__proto__=1; constructor=2; sid=__proto__' },
  { 'Idempotency-Key': '__proto__' },
  { 'Accept-Language': '__proto__, constructor' },
  { 'If-Match': '__proto__', 'If-None-Match': 'constructor' },
];
const SEGMENTS = ['__proto__', 'constructor', 'prototype', 'toString', '__proto__%2Fpolluted', 'hasOwnProperty'];
/** They would end the test, or hold it up. */
const LEFT_OUT: ReadonlySet<string> = new Set(['POST /auth/logout', 'GET /events']);

describe('E-07: names that every object has', () => {
  it('change nothing that values share, sent to every address in every way', async () => {
    const wrong: string[] = [];
    let sent = 0;
    const send = async (method: string, path: string, asked: Asked = {}) => {
      const reply = await system.call('admin', method, path, asked);
      sent += 1;
      if (reply.status >= 500)
        wrong.push(
          `${method} ${path} ${Buffer.from(asked.bytes ?? [])
            .toString()
            .slice(0, 100)}: ${String(reply.status)}`,
        );
      if (!isClean()) wrong.push(`${method} ${path}: everything is polluted`);
    };
    const routes = system.trial.routes.filter(({ method, path }) => !LEFT_OUT.has(`${method} ${path}`));
    expect(routes.length).toBeGreaterThan(100);
    await inParallel(routes, 4, async ({ method, path }) => {
      const filled = (value: string) =>
        path.replaceAll('{object}', value === '' ? SPECIMEN : value).replaceAll(/\{\w+\}/g, value === '' ? 'constructor' : value);
      for (const segment of path.includes('{') ? SEGMENTS : [])
        await send(method, filled(segment), method === 'GET' || method === 'DELETE' ? {} : { body: {} });
      for (const query of QUERIES)
        await send(method, `${filled('')}?${query}`, method === 'GET' || method === 'DELETE' ? {} : { body: {} });
      for (const headers of HEADERS)
        await send(method, filled(''), { headers, ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }) });
      if (method === 'GET' || method === 'DELETE') return;
      for (const body of BODIES)
        await send(method, filled(''), { bytes: new Uint8Array(Buffer.from(body)), headers: { 'Content-Type': 'application/json' } });
    });
    expect(sent).toBeGreaterThan(2_000);
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(sharedState()).toBe(before);
  }, 600_000);

  it('are refused as a key of a body, however they are spelt', async () => {
    for (const body of BODIES.filter((text) => /__proto__"|pr\\u006f|u005f/.test(text))) {
      const reply = await system.call('admin', 'POST', `/records/${SPECIMEN}`, {
        bytes: new Uint8Array(Buffer.from(body)),
        headers: { 'Content-Type': 'application/json' },
      });
      expect([body, reply.status]).toEqual([body, 400]);
    }
  });

  it('are names like others where metadata may use them: records, views, rules, roles, actions, flows and languages', async () => {
    for (const name of INHERITED) {
      const made = await system.call('admin', 'POST', `/records/${name}`, {
        body: { constructor: 'Ada', prototype: 'prototype', json: { constructor: { prototype: 1 }, toString: null } },
      });
      expect([made.status, json(made)['formula'], json(made)['json']]).toEqual([
        201,
        'Ada!',
        { constructor: { prototype: 1 }, toString: null },
      ]);
      const id = String(json(made)['id']);
      const ask = async (method: string, path: string, asked: Asked = {}) => {
        const reply = await system.call('admin', method, path, asked);
        expect([path, reply.status, reply.status >= 400 ? reply.text : '']).toEqual([path, 200, '']);
        return json<Record<string, never>>(reply);
      };
      await ask('GET', `/records/${name}`, { query: { fields: 'constructor,prototype', sort: 'constructor', view: name, q: 'Ada' } });
      await ask('POST', `/records/${name}/query`, { body: { filter: { '==': [{ var: 'prototype' }, 'prototype'] } } });
      const groups = await ask('POST', `/records/${name}/aggregate`, {
        body: { groupBy: [{ field: 'prototype', as: 'constructor' }], measures: [{ op: 'count', as: 'prototype' }] },
      });
      expect(JSON.stringify(groups)).toContain('"prototype":1');
      await ask('GET', `/records/${name}/board`, { query: { by: 'prototype' } });
      await ask('GET', `/records/${SPECIMEN}`, { query: { include: JSON.stringify({ [name]: {} }), limit: '2' } });
      await ask('GET', '/search', { query: { q: 'Ada', objects: name } });
      await ask('POST', `/records/${name}/${id}/actions/${name}`, { body: {} });
      await ask('GET', `/records/${name}/${id}/history`);
      expect((await system.call('admin', 'PATCH', `/records/${name}/${id}`, { body: { constructor: 'wrong' } })).status).toBe(422);
      await ask('POST', '/metadata/formula/check', { body: { object: name, formula: 'constructor & prototype', record: id } });
    }
    expect(sharedState()).toBe(before);
  });

  it('are refused as names of documents, ids of steps, keys of translations and packs that are no names', () => {
    const base = documents();
    const replaced = (kind: string, change: (document: Json) => Json) =>
      base.map((document) => (document['kind'] === kind ? change(document) : document));
    const names = ['__proto__', '__defineGetter__', 'hasOwnProperty', 'toString', '__proto__.polluted', 'constructor.prototype'];
    for (const name of names) {
      const own = (key: string, value: unknown): Json => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as Json;
      const tries: Record<string, Json[]> = {
        object: replaced('object', (document) => (document['name'] === 'constructor' ? { ...document, name } : document)),
        field: replaced('field', (document) => (document['name'] === 'json' ? { ...document, name } : document)),
        property: replaced('field', (document) =>
          document['name'] === 'json' ? { ...document, ...own('x', 1), [name]: { polluted: 1 } } : document,
        ),
        role: replaced('role', (document) => (document['name'] === 'constructor' ? { ...document, name } : document)),
        step: replaced('workflow', (document) => ({
          ...document,
          start: name,
          nodes: [{ id: name, type: 'record.update@1', input: { set: {} } }],
        })),
        pack: replaced('pack', (document) => ({ ...document, name })),
        translation: replaced('translation', (document) => ({ ...document, texts: own(name, { label: 'x', polluted: 1 }) })),
        permission: replaced('permission', (document) => ({ ...document, fields: { default: 'read', only: own(name, 'none') } })),
      };
      for (const [what, changed] of Object.entries(tries)) {
        const result = compileModel(changed.map((document, at) => packFile(CANARY_PACK, document, at)));
        expect([what, name, result.ok]).toEqual([what, name, false]);
      }
    }
    expect(sharedState()).toBe(before);
    expect(isClean()).toBe(true);
  });
});
