import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseListQuery } from '../../src/records/list-query.js';
import { listRecords } from '../../src/records/list-records.js';
import { LIMITS } from '../../src/model/limits.js';
import { addUser, openSpace, type TestSpace } from '../support/space.js';

const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'name' });
const field = (of: string, name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const count = { rollup: { relation: 'sales', function: 'count' } };

describe('sorting by a roll-up', () => {
  let s: TestSpace;
  let ctx: RequestContext;
  beforeAll(async () => {
    s = await openSpace([
      object('shop'),
      field('shop', 'name', 'text', { indexed: true }),
      field('shop', 'worked_out', 'rollup', count),
      field('shop', 'twice', 'formula', { formula: 'worked_out * 2' }),
      field('shop', 'stored', 'rollup', { ...count, materialized: true }),
      object('sale'),
      field('sale', 'name', 'text'),
      field('sale', 'shop', 'lookup', { target: 'shop', inverse: { name: 'sales', label: 'Sales' } }),
    ]);
    const active = s.activeModels.current(s.space);
    const [table, column] = [active.bindings.tables.get('obj_shop') ?? '', active.bindings.columns.get('fld_shop_name')?.column ?? ''];
    await s.test.sql(
      `insert into sp${String(s.space)}."${table}" (tenant_id, id, version, created_at, updated_at, "${column}")
       select $1, gen_random_uuid(), 1, now(), now(), 'shop ' || n % 10 from generate_series(1, $2::int) n`,
      [s.tenantId, LIMITS.sorted_by_roll_ups.max + 1],
    );
    ctx = {
      actor: {
        kind: 'system',
        userId: await addUser(s),
        name: 'Somebody',
        tenantId: s.tenantId,
        roles: [],
        epoch: 1,
        locale: 'en',
        timeZone: 'UTC',
        currency: 'EUR',
        cause: { kind: 'user' },
      },
      active,
      data: s.database.data,
      clock: systemClock,
      cursorKey: 'key',
      refresh: () => s.activeModels.refresh(s.space),
    };
  });
  afterAll(() => s.close());

  const list = async (sort: string, filter?: object) => {
    const asked = { fields: 'name', sort, limit: '5', ...(filter ? { filter: JSON.stringify(filter) } : {}) };
    const json = await listRecords(ctx, 'shop', parseListQuery(new Map(Object.entries(asked))));
    return (JSON.parse(json) as { data: unknown[] }).data.length;
  };

  it.each(['worked_out', '-worked_out', 'twice'])('that is not stored is refused over many records: %s', async (sort) => {
    await expect(list(sort)).rejects.toMatchObject({
      code: 'limit_exceeded',
      issues: [{ path: '/sort', message: expect.stringMatching(/at most 20,000 records.*materialized/) }],
    });
  });

  it('works over those that a filter leaves', async () => {
    expect(await list('worked_out', { '==': [{ var: 'name' }, 'shop 1'] })).toBe(5);
  });

  it('works over many when it is stored', async () => {
    expect(await list('stored')).toBe(5);
  });
});
