import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestContext } from '../../src/records/context.js';
import { parseAggregateQuery } from '../../src/records/aggregate-query.js';
import { aggregateRecords } from '../../src/records/aggregate-records.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { makeWorld, type World } from './world.js';

type Row = Record<string, unknown>;
type Answer = { data: Row[]; page: { hasMore: boolean }; totals?: Row };

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let viewer: RequestContext;
let mixed: RequestContext;
let bern: string;
let rome: string;

const ask = async (ctx: RequestContext, body: Row, object = 'project') =>
  JSON.parse(await aggregateRecords(ctx, object, parseAggregateQuery(body))) as Answer;
const groups = async (ctx: RequestContext, body: Row, object = 'project') => (await ask(ctx, body, object)).data;
const count = [{ op: 'count', as: 'n' }];
const refusal = (ctx: RequestContext, body: Row) =>
  ask(ctx, body).then(
    () => 'accepted',
    (error: { code: string; message: string; issues: unknown }) => ({ code: error.code, message: error.message, issues: error.issues }),
  );
const rate = (currency: string, from: string, value: string) =>
  world.test.sql('insert into meta.exchange_rate (tenant_id, base, currency, valid_from, rate) values (1, $1, $2, $3, $4)', [
    'EUR',
    currency,
    from,
    value,
  ]);

beforeAll(async () => {
  world = await makeWorld();
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  viewer = await world.person('Vera', ['viewer']);
  mixed = await world.person('Mia', ['viewer', 'own']);
  const program = (await createRecord(admin, 'program', { name: 'Standard', is_default: true })).id;
  await createRecord(admin, 'phase', { name: 'First', program, order: 1 });
  bern = (await createRecord(admin, 'company', { name: 'Bernina', city: 'Bern' })).id;
  rome = (await createRecord(admin, 'company', { name: 'Aroma', city: 'Rome' })).id;
  const project = (owner: RequestContext, name: string, more: Row = {}) =>
    createRecord(admin, 'project', { name, owner: owner.actor.userId, secret: name, ...more });
  await project(rep, 'A', { company: bern, budget: '100.10', score: 3, rate: '0.1000', due: '2026-01-31' });
  await project(rep, 'B', { company: rome, budget: { amount: '50.5', currency: 'USD' }, score: 1, rate: '0.2', due: '2026-02-01' });
  await project(admin, 'C', { budget: '7.25', score: 2, due: '2026-02-28', status: 'done' });
  await project(admin, 'D', { company: rome, budget: { amount: '1000', currency: 'JPY' } });
  const gone = await project(admin, 'E', { score: 1000 });
  await deleteRecord(admin, 'project', gone.id);
  await rate('USD', '2026-01-01', '0.5');
  await rate('USD', '2026-02-01', '0.9');
  await rate('JPY', '2026-01-01', '0.006');
});
afterAll(() => world.close());

describe('groups', () => {
  it('count, add up, average and compare, exactly, in one statement', async () => {
    world.sent();
    const measures = [
      { op: 'count', as: 'n' },
      { op: 'count', field: 'score', as: 'scored' },
      { op: 'sum', field: 'score', as: 'score' },
      { op: 'avg', field: 'score', as: 'mean' },
      { op: 'sum', field: 'rate', as: 'rate' },
      { op: 'min', field: 'due', as: 'first' },
      { op: 'max', field: 'score', as: 'best' },
      { op: 'count_distinct', field: 'company', as: 'companies' },
    ];
    expect(await ask(admin, { groupBy: ['status'], measures, totals: true })).toEqual({
      data: [
        { status: 'open', n: 3, scored: 2, score: '4', mean: '2', rate: '0.3000', first: '2026-01-31', best: 3, companies: 2 },
        { status: 'done', n: 1, scored: 1, score: '2', mean: '2', rate: '0', first: '2026-02-28', best: 2, companies: 0 },
      ],
      page: { hasMore: false },
      totals: { n: 4, scored: 3, score: '6', mean: '2', rate: '0.3000', first: '2026-01-31', best: 3, companies: 2 },
    });
    expect(world.sent()).toHaveLength(1);
  });

  it('are one without a level, also over nothing', async () => {
    const nothing = { '==': [{ var: 'name' }, 'nobody'] };
    const measures = [...count, { op: 'sum', field: 'score', as: 's' }, { op: 'avg', field: 'score', as: 'a' }];
    expect(await ask(admin, { filter: nothing, measures })).toEqual({ data: [{ n: 0, s: '0', a: null }], page: { hasMore: false } });
    expect(await ask(admin, { groupBy: ['status'], filter: nothing, measures, totals: true })).toEqual({
      data: [],
      page: { hasMore: false },
      totals: { n: 0, s: '0', a: null },
    });
    expect(await ask(admin, {})).toMatchObject({ data: [{ count: 4 }] });
  });

  it('have links as id and label, in the order of labels, none last, and paths over links', async () => {
    expect(await groups(admin, { groupBy: ['company'], measures: count })).toEqual([
      { company: { id: rome, label: 'Aroma' }, n: 2 },
      { company: { id: bern, label: 'Bernina' }, n: 1 },
      { company: null, n: 1 },
    ]);
    expect(await groups(admin, { groupBy: [{ field: 'company.city', as: 'city' }], measures: count, sort: ['-n'] })).toEqual([
      { city: 'Rome', n: 2 },
      { city: 'Bern', n: 1 },
      { city: null, n: 1 },
    ]);
    expect(await groups(admin, { groupBy: ['phase.program.name'], measures: count })).toEqual([{ 'phase.program.name': 'Standard', n: 4 }]);
  });

  it('of dates are units of a calendar, and of instants those of a zone', async () => {
    const by = (unit: string) => groups(admin, { groupBy: [{ field: 'due', by: unit, as: 'at' }], measures: count });
    expect(await by('month')).toEqual([
      { at: '2026-01-01', n: 1 },
      { at: '2026-02-01', n: 2 },
      { at: null, n: 1 },
    ]);
    expect((await by('week')).map(({ at }) => at)).toEqual(['2026-01-26', '2026-02-23', null]);
    expect((await by('quarter')).map(({ at }) => at)).toEqual(['2026-01-01', null]);
  });

  it('are chosen by a condition on measures, sorted by them and limited', async () => {
    const body = { groupBy: ['name'], measures: [...count, { op: 'sum', field: 'score', as: 'score' }] };
    expect(await groups(admin, { ...body, having: { '>=': [{ var: 'score' }, 2] }, sort: '-score' })).toEqual([
      { name: 'A', n: 1, score: '3' },
      { name: 'C', n: 1, score: '2' },
    ]);
    expect(await ask(admin, { ...body, sort: ['-score'], limit: 1, totals: true })).toEqual({
      data: [{ name: 'A', n: 1, score: '3' }],
      page: { hasMore: true },
      totals: { n: 4, score: '6' },
    });
    const inStatus = {
      groupBy: ['status'],
      measures: count,
      having: { and: [{ '==': [{ var: 'status' }, 'open'] }, { '>': [{ var: 'n' }, 1] }] },
    };
    expect(await groups(admin, inStatus)).toEqual([{ status: 'open', n: 3 }]);
  });
});

describe('amounts', () => {
  const sum = [{ op: 'sum', field: 'budget', as: 'budget' }];
  const at = (day: string) => ({ ratesOn: day });

  it('are added up in the base currency by the rates of a day, and told by currency too', async () => {
    expect(await groups(admin, { measures: sum, ...at('2026-02-10') })).toEqual([
      {
        budget: {
          amount: '158.80',
          currency: 'EUR',
          byCurrency: [
            { amount: '107.35', currency: 'EUR' },
            { amount: '1000.00', currency: 'JPY' },
            { amount: '50.50', currency: 'USD' },
          ],
        },
      },
    ]);
  });

  it('take the rate of the day of each record where a field has it', async () => {
    const filter = { '==': [{ var: 'name' }, 'B'] };
    const budget = async (more: Row) => ((await groups(admin, { measures: sum, filter, ...more }))[0]?.['budget'] as Row)['amount'];
    expect([await budget(at('2026-01-31')), await budget({ ratesOn: { field: 'due' } }), await budget({})]).toEqual([
      '25.25',
      '45.45',
      '45.45',
    ]);
  });

  it('are no sum where a rate is missing, but sums by currency', async () => {
    const body = { groupBy: ['status'], measures: sum, totals: true, ...at('2025-12-31') };
    const byCurrency = [
      { amount: '100.10', currency: 'EUR' },
      { amount: '1000.00', currency: 'JPY' },
      { amount: '50.50', currency: 'USD' },
    ];
    expect(await ask(admin, body)).toEqual({
      data: [
        { status: 'open', budget: { amount: null, currency: 'EUR', byCurrency, missingRates: ['JPY', 'USD'] } },
        { status: 'done', budget: { amount: '7.25', currency: 'EUR' } },
      ],
      page: { hasMore: false },
      totals: {
        budget: {
          amount: null,
          currency: 'EUR',
          byCurrency: [{ amount: '107.35', currency: 'EUR' }, ...byCurrency.slice(1)],
          missingRates: ['JPY', 'USD'],
        },
      },
    });
    expect(await groups(admin, { ...body, having: { '>': [{ var: 'budget' }, 0] } })).toEqual([
      { status: 'done', budget: { amount: '7.25', currency: 'EUR' } },
    ]);
  });

  it('are compared and averaged in the base currency', async () => {
    const measures = ['min', 'max', 'avg'].map((op) => ({ op, field: 'budget', as: op }));
    expect((await groups(admin, { measures, ...at('2026-02-10') }))[0]).toMatchObject({
      min: { amount: '6.00', currency: 'EUR' },
      max: { amount: '100.10', currency: 'EUR' },
      avg: { amount: '39.70', currency: 'EUR' },
    });
  });

  it('know the rates of their own tenant only', async () => {
    const stranger = await world.person('Sam', ['admin'], 2);
    await createRecord(stranger, 'program', { name: 'Theirs', is_default: true });
    const program = JSON.parse(await aggregateRecords(stranger, 'program', parseAggregateQuery({}))) as Answer;
    expect(program.data).toEqual([{ count: 1 }]);
    await createRecord(stranger, 'company', { name: 'X' });
    const theirs = await groups(stranger, { measures: sum });
    expect(theirs).toEqual([{ budget: { amount: '0.00', currency: 'EUR' } }]);
  });
});

describe('what a role may not read', () => {
  it('is in no group, count or sum', async () => {
    expect(await groups(rep, { measures: [...count, { op: 'sum', field: 'score', as: 's' }] })).toEqual([{ n: 2, s: '4' }]);
    expect(await groups(rep, { groupBy: ['company'], measures: count })).toEqual([
      { company: { id: bern, label: 'Bernina' }, n: 1 },
      { company: null, n: 1 },
    ]);
    expect(await groups(rep, { measures: [{ op: 'count_distinct', field: 'company', as: 'n' }] })).toEqual([{ n: 1 }]);
    expect(await groups(rep, { groupBy: [{ field: 'company.city', as: 'city' }], measures: count })).toEqual([
      { city: 'Bern', n: 1 },
      { city: null, n: 1 },
    ]);
  });

  it.each([
    ['groupBy', (name: string) => ({ groupBy: [name] })],
    ['groupBy over a link', (name: string) => ({ groupBy: [{ field: `company.${name}`, as: 'x' }] })],
    ['a measure', (name: string) => ({ measures: [{ op: 'count_distinct', field: name, as: 'x' }] })],
    ['a measure over a link', (name: string) => ({ measures: [{ op: 'count', field: `company.${name}`, as: 'x' }] })],
    ['filter', (name: string) => ({ filter: { '==': [{ var: name }, 'x'] } })],
    ['the day of rates', (name: string) => ({ ratesOn: { field: name } })],
    ['sort', (name: string) => ({ sort: [name] })],
    ['having', (name: string) => ({ having: { '==': [{ var: name }, 'x'] } })],
  ])('invariant 33: is refused like what is not there, in %s', async (_where, body) => {
    const hidden = JSON.stringify(await refusal(rep, body('secret'))).replaceAll('secret', '?');
    expect(hidden).toContain('malformed');
    expect(hidden).toBe(JSON.stringify(await refusal(rep, body('secres'))).replaceAll('secres', '?'));
  });

  it('is refused, too, where only some rows show it', async () => {
    expect(await refusal(mixed, { groupBy: ['secret'] })).toMatchObject({ issues: [{ code: 'unknown_field' }] });
    expect(await refusal(viewer, { groupBy: ['company'] })).toMatchObject({ issues: [{ code: 'unknown_field' }] });
  });

  it('answers for another object like for one that is not there', async () => {
    await expect(ask(viewer, {}, 'company')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what is wrong with a call', () => {
  it('is said all at once, each at its place', async () => {
    expect(() =>
      parseAggregateQuery({
        groupBy: ['status', { field: 'due', by: 'decade', timeZone: '+02:00' }],
        measures: [{ op: 'median', as: 'X' }, 5],
        totals: 'yes',
        more: 1,
      }),
    ).toThrow(
      expect.objectContaining({
        issues: [
          { path: '/more', code: 'unknown_parameter' },
          { path: '/groupBy/1/by', code: 'not_a_choice' },
          { path: '/groupBy/1/timeZone', code: 'not_a_time_zone' },
          { path: '/measures/0/op', code: 'not_a_choice' },
          { path: '/measures/0/as', code: 'not_a_name' },
          { path: '/measures/1', code: 'not_an_object' },
          { path: '/totals', code: 'not_a_boolean' },
        ].map((issue) => expect.objectContaining(issue) as unknown),
      }),
    );
    expect(
      await refusal(admin, {
        groupBy: ['budget', { field: 'name', by: 'day' }, 'part_of.part_of.part_of.name'],
        measures: [
          { op: 'sum', field: 'name', as: 'a' },
          { op: 'max', as: 'b' },
        ],
      }),
    ).toMatchObject({
      code: 'malformed',
      issues: [
        { path: '/groupBy/0', code: 'not_groupable' },
        { path: '/groupBy/1', code: 'not_a_date' },
        { path: '/groupBy/2', code: 'limit_exceeded' },
        { path: '/measures/0/field', code: 'not_measurable' },
        { path: '/measures/1/field', code: 'required' },
      ],
    });
  });

  it.each([
    [{ groupBy: ['a', 'b', 'c', 'd'] }, 'A call for groups may have at most 3 levels of grouping; there are 4. Ask once for each.'],
    [{ limit: 1001 }, 'An answer may have at most 1,000 groups; there are 1,001. Filter, or group by a larger unit.'],
    [
      { measures: Array.from({ length: 21 }, (_, n) => ({ op: 'count', as: `n${n}` })) },
      'A call for groups may have at most 20 measures; there are 21. Ask twice.',
    ],
  ])('names the limit: %j', (body, message) => {
    expect(() => parseAggregateQuery(body)).toThrow(message);
  });

  it('takes no text for SQL', async () => {
    for (const body of [
      { groupBy: [`name"; drop table x; --`] },
      { measures: [{ op: 'count', as: `x', (select 1))--` }] },
      { sort: ['name desc'] },
      { groupBy: [{ field: 'name', by: "day', now()) --" }] },
    ]) {
      await expect(Promise.resolve().then(() => ask(admin, body))).rejects.toMatchObject({ code: 'malformed' });
    }
  });
});

it('follows a change at once', async () => {
  const { id } = await createRecord(admin, 'project', { name: 'Z', score: 10 });
  const body = { filter: { '==': [{ var: 'name' }, 'Z'] }, measures: [{ op: 'sum', field: 'score', as: 's' }] };
  expect(await groups(admin, body)).toEqual([{ s: '10' }]);
  await updateRecord(admin, 'project', id, { score: 11 });
  expect(await groups(admin, body)).toEqual([{ s: '11' }]);
});

it('invariant 1: names the tenant as a constant for every table of these statements', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});

describe('groups by the values of a list', () => {
  let lists: World;
  let ada: RequestContext;
  let reader: RequestContext;
  const list = async (body: Row, ctx = ada, object = 'thing') =>
    JSON.parse(await aggregateRecords(ctx, object, parseAggregateQuery(body))) as Answer;
  const field = (of: string, name: string, type: string, more: Row = {}) => ({
    kind: 'field',
    id: `fld_${of}_${name}`,
    object: of,
    name,
    label: name,
    type,
    ...more,
  });
  const colors = { options: ['red', 'green', 'blue'].map((value) => ({ value, label: value })) };
  const role = (name: string, fields: Row) => [
    { kind: 'role', id: `rol_${name}`, name, label: name },
    { kind: 'permission', id: `prm_${name}`, role: name, object: 'thing', read: 'all', create: true, update: 'all', fields },
    { kind: 'permission', id: `prm_${name}_box`, role: name, object: 'box', read: 'all', create: true },
  ];

  beforeAll(async () => {
    lists = await makeWorld([
      ...['thing', 'box'].map((name) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'name' })),
      field('thing', 'name', 'text', { required: true }),
      field('thing', 'colors', 'multi_picklist', colors),
      field('thing', 'words', 'tags'),
      field('thing', 'price', 'currency'),
      field('thing', 'size', 'integer'),
      field('thing', 'box', 'lookup', { target: 'box' }),
      field('box', 'name', 'text', { required: true }),
      field('box', 'labels', 'tags'),
      ...role('maker', { default: 'edit' }),
      ...role('blind', { default: 'edit', only: { words: 'none' } }),
    ]);
    ada = await lists.person('Ada', ['maker']);
    reader = await lists.person('Ben', ['blind']);
    const box = (await createRecord(ada, 'box', { name: 'Box', labels: ['old', 'wood'] })).id;
    const thing = (name: string, more: Row) => createRecord(ada, 'thing', { name, ...more });
    await thing('A', { colors: ['red', 'green'], words: ['x', 'y'], price: '10', size: 1, box });
    await thing('B', { colors: ['green'], words: ['y'], price: { amount: '4', currency: 'USD' }, size: 2, box });
    await thing('C', { price: '1', size: 4 });
    await lists.test.sql(
      `insert into meta.exchange_rate (tenant_id, base, currency, valid_from, rate) values (1, 'EUR', 'USD', '2020-01-01', 0.5)`,
    );
  });
  afterAll(() => lists.close());

  it('a record is in each of its values, in that without one when it has none, and in the totals once', async () => {
    const measures = [
      { op: 'count', as: 'n' },
      { op: 'sum', field: 'size', as: 'size' },
      { op: 'sum', field: 'price', as: 'price' },
    ];
    const eur = (amount: string) => ({ amount: `${amount}.00`, currency: 'EUR' });
    lists.sent();
    const answer = await list({ groupBy: ['colors'], measures, totals: true });
    expect(lists.sent()).toHaveLength(1);
    expect(answer).toEqual({
      data: [
        { colors: 'red', n: 1, size: '1', price: eur('10') },
        { colors: 'green', n: 2, size: '3', price: { ...eur('12'), byCurrency: [eur('10'), { amount: '4.00', currency: 'USD' }] } },
        { colors: null, n: 1, size: '4', price: eur('1') },
      ],
      page: { hasMore: false },
      totals: { n: 3, size: '7', price: { ...eur('13'), byCurrency: [eur('11'), { amount: '4.00', currency: 'USD' }] } },
    });
    expect((await list({ groupBy: ['words'], totals: true })).data).toEqual([
      { words: 'x', count: 1 },
      { words: 'y', count: 2 },
      { words: null, count: 1 },
    ]);
  });

  it('beside other levels, over links, in the order and under the condition that is asked for', async () => {
    expect(await list({ groupBy: ['colors', 'words'], totals: true })).toMatchObject({
      data: [
        { colors: 'red', words: 'x', count: 1 },
        { colors: 'red', words: 'y', count: 1 },
        { colors: 'green', words: 'x', count: 1 },
        { colors: 'green', words: 'y', count: 2 },
        { colors: null, words: null, count: 1 },
      ],
      totals: { count: 3 },
    });
    expect((await list({ groupBy: ['box.labels'] })).data).toEqual([
      { 'box.labels': 'old', count: 2 },
      { 'box.labels': 'wood', count: 2 },
      { 'box.labels': null, count: 1 },
    ]);
    const having = (condition: Row, sort = '-count') => list({ groupBy: ['colors'], having: condition, sort, totals: true });
    expect(await having({ in: [{ var: 'colors' }, ['red', 'green']] })).toMatchObject({
      data: [
        { colors: 'green', count: 2 },
        { colors: 'red', count: 1 },
      ],
      totals: { count: 3 },
    });
    expect((await list({ groupBy: ['colors'], sort: '-colors', limit: 1 })).data).toEqual([{ colors: 'green', count: 2 }]);
    await expect(having({ '==': [{ var: 'colors' }, 'pink'] })).rejects.toMatchObject({ code: 'malformed' });
    // A filter chooses records: each is then in all of its values.
    expect((await list({ groupBy: ['colors'], filter: { contains: [{ var: 'colors' }, 'red'] } })).data).toEqual([
      { colors: 'red', count: 1 },
      { colors: 'green', count: 1 },
    ]);
  });

  it('not for whoever may not read the list', async () => {
    const refused = (name: string) => list({ groupBy: [name] }, reader).catch((error: { issues: unknown }) => error.issues);
    const text = (issues: unknown, name: string) => JSON.stringify(issues).replaceAll(name, '?');
    expect(text(await refused('words'), 'words')).toBe(text(await refused('wordz'), 'wordz'));
    expect((await list({ groupBy: ['colors'] }, reader)).data).toHaveLength(3);
  });
});
