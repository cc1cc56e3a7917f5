import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace } from '../../src/catalog/examine.js';
import { planDraft, putElement } from '../../src/catalog/drafts.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { ensureSpaceTables } from '../../src/store/create-space.js';
import type { Actor } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseListQuery } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { recomputeMarked } from '../../src/records/rollup-worker.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord } from '../../src/records/write-record.js';
import type { DataStatement } from '../../src/store/data-pool.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const field = (of: string, name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const role = {
  kind: 'role',
  id: 'rol_all',
  name: 'all',
  label: 'All',
  default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' },
};
const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'name' });
const base = [
  role,
  object('shop'),
  field('shop', 'name', 'text'),
  object('sale'),
  field('sale', 'name', 'text'),
  field('sale', 'shop', 'lookup', { target: 'shop', inverse: { name: 'sales', label: 'Sales' } }),
  field('sale', 'price', 'currency'),
  field('sale', 'count', 'integer'),
  field('sale', 'day', 'date'),
];

/** Every function that is said to be fit for an index, over columns of every type. */
const INDEXED = [
  'count * 2 + 1',
  '-(price / 3)',
  'LEN(TRIM(name))',
  'ABS(count) - FLOOR(price) + CEILING(price) + ROUND(price, 1)',
  'MIN(count, price) + MAX(count, 5)',
  'IF(count > 5, "many", "few")',
  'CASE(name, "a", 1, "b", 2, 0)',
  'AND(count > 1, OR(price > 2, NOT(ISBLANK(name))))',
  'BLANKVALUE(name, "none")',
  'name & "-" & count',
  'LEFT(name, 2) & RIGHT(name, 2) & MID(name, 1, 1)',
  'UPPER(name) & LOWER(name)',
  'CONTAINS(name, "x")',
  'SUBSTITUTE(name, "a", "b")',
  'VALUE(name) + LEN(TEXT(count))',
  'day + 7',
  'day - DATEADD(day, 1, "month")',
  'DATEDIFF(day, day + 3, "week")',
  'YEAR(day) * 100 + MONTH(day) + DAY(day) + WEEKDAY(day)',
];
const formulas = INDEXED.map((formula, index) => field('sale', `f${index}`, 'formula', { formula, indexed: true }));

describe('publishing computed fields', () => {
  let s: TestSpace;
  let admin: string;
  let ctx: RequestContext;
  let sent: DataStatement[] = [];
  beforeAll(async () => {
    s = await openSpace([...base, ...formulas.slice(0, 10)]);
    admin = await addUser(s);
    s.database.data.onStatement = (statement) => sent.push(statement);
    const actor: Actor = {
      kind: 'user',
      userId: admin,
      name: 'Ada',
      tenantId: s.tenantId,
      roles: ['all'],
      epoch: 1,
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
      cause: { kind: 'user' },
    };
    const refresh = () => s.activeModels.refresh(s.space);
    ctx = { actor, active: await refresh(), data: s.database.data, clock: systemClock, cursorKey: 'key', refresh };
  }, 60_000);
  afterAll(() => s.close());
  afterEach(async () => {
    expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
  });

  const publish = async (...documents: object[]) => {
    const plan = await planDraft(s.catalog, await draft(s, admin, ...documents));
    if (plan.hash === null) throw new Error(JSON.stringify(plan.issues));
    await publishPlan(s.catalog, { space: s.space, hash: plan.hash, confirm: plan.hazards.map(({ code }) => code), publisher: admin });
    ctx = { ...ctx, active: await s.activeModels.refresh(s.space) };
    return plan.statements;
  };
  const binding = (id: string) => ctx.active.bindings.columns.get(id)?.column ?? ctx.active.bindings.tables.get(id) ?? '';
  const settle = async () => {
    while ((await recomputeMarked({ data: s.database.data, models: s.activeModels, space: s.space, tenantId: s.tenantId })) > 0);
  };

  it('builds an index for every function that can have one, on a new table and on a filled one', async () => {
    await s.test.sql(
      `insert into sp1.${binding('obj_sale')} (id, tenant_id, ${binding('fld_sale_name')}, ${binding('fld_sale_count')}, ${binding('fld_sale_price')}, ${binding('fld_sale_price')}_cur, ${binding('fld_sale_day')})
       select gen_random_uuid(), $1, repeat('ab', 400) || n, (n * 7919) % 20000, n, 'EUR', date '2026-01-01' + n % 400 from generate_series(1, 5000) n`,
      [s.tenantId],
    );
    const statements = await publish(...formulas.slice(10));
    expect(statements.map(({ phase, lock }) => `${phase} ${lock}`)).toEqual(formulas.slice(10).map(() => 'POST L2'));
    expect(statements[0]?.sql).toContain('create index concurrently');
    await s.test.sql(`analyze sp1.${binding('obj_sale')}`);
  }, 60_000);

  /** The plan of the last statement, made for all values as the pool has it made. */
  async function planned(): Promise<string> {
    const statement = sent.at(-1);
    const client = new pg.Client({ connectionString: s.test.url });
    await client.connect();
    try {
      await client.query(`set app.tenant_id = '${s.tenantId}'; set plan_cache_mode = force_generic_plan; set jit = off`);
      await client.query(`prepare page as ${statement?.text ?? ''}`);
      const values = (statement?.values ?? []).map((value) => (value === null ? 'null' : `'${String(value)}'`)).join(', ');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain execute page(${values})`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } finally {
      await client.end();
    }
  }

  it('serves order, cursor and filter from the index of a formula', async () => {
    const index = `ix_${binding('fld_sale_f0')}`;
    const list = async (query: Record<string, unknown>) => {
      sent = [];
      return JSON.parse(await listRecords(ctx, 'sale', parseListQuery(new Map(Object.entries({ fields: 'f0', ...query }))))) as {
        data: { f0: string }[];
        page: { next: string };
      };
    };
    for (const sort of ['f0', '-f0']) {
      const { data, page } = await list({ sort, limit: '50' });
      expect(await planned()).toContain(`using ${index}`);
      const next = await list({ sort, limit: '50', cursor: page.next });
      const plan = await planned();
      expect(plan).toContain(`using ${index}`);
      expect(plan).not.toContain('Sort Key: (');
      const values = [...data, ...next.data].map(({ f0 }) => Number(f0));
      expect(values).toEqual(values.toSorted((a, b) => (sort === 'f0' ? a - b : b - a)));
    }
    await list({ filter: JSON.stringify({ '==': [{ var: 'f0' }, 15] }), limit: '5' });
    expect(await planned()).toContain(index);
  });

  it('drops the index with the formula, and changes no table when a field that it reads is renamed', async () => {
    const renamed = field('sale', 'f3', 'formula', { formula: 'count * 3', indexed: true });
    expect((await publish(renamed)).map(({ sql }) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
      'drop index concurrently',
      'create index concurrently',
    ]);
    const gone = await publish({ retire: renamed });
    expect(gone.map(({ sql }) => sql)).toEqual([expect.stringContaining('drop index concurrently')]);
    const before = await s.test.sql(`select indexrelid, indrelid from pg_index order by 1`);
    const twin = field('sale', 'number', 'integer', { id: 'fld_sale_count' });
    const again = formulas
      .filter(({ name }) => name !== 'f3')
      .map((each) => ({ ...each, formula: (each as unknown as { formula: string }).formula.replaceAll('count', 'number') }));
    const { revision } = ctx.active;
    const editor = await draft(s, admin);
    await putElement(s.catalog, editor, 'field', 'sale.count', { document: twin, baseRevision: revision });
    expect(await publish(...again)).toEqual([]);
    expect(await s.test.sql(`select indexrelid, indrelid from pg_index order by 1`)).toEqual(before);
  });

  it('marks every record for a new stored roll-up, and again when it is made of something else', async () => {
    const { id: shop } = await createRecord(ctx, 'shop', { name: 'Corner' });
    await createRecord(ctx, 'sale', { name: 'one', shop, number: 5 });
    const rollup = (made: object, more: object = {}) =>
      field('shop', 'made', 'rollup', { rollup: { relation: 'sales', function: 'sum', field: 'number', ...made }, ...more });
    const value = async () => {
      await settle();
      const { data } = JSON.parse(await listRecords(ctx, 'shop', parseListQuery(new Map([['fields', 'made']])))) as {
        data: { made: unknown }[];
      };
      return data[0]?.made;
    };
    expect(await publish(rollup({}))).toEqual([]);
    expect(await value()).toBe('5');
    const stored = await publish(rollup({}, { materialized: true }));
    expect(stored.map(({ phase, sql }) => `${phase} ${sql.split(' ').slice(0, 2).join(' ')}`)).toEqual([
      'TX alter table',
      'TX comment on',
      'TX create or',
      'POST insert into',
    ]);
    expect(await value()).toBe('5');
    const big = { where: { '>': [{ var: 'number' }, 10] } };
    expect((await publish(rollup(big, { materialized: true }))).map(({ phase }) => phase)).toEqual(['POST']);
    expect(await value()).toBeNull();
    // No longer stored, it is worked out when it is read; its column waits.
    expect(await publish(rollup({}))).toEqual([]);
    expect(await value()).toBe('5');
    expect((await publish(rollup({}, { indexed: true }))).map(({ phase }) => phase)).toEqual(['POST', 'POST']);
    expect(await value()).toBe('5');
  });

  it('gives a space that was made before the tables it lacks, once', async () => {
    await s.test.sql('drop table sp1.sys_dirty cascade');
    await s.test.sql('drop view sp1_v.sys_history');
    await s.test.sql('alter table sp1.sys_history drop column operation');
    await s.test.sql(
      `create view sp1_v.sys_history as select tenant_id, object_no, record_id, version, at, actor, op, cause, diff, rev from sp1.sys_history
         where tenant_id = current_setting('app.tenant_id')::int with cascaded check option`,
    );
    await s.test.sql('alter view sp1_v.sys_history owner to fieldstone_test_owner');
    await s.test.sql('grant select, insert on sp1_v.sys_history to fieldstone_test_app');
    await s.test.sql(
      'alter table sp1.sys_outbox drop constraint pk_sys_outbox, add primary key (seq); create index ix_sys_outbox on sp1.sys_outbox (xid, seq)',
    );
    await ensureSpaceTables(s.database);
    await ensureSpaceTables(s.database);
    await createRecord(ctx, 'sale', { name: 'after' });
    expect(await s.test.sql('select count(*)::int as n from sp1.sys_dirty')).toEqual([{ n: 0 }]);
    expect(await s.test.sql(`select op from sp1.sys_history where operation is not null`)).toEqual([{ op: 'create' }]);
    expect(await s.test.sql(`select indexname, indexdef from pg_indexes where schemaname = 'sp1' and tablename = 'sys_outbox'`)).toEqual([
      { indexname: 'pk_sys_outbox', indexdef: 'CREATE UNIQUE INDEX pk_sys_outbox ON sp1.sys_outbox USING btree (xid, seq)' },
    ]);
  });
});

describe('a field whose values were given', () => {
  let s: TestSpace;
  let publisher: string;
  beforeAll(async () => {
    s = await openSpace([...base, field('sale', 'made', 'formula', { formula: '"x"' })]);
    publisher = await addUser(s);
  });
  afterAll(() => s.close());

  const context = (): RequestContext => ({
    actor: {
      kind: 'system',
      userId: publisher,
      name: 'Somebody',
      tenantId: s.tenantId,
      roles: [],
      epoch: 1,
      locale: 'en',
      timeZone: 'UTC',
      currency: 'EUR',
      cause: { kind: 'user' },
    },
    active: s.activeModels.current(s.space),
    data: s.database.data,
    clock: systemClock,
    cursorKey: 'key',
    refresh: () => s.activeModels.refresh(s.space),
  });
  const bring = async (document: object) => {
    const plan = await planDraft(s.catalog, await draft(s, publisher, document));
    expect(plan.issues).toEqual([]);
    const confirm = plan.hazards.map(({ code }) => code);
    await publishPlan(s.catalog, { space: s.space, hash: plan.hash ?? '', confirm, publisher });
    return confirm;
  };

  it('can be worked out from then on, and has them again when it is what it was', async () => {
    const { id } = await createRecord(context(), 'sale', { name: 'written', count: 7 });
    const name = async () => (JSON.parse((await readRecord(context(), 'sale', id, { fields: ['name'] })).json) as { name: unknown }).name;
    expect(await bring(field('sale', 'name', 'formula', { formula: 'count & " pieces"', indexed: true }))).toEqual([
      'compute:fld_sale_name',
    ]);
    expect(await name()).toBe('7 pieces');
    expect((await examineSpace(s.database, s.space)).drift).toEqual([]);
    await bring(field('sale', 'name', 'text'));
    expect(await name()).toBe('written');
    expect((await examineSpace(s.database, s.space)).drift).toEqual([]);
  });

  it.each([
    ['a link', field('sale', 'shop', 'formula', { formula: '"x"' })],
    ['a formula that never was anything else', field('sale', 'made', 'text')],
  ])('is not made of %s', async (_name, document) => {
    const plan = await planDraft(s.catalog, await draft(s, await addUser(s), document));
    expect(plan.issues).toMatchObject([{ path: '/type', code: 'type_change_unsupported' }]);
  });
});
