import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discardDraft } from '../../src/catalog/draft-list.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { examineSpace } from '../../src/catalog/examine.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { planRollback } from '../../src/catalog/versions.js';
import { NOBODY } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'title' });
const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_city_${name}`,
  object: 'city',
  name,
  label: name,
  type: 'text',
  ...more,
});

describe('a field that becomes another type', () => {
  let s: TestSpace;
  let admin: string;
  let ids: Map<string, string>;
  beforeAll(async () => {
    s = await openSpace([object('city'), field('title'), field('code'), field('since', { type: 'date' })]);
    admin = await addUser(s);
  });
  beforeEach(async () => {
    ids = new Map();
    await s.test.sql(`delete from sp1.${at('obj_city')}`);
    for (const [title, code] of [
      ['Ulm', '12'],
      ['Bern', 'n/a'],
      ['Graz', '07'],
      ['Linz', null],
    ] as const) {
      const { id } = await createRecord(context(), 'city', { title, code, since: '2024-06-01' });
      ids.set(title, id);
    }
  });
  afterEach(async () => {
    await discardDraft(s.catalog, { space: s.space, owner: admin });
    const back = await planRollback(s.catalog, s.space, 1, admin);
    if (back.changes.length > 0) await publish(back);
    expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
    expect(
      await s.test.sql(
        `select tgname from pg_trigger where tgname like 'dw\\_%' union select proname from pg_proc where proname like 'dw\\_%'`,
      ),
    ).toEqual([]);
  });
  afterAll(() => s.close());

  const actor = {
    kind: 'system',
    userId: NOBODY,
    name: 'Test',
    roles: [],
    epoch: 0,
    locale: 'en',
    timeZone: 'UTC',
    currency: 'EUR',
  } as const;
  const context = (): RequestContext => ({
    actor: { ...actor, tenantId: s.tenantId, cause: { kind: 'user' } },
    active: s.activeModels.current(s.space),
    data: s.database.data,
    clock: systemClock,
    cursorKey: 'key-of-the-tests',
    refresh: () => s.activeModels.refresh(s.space),
  });
  const at = (id: string) => {
    const { bindings } = s.activeModels.current(s.space);
    return bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? 'gone';
  };
  const plan = async (...documents: object[]) => planDraft(s.catalog, await draft(s, admin, ...documents));
  type Planned = Awaited<ReturnType<typeof plan>>;
  const publish = async (planned: Planned) => {
    if (planned.hash === null) throw new Error(JSON.stringify(planned.issues));
    const confirm = planned.hazards.map(({ code }) => code);
    return publishPlan(s.catalog, { space: s.space, hash: planned.hash, confirm, publisher: admin });
  };
  const seen = async (name = 'code') => {
    const { data } = JSON.parse(await listRecords(context(), 'city', { sort: [{ field: 'title', direction: 'asc' }] })) as {
      data: { [field: string]: unknown }[];
    };
    return Object.fromEntries(data.map((record) => [record['title'], record[name]]));
  };

  it('invariant 18: says how many values convert and which do not, and asks before it does anything', async () => {
    const planned = await plan(field('code', { type: 'integer' }));
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
    const unconfirmed = publishPlan(s.catalog, { space: s.space, hash: planned.hash ?? '', confirm: [], publisher: admin });
    await expect(unconfirmed).rejects.toMatchObject({ code: 'hazard_unconfirmed' });
    expect(await seen()).toEqual({ Bern: 'n/a', Graz: '07', Linz: null, Ulm: '12' });
  });

  it('converts what there is and what comes in, and leaves the old column as it was', async () => {
    const column = at('fld_city_code');
    expect(await publish(await plan(field('code', { type: 'integer', indexed: true })))).toMatchObject({ pending: [] });
    expect(await seen()).toEqual({ Bern: null, Graz: 7, Linz: null, Ulm: 12 });
    expect(at('fld_city_code')).not.toBe(column);
    await createRecord(context(), 'city', { title: 'Wien', code: 3 });
    expect(await seen()).toMatchObject({ Wien: 3 });
    expect(await s.test.sql(`select version from sp1.${at('obj_city')} where "${column}" = '12'`)).toEqual([{ version: 1 }]);
  });

  it('invariant 19: returning brings back every value that was not changed since, also those that did not convert', async () => {
    const column = at('fld_city_code');
    await publish(await plan(field('code', { type: 'integer' })));
    await updateRecord(context(), 'city', ids.get('Ulm') ?? '', { code: 13 });
    await createRecord(context(), 'city', { title: 'Wien', code: 3 });
    const back = await planRollback(s.catalog, s.space, 1, admin);
    expect(back.hazards.map(({ conversion }) => [conversion?.values, conversion?.lost])).toEqual([[3, 0]]);
    expect(back.statements.map(({ sql }) => sql).join()).not.toContain('add column');
    await publish(back);
    expect(at('fld_city_code')).toBe(column);
    expect(await seen()).toEqual({ Bern: 'n/a', Graz: '07', Linz: null, Ulm: '13', Wien: '3' });
  });

  it('goes back to the column it had, over and over', async () => {
    const columns = async () =>
      s.test.sql(`select count(*)::int as n from pg_attribute where attrelid = 'sp1.${at('obj_city')}'::regclass`);
    await publish(await plan(field('code', { type: 'integer' })));
    const before = await columns();
    for (let n = 0; n < 3; n += 1) {
      await publish(await plan(field('code')));
      await publish(await plan(field('code', { type: 'integer' })));
    }
    expect(await columns()).toEqual(before);
    expect(await seen()).toEqual({ Bern: null, Graz: 7, Linz: null, Ulm: 12 });
  });

  it('takes another type every time', async () => {
    await publish(await plan(field('code', { type: 'integer' })));
    await publish(await plan(field('code', { type: 'decimal', precision: 10, scale: 3 })));
    await publish(await plan(field('code', { type: 'text' })));
    expect(await seen()).toEqual({ Bern: null, Graz: '7.000', Linz: null, Ulm: '12.000' });
  });

  it('keeps the history of the field', async () => {
    await updateRecord(context(), 'city', ids.get('Ulm') ?? '', { code: '14' });
    await publish(await plan(field('code', { type: 'integer' })));
    await updateRecord(context(), 'city', ids.get('Ulm') ?? '', { code: 15 });
    const history = await s.test.sql(
      `select diff -> 'fld_city_code' as change from sp1.sys_history where record_id = $1 and op = 'update' order by version`,
      [ids.get('Ulm')],
    );
    expect(history).toEqual([{ change: ['12', '14'] }, { change: [14, 15] }]);
  });

  it('counts what else the field is to hold by what its values become', async () => {
    await updateRecord(context(), 'city', ids.get('Bern') ?? '', { code: '7' });
    const doubles = await plan(field('code', { type: 'integer', unique: true }));
    expect(doubles.issues).toEqual([expect.objectContaining({ code: 'duplicates', message: expect.stringMatching(/^2 records/) })]);
    await updateRecord(context(), 'city', ids.get('Bern') ?? '', { code: 'n/a' });
    const required = await plan(field('code', { type: 'integer', unique: true, required: true }));
    expect(required.hazards.map(({ code, affected }) => [code, affected])).toEqual([
      ['required_missing:fld_city_code', { rows: 2 }],
      ['convert:fld_city_code', { rows: 3 }],
    ]);
    await publish(required);
    await expect(createRecord(context(), 'city', { title: 'Wien', code: 7 })).rejects.toMatchObject({ code: 'duplicate' });
    await expect(createRecord(context(), 'city', { title: 'Wien' })).rejects.toMatchObject({ code: 'record_invalid' });
  });

  it('is refused as a whole, with nothing left behind, when a value comes in twice meanwhile', async () => {
    const before = await s.test.sql(
      `select attname from pg_attribute where attrelid = 'sp1.${at('obj_city')}'::regclass and not attisdropped`,
    );
    const planned = await plan(field('code', { type: 'integer', unique: true }), field('since', { type: 'datetime' }));
    await createRecord(context(), 'city', { title: 'Wien', code: '7' });
    await expect(publish(planned)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('the same value') });
    expect(
      await s.test.sql(`select attname from pg_attribute where attrelid = 'sp1.${at('obj_city')}'::regclass and not attisdropped`),
    ).toEqual(before);
    expect(await s.test.sql(`select state, error from meta.publication`)).toEqual([
      { state: 'failed', error: expect.stringContaining('the same value') },
    ]);
  });

  it('converts records that lack a value they must have by now, and goes on asking for it', async () => {
    await publish(await plan(field('code', { required: true })));
    await publish(await plan(field('since', { type: 'datetime' })));
    expect(await seen('since')).toMatchObject({ Linz: '2024-06-01T00:00:00.000Z' });
    const insert = `insert into sp1.${at('obj_city')} (id, tenant_id) values (gen_random_uuid(), $1)`;
    await expect(s.test.sql(insert, [s.tenantId])).rejects.toMatchObject({ code: '23514', constraint: `nn_${at('fld_city_code')}` });
  });

  it('converts several fields of a table at once', async () => {
    await publish(await plan(field('code', { type: 'integer', name: 'number' }), field('since', { type: 'datetime', label: 'Since' })));
    expect(await seen('number')).toMatchObject({ Ulm: 12 });
    expect(await seen('since')).toMatchObject({ Ulm: '2024-06-01T00:00:00.000Z' });
  });
});
