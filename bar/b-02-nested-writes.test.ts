import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { newId } from '../engine/src/kernel/ids.js';
import { shapeOf } from './support/absent.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem, somebody } from './support/deed-system.js';
import { changedBy } from './support/frozen.js';
import { openStage, type Stage } from './support/stage.js';

const at = `/records/${SPECIMEN}`;
let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem({
    extras: [
      // Makes badges, and may do nothing with what points to them.
      somebody('bar_badges', { [BADGE]: { create: true, read: 'all', update: 'all', delete: 'all' } }),
      // Makes badges, and reads specimens without making any.
      somebody('bar_looks', { [BADGE]: { create: true, read: 'all', update: 'all', delete: 'all' }, [SPECIMEN]: { read: 'all' } }),
      // Makes both, and may not say how large.
      somebody('bar_parts', {
        [BADGE]: { create: true, read: 'all', update: 'all', delete: 'all' },
        [SPECIMEN]: {
          create: true,
          read: 'all',
          update: 'own',
          fields: { only: { size: 'read', h_text: 'none' } },
          actions: ['merge', 'bulk'],
        },
      }),
    ],
  });
  stage = openStage(system);
}, 600_000);
afterAll(() => system.close());

const recordOf = (owner: string, status = 'open', region = 'north') =>
  system.records.find(
    (record) => record.object === SPECIMEN && record.owner === owner && record.status === status && record.region === region,
  )?.id ?? '';
const own = () => recordOf('canary_own');
const foreign = () => recordOf('rival');
const vault = () => system.records.find(({ object }) => object === VAULT)?.id ?? '';
const southernPlace = () => system.records.find(({ object, region }) => object === PLACE && region === 'south')?.id ?? '';
const as = (who: string, method: string, path: string, body?: unknown) =>
  system.call(who, method, path, body === undefined ? {} : { body });

type Try = readonly [who: string, method: string, path: string, body: unknown];

/** That each of these is refused, and all of them change nothing. */
async function refused(tries: readonly Try[]): Promise<void> {
  const done: string[] = [];
  const changed = await changedBy(system, async () => {
    for (const [who, method, path, body] of tries) {
      const { status, text } = await as(who, method, path, body);
      if (status < 400 || status >= 500)
        done.push(`${who} ${method} ${path} ${JSON.stringify(body)}: ${String(status)} ${text.slice(0, 300)}`);
    }
  });
  expect([done, changed]).toEqual([[], []]);
}

describe('B-02: what hangs on a record', { timeout: 180_000 }, () => {
  it('is not changed through it, in whatever form that is asked for', async () => {
    const [mine, theirs] = [own(), foreign()];
    const change = { id: theirs, title: 'Taken', h_text: 'x' };
    const forms: readonly unknown[] = [
      [change],
      [{ id: theirs }],
      [theirs],
      change,
      theirs,
      null,
      [],
      ...[
        'connect',
        'disconnect',
        'create',
        'createMany',
        'update',
        'updateMany',
        'upsert',
        'delete',
        'deleteMany',
        'set',
        'connectOrCreate',
      ].flatMap((verb) => [{ [verb]: [change] }, { [verb]: change }, { [verb]: [theirs] }]),
      { data: [change], order: [theirs, mine] },
      { reorder: [theirs] },
    ];
    const paths = [`${at}/${mine}/parts`, `${at}/${mine}/parts/${theirs}`, `/records/${PLACE}/${southernPlace()}/specimens`];
    await refused([
      ...forms.map((form): Try => ['canary_own', 'PATCH', `${at}/${mine}`, { parts: form }]),
      ...paths.flatMap((path) => ['POST', 'PUT', 'PATCH', 'DELETE'].map((method): Try => ['canary_own', method, path, { title: 'x' }])),
    ]);
  });

  it('is made with it as if it had been made by itself', async () => {
    const [mine, theirs] = [own(), foreign()];
    const mores = [{ id: theirs }, { part_of: theirs }, { part_of: mine }, { owner: newId() }, { vault: vault() }];
    await refused(
      [...mores, { place: southernPlace() }, { h_text: 'x' }, { d_formula: 'x' }].map((more): Try => {
        return ['canary_own', 'POST', at, { title: 'x', parts: [{ title: 'x' }, { title: 'x', ...more }] }];
      }),
    );
    // Lists of an object that one may not make, or not even know of; and fields that one may not give.
    const badge = (who: string, specimens: unknown): Try => [who, 'POST', `/records/${BADGE}`, { name: 'x', specimens }];
    const lists = [[{ title: 'x' }], [{ id: theirs }], [theirs], [{}]];
    await refused(['bar_badges', 'bar_looks'].flatMap((who) => lists.map((list) => badge(who, list))));
    // Whoever may not know of a list is told the same as of one that is not there.
    const hidden = await as(...badge('bar_badges', [{ title: 'x' }]));
    const none = await as('bar_badges', 'POST', `/records/${BADGE}`, { name: 'x', specimenx: [{ title: 'x' }] });
    expect(shapeOf(hidden, 'specimens')).toBe(shapeOf(none, 'specimenx'));
    await refused(
      [{ size: 3 }, { h_text: 'x' }, { id: newId() }, { vault: vault() }].map((more) => badge('bar_parts', [{ title: 'x', ...more }])),
    );
    expect((await as(...badge('bar_parts', [{ title: 'x' }]))).status).toBe(201);
  });

  it('is not copied with it where it may not be read', async () => {
    const parent = (await stage.made(SPECIMEN, { title: stage.fresh(), owner: system.person('canary_own').id })).id;
    const hidden = stage.fresh();
    await stage.specimen({ title: hidden, part_of: parent });
    await stage.made(SPECIMEN, { title: stage.fresh(), part_of: parent, owner: system.person('canary_own').id });
    const copy = await as('canary_own', 'POST', `${at}/${parent}/clone`, { values: { title: 'Copy' }, include: ['parts'] });
    expect(copy.status).toBe(201);
    const filter = JSON.stringify({ '==': [{ var: 'part_of' }, String(json(copy)['id'])] });
    const parts = json<{ data: { title: string }[] }>(await system.call('admin', 'GET', at, { query: { filter, fields: 'title' } })).data;
    expect(parts).toHaveLength(1);
    expect(parts[0]?.title).not.toBe(hidden);
  });
});

describe('B-02: a link', { timeout: 180_000 }, () => {
  it('to what may not be read is refused like one to nothing, by whichever way it is made', async () => {
    const mine = own();
    const second = (await stage.made(SPECIMEN, { title: stage.fresh(), owner: system.person('canary_own').id })).id;
    const ways: readonly ((values: object) => readonly [string, string, object])[] = [
      (values) => ['POST', at, { title: 'x', ...values }],
      (values) => ['PATCH', `${at}/${mine}`, values],
      (values) => ['POST', at, { title: 'x', parts: [{ title: 'x', ...values }] }],
      (values) => ['POST', `${at}/${mine}/clone`, { values }],
      (values) => ['POST', `${at}/${mine}/merge`, { from: [second], values }],
      ...['all', 'each'].flatMap((mode) => [
        (values: object) => ['POST', `${at}/bulk`, { mode, operations: [{ op: 'update', id: mine, values }] }] as const,
        (values: object) => ['POST', `${at}/bulk`, { mode, operations: [{ op: 'create', values: { title: 'x', ...values } }] }] as const,
      ]),
    ];
    const otherTenant = system.records.find(({ object, owner }) => object === SPECIMEN && owner === 'other_admin')?.id ?? '';
    const otherPlace = system.records.find(({ object, owner }) => object === PLACE && owner === 'other_admin')?.id ?? '';
    const links: readonly (readonly [string, readonly string[]])[] = [
      ['part_of', [foreign(), otherTenant]],
      ['place', [southernPlace(), otherPlace]],
      ['vault', [vault()]],
    ];
    for (const [field, targets] of links) {
      const changed = await changedBy(system, async () => {
        for (const [n, way] of ways.entries()) {
          const none = newId();
          const send = (id: string) => as('canary_own', ...way({ [field]: id }));
          const answer = await send(none);
          const answers: string[] = [];
          for (const id of targets) answers.push(shapeOf(await send(id), id));
          expect([field, n, answers]).toEqual([field, n, targets.map(() => shapeOf(answer, none))]);
          if (answer.status < 400) expect(json<{ results: { status: number }[] }>(answer).results[0]?.status).toBe(422);
        }
      });
      expect([field, changed]).toEqual([field, []]);
    }
    expect(system.leaks).toEqual([]);
  });
});

describe('B-02: who owns a record', { timeout: 180_000 }, () => {
  it('is not changed by those out of whose reach it is', async () => {
    const [theirs, me] = [await stage.specimen({ code: 'STEAL-1' }), system.person('canary_own').id];
    const mine = (await stage.made(SPECIMEN, { title: stage.fresh(), owner: me })).id;
    const steal: readonly (readonly [string, string, object])[] = [
      ['PATCH', `${at}/${theirs.id}`, { owner: me }],
      ['POST', `${at}/bulk`, { mode: 'all', operations: [{ op: 'update', id: theirs.id, values: { owner: me } }] }],
      ['POST', `${at}/bulk`, { mode: 'all', operations: [{ op: 'update', match: { code: 'STEAL-1' }, values: { owner: me } }] }],
      [
        'POST',
        `${at}/bulk`,
        { mode: 'all', operations: [{ op: 'upsert', match: { code: 'STEAL-1' }, values: { title: 'x', owner: me } }] },
      ],
      ['POST', `${at}/${theirs.id}/clone`, { values: { title: 'Mine' } }],
      ['POST', `${at}/${mine}/merge`, { from: [theirs.id] }],
      ['POST', `${at}/${theirs.id}/merge`, { from: [mine] }],
      ['POST', `${at}/${theirs.id}/restore-version`, { version: 1 }],
      ['POST', `${at}/${theirs.id}/shares`, { to: me, mayEdit: true }],
    ];
    await refused([
      ...steal.map(([method, path, body]): Try => ['canary_own', method, path, body]),
      // To nobody, to somebody of another tenant, and anew for somebody else.
      ['canary_own', 'PATCH', `${at}/${mine}`, { owner: newId() }],
      ['canary_own', 'PATCH', `${at}/${mine}`, { owner: system.person('other_own').id }],
      ['canary_own', 'POST', at, { title: 'x', owner: system.person('rival').id }],
    ]);
  });

  it('does not come back with what one did while it was one’s own', async () => {
    const me = system.person('canary_own').id;
    const made = await as('canary_own', 'POST', at, { title: stage.fresh() });
    const id = String(json(made)['id']);
    const changed = await as('canary_own', 'PATCH', `${at}/${id}`, { title: stage.fresh() });
    const given = await stage.done('PATCH', `${at}/${id}`, { body: { owner: system.person('rival').id } });
    expect(json(made)['owner']).toMatchObject({ id: me });
    const operations = [made, changed, given].map(({ headers }) => headers.get('operation-id') ?? '');
    for (const operation of operations) {
      const changes = await changedBy(system, () => as('canary_own', 'POST', `/operations/${operation}/undo`));
      expect(changes).toEqual([]);
    }
    await refused([['canary_own', 'POST', `${at}/${id}/restore-version`, { version: 1, fields: ['owner'] }]]);
    // In the recycle bin it is no more theirs than out of it.
    await stage.done('DELETE', `${at}/${id}`);
    await refused([['canary_own', 'POST', `${at}/${id}/restore`, undefined]]);
    const bin = await changedBy(system, () => as('canary_own', 'POST', '/recycle-bin/restore', { records: [{ object: SPECIMEN, id }] }));
    expect(bin).toEqual([]);
  });

  it('is not changed by deleting or merging what it hangs on', async () => {
    const me = system.person('canary_own').id;
    const parent = (await stage.made(SPECIMEN, { title: stage.fresh(), owner: me })).id;
    const child = (await stage.specimen({ part_of: parent })).id;
    const rowOf = async () => json(await system.call('admin', 'GET', `${at}/${child}`));
    const before = await rowOf();
    await as('canary_own', 'DELETE', `${at}/${parent}`);
    const after = await rowOf();
    expect([after['owner'], after['title'], after['deleted_at']]).toEqual([before['owner'], before['title'], before['deleted_at']]);
  });
});
