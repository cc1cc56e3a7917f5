import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derivedId } from '../../src/kernel/ids.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseBoardQuery, parseListQuery, parseRecordQuery } from '../../src/records/list-query.js';
import { parseSort } from '../../src/records/read-parameters.js';
import { listRecords } from '../../src/records/list-records.js';
import type { BoardAnswer } from '@fieldstone/metadata/types/wire.js';
import { readBoard } from '../../src/records/read-board.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { makeWorld, type World } from './world.js';

type Row = Record<string, unknown> & { id: string };
type List = { data: Row[]; page: { next: string | null; count?: number; countIsCapped?: boolean } };

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let other: RequestContext;
let viewer: RequestContext;
let mixed: RequestContext;
let program: string;
let bern: string;
let rome: string;

const table = () => world.table('company').split('.')[1] ?? '';
const columns = (...fields: string[]) => fields.map((field) => world.column('company', field)).join(', ');
const params = (query: Record<string, unknown>) => new Map(Object.entries(query));
const list = async (ctx: RequestContext, object: string, query: Record<string, unknown> = {}) =>
  JSON.parse(await listRecords(ctx, object, parseListQuery(params(query)))) as List;
const names = async (ctx: RequestContext, query: Record<string, unknown> = {}) =>
  (await list(ctx, 'project', { sort: 'name', ...query })).data.map((row) => row['name']);
const get = async (ctx: RequestContext, object: string, id: string, query: Record<string, unknown> = {}) =>
  JSON.parse((await readRecord(ctx, object, id, parseRecordQuery(params(query)))).json) as Row;
const board = async (ctx: RequestContext, query: Record<string, unknown>) =>
  (
    JSON.parse(await readBoard(ctx, 'project', parseBoardQuery(params(query)))) as {
      columns: {
        key: string | null;
        label: string;
        color?: string;
        count: number;
        sums: Record<string, unknown>;
        details?: Row;
        cards: Row[];
        next: string | null;
      }[];
    }
  ).columns;

beforeAll(async () => {
  world = await makeWorld();
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  other = await world.person('Olga', ['rep']);
  viewer = await world.person('Vera', ['viewer']);
  mixed = await world.person('Mia', ['viewer', 'own']);
  program = (await createRecord(admin, 'program', { name: 'Standard', is_default: true })).id;
  await createRecord(admin, 'phase', { name: 'First', program, order: 1, color: 'info' });
  await createRecord(admin, 'phase', { name: 'Second', program, order: 2 });
  bern = (await createRecord(admin, 'company', { name: 'Bernina', city: 'Bern', secret: 'sesame' })).id;
  rome = (await createRecord(admin, 'company', { name: 'Romana', city: 'Rome' })).id;
  const project = (owner: RequestContext, name: string, more: Record<string, unknown> = {}) =>
    createRecord(admin, 'project', { name, owner: owner.actor.userId, secret: `secret of ${name}`, ...more });
  await project(rep, 'Alpha', { company: bern, budget: '100', score: 3, tags: ['a'] });
  await project(rep, 'Beta', { company: rome, budget: { amount: '50.5', currency: 'USD' }, score: 1, due: '2026-03-01' });
  await project(other, 'Gamma', { budget: '7.25', score: 2 });
  await project(mixed, 'Delta_%', { score: 2 });
});
afterAll(() => world.close());

describe('a list', () => {
  it('gives records with labels, money, dates and numbers as the API promises', async () => {
    const { data, page } = await list(admin, 'project', {
      filter: { '==': [{ var: 'name' }, 'Alpha'] },
      fields: 'name,company.city,company,budget,tags,phase.program.name',
    });
    expect(data).toEqual([
      {
        id: data[0]?.id,
        version: 1,
        name: 'Alpha',
        company: { id: bern, label: 'Bernina', city: 'Bern' },
        budget: { amount: '100.00', currency: 'EUR' },
        tags: ['a'],
        phase: { id: expect.any(String) as unknown, label: 'First', program: { id: program, label: 'Standard', name: 'Standard' } },
      },
    ]);
    expect(page).toEqual({ next: null });
  });

  it('is one statement, with its count', async () => {
    world.sent();
    expect((await list(admin, 'project', { count: 'exact', limit: 2 })).page).toMatchObject({ count: 4, countIsCapped: false });
    expect(world.sent()).toHaveLength(1);
  });

  it('finds text in names and searchable fields, taking every character as itself', async () => {
    expect(await names(admin, { q: 'alp' })).toEqual(['Alpha']);
    expect(await names(admin, { q: '_%' })).toEqual(['Delta_%']);
    expect(await names(admin, { q: 'secret of be' })).toEqual(['Beta']);
    expect(await names(rep, { q: 'secret of be' })).toEqual([]);
  });

  it('starts from a saved view, whose unreadable columns are left out', async () => {
    const forAdmin = await list(admin, 'project', { view: 'open' });
    expect(forAdmin.data.map((row) => row['name'])).toEqual(['Alpha', 'Beta', 'Delta_%', 'Gamma']);
    expect(Object.keys(forAdmin.data[0] ?? {}).sort()).toEqual(['id', 'name', 'secret', 'version']);
    expect(Object.keys((await list(rep, 'project', { view: 'open' })).data[0] ?? {}).sort()).toEqual(['id', 'name', 'version']);
  });

  it('sorts by the label of a lookup, empty ones last, and by paths', async () => {
    expect(await names(admin, { sort: '-company,name' })).toEqual(['Beta', 'Alpha', 'Delta_%', 'Gamma']);
    expect(await names(admin, { sort: 'company.city,-name' })).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta_%']);
    expect(await names(admin, { sort: '-budget' })).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta_%']);
  });

  it('lists the people of the installation for pickers, by name', async () => {
    const { data } = await list(rep, 'user', { fields: 'name' });
    expect(data.map((row) => row['name'])).toEqual(['Ada', 'Mia', 'Olga', 'Rob', 'Vera']);
    expect(Object.keys(data[0] ?? {})).toEqual(['id', 'name']);
  });
});

describe('what a role sees', () => {
  const mine = ['Alpha', 'Beta'];
  // The channels through which a record could show; each gives the names it showed.
  const channels: Record<string, (ctx: RequestContext) => Promise<unknown>> = {
    list: (ctx) => names(ctx),
    count: async (ctx) => (await list(ctx, 'project', { count: 'exact', limit: 1 })).page.count,
    filter: (ctx) => names(ctx, { filter: { in: [{ var: 'name' }, ['Alpha', 'Gamma']] } }),
    sort: async (ctx) => (await list(ctx, 'project', { sort: '-score' })).data.map((row) => row['name']),
    q: (ctx) => names(ctx, { q: 'a' }),
    board: async (ctx) => (await board(ctx, { by: 'status' })).map(({ count, cards }) => [count, cards.length]),
    related: async (ctx) =>
      (
        (await get(ctx, 'phase', await phase('First'), { include: '{"projects":{"sort":"name"}}' }))['projects'] as { data: Row[] }
      ).data.map((row) => row['name']),
    get: (ctx) => outcomes(ctx, (id) => get(ctx, 'project', id)),
    history: (ctx) => outcomes(ctx, (id) => readHistory(ctx, 'project', id)),
    update: (ctx) => outcomes(ctx, (id) => updateRecord(ctx, 'project', id, {})),
  };
  const phase = async (name: string) => (await list(admin, 'phase', { filter: { '==': [{ var: 'name' }, name] } })).data[0]?.id ?? '';
  const outcomes = async (_ctx: RequestContext, read: (id: string) => Promise<unknown>) => {
    const all = (await list(admin, 'project', { sort: 'name' })).data;
    const shown: unknown[] = [];
    for (const { id, name } of all)
      if (
        await read(id).then(
          () => true,
          () => false,
        )
      )
        shown.push(name);
    return shown;
  };

  it.each([
    ['list', mine],
    ['count', 2],
    ['filter', ['Alpha']],
    ['sort', mine],
    ['q', mine],
    [
      'board',
      [
        [2, 2],
        [0, 0],
      ],
    ],
    ['related', mine],
    ['get', mine],
    ['history', mine],
    ['update', mine],
  ])('a rep sees own records only, by %s', async (channel, expected) => {
    expect(await channels[channel]?.(rep)).toEqual(expected);
  });

  it.each(['list', 'get', 'history'])('a viewer sees all, by %s', async (channel) => {
    expect(await channels[channel]?.(viewer)).toEqual(['Alpha', 'Beta', 'Delta_%', 'Gamma']);
  });

  it('nobody else’s tenant: twins are never mixed', async () => {
    const stranger = await world.person('Sam', ['admin'], 2);
    expect((await list(stranger, 'project', { count: 'exact' })).page.count).toBe(0);
    expect((await list(stranger, 'user')).data.map(({ id }) => id)).toEqual([stranger.actor.userId]);
    await expect(get(stranger, 'company', bern)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives a link to a record that one may not read as nothing, without id or label', async () => {
    const { data } = await list(rep, 'project', { sort: 'name', fields: 'company' });
    expect(data.map((row) => row['company'])).toEqual([{ id: bern, label: 'Bernina' }, null]);
    expect(await names(rep, { filter: { '==': [{ var: 'company.city' }, 'Rome'] } })).toEqual([]);
    expect(await names(admin, { filter: { '==': [{ var: 'company.city' }, 'Rome'] } })).toEqual(['Beta']);
    expect(JSON.stringify(await get(rep, 'company', bern))).not.toContain('sesame');
  });

  it('invariant 35: masks a field row by row where only some rows show it, and filters no further than that', async () => {
    const { data } = await list(mixed, 'project', { sort: 'name', fields: 'name,secret' });
    expect(data.map((row) => row['secret'])).toEqual([null, null, 'secret of Delta_%', null]);
    expect(await names(mixed, { filter: { starts_with: [{ var: 'secret' }, 'secret'] } })).toEqual(['Delta_%']);
    expect(await names(mixed, { filter: { '!': [{ '==': [{ var: 'secret' }, 'x'] }] } })).toEqual(['Delta_%']);
    await expect(list(mixed, 'project', { sort: 'secret' })).rejects.toMatchObject({ code: 'malformed' });
    expect(await names(mixed, { q: 'secret of' })).toEqual(['Delta_%']);
  });

  it.each([
    ['fields', (name: string) => ({ fields: name })],
    ['sort', (name: string) => ({ sort: `-${name}` })],
    ['filter', (name: string) => ({ filter: { '==': [{ var: name }, 'x'] } })],
    ['filter over related records', (name: string) => ({ filter: { any: ['parts', { '==': [{ var: name }, 'x'] }] } })],
    [
      'filter by a number of related records',
      (name: string) => ({ filter: { '>': [{ count: ['parts', { '==': [{ var: name }, 'x'] }] }, 0] } }),
    ],
    ['filter over a link', (name: string) => ({ filter: { '==': [{ var: `company.${name}` }, 'x'] } })],
    ['fields over a link', (name: string) => ({ fields: `company.${name}` })],
  ])('invariant 33: refuses what one may not read like what is not there, in %s', async (_where, query) => {
    const refusal = (name: string) =>
      list(rep, 'project', query(name)).then(
        () => 'accepted',
        (error: { code: string; message: string; issues: unknown }) =>
          JSON.stringify([error.code, error.message, error.issues]).replaceAll(name, '?'),
      );
    const hidden = await refusal('secret');
    expect(hidden).toContain('malformed');
    expect(hidden).toBe(await refusal('secres'));
  });

  it('invariant 34: counts and adds up what one may see, and nothing else', async () => {
    const phases = async (ctx: RequestContext, filter: unknown) =>
      (await list(ctx, 'phase', { filter: { and: [{ '==': [{ var: 'name' }, 'First'] }, filter] } })).data.length;
    const count = { count: ['projects'] };
    expect([
      await phases(admin, { '==': [count, 4] }),
      await phases(rep, { '==': [count, 4] }),
      await phases(rep, { '==': [count, 2] }),
    ]).toEqual([1, 0, 1]);
    expect(await phases(admin, { '==': [{ sum: ['projects', 'score'] }, 8] })).toBe(1);
    expect(await phases(rep, { '==': [{ sum: ['projects', 'budget'] }, '150.50'] })).toBe(1);
    expect(await phases(rep, { '==': [{ max: ['projects', 'due'] }, '2026-03-01'] })).toBe(1);
  });

  it('looks at a field that only some rows show in no other record than the one that is filtered', async () => {
    const secret = { starts_with: [{ var: 'secret' }, 'secret'] };
    for (const filter of [
      { any: ['parts', secret] },
      { '>': [{ count: ['parts', secret] }, 0] },
      { is_empty: [{ var: 'part_of.secret' }] },
    ]) {
      await expect(list(mixed, 'project', { filter })).rejects.toMatchObject({ code: 'malformed', issues: [{ code: 'unknown_field' }] });
    }
  });

  it('hides whole objects like objects that are not there', async () => {
    const refusal = (object: string) =>
      list(viewer, object).catch((error: { code: string; message: string }) => [error.code, error.message]);
    expect(await refusal('company')).toEqual(await refusal('nothing'));
    expect(await refusal('company')).toEqual(['not_found', 'There is no such object, or you may not see it.']);
  });

  it('leaves fields that one may not see out of the history', async () => {
    const { id } = await createRecord(admin, 'project', { name: 'H', owner: rep.actor.userId, company: rome });
    await updateRecord(admin, 'project', id, { secret: 'new' });
    await updateRecord(admin, 'project', id, { secret: 'newer', score: 1 });
    const entries = async (ctx: RequestContext) =>
      (
        JSON.parse(await readHistory(ctx, 'project', id)) as {
          data: { version: number; by: Row; changes: { field: string; after: unknown }[] }[];
        }
      ).data;
    expect((await entries(admin)).map(({ version }) => version)).toEqual([3, 2, 1]);
    const seen = await entries(rep);
    expect(seen.map(({ version, changes }) => [version, changes.map(({ field }) => field)])).toEqual([
      [3, ['score']],
      [1, expect.not.arrayContaining(['secret']) as unknown],
    ]);
    expect(seen[0]?.by).toEqual({ id: admin.actor.userId, label: 'Ada' });
    // That a link to a record they may not read was set is no more told than what it leads to.
    expect(seen[1]?.changes.map(({ field }) => field)).not.toContain('company');
    const first = JSON.parse(await readHistory(admin, 'project', id, { limit: 1 })) as List;
    const second = JSON.parse(await readHistory(admin, 'project', id, { limit: 1, cursor: first.page.next ?? '' })) as List;
    expect([first, second].map(({ data }) => data[0]?.['version'])).toEqual([3, 2]);
    await updateRecord(admin, 'project', id, { owner: admin.actor.userId, name: 'Zeta' });
  });
});

describe('a record', () => {
  it('comes with its related lists and its version', async () => {
    const phases = await get(admin, 'program', program, {
      include: { phases: { limit: 1, sort: '-order', fields: ['name'] } },
      fields: 'name',
    });
    expect(phases).toMatchObject({ id: program, name: 'Standard', phases: { data: [{ name: 'Second' }], hasMore: true } });
    expect((await readRecord(admin, 'program', program)).version).toBe(1);
  });

  it('comes in a list with its related lists too, in the same statement, each held to what one may read', async () => {
    world.sent();
    const query = { sort: 'order', fields: 'name', include: { projects: { limit: 2, sort: 'name', fields: ['name', 'company'] } } };
    const [first, second] = (await list(rep, 'phase', query)).data;
    expect(world.sent()).toHaveLength(1);
    expect([first?.['projects'], second?.['projects']]).toEqual([
      {
        data: [
          { id: expect.any(String) as unknown, version: 1, name: 'Alpha', company: { id: bern, label: 'Bernina' } },
          { id: expect.any(String) as unknown, version: 1, name: 'Beta', company: null },
        ],
        hasMore: false,
      },
      { data: [], hasMore: false },
    ]);
    const filter = { starts_with: [{ var: 'name' }, 'D'] };
    const named = async (ctx: RequestContext) =>
      ((await list(ctx, 'phase', { ...query, include: JSON.stringify({ projects: { filter } }) })).data[0]?.['projects'] as List).data.map(
        (row) => row['name'],
      );
    expect([await named(admin), await named(rep)]).toEqual([['Delta_%'], []]);
    const one = await get(admin, 'phase', first?.id ?? '', { include: { projects: { filter, fields: ['name'] } } });
    expect((one['projects'] as List).data).toHaveLength(1);
  });

  it('refuses in related lists what one may not read like what is not there, and names the place', async () => {
    const refusal = (name: string, include: unknown) =>
      list(rep, 'phase', { include }).then(
        () => 'accepted',
        ({ issues }: { issues: { path: string }[] }) => JSON.stringify(issues).replaceAll(name, '?'),
      );
    for (const part of [
      (name: string) => ({ projects: { fields: [name] } }),
      (name: string) => ({ projects: { sort: `-${name}` } }),
      (name: string) => ({ projects: { filter: { '==': [{ var: name }, 'x'] } } }),
    ]) {
      const hidden = await refusal('secret', part('secret'));
      expect(hidden).toContain('"path":"/include/projects/');
      expect(hidden).toBe(await refusal('secres', part('secres')));
    }
    expect(await refusal('x', { nothing: {} })).toContain('unknown_relation');
    const seven = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`r${index}`, {}]));
    expect(() => parseListQuery(params({ include: seven }))).toThrow('A list may have at most 6 related lists at once; there are 7.');
    expect(() => parseListQuery(params({ include: { projects: { limit: 51 } } }))).toThrow('at most 50 records at once');
  });

  it.each(['0198c0de-0000-7000-8000-000000000000', 'x', "' or 1=1"])('is not found by %s', async (id) => {
    await expect(get(admin, 'project', id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a board', () => {
  it('counts and sums whole columns, and sends the first cards of each', async () => {
    const columns = await board(admin, { view: 'board', switcher: program, limit: 2 });
    expect(columns.map(({ label, color, count, details }) => ({ label, color, count, order: details?.['order'] }))).toEqual([
      { label: 'First', color: 'info', count: 5, order: 1 },
      { label: 'Second', color: null, count: 0, order: 2 },
    ]);
    expect(columns[0]?.sums).toEqual({
      budget: [
        { amount: '107.25', currency: 'EUR' },
        { amount: '50.50', currency: 'USD' },
      ],
      score: '9',
    });
    expect(columns[0]?.cards.map((card) => card['name'])).toEqual(['Alpha', expect.any(String)]);
    expect(columns[0]?.cards).toHaveLength(2);
  });

  it('adds amounts up in the base currency by the rates of today, and not at all where one is missing', async () => {
    const first = async () => {
      const asked = parseBoardQuery(params({ view: 'board', switcher: program }));
      return (JSON.parse(await readBoard(admin, 'project', asked)) as BoardAnswer).columns.map(({ inBase }) => inBase);
    };
    expect(await first()).toEqual([{ budget: null }, { budget: { amount: '0.00', currency: 'EUR' } }]);
    await world.test.sql(
      `insert into meta.exchange_rate (tenant_id, base, currency, valid_from, rate) values (1, 'EUR', 'USD', '2020-01-01', 0.5)`,
    );
    expect(await first()).toEqual([{ budget: { amount: '132.50', currency: 'EUR' } }, { budget: { amount: '0.00', currency: 'EUR' } }]);
    await world.test.sql('delete from meta.exchange_rate');
  });

  it('goes on with one column from its cursor to the last card', async () => {
    world.sent();
    const [first] = await board(admin, { view: 'board', switcher: program, limit: 2 });
    expect(world.sent()).toHaveLength(1);
    const seen = [...(first?.cards ?? [])];
    let next = first?.next ?? null;
    while (next !== null) {
      const [more] = await board(admin, { view: 'board', switcher: program, limit: 2, column: first?.key, cursor: next });
      expect(more?.count).toBe(5);
      seen.push(...(more?.cards ?? []));
      next = more?.next ?? null;
    }
    expect(seen.map((card) => card['name']).sort()).toEqual(['Alpha', 'Beta', 'Delta_%', 'Gamma', 'Zeta']);
  });

  it('says what it can be narrowed to and starts with the one new records start with', async () => {
    const other = (await createRecord(admin, 'program', { name: 'Another' })).id;
    const start = async (query: Record<string, unknown>) => {
      const asked = parseBoardQuery(params({ view: 'board', choices: 'switcher', limit: 2, ...query }));
      return JSON.parse(await readBoard(admin, 'project', asked)) as BoardAnswer;
    };
    const choices = [
      { value: other, label: 'Another' },
      { value: program, label: 'Standard' },
    ];
    const first = await start({});
    expect(first.switcher).toEqual({ value: program, choices });
    expect(first.columns).toEqual(await board(admin, { view: 'board', switcher: program, limit: 2 }));
    expect((await start({ switcher: other })).switcher).toEqual({ value: other, choices });
    const [column] = first.columns;
    const more = await board(admin, { view: 'board', switcher: program, limit: 2, column: column?.key, cursor: column?.next });
    expect(more[0]?.cards).toHaveLength(2);
  });

  it('goes on with the cards that have no value', async () => {
    const two = (await list(admin, 'project', { limit: 2, sort: 'name' })).data;
    for (const { id } of two) await updateRecord(admin, 'project', id, { status: null });
    const all = await board(admin, { by: 'status', limit: 1 });
    const empty = all.at(-1);
    expect(empty?.key).toBeNull();
    const seen = [...(empty?.cards ?? [])];
    let next = empty?.next ?? null;
    expect(next).not.toBeNull();
    while (next !== null) {
      const columns = await board(admin, { by: 'status', limit: 1, column: '', cursor: next });
      expect(columns.map(({ key, count }) => [key, count])).toEqual([[null, empty?.count]]);
      seen.push(...(columns[0]?.cards ?? []));
      next = columns[0]?.next ?? null;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(empty?.count);
    expect((await board(admin, { by: 'status', column: '', filter: { '==': [{ var: 'status' }, 'open'] } })).length).toBe(0);
    for (const { id, status } of two) await updateRecord(admin, 'project', id, { status });
  });

  it('can be arranged by a picklist', async () => {
    const columns = await board(admin, { by: 'status', sum: 'score', filter: { '==': [{ var: 'name' }, 'Alpha'] } });
    expect(columns.map(({ key, label, color, count, sums }) => [key, label, color, count, sums])).toEqual([
      ['open', 'Open', 'info', 1, { score: '3' }],
      ['done', 'Done', 'success', 0, { score: '0' }],
    ]);
  });
});

describe('parameters', () => {
  it.each([
    ['an unknown one', { nothing: '1' }],
    ['a limit that is none', { limit: '0' }],
    ['a count that is none', { count: 'all' }],
    ['a filter that is not JSON', { filter: '{' }],
    ['an unknown operator', { filter: { sleep: [1] } }],
    ['SQL for a field', { fields: 'name");drop table x;--' }],
    ['SQL for an order', { sort: 'name desc nulls first' }],
    ['SQL for a view', { view: "'; select 1" }],
    ['a made-up cursor', { cursor: 'eyJhIjoxfQ.AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a star', { fields: '*' }],
    ['a wrong case', { fields: 'Name' }],
    ['a trailing dot', { fields: 'company.' }],
    ['system columns', { fields: 'tenant_id' }],
    ['a path into the accounts', { fields: 'owner.password_hash' }],
  ])('are refused before any SQL: %s', async (_what, query) => {
    world.sent();
    await expect(list(admin, 'project', query)).rejects.toMatchObject({ code: 'malformed' });
    expect(world.sent()).toEqual([]);
  });

  it('have limits, which are named', async () => {
    await expect(list(admin, 'project', { limit: '201' })).rejects.toMatchObject({
      code: 'limit_exceeded',
      message: 'A page may have at most 200 records; there are 201. Go on with the cursor in "next".',
      issues: [expect.objectContaining({ path: '/limit', code: 'limit_exceeded' })],
    });
    await expect(list(admin, 'project', { sort: 'name,score,due,rate' })).rejects.toMatchObject({ code: 'limit_exceeded' });
  });

  it('are read from a far place by passing over rows, and go on from there', async () => {
    for (const sort of ['name', '-score', 'status,-name', 'phase.name']) {
      const all = (await list(admin, 'project', { sort })).data.map(({ id }) => id);
      // From every place: before, in and behind the records without a value.
      for (let skip = 1; skip <= all.length; skip += 1) {
        const { data } = await list(admin, 'project', { sort, skip, limit: 2 });
        expect(data.map(({ id }) => id)).toEqual(all.slice(skip, skip + 2));
      }
      const { page } = await list(admin, 'project', { sort, skip: 2, limit: 2 });
      const rest = await list(admin, 'project', { sort, limit: 2, cursor: page.next });
      expect(rest.data.map(({ id }) => id)).toEqual(all.slice(4, 6));
      expect(await list(admin, 'project', { sort, skip: 1000 })).toEqual({ data: [], page: { next: null } });
    }
    expect(() => parseListQuery(params({ skip: '1', cursor: 'x' }))).toThrow();
  });

  it('bind a cursor to its query and its caller', async () => {
    const { page } = await list(admin, 'project', { sort: 'name', limit: 1 });
    const cursor = page.next;
    expect((await list(admin, 'project', { sort: 'name', limit: 1, cursor })).data[0]?.['name']).toBe('Beta');
    // Fields, page size and count do not change the order: a client may walk over rows by their ids and read those in view.
    const walked = await list(admin, 'project', { sort: 'name', limit: 2, fields: 'id', count: 'capped', cursor });
    expect(walked.data).toHaveLength(2);
    expect(walked.data[0]?.id).toBe((await list(admin, 'project', { sort: 'name', limit: 1, cursor })).data[0]?.id);
    const another = await world.person('Alf', ['admin']);
    for (const [ctx, query] of [
      [admin, { sort: '-name', limit: 1 }],
      [admin, { sort: 'name', limit: 1, filter: { '==': [{ var: 'score' }, 1] } }],
      [another, { sort: 'name', limit: 1 }],
    ] as const) {
      await expect(list(ctx, 'project', { ...query, cursor })).rejects.toMatchObject({ code: 'malformed' });
    }
  });
});

describe('pages', () => {
  const count = 60;
  beforeAll(async () => {
    // Few different values, so that ties and empty values are everywhere.
    for (let index = 0; index < count; index += 1) {
      await world.test.sql(
        `insert into ${world.table('company')} (id, tenant_id, ${columns('name', 'city', 'secret')}, updated_at)
         values ($1, 2, $2, $3, $4, timestamptz '2026-01-01' + make_interval(days => $5))`,
        [
          derivedId(`row ${index}`),
          `N${index % 4}`,
          index % 3 === 0 ? null : `C${index % 5}`,
          index % 2 === 0 ? null : `S${index % 3}`,
          index % 7,
        ],
      );
    }
  });

  const key = fc.constantFrom('name', 'city', 'secret', 'updated_at', 'id', 'owner', 'code');
  const level = fc.tuple(key, fc.boolean()).map(([name, isDescending]) => `${isDescending ? '-' : ''}${name}`);

  it('invariant 30: put together are the whole list in its order, whatever the order, with rows coming in between', async () => {
    const stranger = await world.person('Sue', ['admin'], 2);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(level, { minLength: 1, maxLength: 3, selector: (name) => name.replace('-', '') }),
        fc.integer({ min: 1, max: 25 }),
        async (sort, limit) => {
          await world.test.sql(`delete from ${world.table('company')} where ${columns('name')} = 'between'`);
          const query = { sort: sort.join(','), fields: 'name,city,secret,updated_at' };
          const whole = (await list(stranger, 'company', { ...query, limit: 200 })).data;
          const seen: Row[] = [];
          let cursor: string | undefined;
          for (let page = 0; page <= 2 * count; page += 1) {
            const { data, page: place } = await list(stranger, 'company', { ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
            seen.push(...data);
            if (place.next === null) break;
            cursor = place.next;
            // A row that comes in meanwhile may show, but must push none out and show none twice.
            if (page === 0) await createRecord(stranger, 'company', { name: 'between' });
          }
          const known = new Set(whole.map(({ id }) => id));
          expect(seen.filter(({ id }) => known.has(id)).map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
          expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
          expect(inOrder(whole, sort)).toBe(true);
          await world.test.sql(`delete from ${world.table('company')} where ${columns('name')} = 'between'`);
        },
      ),
      { numRuns: 60 },
    );
  });

  /** Empty values last in both directions; ties are settled elsewhere. */
  const inOrder = (rows: Row[], sort: string[]) =>
    rows.every((row, index) => {
      const before = rows[index - 1];
      if (before === undefined) return true;
      for (const { field, direction } of parseSort(sort.join(','))) {
        const [a, b] = [before[field] ?? null, row[field] ?? null] as [string | null, string | null];
        if (a === b) continue;
        if (a === null || b === null) return b === null;
        return direction === 'asc' ? a < b : a > b;
      }
      return true;
    });
});

describe('plans', () => {
  const planOf = async (ctx: RequestContext, query: Record<string, unknown>) => {
    world.sent();
    await list(ctx, 'company', query);
    const [statement] = world.sent();
    const client = new pg.Client({ connectionString: world.test.url });
    await client.connect();
    try {
      await client.query(`set app.tenant_id = '1'`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${statement?.text ?? ''}`, statement?.values as unknown[]);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    await world.test.sql(
      `insert into ${world.table('company')} (id, tenant_id, ${columns('name')}, owner_id, updated_at)
       select gen_random_uuid(), 1 + n % 2, 'bulk', case when n % 2 = 0 then $1::uuid end, now() - make_interval(secs => n) from generate_series(1, 20000) n`,
      [rep.actor.userId],
    );
    await world.test.sql(`analyze ${world.table('company')}`);
  });

  it('read the latest records from the index, without sorting what is not on the page', async () => {
    const plan = await planOf(admin, { limit: 50 });
    expect(plan).toContain(`Index Scan using ix_${table()}_updated`);
    expect(plan).not.toContain(`Seq Scan on ${table()}`);
  });

  it('go on from a cursor inside the index', async () => {
    const { page } = await list(admin, 'company', { limit: 50 });
    const plan = await planOf(admin, { limit: 50, cursor: page.next });
    expect(plan).toContain('(ROW(updated_at, id) < ROW(');
  });
});

it('names the tenant as a constant for every table of every statement of these reads', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});
