import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, inParallel, json, type Asked } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { newId } from '../engine/src/kernel/ids.js';
import { shapeOf } from './support/absent.js';
import type { CanarySystem } from './support/canary-system.js';
import { DEEDS } from './support/deeds.js';
import { openDeedSystem } from './support/deed-system.js';
import { changedBy, SESSIONS } from './support/frozen.js';
import { act, addressOf, mayDo, openStage, sessionOf, type Deed, type Stage } from './support/stage.js';

const STRANGER = 'other_admin';
let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
  await sessionOf(system, STRANGER);
}, 600_000);
afterAll(() => system.close());

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** The same with other ids, but for those that stay: of nothing. Gives all that stand for each other. */
function without<T>(value: T, stay: readonly string[] = []): { readonly twin: T; readonly names: string[] } {
  const names: string[] = [];
  const twins = new Map<string, string>();
  const text = JSON.stringify(value).replaceAll(UUID, (id) => {
    if (stay.includes(id)) return id;
    const twin = twins.get(id) ?? newId();
    twins.set(id, twin);
    names.push(id, twin);
    return twin;
  });
  return { twin: JSON.parse(text) as T, names };
}
const hasId = (value: unknown): boolean => UUID.test(JSON.stringify(value ?? '')) || JSON.stringify(value ?? '').search(UUID) >= 0;

/** Names and addresses of people of the first tenant: no answer to somebody of another one holds them. */
const namesOfFirst = (): string[] =>
  [...system.people.values()]
    .filter(({ tenantId }) => tenantId === system.trial.tenant.id)
    .flatMap(({ email, id, name }) => [email, id, name]);
const tells = (text: string, sent: string): string[] => namesOfFirst().filter((name) => text.includes(name) && !sent.includes(name));
/** Metadata is that of the space. Tenants that have one in common see who published what in it. */
const OF_SPACE = /^\/(metadata|packs|pack-export)/;

describe('C-01: ids of another tenant', { timeout: 300_000 }, () => {
  it('are those of nothing in every call that changes something, and change nothing', async () => {
    const wrong: string[] = [];
    const deeds: (readonly [channel: string, deed: Deed])[] = [];
    // With the whole of metadata in common, whoever edits it edits what both have: those deeds name no id of a tenant.
    for (const [channel, deedsOf] of Object.entries(DEEDS))
      for (const deed of await deedsOf(stage))
        if (deed.may !== 'anybody' && hasId([deed.values, deed.asked?.body])) deeds.push([channel, deed]);
    const attempt = async ([channel, deed]: readonly [string, Deed]) => {
      const { twin, names } = without<Deed>(deed);
      const [real, none] = [await act(system, STRANGER, channel, deed), await act(system, STRANGER, channel, twin)];
      if (shapeOf(real, ...names) !== shapeOf(none, ...names))
        wrong.push(
          `${channel} ${JSON.stringify(deed.asked?.body ?? deed.values)}: ${real.text.slice(0, 300)} is not ${none.text.slice(0, 300)}`,
        );
      if (!mayDo(deed, STRANGER) && real.status < 400 && deed.each !== true) wrong.push(`${channel}: ${String(real.status)}`);
      wrong.push(...tells(real.text, real.sent).map((name) => `${channel} tells ${name}`));
    };
    const changed = await changedBy(system, () => inParallel(deeds, 4, attempt), SESSIONS);
    // What was opened is the caller's own to note; it is judged anew when it is shown.
    expect([wrong, changed.filter((name) => name !== 'meta.recent_record')]).toEqual([[], []]);
    expect(deeds.length).toBeGreaterThan(20);
    expect(system.leaks).toEqual([]);
  });

  it('are those of nothing in what the body of one’s own names', async () => {
    const { person } = system;
    const own = String(json(await system.call(STRANGER, 'POST', `/records/${SPECIMEN}`, { body: { title: 'Own' } }))['id']);
    const ownUser = person('other_own').id;
    const [theirs, place, vault] = [SPECIMEN, PLACE, VAULT].map(
      (object) => system.records.find((record) => record.object === object)?.id ?? '',
    );
    const user = person('canary_own').id;
    const file = json(
      await ask(system.trial.origin, system.admin, 'POST', '/api/v1/files', { query: { name: 'x.txt' }, bytes: new Uint8Array([1, 2]) }),
    );
    const team = json(await stage.done('POST', '/teams', { body: { name: stage.fresh(), kind: 'queue', members: [user] } }));
    const draft = json(await stage.done('POST', '/metadata/drafts', { body: { name: stage.fresh() } }));
    const [key] = await system.test.sql<{ id: string }>('select id from meta.api_key where user_id = $1', [user]);
    const record = `/records/${SPECIMEN}/${own}`;
    const calls: readonly (readonly [method: string, path: string, asked: Asked])[] = [
      ...[
        { part_of: theirs },
        { place },
        { vault },
        { owner: user },
        { owner: team['id'] },
        { h_user: user },
        { h_lookup: vault },
        { h_many_to_many: [vault] },
        { h_polymorphic: { object: VAULT, id: vault } },
        { h_file: file['id'] },
        { h_image: file['id'] },
      ].flatMap((body) => [
        ['PATCH', record, { body }] as const,
        ['POST', `/records/${SPECIMEN}`, { body: { title: 'x', ...body } }] as const,
        ['POST', `/records/${SPECIMEN}`, { body: { title: 'x', parts: [{ title: 'x', ...body }] } }] as const,
        ['POST', `${record}/clone`, { body: { values: body } }] as const,
        ['POST', `/records/${SPECIMEN}/bulk`, { body: { mode: 'each', operations: [{ op: 'update', id: own, values: body }] } }] as const,
      ]),
      ['POST', `${record}/merge`, { body: { from: [theirs] } }],
      ['GET', `${record}/merge/preview`, { query: { from: theirs ?? '' } }],
      ['POST', `${record}/shares`, { body: { to: user } }],
      ['POST', `${record}/shares`, { body: { to: team['id'] } }],
      ['DELETE', `${record}/shares/${user}`, {}],
      ['GET', `/records/${SPECIMEN}`, { query: { filter: JSON.stringify({ '==': [{ var: 'part_of' }, theirs] }) } }],
      ['GET', `/records/${SPECIMEN}`, { query: { filter: JSON.stringify({ in: [{ var: 'id' }, [theirs]] }) } }],
      ['GET', `/records/${SPECIMEN}`, { query: { filter: JSON.stringify({ '==': [{ var: 'owner' }, user] }), count: 'exact' } }],
      ['GET', '/records/user', { query: { filter: JSON.stringify({ '==': [{ var: 'id' }, user] }) } }],
      ['GET', `/records/user/${user}`, {}],
      ['POST', '/users', { body: { email: 'new@trial.example', name: 'New', roles: [], managerId: user } }],
      ['PATCH', `/users/${ownUser}`, { body: { managerId: user } }],
      ['POST', '/teams', { body: { name: 'Mixed', kind: 'team', members: [ownUser, user] } }],
      ['POST', '/access/explain', { body: { user, object: SPECIMEN, do: 'read' } }],
      ['POST', '/access/explain', { body: { key: key?.id, object: SPECIMEN, do: 'read' } }],
      ['POST', '/access/explain', { body: { object: SPECIMEN, record: theirs, do: 'read' } }],
      ['POST', '/metadata/drafts', { body: { name: 'Copied', from: draft['id'] } }],
      ['GET', '/metadata/draft', { query: { draft: String(draft['id']) } }],
      ['POST', '/metadata/formula/check', { body: { object: SPECIMEN, formula: 'title', record: theirs } }],
    ];
    const wrong: string[] = [];
    const attempt = async (call: (typeof calls)[number]) => {
      const { twin, names } = without(call, [own, ownUser]);
      const [real, none] = [await system.call(STRANGER, ...call), await system.call(STRANGER, ...twin)];
      if (shapeOf(real, ...names) !== shapeOf(none, ...names))
        wrong.push(`${JSON.stringify(call)}: ${real.text.slice(0, 400)} is not ${none.text.slice(0, 400)}`);
      wrong.push(...tells(real.text, real.sent).map((name) => `${JSON.stringify(call)} tells ${name}`));
    };
    const changed = await changedBy(system, () => inParallel(calls, 4, attempt));
    expect([wrong, changed]).toEqual([[], []]);
    expect(system.leaks).toEqual([]);
  });

  it('are those of nothing in every call that reads', async () => {
    const record = (object: string) => system.records.find((each) => each.object === object)?.id ?? '';
    const changed = await stage.done('PATCH', `/records/${SPECIMEN}/${record(SPECIMEN)}`, { body: { title: stage.fresh() } });
    const draft = json(await stage.done('POST', '/metadata/drafts', { body: { name: stage.fresh() } }));
    await stage.made(VAULT, { name: stage.fresh() });
    const [run] = await system.test.sql<{ id: string }>('select id::text as id from meta.wf_run limit 1');
    const idOf = (path: string): string => {
      if (path.startsWith('/operations')) return changed.headers.get('operation-id') ?? '';
      if (path.startsWith('/metadata/drafts')) return String(draft['id']);
      if (path.startsWith('/workflows')) return run?.id ?? '';
      return record(SPECIMEN);
    };
    const wrong: string[] = [];
    let [compared, read] = [0, 0];
    const { routes } = system.trial;
    const state = await changedBy(system, () =>
      inParallel(routes, 4, async ({ method, path }) => {
        if (method !== 'GET' || path === '/events') return;
        const values = {
          object: SPECIMEN,
          id: idOf(path),
          field: 'h_file',
          version: '1',
          n: '1',
          kind: 'field',
          name: `${SPECIMEN}.title`,
        };
        const real = await system.call(STRANGER, 'GET', addressOf(path, values));
        read += 1;
        if (!OF_SPACE.test(path)) wrong.push(...tells(real.text, real.sent).map((name) => `GET ${path} tells ${name}`));
        if (!path.includes('{id}')) return;
        compared += 1;
        const id = path.startsWith('/workflows') ? '999999' : newId();
        const none = await system.call(STRANGER, 'GET', addressOf(path, { ...values, id }));
        // The number of a run may stand anywhere.
        const names = path.startsWith('/workflows') ? [] : [values.id, id];
        if (shapeOf(real, ...names) !== shapeOf(none, ...names))
          wrong.push(`GET ${path}: ${real.text.slice(0, 300)} is not ${none.text.slice(0, 300)}`);
        if (real.status < 400) wrong.push(`GET ${path}: ${String(real.status)}`);
      }),
    );
    expect([wrong, state]).toEqual([[], []]);
    expect(compared).toBeGreaterThan(10);
    expect(read).toBeGreaterThan(25);
    expect(system.leaks).toEqual([]);
  });

  it('are not reached by saying that one is of another tenant', async () => {
    const first = String(system.trial.tenant.id);
    const theirs = system.records.find(({ object }) => object === SPECIMEN)?.id ?? '';
    const headers: readonly Readonly<Record<string, string>>[] = [
      { 'X-Tenant': first, 'X-Tenant-Id': first, 'X-Org-Id': first, 'X-Space': '1', Tenant: first },
      { 'X-Forwarded-Host': 'trial.example', 'X-Forwarded-Server': 'trial.example', Forwarded: 'host=trial.example' },
      { Host: 'trial.example' },
      { Host: `tenant${first}.trial.example` },
    ];
    const { authorization } = system.person(STRANGER);
    const { Cookie = '' } = await sessionOf(system, STRANGER);
    const statuses: number[] = [];
    for (const more of headers)
      for (const who of [{ Authorization: authorization }, { Cookie }, { Cookie: `${Cookie}; tenant=${first}; tenant_id=${first}` }])
        statuses.push(await statusOf(`/api/v1/records/${SPECIMEN}/${theirs}`, { ...more, ...(who as Record<string, string>) }));
    expect(new Set(statuses)).toEqual(new Set([404]));
    for (const query of [{ tenant: first }, { tenant_id: first }, { space: '1' }])
      expect(
        (await system.call(STRANGER, 'GET', `/records/${SPECIMEN}/${theirs}`, { query: query as Record<string, string> })).status,
      ).toBeGreaterThanOrEqual(400);
  });

  it('are not repeated by a key of an answer, nor by the place of a page, of somebody there', async () => {
    const key = { 'Idempotency-Key': 'the-same-for-both' };
    const body = { name: stage.fresh() };
    const made = await stage.done('POST', `/records/${VAULT}`, { body, headers: key });
    const other = await system.call(STRANGER, 'POST', `/records/${VAULT}`, { body, headers: key });
    expect([other.status, other.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect(json(other)['id']).not.toBe(json(made)['id']);
    const query = { limit: '2', sort: 'title' };
    const page = json<{ page: { next: string } }>(await stage.done('GET', `/records/${SPECIMEN}`, { query }));
    const next = await system.call(STRANGER, 'GET', `/records/${SPECIMEN}`, { query: { ...query, cursor: page.page.next } });
    expect(next.status).toBe(400);
    expect(system.leaks).toEqual([]);
  });
});

const statusOf = (path: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(system.trial.origin);
    request({ hostname, port, path, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
