import type { Asked } from './caller.js';
import { HIDDEN_TYPES, hiddenName, someName } from './canary-model.js';
import type { MatrixWorld } from './matrix-world.js';

/** One call of a route: what stands in its address, and what is sent along. */
export type Call = { readonly values: Readonly<Record<string, string>>; readonly asked?: Asked };

/** How a route is called by somebody, or why it is not. */
export type Probe = ((world: MatrixWorld, who: string) => readonly Call[]) | { readonly not: string };

const HIDDEN = [
  ...HIDDEN_TYPES.map(({ type }) => hiddenName(type)),
  ...HIDDEN_TYPES.map(({ type }) => someName(type)),
  'd_formula',
  'd_far',
  'd_parts',
];
const calls = (values: readonly Readonly<Record<string, string>>[], ...asked: readonly Asked[]): Call[] =>
  values.flatMap((each) => (asked.length === 0 ? [{ values: each }] : asked.map((one) => ({ values: each, asked: one }))));
const only = (...asked: readonly Asked[]) => calls([{}], ...asked);
const objects = (world: MatrixWorld) => world.objects.map((object) => ({ object }));
const records = (world: MatrixWorld) => world.samples.map(({ object, id }) => ({ object, id }));
const NOBODY = '00000000-0000-7000-8000-000000000000';
const COUNT = { op: 'count', as: 'n' };

/** Queries of a list of any object; those that name fields of a specimen are refused elsewhere, which is an answer too. */
const LISTS: readonly Record<string, string>[] = [
  {},
  { limit: '200', count: 'exact' },
  { q: 'zqk' },
  { view: 'hidden_order' },
  { view: 'all' },
  { limit: '2', sort: '-updated_at' },
  { include: JSON.stringify({ parts: {}, specimens: {}, places: {} }) },
  ...HIDDEN.map((field) => ({ fields: field })),
];

/**
 * How each route of the API is called. A route that reads and only has parameters that are known here is called without an entry; any other that is
 * not named fails the matrix.
 */
export const PROBES: Readonly<Record<string, Probe>> = {
  'GET /records/{object}': (world) => [
    ...calls(objects(world), ...LISTS.slice(0, 7).map((query) => ({ query }))),
    ...calls([{ object: 'canary_specimen' }], ...LISTS.slice(7).map((query) => ({ query }))),
  ],
  'POST /records/{object}/query': (world) =>
    calls(objects(world), { body: {} }, { body: { limit: 200, count: 'exact', view: 'hidden_order' } }, { body: { q: 'zqk' } }),
  'POST /records/{object}/aggregate': (world) => [
    ...calls(objects(world), { body: { measures: [COUNT], totals: true } }),
    ...calls(
      [{ object: 'canary_specimen' }],
      ...[...HIDDEN, 'title', 'status', 'place', 'badge', 'vault', 'part_of.title'].map((field) => ({
        body: { groupBy: [field], measures: ['min', 'max', 'count_distinct'].map((op) => ({ op, field, as: op })) },
      })),
    ),
  ],
  'GET /records/{object}/board': (world) => [
    ...calls(
      objects(world),
      { query: { by: 'status' } },
      { query: { view: 'hidden_board' } },
      { query: { view: 'board', choices: 'switcher' } },
    ),
    ...calls(
      [{ object: 'canary_specimen' }],
      ...['place', 'badge', 'vault', 'h_picklist', 'h_lookup'].map((by) => ({ query: { by, sum: 'size' } })),
    ),
  ],
  // What is written goes wrong where it must, and says nothing when it does; what may be written is written.
  'POST /records/{object}': (world) =>
    calls(
      objects(world),
      { body: {} },
      { body: { title: 'Made by the matrix', name: 'Made by the matrix' } },
      { body: { h_text: 'x', zq: 1 } },
    ),
  'POST /records/{object}/bulk': (world) =>
    calls(objects(world), {
      body: {
        mode: 'each',
        operations: [
          { op: 'create', values: { h_text: 'x' } },
          ...world.samples.slice(0, 40).map(({ id }) => ({ op: 'update', id, values: { h_text: 'x' } })),
          ...world.samples.slice(0, 10).map(({ id }) => ({ op: 'update', id, values: {}, version: 99 })),
          ...world.samples.slice(0, 10).map(({ id }) => ({ op: 'delete', id, version: 99 })),
        ],
      },
    }),
  'GET /records/{object}/{id}': (world) =>
    calls(records(world), {}, { query: { include: JSON.stringify({ parts: {}, specimens: {}, places: {} }) } }),
  'PATCH /records/{object}/{id}': (world) =>
    calls(records(world), { body: {} }, { body: { h_text: 'x' } }, { body: { version: 1 } }, { body: {}, headers: { 'If-Match': '"99"' } }),
  'DELETE /records/{object}/{id}': (world) => calls(records(world), { headers: { 'If-Match': '"99"' } }),
  'POST /records/{object}/{id}/restore': (world) => calls(records(world)),
  'POST /records/{object}/{id}/restore-version': (world) =>
    calls(records(world), { body: { version: 1 } }, { body: { version: 2, fields: ['h_text'] } }),
  'GET /records/{object}/{id}/files/{field}': (world) =>
    calls(records(world).flatMap((record) => ['h_file', 'h_image', 'c_file', 'c_image'].map((field) => ({ ...record, field })))),
  'POST /records/{object}/{id}/reveal/{field}': (world) =>
    calls(records(world).flatMap((record) => ['h_encrypted_text', 'c_encrypted_text'].map((field) => ({ ...record, field })))),
  'POST /records/{object}/{id}/shares': (world) => calls(records(world), { body: { to: NOBODY, mayEdit: false, reason: 'x' } }),
  'DELETE /records/{object}/{id}/shares/{to}': (world) => calls(records(world).map((record) => ({ ...record, to: NOBODY }))),
  'POST /access/explain': (world) =>
    only(
      ...world.samples.flatMap(({ object, id }) => [
        { body: { object, record: id, do: 'read' } },
        { body: { object, record: id, do: 'read', field: 'h_text' } },
        { body: { object, record: id, do: 'update', user: world.canaries.admin.id } },
      ]),
    ),
  'POST /records/{object}/{id}/clone': (world) => calls(records(world), { body: {} }),
  'GET /recycle-bin': (world) => only({}, { query: { q: 'zqk' } }, ...world.objects.map((object) => ({ query: { object, limit: '200' } }))),
  'POST /recycle-bin/restore': (world) =>
    only({ body: { records: world.samples.map(({ object, id }) => ({ object, id })) } }, { body: { zq: 1 } }),
  'POST /recycle-bin/purge/preview': (world) =>
    only(
      { body: { all: true } },
      ...['zqk', ...world.searched].map((q) => ({ body: { all: true, q } })),
      ...world.objects.map((object) => ({ body: { all: true, object } })),
      { body: { records: world.samples.map(({ object, id }) => ({ object, id })) } },
    ),
  // Whoever may do everything would destroy what there is to hide.
  'POST /recycle-bin/purge': (world, who) =>
    only(
      { body: { zq: 1 } },
      {
        body: {
          records: who === 'admin' ? [{ object: 'canary_vault', id: NOBODY }] : world.samples.map(({ object, id }) => ({ object, id })),
        },
      },
    ),
  'GET /operations/{id}': (world) => calls(world.operations.map((id) => ({ id }))),
  // Whoever may do everything would take back what there is to hide.
  'POST /operations/{id}/undo': (world, who) => calls((who === 'admin' ? [NOBODY] : world.operations).map((id) => ({ id }))),
  'POST /records/{object}/{id}/actions/{action}': (world) =>
    calls(
      records(world).map((record) => ({ ...record, action: 'zq' })),
      { body: {} },
    ),
  'GET /records/{object}/{id}/merge/preview': (world) =>
    calls(records(world), ...world.samples.slice(0, 8).map(({ id }) => ({ query: { from: id } }))),
  // Whoever may do everything would merge what there is to hide.
  'POST /records/{object}/{id}/merge': (world, who) =>
    calls(records(world), { body: { from: [who === 'admin' ? NOBODY : (world.samples.at(-1)?.id ?? NOBODY)], values: { h_text: 'x' } } }),
  'GET /search': (world) =>
    only(...['zqk', 'Name', 'Title', 'Made'].map((q) => ({ query: { q } })), ...world.searched.map((q) => ({ query: { q } }))),
  'POST /search/recent/records': (world) => only(...world.samples.map(({ object, id }) => ({ body: { object, id } }))),
  'POST /search/recent/searches': () => only({ body: { q: 'zqk' } }, { body: { q: 'x', object: 'canary_vault' } }),
  'DELETE /search/recent': () => only({}),
  'POST /search/saved': () => only({ body: { q: 'x', name: 'X' } }, { body: { q: 'x', object: 'canary_vault', name: 'X' } }),
  'DELETE /search/saved/{id}': () => calls([{ id: NOBODY }]),
  'GET /events': () => only({ streamMs: 300 }, { streamMs: 1_500, headers: { 'Last-Event-ID': '0-0' } }),
  'POST /auth/login': () => only({ body: { email: 'nobody@trial.example', password: 'a wrong password 1' } }),
  'POST /auth/logout': () => only({}),
  'POST /auth/view-as': (world) =>
    only(
      { body: { user: world.canaries.admin.id, reason: 'x' } },
      { body: { user: NOBODY, reason: 'x' } },
      { body: { user: world.canaries.admin.id } },
    ),
  'DELETE /auth/view-as': () => only({}),
  'PATCH /me': () => only({ body: { locale: null } }, { body: { roles: ['canary_all'] } }),
  'POST /users': () => only({ body: { email: 'x', name: '', roles: ['zq'] } }),
  'PATCH /users/{id}': (world) =>
    calls(
      [...world.canaries.people.values()].map(({ id }) => ({ id })),
      { body: { zq: 1 } },
    ),
  'POST /teams': () => only({ body: { name: '', kind: 'zq' } }),
  'PATCH /teams/{id}': () => calls([{ id: NOBODY }], { body: { name: 'x' } }),
  'DELETE /teams/{id}': () => calls([{ id: NOBODY }]),
  'PATCH /settings/currencies': () => only({ body: { base: 'zz' } }),
  'PUT /settings/currencies/rates': () => only({ body: { rates: [{ currency: 'zz', from: 'x', rate: 'y' }] } }),
  'DELETE /settings/currencies/rates/{currency}/{from}': () => calls([{ currency: 'USD', from: '2026-01-01' }]),
  'POST /metadata/formula/check': () =>
    only(...HIDDEN.map((field) => ({ body: { object: 'canary_specimen', formula: `${field} & "x"`, record: NOBODY } }))),
  'POST /metadata/formula/complete': () => only({ body: { object: 'canary_specimen', formula: 'h_', offset: 2 } }),
  'PUT /metadata/draft/{kind}/{name}': () =>
    calls([{ kind: 'field', name: 'canary_specimen.h_text' }], { body: { baseRevision: 1, document: null } }),
  'DELETE /metadata/draft/{kind}/{name}': () => calls([{ kind: 'field', name: 'canary_specimen.h_text' }]),
  'DELETE /metadata/draft': () => only({}),
  'POST /metadata/draft/plan': () => only({}),
  'POST /metadata/draft/publish': () => only({ body: { plan: 'zq', confirm: [] } }),
  'DELETE /metadata/publication': () => only({}),
  'POST /metadata/versions/{n}/rollback': () => calls([{ n: '1' }]),
  'POST /metadata/drafts': () => only({ body: { name: '' } }),
  'PATCH /metadata/drafts/{id}': () => calls([{ id: NOBODY }], { body: { name: 'x' } }),
  'DELETE /metadata/drafts/{id}': () => calls([{ id: NOBODY }]),
  'POST /metadata/drafts/{id}/restore': () => calls([{ id: NOBODY }]),
  'POST /metadata/drafts/{id}/select': () => calls([{ id: NOBODY }]),
  'POST /metadata/drafts/{id}/rebase': () => calls([{ id: NOBODY }]),
  'PUT /metadata/drafts/{id}/conflicts': () => calls([{ id: NOBODY }], { body: { decisions: [] } }),
  'POST /metadata/change-sets/check': () => only({ body: { changeSet: {} } }),
  'POST /metadata/change-sets': () => only({ body: { changeSet: {} } }),
  'POST /metadata/drift/repair': () => only({ body: { plan: 'zq', confirm: [] } }),
  'POST /packs/{name}/install': () => calls([{ name: 'canary' }]),
  'POST /packs/{name}/upgrade': () => calls([{ name: 'canary' }], { body: { resolutions: [] } }),
  'POST /packs/{name}/uninstall': () => calls([{ name: 'canary' }]),
  'POST /packs/{name}/test': {
    not: 'runs the cases of a pack on tables of their own, which are thrown away: it reads no record of anybody',
  },
  'POST /workflows/runs/{id}/retry': () => calls([{ id: '999999999' }]),
  'POST /workflows/runs/{id}/cancel': () => calls([{ id: '999999999' }]),
  'POST /files': () => only({ query: { name: 'x.txt' }, bytes: new Uint8Array([120]) }),
};

/** Values of parameters that stand in addresses, for routes that only read. */
export function valuesOf(world: MatrixWorld, path: string): readonly Readonly<Record<string, string>>[] | string {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (path.startsWith('/records/{object}/{id}')) {
    const rest = names.slice(2);
    const unknown = rest.find((name) => !(name in world.values));
    if (unknown !== undefined) return unknown;
    return records(world).flatMap((record) => spread(rest, world.values).map((more) => ({ ...record, ...more })));
  }
  if (path.startsWith('/workflows/runs/')) return world.runs().map((id) => ({ id }));
  const unknown = names.find((name) => !(name in world.values));
  return unknown ?? spread(names, world.values);
}

/** Every combination of the values that are known for these names. */
function spread(names: readonly string[], known: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return names.reduce<Record<string, string>[]>(
    (all, name) => all.flatMap((each) => (known[name] ?? []).map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}
