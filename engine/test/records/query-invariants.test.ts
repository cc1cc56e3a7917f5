import fc from 'fast-check';
import { evaluate } from '@fieldstone/metadata/language/evaluate.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestContext } from '../../src/records/context.js';
import { parseAggregateQuery } from '../../src/records/aggregate-query.js';
import { aggregateRecords } from '../../src/records/aggregate-records.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { parseBoardQuery, parseListQuery, parseRecordQuery, WHOLE_RECORD } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { readBoard } from '../../src/records/read-board.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { accessOf } from '../../src/rules/access.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { DataPool } from '../../src/store/data-pool.js';
import { openDatabase } from '../../src/store/open-database.js';
import { configFor } from '../support/database.js';
import { tapPostgres } from '../support/wire-tap.js';
import { makeWorld, type World } from './world.js';

type Row = Record<string, unknown> & { id: string };
type List = { data: Row[]; page: { next: string | null; count?: number; countIsCapped?: boolean } };

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let mixed: RequestContext;
let phases: string[];
let projects: string[];

const params = (query: Record<string, unknown>) => new Map(Object.entries(query));
const list = async (ctx: RequestContext, object: string, query: Record<string, unknown> = {}) =>
  JSON.parse(await listRecords(ctx, object, parseListQuery(params(query)))) as List;
const groups = async (ctx: RequestContext, body: Record<string, unknown>, object = 'project') =>
  (JSON.parse(await aggregateRecords(ctx, object, parseAggregateQuery(body))) as { data: Record<string, unknown>[] }).data;

beforeAll(async () => {
  world = await makeWorld();
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  mixed = await world.person('Mia', ['viewer', 'own']);
  const program = (await createRecord(admin, 'program', { name: 'Standard', is_default: true })).id;
  phases = [];
  for (const name of ['First', 'Second', 'Third'])
    phases.push((await createRecord(admin, 'phase', { name, program, order: phases.length })).id);
  const companies: string[] = [];
  for (const city of ['Bern', 'Rome', null, 'Bern', 'Oslo']) {
    companies.push((await createRecord(admin, 'company', { name: `Company ${companies.length}`, city })).id);
  }
  projects = [];
  const owners = [rep, admin, mixed];
  for (let n = 0; n < 40; n += 1) {
    const values = {
      name: `P${n % 7}`,
      owner: owners[n % 3]?.actor.userId,
      phase: phases[n % 2],
      company: n % 4 === 0 ? null : companies[n % 5],
      score: n % 5 === 0 ? null : n % 6,
      due: n % 3 === 0 ? null : `2026-0${1 + (n % 4)}-01`,
      part_of: n % 2 === 0 ? (projects[n - 3] ?? null) : null,
      secret: `secret ${n % 3}`,
    };
    projects.push((await createRecord(admin, 'project', values)).id);
    if (n % 3 !== 1)
      for (let task = 0; task < n % 4; task += 1)
        await createRecord(admin, 'task', { title: `T${task}`, project: projects[n], due: values.due });
  }
}, 120_000);
afterAll(() => world.close());

describe('invariant 30: pages put together', () => {
  const key = fc.constantFrom(
    'company',
    'company.city',
    'phase.program.name',
    'part_of.company.name',
    'part_of',
    'score',
    'due',
    'name',
    'rate',
    'updated_at',
    'id',
  );
  const level = fc.tuple(key, fc.boolean()).map(([name, isDescending]) => `${isDescending ? '-' : ''}${name}`);
  const order = fc.uniqueArray(level, { minLength: 1, maxLength: 3, selector: (name) => name.replace('-', '') });

  it('are the whole list in its order, over links too, whatever comes and goes between them', async () => {
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 17 }), fc.boolean(), async (sort, limit, isRep) => {
        const ctx = isRep ? rep : admin;
        const query = { sort: sort.join(','), fields: 'id' };
        const whole = (await list(ctx, 'project', { ...query, limit: 200 })).data.map(({ id }) => id);
        const seen: string[] = [];
        const gone: string[] = [];
        let cursor: string | undefined;
        do {
          const { data, page } = await list(ctx, 'project', { ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
          seen.push(...data.map(({ id }) => id));
          cursor = page.next ?? undefined;
          // A row that ties with many comes in, and the row that the cursor names goes.
          if (gone.length < 2 && cursor !== undefined) {
            const made = await createRecord(admin, 'project', { name: 'P3', owner: ctx.actor.userId, phase: phases[0] });
            gone.push(made.id);
          }
        } while (cursor !== undefined);
        const known = new Set(whole);
        expect(seen.filter((id) => known.has(id))).toEqual(whole);
        expect(new Set(seen).size).toBe(seen.length);
        for (const id of gone) await deleteRecord(admin, 'project', id);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

it('names a level of the order twice, or one behind the id, and is answered', async () => {
  const ids = async (sort: string) => (await list(rep, 'project', { sort, fields: 'id' })).data.map(({ id }) => id);
  expect(await ids('company,-company,id')).toEqual(await ids('company,id'));
  expect(await ids('id,company')).toEqual(await ids('id'));
});

describe('invariant 31: a count', () => {
  const task = fc.constantFrom<unknown>(
    { '==': [{ var: 'title' }, 'T1'] },
    { is_empty: [{ var: 'due' }] },
    { '<': [{ var: 'due' }, '2026-03-01'] },
    { '==': [{ var: 'project.name' }, 'P2'] },
  );
  const part = fc.constantFrom<unknown>(
    { '>': [{ var: 'score' }, 2] },
    { is_empty: [{ var: 'company' }] },
    { any: ['tasks', { '==': [{ var: 'title' }, 'T0'] }] },
  );
  const leaf = fc.oneof(
    fc.tuple(fc.constantFrom('any', 'all', 'none'), task).map(([op, inner]) => ({ [op]: ['tasks', inner] })),
    fc.tuple(fc.constantFrom('any', 'all', 'none'), part).map(([op, inner]) => ({ [op]: ['parts', inner] })),
    fc.tuple(fc.constantFrom('>', '==', '<='), fc.integer({ min: 0, max: 3 })).map(([op, n]) => ({ [op]: [{ count: ['tasks'] }, n] })),
    fc.constantFrom<unknown>(
      { '==': [{ var: 'company.city' }, 'Bern'] },
      { in: [{ var: 'score' }, [1, 2, 3]] },
      { '==': [{ var: 'phase.program.is_default' }, true] },
    ),
  );
  const { filter } = fc.letrec<{ filter: unknown }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 2 },
      leaf,
      fc.tuple(tie('filter'), tie('filter')).map((args) => ({ and: args })),
      fc.tuple(tie('filter'), tie('filter')).map((args) => ({ or: args })),
      tie('filter').map((arg) => ({ '!': [arg] })),
    ),
  }));

  it('is the number of rows, whatever related records the filter asks about and whoever asks', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.constantFrom('admin', 'rep', 'mixed'), async (condition, who) => {
        const ctx = who === 'admin' ? admin : who === 'rep' ? rep : mixed;
        const rows = async (query: Record<string, unknown>) =>
          list(ctx, 'project', { filter: condition, sort: 'id', fields: 'id', ...query });
        // Whoever is refused a name is refused the question.
        if (who === 'mixed' && /tasks|company|phase/.test(JSON.stringify(condition))) return;
        const all = (await rows({ limit: 200 })).data;
        expect((await rows({ limit: 1, count: 'exact' })).page).toMatchObject({ count: all.length, countIsCapped: false });
        expect((await rows({ limit: 1, count: 'capped' })).page).toMatchObject({ count: all.length, countIsCapped: false });
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        expect(await groups(ctx, { filter: condition })).toEqual([{ count: all.length }]);
        const columns = (
          JSON.parse(await readBoard(ctx, 'project', parseBoardQuery(params({ by: 'status', filter: condition, limit: 100 })))) as {
            columns: { count: number; cards: Row[] }[];
          }
        ).columns;
        expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        for (const { count, cards } of columns) expect(cards).toHaveLength(count);
      }),
      { numRuns: 120 },
    );
  }, 120_000);
});

describe('groups', () => {
  type Level = { field: string; by?: string; as: string };
  const levels: Level[] = [
    { field: 'name', as: 'name' },
    { field: 'company', as: 'company' },
    { field: 'company.city', as: 'city' },
    { field: 'phase', as: 'phase' },
    { field: 'due', as: 'due' },
    { field: 'due', by: 'quarter', as: 'quarter' },
    { field: 'score', as: 'score' },
  ];
  const keyOf = (row: Row, { field, by }: Level): unknown => {
    const [first = '', second] = field.split('.');
    const value = second === undefined ? row[first] : (row[first] as Record<string, unknown> | null)?.[second];
    if (value !== null && typeof value === 'object') return (value as Row).id;
    if (by === undefined || typeof value !== 'string') return value ?? null;
    return `${value.slice(0, 5)}${['01', '04', '07', '10'][Math.floor((Number(value.slice(5, 7)) - 1) / 3)] ?? ''}-01`;
  };

  it('are what one would make of the rows of the list oneself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(levels, { minLength: 1, maxLength: 3 }), fc.boolean(), async (groupBy, isRep) => {
        const ctx = isRep ? rep : admin;
        const rows = (await list(ctx, 'project', { fields: 'name,company.city,phase,due,score', limit: 200 })).data;
        const expected = new Map<string, unknown>();
        const of = new Map<string, Row[]>();
        for (const row of rows) {
          const key = JSON.stringify(groupBy.map((level) => keyOf(row, level)));
          of.set(key, [...(of.get(key) ?? []), row]);
        }
        for (const [key, members] of of) {
          const scores = members.flatMap(({ score }) => (score === null ? [] : [Number(score)]));
          const days = members.flatMap(({ due }) => (due === null ? [] : [String(due)])).sort();
          expected.set(key, {
            n: members.length,
            scored: scores.length,
            total: String(scores.reduce((a, b) => a + b, 0)),
            best: scores.length === 0 ? null : Math.max(...scores),
            first: days[0] ?? null,
            companies: new Set(members.flatMap(({ company }) => (company === null ? [] : [(company as Row).id]))).size,
          });
        }
        const measures = [
          { op: 'count', as: 'n' },
          { op: 'count', field: 'score', as: 'scored' },
          { op: 'sum', field: 'score', as: 'total' },
          { op: 'max', field: 'score', as: 'best' },
          { op: 'min', field: 'due', as: 'first' },
          { op: 'count_distinct', field: 'company', as: 'companies' },
        ];
        const found = new Map(
          (await groups(ctx, { groupBy, measures, limit: 1000 })).map((group) => {
            const key = groupBy.map(({ as }) => {
              const value = group[as] as Row | string | null;
              return value !== null && typeof value === 'object' ? value.id : value;
            });
            const rest = Object.entries(group).filter(([name]) => measures.some(({ as }) => as === name));
            return [JSON.stringify(key), Object.fromEntries(rest)] as const;
          }),
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('invariant 32: one question', () => {
  it('is one statement and one wait, as Postgres sees it', async () => {
    const tap = await tapPostgres(world.test.url);
    const database = await openDatabase(configFor(tap.url));
    try {
      const ctx = { ...rep, data: database.data };
      const body = { groupBy: ['company', 'status'], measures: [{ op: 'sum', field: 'budget', as: 'budget' }], totals: true };
      const questions: [string, () => Promise<unknown>][] = [
        [
          'a page',
          () =>
            listRecords(
              ctx,
              'project',
              parseListQuery(params({ sort: 'company,-score', count: 'exact', fields: 'name,company.city,phase.program.name' })),
            ),
        ],
        ['a page with related lists', () => listRecords(ctx, 'phase', parseListQuery(params({ include: { projects: {} } })))],
        [
          'a record with related lists',
          () => readRecord(ctx, 'phase', phases[0] ?? '', parseRecordQuery(params({ include: { projects: {} } }))),
        ],
        ['a board', () => readBoard(ctx, 'project', parseBoardQuery(params({ by: 'phase', sum: 'budget,score' })))],
        ['groups', () => aggregateRecords(ctx, 'project', parseAggregateQuery(body))],
      ];
      for (const [what, ask] of questions) {
        await ask();
        tap.executed();
        tap.waits();
        await ask();
        const executed = tap.executed();
        expect([what, executed.length, tap.waits()]).toEqual([what, 2, 1]);
        expect(executed[0]).toMatch(/^select set_config\('app\.tenant_id', \$1, true\)/);
        expect(executed[1]).toMatch(/^(with|select) /);
      }
    } finally {
      await database.close();
      await tap.close();
    }
  });

  it('and a change is one statement too, one more where it is read back, and one wait', async () => {
    const tap = await tapPostgres(world.test.url);
    const database = await openDatabase(configFor(tap.url));
    try {
      const ctx = { ...admin, data: database.data };
      const id = (await createRecord(ctx, 'company', { name: 'Counted' })).id;
      let n = 0;
      const changes: [string, number, () => Promise<unknown>][] = [
        ['a new record', 2, () => createRecord(ctx, 'company', { name: `Counted ${(n += 1)}` })],
        ['a new record, read back', 3, () => createRecord(ctx, 'company', { name: `Counted ${(n += 1)}` }, { read: WHOLE_RECORD })],
        ['a change', 2, () => updateRecord(ctx, 'company', id, { name: `Counted ${(n += 1)}` })],
        ['a change, read back', 3, () => updateRecord(ctx, 'company', id, { name: `Counted ${(n += 1)}` }, { read: WHOLE_RECORD })],
      ];
      for (const [what, statements, change] of changes) {
        await change();
        tap.executed();
        tap.waits();
        await change();
        const executed = tap.executed();
        expect([what, executed.length, tap.waits()]).toEqual([what, statements, 1]);
        expect(executed[0]).toMatch(/^select set_config\('app\.tenant_id', \$1, true\)/);
        expect(executed[1]).toMatch(/^with g as materialized/);
      }
    } finally {
      await database.close();
      await tap.close();
    }
  });
});

describe('many different questions', () => {
  /** Five thousand on request: FIELDSTONE_SHAPES=5000. */
  const SHAPES = Number(process.env['FIELDSTONE_SHAPES'] ?? 400);

  it(`${SHAPES} of them leave a connection with few statements and little memory`, { timeout: 600_000 }, async () => {
    const data = new DataPool({
      connection: { connectionString: world.test.url },
      size: 1,
      logger: silentLogger,
      keys: world.database.data.keys,
    });
    try {
      const ctx = { ...rep, data };
      const look = async (sql: string) => Number(await data.query(1, { text: sql, values: [] }));
      const memory = () => look('select sum(total_bytes)::text from pg_catalog.pg_backend_memory_contexts');
      const sorts = [
        'name',
        '-name',
        'score',
        '-score',
        'due',
        '-due',
        'status',
        '-status',
        'name,-score',
        'score,name',
        '-due,name',
        'status,due',
        'rate',
      ];
      const fields = ['name', 'name,score'];
      const ask = async (from: number, to: number) => {
        for (let n = from; n < to; n += 1) {
          const [sort, limit] = [sorts[n % sorts.length], 1 + (Math.floor(n / sorts.length) % 200)];
          const query = { sort, limit, fields: fields[Math.floor(n / (sorts.length * 200)) % 2] };
          // Often enough to be prepared.
          for (let time = 0; time < 6; time += 1) await listRecords(ctx, 'project', parseListQuery(params(query)));
        }
      };
      await ask(0, SHAPES / 2);
      const half = await memory();
      await ask(SHAPES / 2, SHAPES);
      const all = await memory();
      expect(await look('select count(*)::text from pg_catalog.pg_prepared_statements')).toBeLessThanOrEqual(100);
      expect(all).toBeLessThan(64 * 2 ** 20);
      // What was forgotten was given back: twice as many questions take no more room.
      expect(all).toBeLessThan(half * 1.3);
    } finally {
      await data.close();
    }
  });
});

describe('invariant 33: records that differ only in what one may not read', () => {
  it('have the same answers, byte for byte', async () => {
    const answers = async () =>
      Promise.all([
        listRecords(rep, 'project', parseListQuery(params({ sort: 'name', count: 'exact', limit: 200 }))),
        listRecords(rep, 'project', parseListQuery(params({ q: 'secret' }))),
        listRecords(rep, 'phase', parseListQuery(params({ include: { projects: { limit: 50 } } }))),
        readRecord(rep, 'project', projects[0] ?? '').then(({ json }) => json),
        readBoard(rep, 'project', parseBoardQuery(params({ by: 'phase', sum: 'score' }))),
        aggregateRecords(rep, 'project', parseAggregateQuery({ groupBy: ['name'], measures: [{ op: 'count', as: 'n' }] })),
      ]);
    const before = await answers();
    const set = (to: string) => world.test.sql(`update ${world.table('project')} set ${world.column('project', 'secret')} = ${to}`);
    await set(`'another secret ' || id`);
    expect(await answers()).toEqual(before);
    await set(`'secret 1'`);
  });
});

describe('invariant 34: a condition on related records', () => {
  it('looks at those alone that the caller may read', async () => {
    const count = async (ctx: RequestContext, filter: unknown, object = 'phase') =>
      (await list(ctx, object, { filter, count: 'exact' })).page.count;
    const admins = { '==': [{ var: 'owner' }, admin.actor.userId] };
    for (const filter of [
      { any: ['projects', admins] },
      { '>': [{ count: ['projects', admins] }, 0] },
      { '!': [{ none: ['projects', admins] }] },
    ]) {
      expect([await count(admin, filter), await count(rep, filter)]).toEqual([2, 0]);
    }
    const inRome = { '==': [{ var: 'company.city' }, 'Rome'] };
    expect(await count(rep, { any: ['projects', inRome] })).toBe(0);
    expect(await count(admin, { any: ['projects', inRome] })).toBeGreaterThan(0);
    expect(await groups(rep, { filter: inRome })).toEqual([{ count: 0 }]);
  });
});

describe('invariant 35: a field that some rows show', () => {
  it('shows on the rows that the condition is true of in memory', async () => {
    const rule = accessOf(world.active.model, mixed.actor, 'project').fields.get('secret')?.read;
    if (rule?.kind !== 'where') throw new Error('the field is no such field');
    const { data } = await list(mixed, 'project', { fields: 'owner,secret', limit: 200 });
    const { userId } = mixed.actor;
    for (const { secret, owner } of data) {
      const record = { owner: (owner as Row).id };
      expect(secret !== null).toBe(evaluate(rule.where, { record, userId, now: new Date(), timeZone: 'UTC' }));
    }
    expect(data.filter(({ secret }) => secret !== null)).toHaveLength(13);
  });
});

describe('invariant 37: exact values and days', () => {
  it('takes decimals and large integers there and back, and adds them up, to the last digit', async () => {
    const ids: string[] = [];
    for (const [score, rate] of [
      [9_007_199_254_740_991, '999999.9999'],
      [9_007_199_254_740_991, '0.0001'],
      [-1, '-0.1000'],
    ]) {
      ids.push((await createRecord(admin, 'project', { name: 'exact', score, rate, phase: phases[2] })).id);
    }
    const filter = { '==': [{ var: 'name' }, 'exact'] };
    const { data } = await list(admin, 'project', { filter, sort: '-score,-rate', fields: 'score,rate' });
    expect(data.map(({ score, rate }) => [score, rate])).toEqual([
      [9_007_199_254_740_991, '999999.9999'],
      [9_007_199_254_740_991, '0.0001'],
      [-1, '-0.1000'],
    ]);
    const measures = ['score', 'rate'].map((field) => ({ op: 'sum', field, as: field }));
    expect(await groups(admin, { filter, measures })).toEqual([{ score: '18014398509481981', rate: '999999.9000' }]);
    for (const id of ids) await deleteRecord(admin, 'project', id);
  });

  const ZONES = ['Europe/Zurich', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata', 'Australia/Lord_Howe'];
  /** Around the changes of the clocks, ends of months and of the year, a quarter of an hour apart. */
  const MIDDLES = [
    '2026-03-29T01:00Z',
    '2026-10-25T01:00Z',
    '2026-03-08T07:00Z',
    '2026-11-01T06:00Z',
    '2018-11-04T03:00Z',
    '2026-04-04T15:00Z',
    '2024-02-29T23:00Z',
    '2025-12-31T23:00Z',
  ];
  const instants = MIDDLES.flatMap((at) =>
    Array.from({ length: 160 }, (_, n) => new Date(new Date(at.replace('Z', ':00Z')).getTime() + (n - 80) * 900_000)),
  );
  const dayIn = (zone: string) => {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return (at: Date) => format.format(at);
  };
  const monday = (day: string) => {
    const date = new Date(`${day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
    return date.toISOString().slice(0, 10);
  };
  const begins: Record<string, (day: string) => string> = {
    day: (day) => day,
    week: monday,
    month: (day) => `${day.slice(0, 7)}-01`,
    quarter: (day) => `${day.slice(0, 5)}${String(Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`,
    year: (day) => `${day.slice(0, 4)}-01-01`,
  };

  beforeAll(async () => {
    await world.test.sql(
      `insert into ${world.table('company')} (id, tenant_id, ${world.column('company', 'name')}, created_at) select gen_random_uuid(), 1, 'instant', at from unnest($1::timestamptz[]) at`,
      [instants.map((at) => at.toISOString())],
    );
  });
  const ofInstants = { '==': [{ var: 'name' }, 'instant'] };

  it.each(ZONES)('groups instants by the calendar of %s', async (zone) => {
    const day = dayIn(zone);
    for (const [by, begin] of Object.entries(begins)) {
      const expected = new Map<string, number>();
      for (const at of instants) expected.set(begin(day(at)), (expected.get(begin(day(at))) ?? 0) + 1);
      const wanted = [...expected].map(([at, count]) => ({ at, count })).sort((a, b) => (a.at < b.at ? -1 : 1));
      const level = { field: 'created_at', by, as: 'at' };
      expect(await groups(admin, { filter: ofInstants, groupBy: [{ ...level, timeZone: zone }], limit: 1000 }, 'company')).toEqual(wanted);
      const there = { ...admin, actor: { ...admin.actor, timeZone: zone } };
      expect(await groups(there, { filter: ofInstants, groupBy: [level], limit: 1000 }, 'company')).toEqual(wanted);
    }
  });

  it.each(ZONES)('means the days of %s by today, yesterday and this month', async (zone) => {
    const day = dayIn(zone);
    const today = { start_of: [{ now: [] }, 'day'] };
    const moved = (n: number) => ({ add: [today, n, 'day'] });
    for (const at of MIDDLES.flatMap((middle) =>
      [-30, -6, 0, 1, 5, 30].map((hours) => new Date(new Date(middle.replace('Z', ':00Z')).getTime() + hours * 3_600_000)),
    )) {
      const ctx = { ...admin, clock: { now: () => at }, actor: { ...admin.actor, timeZone: zone } };
      const among = async (low: unknown, high: unknown) => {
        const filter = { and: [ofInstants, { '>=': [{ var: 'created_at' }, low] }, { '<': [{ var: 'created_at' }, high] }] };
        return (await list(ctx, 'company', { filter, count: 'exact', limit: 1 })).page.count;
      };
      const isToday = instants.filter((instant) => day(instant) === day(at)).length;
      const before = new Date(new Date(`${day(at)}T00:00:00Z`).getTime() - 86_400_000).toISOString().slice(0, 10);
      const isYesterday = instants.filter((instant) => day(instant) === before).length;
      const thisMonth = instants.filter((instant) => day(instant).slice(0, 7) === day(at).slice(0, 7)).length;
      const month = { start_of: [{ now: [] }, 'month'] };
      expect([
        at.toISOString(),
        await among(today, moved(1)),
        await among(moved(-1), today),
        await among(month, { add: [month, 1, 'month'] }),
      ]).toEqual([at.toISOString(), isToday, isYesterday, thisMonth]);
    }
  });
});

it('invariant 1: names the tenant as a constant for every table of all these statements', () => {
  expect(world.aliasesWithoutTenant()).toEqual([]);
});
