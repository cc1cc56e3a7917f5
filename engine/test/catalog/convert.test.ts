import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { planRollback } from '../../src/catalog/versions.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { fieldOf, object, openScene, type Scene } from '../support/scene.js';

const field = fieldOf('city');

describe('a field that becomes another type', () => {
  let s: Scene;
  let ids: Map<string, string>;
  beforeAll(async () => {
    s = await openScene([object('city'), field('title'), field('code'), field('since', { type: 'date' })]);
  });
  beforeEach(async () => {
    ids = new Map();
    await s.test.sql(`delete from sp1.${s.at('obj_city')}`);
    for (const [title, code] of [
      ['Ulm', '12'],
      ['Bern', 'n/a'],
      ['Graz', '07'],
      ['Linz', null],
    ] as const) {
      const { id } = await createRecord(s.context(), 'city', { title, code, since: '2024-06-01' });
      ids.set(title, id);
    }
  });
  afterEach(async () => {
    const back = await planRollback(s.catalog, s.space, 1, s.admin);
    if (back.changes.length > 0) await s.go(back);
    await s.settle();
    expect(
      await s.test.sql(
        `select tgname from pg_trigger where tgname like 'dw\\_%' union select proname from pg_proc where proname like 'dw\\_%'`,
      ),
    ).toEqual([]);
  });
  afterAll(() => s.close());

  const seen = (name = 'code') => s.seen('city', name);

  it('invariant 18: says how many values convert and which do not, and asks before it does anything', async () => {
    const planned = await s.plan(field('code', { type: 'integer' }));
    expect(planned.hazards).toEqual([
      {
        code: 'convert:fld_city_code',
        message: expect.stringMatching(/^code becomes integer: 2 values of 3 convert\. 1 record will have no value/),
        risk: 'R3',
        affected: { rows: 3 },
        conversion: {
          object: 'city',
          field: 'code',
          from: 'text',
          to: 'integer',
          values: 3,
          lost: 1,
          shortened: 0,
          samples: [{ id: ids.get('Bern') }],
        },
      },
    ]);
    expect(planned.statements.map(({ lock }) => lock)).not.toContain('L4');
    const unconfirmed = publishPlan(s.catalog, { space: s.space, hash: planned.hash ?? '', confirm: [], publisher: s.admin });
    await expect(unconfirmed).rejects.toMatchObject({ code: 'hazard_unconfirmed' });
    expect(await seen()).toEqual({ Bern: 'n/a', Graz: '07', Linz: null, Ulm: '12' });
  });

  it('converts what there is and what comes in, and leaves the old column as it was', async () => {
    const column = s.at('fld_city_code');
    expect(await s.go(field('code', { type: 'integer', indexed: true }))).toMatchObject({ pending: [] });
    expect(await seen()).toEqual({ Bern: null, Graz: 7, Linz: null, Ulm: 12 });
    expect(s.at('fld_city_code')).not.toBe(column);
    await createRecord(s.context(), 'city', { title: 'Wien', code: 3 });
    expect(await seen()).toMatchObject({ Wien: 3 });
    expect(await s.test.sql(`select version from sp1.${s.at('obj_city')} where "${column}" = '12'`)).toEqual([{ version: 1 }]);
  });

  it('invariant 19: returning brings back every value that was not changed since, also those that did not convert', async () => {
    const column = s.at('fld_city_code');
    await s.go(field('code', { type: 'integer' }));
    await updateRecord(s.context(), 'city', ids.get('Ulm') ?? '', { code: 13 });
    await createRecord(s.context(), 'city', { title: 'Wien', code: 3 });
    const back = await planRollback(s.catalog, s.space, 1, s.admin);
    expect(back.hazards.map(({ conversion }) => [conversion?.values, conversion?.lost])).toEqual([[3, 0]]);
    expect(back.statements.map(({ sql }) => sql).join()).not.toContain('add column');
    await s.go(back);
    expect(s.at('fld_city_code')).toBe(column);
    expect(await seen()).toEqual({ Bern: 'n/a', Graz: '07', Linz: null, Ulm: '13', Wien: '3' });
  });

  it('goes back to the column it had, over and over', async () => {
    const columns = async () =>
      s.test.sql(`select count(*)::int as n from pg_attribute where attrelid = 'sp1.${s.at('obj_city')}'::regclass`);
    await s.go(field('code', { type: 'integer' }));
    const before = await columns();
    for (let n = 0; n < 3; n += 1) {
      await s.go(field('code'));
      await s.go(field('code', { type: 'integer' }));
    }
    expect(await columns()).toEqual(before);
    expect(await seen()).toEqual({ Bern: null, Graz: 7, Linz: null, Ulm: 12 });
  });

  it('takes another type every time', async () => {
    await s.go(field('code', { type: 'integer' }));
    await s.go(field('code', { type: 'decimal', precision: 10, scale: 3 }));
    await s.go(field('code', { type: 'text' }));
    expect(await seen()).toEqual({ Bern: null, Graz: '7.000', Linz: null, Ulm: '12.000' });
  });

  it('keeps the history of the field', async () => {
    await updateRecord(s.context(), 'city', ids.get('Ulm') ?? '', { code: '14' });
    await s.go(field('code', { type: 'integer' }));
    await updateRecord(s.context(), 'city', ids.get('Ulm') ?? '', { code: 15 });
    const history = await s.test.sql(
      `select diff -> 'fld_city_code' as change from sp1.sys_history where record_id = $1 and op = 'update' order by version`,
      [ids.get('Ulm')],
    );
    expect(history).toEqual([{ change: ['12', '14'] }, { change: [14, 15] }]);
  });

  it('counts what else the field is to hold by what its values become', async () => {
    await updateRecord(s.context(), 'city', ids.get('Bern') ?? '', { code: '7' });
    const doubles = await s.plan(field('code', { type: 'integer', unique: true }));
    expect(doubles.issues).toEqual([expect.objectContaining({ code: 'duplicates', message: expect.stringMatching(/^2 records/) })]);
    await updateRecord(s.context(), 'city', ids.get('Bern') ?? '', { code: 'n/a' });
    const required = await s.plan(field('code', { type: 'integer', unique: true, required: true }));
    expect(required.hazards.map(({ code, affected }) => [code, affected])).toEqual([
      ['required_missing:fld_city_code', { rows: 2 }],
      ['convert:fld_city_code', { rows: 3 }],
    ]);
    await s.go(required);
    await expect(createRecord(s.context(), 'city', { title: 'Wien', code: 7 })).rejects.toMatchObject({ code: 'duplicate' });
    await expect(createRecord(s.context(), 'city', { title: 'Wien' })).rejects.toMatchObject({ code: 'record_invalid' });
  });

  it('is refused as a whole, with nothing left behind, when a value comes in twice meanwhile', async () => {
    const before = await s.test.sql(
      `select attname from pg_attribute where attrelid = 'sp1.${s.at('obj_city')}'::regclass and not attisdropped`,
    );
    const planned = await s.plan(field('code', { type: 'integer', unique: true }), field('since', { type: 'datetime' }));
    await createRecord(s.context(), 'city', { title: 'Wien', code: '7' });
    await expect(s.go(planned)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('the same value') });
    expect(
      await s.test.sql(`select attname from pg_attribute where attrelid = 'sp1.${s.at('obj_city')}'::regclass and not attisdropped`),
    ).toEqual(before);
    expect(await s.test.sql(`select state, error from meta.publication`)).toEqual([
      { state: 'failed', error: expect.stringContaining('the same value') },
    ]);
  });

  it('converts records that lack a value they must have by now, and goes on asking for it', async () => {
    await s.go(field('code', { required: true }));
    await s.go(field('since', { type: 'datetime' }));
    expect(await seen('since')).toMatchObject({ Linz: '2024-06-01T00:00:00.000Z' });
    const insert = `insert into sp1.${s.at('obj_city')} (id, tenant_id) values (gen_random_uuid(), $1)`;
    await expect(s.test.sql(insert, [s.tenantId])).rejects.toMatchObject({ code: '23514', constraint: `nn_${s.at('fld_city_code')}` });
  });

  it.each<[type: string, more: object, lost: string[], shortened: number, seen: object]>([
    ['duration', {}, ['Bern'], 0, { Bern: null, Graz: 'PT7S', Linz: null, Ulm: 'PT12S' }],
    ['rating', { max: '10' }, ['Bern', 'Ulm'], 0, { Bern: null, Graz: 7, Linz: null, Ulm: null }],
    ['score', {}, ['Bern'], 0, { Bern: null, Graz: 7, Linz: null, Ulm: 12 }],
    ['time', {}, ['Bern', 'Graz', 'Ulm'], 0, { Bern: null, Graz: null, Linz: null, Ulm: null }],
    ['tags', {}, [], 0, { Bern: ['n/a'], Graz: ['07'], Linz: null, Ulm: ['12'] }],
    ['rich_text', {}, [], 0, { Bern: '<p>n/a</p>', Graz: '<p>07</p>', Linz: null, Ulm: '<p>12</p>' }],
    ['address', {}, [], 0, { Linz: null, Ulm: { street: '12', city: null, state: null, postal_code: null, country: null } }],
    ['geo_point', {}, ['Bern', 'Graz', 'Ulm'], 0, { Ulm: null }],
  ])('counts, names and converts over a filled table, there and back: text to %s', async (type, more, lost, shortened, expected) => {
    const planned = await s.plan(field('code', { type, ...more }));
    expect(planned.hazards.map(({ conversion }) => conversion)).toEqual([
      expect.objectContaining({ from: 'text', to: type, values: 3, lost: lost.length, shortened }),
    ]);
    const samples = planned.hazards.flatMap(({ conversion }) => conversion?.samples.map(({ id }) => id) ?? []);
    expect(samples.toSorted()).toEqual(lost.map((title) => ids.get(title)).toSorted());
    await s.go(planned);
    expect(await seen()).toMatchObject(expected);
    await s.go(field('code'));
    expect(await seen(), 'what was not changed since is back').toEqual({ Bern: 'n/a', Graz: '07', Linz: null, Ulm: '12' });
  });

  it('converts several fields of a table at once', async () => {
    await s.go(field('code', { type: 'integer', name: 'number' }), field('since', { type: 'datetime', label: 'Since' }));
    expect(await seen('number')).toMatchObject({ Ulm: 12 });
    expect(await seen('since')).toMatchObject({ Ulm: '2024-06-01T00:00:00.000Z' });
  });
});
