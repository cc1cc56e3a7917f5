import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAggregateQuery } from '../../src/records/aggregate-query.js';
import { aggregateRecords } from '../../src/records/aggregate-records.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseBoardQuery, parseListQuery, parseRecordQuery } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { readBoard } from '../../src/records/read-board.js';
import { readRecord } from '../../src/records/read-record.js';
import { searchRecords } from '../../src/records/search-records.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { appConnection } from '../../src/store/connection.js';
import { DataPool, type DataStatement } from '../../src/store/data-pool.js';
import { makeWorld, type World } from './world.js';

/** More than this on request, see bench/README.md. */
const ROWS = Number(process.env['FIELDSTONE_PLAN_ROWS'] ?? 120_000);

const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'name' });
const field = (of: string, name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const role = (name: string, more: object = {}) => ({
  kind: 'role',
  id: `rol_${name}`,
  name,
  label: name,
  default: { read: 'all', create: true, update: 'all', delete: 'all', fields: 'edit' },
  ...more,
});
const reads = (of: string, read: unknown) => ({ kind: 'permission', id: `prm_${of}_item`, role: of, object: 'item', read });
const mine = { '==': [{ var: 'owner' }, { var: '$user.id' }] };
const granted = { any: ['grants', { '==': [{ var: 'person' }, { var: '$user.id' }] }] };

const documents = [
  object('place'),
  field('place', 'name', 'text'),
  { ...object('item'), indexes: [{ fields: ['kind', 'rank'] }] },
  field('item', 'name', 'text', { searchable: true }),
  field('item', 'place', 'lookup', { target: 'place', inverse: { name: 'items', label: 'Items' } }),
  field('item', 'rank', 'integer', { indexed: true }),
  field('item', 'price', 'currency'),
  field('item', 'kind', 'picklist', { options: ['a', 'b', 'c', 'd', 'e'].map((value) => ({ value, label: value })) }),
  object('wide'),
  field('wide', 'name', 'text'),
  ...Array.from({ length: 80 }, (_, n) => field('wide', `more_${n}`, 'text')),
  object('grant'),
  field('grant', 'name', 'text'),
  field('grant', 'item', 'lookup', { target: 'item', inverse: { name: 'grants', label: 'Grants' } }),
  field('grant', 'person', 'user'),
  {
    kind: 'view',
    id: 'viw_ranked',
    object: 'item',
    name: 'ranked',
    label: 'Ranked',
    type: 'list',
    columns: [{ field: 'name' }],
    sort: [{ field: 'rank', direction: 'desc' }],
  },
  role('all'),
  role('owner'),
  reads('owner', 'own'),
  role('shared'),
  reads('shared', { where: { or: [mine, granted] } }),
  role('member'),
  {
    kind: 'permission',
    id: 'prm_member_item',
    role: 'member',
    object: 'item',
    read: 'team',
    deny: { read: { where: { starts_with: [{ var: 'name' }, 'item 1'] } } },
  },
];

let world: World;
let all: RequestContext;
let owner: RequestContext;
let shared: RequestContext;
let member: RequestContext;
let others: string[];
let place: string;

const table = (name: string) => world.table(name).split('.')[1] ?? '';
const column = (of: string, name: string) => world.column(of, name);
const params = (query: Record<string, unknown>) => new Map(Object.entries(query));
const list = (ctx: RequestContext, query: Record<string, unknown> = {}, of = 'item') => listRecords(ctx, of, parseListQuery(params(query)));
const search = (ctx: RequestContext, q: string) => searchRecords(ctx, { q });
const names = async (ctx: RequestContext, query: Record<string, unknown>) =>
  (JSON.parse(await list(ctx, query)) as { data: { name: string }[] }).data.map(({ name }) => name);

beforeAll(async () => {
  world = await makeWorld(documents);
  all = await world.person('Ada', ['all']);
  owner = await world.person('Rob', ['owner']);
  shared = await world.person('Sue', ['shared']);
  const { sql } = world.test;
  const people = await Promise.all(Array.from({ length: 60 }, (_, index) => world.person(`P${index}`, ['all'])));
  others = people.map(({ actor }) => actor.userId);
  await sql(
    `insert into ${world.table('place')} (id, tenant_id, ${column('place', 'name')}) select gen_random_uuid(), 1, 'place ' || n from generate_series(1, 2000) n`,
  );
  // Rob has six hundred of the rows, and so has Sue; the rest is spread over sixty people.
  await sql(
    `insert into ${world.table('item')} (id, tenant_id, ${['name', 'place', 'rank', 'price', 'kind'].map((name) => column('item', name)).join(', ')}, ${column('item', 'price')}_cur, owner_id, updated_at)
     select gen_random_uuid(), 1, 'item ' || n, p.ids[1 + n % 2000], case when n % 10 > 0 then (n::bigint * 7919) % 100000 end, n % 1000, (array['a', 'b', 'c', 'd'])[1 + n % 4], 'EUR',
       case when n > 120000 then ($3::uuid[])[1 + n % 60] when n % 200 = 0 then $1::uuid when n % 200 = 1 then $2::uuid else ($3::uuid[])[1 + n % 60] end, timestamptz '2026-01-01' + make_interval(secs => n)
     from generate_series(1, ${ROWS}) n, (select array_agg(id) ids from ${world.table('place')}) p`,
    [owner.actor.userId, shared.actor.userId, others],
  );
  await sql(
    `insert into ${world.table('grant')} (id, tenant_id, ${column('grant', 'item')}, ${column('grant', 'person')})
     select gen_random_uuid(), 1, id, $1::uuid from ${world.table('item')} where ${column('item', 'name')} like '%77' and updated_at <= timestamptz '2026-01-01' + interval '120000 seconds'`,
    [shared.actor.userId],
  );
  await sql(
    `insert into ${world.table('grant')} (id, tenant_id, ${column('grant', 'item')}, ${column('grant', 'person')})
     select gen_random_uuid(), 1, id, owner_id from ${world.table('item')} where ${column('item', 'name')} like '%5'`,
  );
  // Tim is in a team with Sue, and three records of others were shared with him.
  const tim = await world.person('Tim', ['member']);
  member = { ...tim, actor: { ...tim.actor, reach: { queues: false, team: true, below: false, shared: ['obj_item'] } } };
  const [team] = await sql<{ id: string }>(
    `insert into meta.team (id, tenant_id, name, kind) values (gen_random_uuid(), 1, 'North', 'team') returning id`,
  );
  await sql(`insert into meta.team_member (team_id, user_id, tenant_id) select $1, unnest($2::uuid[]), 1`, [
    team?.id,
    [tim.actor.userId, shared.actor.userId],
  ]);
  await sql(
    `insert into meta.record_share (tenant_id, object_id, record_id, principal_id)
     select 1, 'obj_item', id, $1 from ${world.table('item')} where owner_id = $2 and ${column('item', 'name')} not like 'item 1%' limit 3`,
    [tim.actor.userId, others[0]],
  );
  for (const name of ['item', 'grant', 'place']) await sql(`vacuum analyze ${world.table(name)}`);
  place = (await sql<{ id: string }>(`select id from ${world.table('place')} limit 1`))[0]?.id ?? '';
}, 300_000);
afterAll(() => world.close());

type Plan = { text: string; buffers: number };

/** How Postgres answered the one statement that `work` sent, planned as the pool lets it. */
async function planOf(work: () => Promise<unknown>, count = 1): Promise<Plan> {
  world.sent();
  await work();
  const statements: DataStatement[] = world.sent();
  expect(statements).toHaveLength(count);
  const { text, values } = statements.at(-1) as DataStatement;
  const { rows } = await connectedAs('1', (client) =>
    client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers, timing off, summary off) ${text}`, values as unknown[]),
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  const [, hit, read] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan) ?? [];
  return { text: plan, buffers: Number(hit ?? 0) + Number(read ?? 0) };
}

/** On a connection of a tenant that plans as the pool lets it. */
async function connectedAs<T>(tenant: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: world.test.url });
  await client.connect();
  try {
    await client.query(
      `set app.tenant_id = '${tenant}'; set jit = off; set max_parallel_workers_per_gather = 0; set random_page_cost = 1.1`,
    );
    return await work(client);
  } finally {
    await client.end();
  }
}

const ix = (name: string) => `ix_${column('item', name)}`;
/** Either of the indexes that begin with the owner. */
const byOwner = () => `(ix_${table('item')}_owner|ow_${column('item', 'rank')})`;

const FEW = { and: [{ in: [{ var: 'kind' }, ['a', 'b']] }, { '>': [{ var: 'rank' }, 99_000] }] };

describe(`invariant 36: over ${ROWS} records, what people ask for most`, () => {
  const cases: [what: string, work: () => Promise<unknown>, indexes: () => string[], buffers: number][] = [
    ['the latest', () => list(all, { limit: 50 }), () => [`ix_${table('item')}_updated`], 1_000],
    ['the latest, with a capped count', () => list(owner, { limit: 50, count: 'capped' }), () => [byOwner()], 4_000],
    ['own records', () => list(owner, { limit: 50 }), () => [byOwner()], 1_000],
    ['own records by the order of a view', () => list(owner, { view: 'ranked', limit: 50 }), () => [`ow_${column('item', 'rank')}`], 1_000],
    ['a part of a name', () => list(all, { q: 'em 11973', limit: 50 }), () => [`se_${table('item')}_\\w+`], 1_000],
    [
      'a part of a name, counted, of own records',
      () => list(owner, { q: 'm 1193', count: 'capped' }),
      // Of a million records, somebody's own are the fewer ones.
      () => [`(se_${table('item')}_\\w+|${byOwner()})`],
      1_500,
    ],
    ['a search over all objects', () => search(all, 'em 11973'), () => [`se_${table('item')}_\\w+`], 4_000],
    ['a search over all objects for what is not there', () => search(owner, '1197309999'), () => [`se_${table('item')}_\\w+`], 4_000],
    ['an indexed order', () => list(all, { sort: '-rank', limit: 50 }), () => [ix('rank')], 1_000],
    [
      'a count over two fields of one index, which reads nothing else',
      () => list(all, { filter: FEW, limit: 1, count: 'exact' }),
      () => [`Index Only Scan using cx_${table('item')}_\\w+`],
      2_000,
    ],
    [
      'the cards of a board in the order of an index on both fields',
      () => readBoard(all, 'item', parseBoardQuery(params({ by: 'kind', sort: '-rank' }))),
      () => [`Backward using cx_${table('item')}_\\w+`],
      20_000,
    ],
    [
      'counts and sums of a board, column by column along an index that has them',
      () => readBoard(all, 'item', parseBoardQuery(params({ by: 'kind', sum: 'rank', sort: '-rank', limit: 1 }))),
      // Right above it: rows go through no check of the tenant on their way.
      () => [
        `Aggregate .*(\\n +(Filter|Buffers|Rows Removed by Filter): .*)+\\n +-> +Index Only Scan using cx_${table('item')}_\\w+ on .*\\n +Index Cond: .* = \\w+\\.key`,
      ],
      20_000,
    ],
    [
      'two of five options, in an order that an index has within each',
      () => list(all, { filter: { in: [{ var: 'kind' }, ['a', 'c']] }, sort: '-rank', limit: 50 }),
      () => [`Backward using cx_${table('item')}_\\w+`],
      400,
    ],
    ['records of a link', () => list(all, { filter: { '==': [{ var: 'place' }, place] }, limit: 50 }), () => [ix('place')], 1_000],
    [
      'related lists of a list',
      () => list(all, { limit: 20, sort: 'name', fields: 'name', include: { items: { limit: 5 } } }, 'place'),
      () => [ix('place')],
      20_000,
    ],
    [
      'a record with a related list',
      () => readRecord(all, 'place', place, parseRecordQuery(params({ include: { items: {} } }))),
      () => [ix('place')],
      1_000,
    ],
    // Four thousand ids, each looked up by itself: over a million records an index has three levels and the table is the fourth.
    ['own or granted records', () => list(shared, { limit: 50 }), () => [byOwner(), `ix_${column('grant', 'person')}`], 17_000],
    [
      'records of a team, and shared ones, but for what is denied',
      () => list(member, { sort: '-rank', limit: 50 }),
      () => [byOwner(), 'record_share_by_principal|record_share_pkey'],
      8_000,
    ],
    [
      'records of some people',
      () => list(all, { filter: { in: [{ var: 'owner' }, others.slice(0, 20)] }, limit: 50 }),
      () => [byOwner()],
      8_000,
    ],
    [
      'own records of a board',
      () => readBoard(owner, 'item', parseBoardQuery(params({ by: 'kind', sum: 'price' }))),
      () => [byOwner()],
      20_000,
    ],
    [
      'own records in groups',
      () =>
        aggregateRecords(owner, 'item', parseAggregateQuery({ groupBy: ['kind'], measures: [{ op: 'sum', field: 'price', as: 'price' }] })),
      () => [byOwner()],
      4_000,
    ],
  ];

  it.each(cases)('%s: reads its index, not the table', async (_what, work, indexes, buffers) => {
    const plan = await planOf(work);
    for (const index of indexes()) expect(plan.text).toMatch(new RegExp(index));
    expect(plan.text).not.toContain(`Seq Scan on ${table('item')}`);
    expect(plan.buffers).toBeGreaterThan(0);
    expect(plan.buffers).toBeLessThan(buffers);
  });

  it('what is merely similar is looked up in its index too', async () => {
    const plan = await planOf(() => search(all, 'itme 119730x'), 2);
    expect(plan.text).toMatch(new RegExp(`se_${table('item')}_\\w+`));
    expect(plan.text).not.toContain(`Seq Scan on ${table('item')}`);
  });

  it('a page far down reads no more than the first', async () => {
    for (const query of [{ limit: 50 }, { limit: 50, sort: '-rank' }]) {
      const { page } = JSON.parse(await list(all, { ...query, skip: 50_000 })) as { page: { next: string } };
      const plan = await planOf(() => list(all, { ...query, cursor: page.next }));
      expect(plan.text).toContain('(ROW(');
      expect(plan.text).not.toContain(`Seq Scan on ${table('item')}`);
      expect(plan.buffers).toBeLessThan(1_000);
    }
  });

  it('a jump far down reads the index up to there, and the table for its page alone', async () => {
    for (const [sort, index] of [
      ['-updated_at', `ix_${table('item')}_updated`],
      ['-rank', ix('rank')],
    ] as const) {
      const plan = await planOf(() => list(all, { limit: 50, sort, skip: 50_000 }));
      expect(plan.text).toMatch(new RegExp(`Index Only Scan (Backward )?using ${index}`));
      expect(plan.text).not.toContain(`Seq Scan on ${table('item')}`);
      expect(plan.buffers).toBeLessThan(3_000);
    }
  });

  it('groups everything in one pass over the table', async () => {
    const body = { groupBy: ['kind'], measures: [{ op: 'sum', field: 'price', as: 'price' }], totals: true };
    const { text } = await planOf(() => aggregateRecords(all, 'item', parseAggregateQuery(body)));
    expect(text.match(new RegExp(`(Scan|Scan using \\w+) on ${table('item')} `, 'g'))).toHaveLength(1);
  });

  it('groups everything with workers that read along, who see what one process sees, and nothing of another tenant', async () => {
    const body = { groupBy: ['kind'], measures: [{ op: 'sum', field: 'rank', as: 'sum' }] };
    const parsed = parseAggregateQuery({ ...body, filter: { '!=': [{ var: 'name' }, 'none'] } });
    world.sent();
    const alone = await aggregateRecords(all, 'item', parsed);
    const [{ text, values }] = world.sent() as [DataStatement];
    const client = new pg.Client({ connectionString: world.test.url });
    await client.connect();
    try {
      const ask = async (tenant: number, before = '') => {
        await client.query(
          `set app.tenant_id = '${tenant}'; set jit = off; set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set parallel_tuple_cost = 0`,
        );
        const { rows } = await client.query<Record<string, string>>(`${before}${text}`, values as unknown[]);
        return rows.flatMap((row) => Object.values(row)).join('\n');
      };
      expect(await ask(1, 'explain (analyze, costs off, timing off, summary off) ')).toMatch(
        /Gather[^]*Workers Launched: [12][^]*Parallel Seq Scan/,
      );
      expect(JSON.parse(alone)).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ kind: 'a' })]) as unknown });
      expect(await ask(1)).toBe(alone);
      expect(JSON.parse(await ask(2))).toMatchObject({ data: [] });
    } finally {
      await client.end();
    }
  });
});

describe('a board', () => {
  it('has the same counts and sums along an index as in one pass over its records', async () => {
    const { sql } = world.test;
    const kind = column('item', 'kind');
    await sql(`update ${world.table('item')} set ${kind} = null where id in (select id from ${world.table('item')} order by id limit 3)`);
    await sql(
      `update ${world.table('item')} set ${kind} = 'gone' where id in (select id from ${world.table('item')} order by id desc limit 2)`,
    );
    const counted = async (query: Record<string, unknown>) => {
      const { columns } = JSON.parse(
        await readBoard(all, 'item', parseBoardQuery(params({ by: 'kind', sum: 'rank', limit: 1, ...query }))),
      ) as {
        columns: { key: string | null; count: number; sums: { rank: string } }[];
      };
      return columns.map(({ key, count, sums }) => ({ key, count, sums }));
    };
    const columns = await counted({});
    expect(columns.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e', null]);
    expect(columns.at(-1)?.count).toBe(3);
    expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(ROWS - 2);
    // A filter that all records pass: what an index has is no longer all that is read.
    expect(await counted({ filter: { '!=': [{ var: 'name' }, 'none'] } })).toEqual(columns);
  });

  it.each([
    ['1', 1, true],
    ['1', 2, false],
    ['2', 1, false],
    ['2', 2, false],
  ])('of a connection of tenant %s, asked for those of tenant %s, counts records along an index: %s', async (connected, asked, isSeen) => {
    const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);
    world.sent();
    const { columns } = JSON.parse(await readBoard(all, 'item', parseBoardQuery(params({ by: 'kind', sum: 'rank', limit: 1 })))) as {
      columns: { count: number }[];
    };
    const whole = sum(columns.map(({ count }) => count));
    expect(whole).toBeGreaterThan(ROWS - 10);
    const { text, values } = world.sent().at(-1) as DataStatement;
    const answer = await connectedAs(connected, (client) => client.query<Record<string, string>>(text, [asked, ...values.slice(1)]));
    const found = [...String(Object.values(answer.rows[0] ?? {})[0]).matchAll(/"count" : (\d+)/g)].map(([, n]) => Number(n));
    expect(sum(found)).toBe(isSeen ? whole : 0);
  });
});

describe('fields that are not shown', () => {
  it('are in no statement: it is the same for an object of two fields and of eighty', async () => {
    const statementOf = async (of: string, work: () => Promise<unknown>) => {
      world.sent();
      await work();
      const [statement] = world.sent() as DataStatement[];
      return statement?.text.replaceAll(table(of), 'T').replaceAll(column(of, 'name'), 'N');
    };
    const shapes: [string, (of: string) => Promise<unknown>][] = [
      ['a page', (of) => list(all, { fields: 'name', sort: '-updated_at', count: 'capped' }, of)],
      ['a page of own records', (of) => list(owner, { fields: 'name', sort: 'name' }, of)],
      [
        'a record',
        (of) => readRecord(all, of, '0198c0de-0000-7000-8000-000000000001', parseRecordQuery(params({ fields: 'name' }))).catch(() => null),
      ],
      ['groups', (of) => aggregateRecords(all, of, parseAggregateQuery({ groupBy: ['name'] }))],
    ];
    for (const [what, ask] of shapes) {
      const narrow = await statementOf('place', () => ask('place'));
      expect([what, await statementOf('wide', () => ask('wide'))]).toEqual([what, narrow]);
    }
  });
});

describe('ways to rows', () => {
  const reached = async (ctx: RequestContext, sort: string, filter?: unknown, pages = 12, q?: string) => {
    const rows: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pages; page += 1) {
      const query = {
        sort,
        limit: 40,
        fields: 'name',
        ...(filter === undefined ? {} : { filter }),
        ...(q === undefined ? {} : { q }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const answer = JSON.parse(await list(ctx, query)) as { data: { id: string; name: string }[]; page: { next: string | null } };
      rows.push(...answer.data.map(({ name }) => name));
      if (answer.page.next === null) break;
      cursor = answer.page.next;
    }
    return rows;
  };

  it.each([
    ['few', 'item 1193', 111],
    ['many', 'item 11', 480],
  ])('lead to %s records of a search, page after page in any order', async (_how, text, count) => {
    for (const sort of ['-updated_at', 'rank', '-rank', 'kind,-name']) {
      const rows = await reached(all, sort, undefined, 12, text);
      expect(rows).toEqual(await reached(all, sort, { starts_with: [{ var: 'name' }, text] }));
      expect([sort, new Set(rows).size]).toEqual([sort, count]);
      expect(await names(all, { sort, q: text, skip: 30, limit: 40, fields: 'name' })).toEqual(rows.slice(30, 70));
    }
  });

  it.each(['-updated_at', 'rank', '-rank', 'kind,-name'])('merge to the same pages as one walk, in the order %s', async (sort) => {
    // The same records, asked for by somebody who may see all of them.
    const isHers = {
      or: [{ '==': [{ var: 'owner' }, shared.actor.userId] }, { any: ['grants', { '==': [{ var: 'person' }, shared.actor.userId] }] }],
    };
    const rows = await reached(shared, sort);
    expect(rows).toHaveLength(480);
    expect(new Set(rows).size).toBe(480);
    expect(rows).toEqual(await reached(all, sort, isHers));
    expect(await names(shared, { sort, skip: 90, limit: 40, fields: 'name' })).toEqual(rows.slice(90, 130));
    const some = others.slice(0, 5);
    const oneByOne = { or: some.map((id) => ({ '==': [{ var: 'owner' }, id] })) };
    expect(await reached(all, sort, { in: [{ var: 'owner' }, [...some, ...some]] })).toEqual(await reached(all, sort, oneByOne));
  });

  it.each([
    ['rank', ['b', 'a', 'a'], true],
    ['-rank', ['a', 'b'], true],
    ['-rank', ['d'], true],
    ['-rank', ['e'], true],
    ['-rank', ['a', 'b', 'c'], false],
    ['-updated_at', ['a', 'b'], false],
    ['-rank,name', ['a', 'b'], false],
  ])('in the order %s lead to those with one of the options %j', async (sort, options, isMerged) => {
    const isNamed = { starts_with: [{ var: 'name' }, 'item 1193'] };
    const wanted = { and: [isNamed, { in: [{ var: 'kind' }, options] }] };
    const rows = await reached(all, sort, wanted);
    expect(rows).toEqual(await reached(all, sort, { and: [isNamed, { or: options.map((kind) => ({ '==': [{ var: 'kind' }, kind] })) }] }));
    expect(new Set(rows).size).toBe(rows.length);
    expect(await names(all, { sort, filter: wanted, skip: 7, limit: 40, fields: 'name' })).toEqual(rows.slice(7, 47));
    world.sent();
    await list(all, { sort, filter: wanted });
    expect(world.sent().at(-1)?.text.includes('o(value)')).toBe(isMerged);
  });

  it('lead to the records of a team and to shared ones, and to none that is denied', async () => {
    const rows = await reached(member, '-rank', undefined, 40);
    const isTeams = { and: [{ '==': [{ var: 'owner' }, shared.actor.userId] }, { '!': [{ starts_with: [{ var: 'name' }, 'item 1'] }] }] };
    const teams = new Set(await reached(all, '-rank', isTeams, 40));
    expect(rows.filter((name) => !teams.has(name))).toHaveLength(3);
    expect(rows.length).toBe(teams.size + 3);
    const { page } = JSON.parse(await list(member, { limit: 1, count: 'exact' })) as { page: { count: number } };
    expect(page.count).toBe(rows.length);
  });

  it('leave nothing of the rights out: a filter narrows what may be read', async () => {
    const filter = { in: [{ var: 'owner' }, [owner.actor.userId, ...others.slice(0, 3)]] };
    const found = JSON.parse(await list(owner, { filter, limit: 1, count: 'exact' })) as { page: { count: number } };
    const own = JSON.parse(await list(owner, { limit: 1, count: 'exact' })) as { page: { count: number } };
    expect(found.page.count).toBe(own.page.count);
    expect((await names(owner, { filter, limit: 200, sort: 'name' })).sort()).toEqual(
      (await names(owner, { limit: 200, sort: 'name' })).sort(),
    );
  });
});

describe('an order that no index has', () => {
  it('is refused over too many records, with the limit and what to do', async () => {
    await expect(list(all, { sort: 'place', limit: 50 })).rejects.toMatchObject({
      code: 'limit_exceeded',
      issues: [{ path: '/sort', message: expect.stringContaining('at most 100,000 records') as unknown }],
    });
  });

  it('is given over fewer', async () => {
    const found = await names(owner, { sort: 'place,name', limit: 50, fields: 'name' });
    expect(found).toHaveLength(50);
    const filter = { '<': [{ var: 'rank' }, 10_000] };
    expect(await names(all, { filter, sort: '-place.name', limit: 5, fields: 'name' })).toHaveLength(5);
  });
});

it('a question that takes too long is stopped, and told so with the limit', async () => {
  const slow = new DataPool({
    connection: appConnection(world.test.config),
    size: 1,
    logger: silentLogger,
    keys: world.database.data.keys,
    statementTimeoutMs: 20,
  });
  try {
    const body = { groupBy: ['name'], measures: [{ op: 'count_distinct', field: 'place', as: 'places' }] };
    await expect(aggregateRecords({ ...all, data: slow }, 'item', parseAggregateQuery(body))).rejects.toMatchObject({
      code: 'limit_exceeded',
      issues: [{ code: 'limit_exceeded', message: expect.stringContaining('at most 5 seconds') as unknown }],
    });
  } finally {
    await slow.close();
  }
});
