import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestContext } from '../../src/records/context.js';
import { parseListQuery } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { analyzeUnknownTables } from '../../src/store/analyze-tables.js';
import { makeWorld, type World } from '../records/world.js';

const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'mark' });
const field = (of: string, name: string, type: string, more: object = {}) => ({
  ...{ kind: 'field', id: `fld_${of}_${name}`, object: of, name, label: name, type },
  ...more,
});

let world: World;
let everyone: RequestContext;
beforeAll(async () => {
  world = await makeWorld([
    object('parcel'),
    field('parcel', 'mark', 'text'),
    field('parcel', 'round', 'integer', { indexed: true }),
    object('item'),
    field('item', 'mark', 'text'),
    field('item', 'round', 'integer', { indexed: true }),
    field('item', 'parcel', 'lookup', { target: 'parcel', inverse: { name: 'items', label: 'Items' } }),
    object('note'),
    field('note', 'mark', 'text'),
    { kind: 'role', id: 'rol_all', name: 'all', label: 'All', default: { read: 'all', create: true, fields: 'edit' } },
  ]);
  everyone = await world.person('Ada', ['all']);
  await world.test.sql(
    `insert into ${world.table('parcel')} (id, tenant_id, ${world.column('parcel', 'round')}) select gen_random_uuid(), 1, n % 10 from generate_series(1, 20000) n`,
  );
  await world.test.sql(
    `insert into ${world.table('item')} (id, tenant_id, ${world.column('item', 'round')}, ${world.column('item', 'parcel')})
     select gen_random_uuid(), 1, row_number() over () % 20, id from ${world.table('parcel')} limit 6000`,
  );
  await world.test.sql(`insert into ${world.table('note')} (id, tenant_id) values (gen_random_uuid(), 1)`);
});
afterAll(() => world.close());

/** Pages that Postgres read for the first page of the items of a round. */
async function pagesRead(): Promise<number> {
  const params = new Map<string, unknown>([
    ['filter', { '==': [{ var: 'round' }, 7] }],
    ['fields', 'mark,parcel'],
    ['limit', 200],
  ]);
  world.sent();
  await listRecords(everyone, 'item', parseListQuery(params));
  const [statement] = world.sent();
  const client = new pg.Client({ connectionString: world.test.url });
  await client.connect();
  try {
    await client.query(`set app.tenant_id = '1'; set jit = off; set random_page_cost = 1.1`);
    type Explained = { 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }] };
    const { rows } = await client.query<Explained>(
      `explain (analyze, buffers, format json) ${statement?.text ?? ''}`,
      statement?.values as unknown[],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
  } finally {
    await client.end();
  }
}

it('a table that was filled before anybody told Postgres is analysed once, and its pages are no longer joined by reading all of another', async () => {
  const blind = await pagesRead();
  const tables = await analyzeUnknownTables(world.database);
  expect(tables).toContain(world.table('parcel'));
  expect(tables).toContain(world.table('item'));
  expect(tables).not.toContain(world.table('note'));
  const seeing = await pagesRead();
  expect(seeing).toBeLessThan(2_000);
  expect(blind).toBeGreaterThan(20 * seeing);
  expect(await analyzeUnknownTables(world.database)).toEqual([]);
});

it('a table that somebody has locked is left for the next time', async () => {
  const { table, test, database } = world;
  await test.sql(`create table ${table('note')}_copy as select n, repeat('x', 100) from generate_series(1, 2000) n`);
  expect(await analyzeUnknownTables(database), 'it is not ours').toEqual([]);
  await test.sql(`alter table ${table('note')}_copy owner to fieldstone_test_owner`);
  const holder = new pg.Client({ connectionString: test.url });
  await holder.connect();
  try {
    await holder.query(`begin; lock table ${table('note')}_copy in share update exclusive mode`);
    expect(await analyzeUnknownTables(database)).toEqual([]);
    await holder.query('rollback');
    expect(await analyzeUnknownTables(database)).toEqual([`${table('note')}_copy`]);
    expect(await analyzeUnknownTables(database)).toEqual([]);
  } finally {
    await holder.end();
    await test.sql(`drop table ${table('note')}_copy`);
  }
});
