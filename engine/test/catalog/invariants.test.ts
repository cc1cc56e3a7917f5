import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeFor } from '../../src/catalog/describe.js';
import { discardDraft } from '../../src/catalog/draft-list.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { examineSpace, resumePending } from '../../src/catalog/examine.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { planRollback } from '../../src/catalog/versions.js';
import { NOBODY } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { RequestContext } from '../../src/records/context.js';
import { listRecords } from '../../src/records/list-records.js';
import { createRecord } from '../../src/records/write-record.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const object = (id: string, name: string, more: object = {}) => ({
  kind: 'object',
  id: `obj_${id}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'title',
  ...more,
});
const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_city_${name}`,
  object: 'city',
  name,
  label: name,
  type: 'text',
  ...more,
});
const options = (...values: string[]) => values.map((value) => ({ value, label: value }));
const size = field('size', { type: 'decimal', precision: 10, scale: 2 });
const kind = field('kind', { type: 'picklist', options: options('small', 'large') });
const river = object('river', 'river');
const riverTitle = { kind: 'field', id: 'fld_river_title', object: 'river', name: 'title', label: 'Title', type: 'text' };

/** Everything of the catalogue that holds a table, a column, an index or a rule of the data. */
const CATALOGUE = `select c.oid, c.relname, c.xmin::text, c.relfilenode, a.attname, a.atttypid, a.xmin::text as axmin
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
 where n.nspname like 'sp%' order by 1, 5`;

describe('what holds for every publish', () => {
  let s: TestSpace;
  let admin: string;
  let other: string;
  beforeAll(async () => {
    s = await openSpace([object('city', 'city'), field('title'), field('code'), size, kind, river, riverTitle]);
    [admin, other] = [await addUser(s), await addUser(s)];
    await createRecord(context(), 'city', { title: 'Ulm', code: 'u', size: '12.50', kind: 'small' });
    await createRecord(context(), 'city', { title: 'Bern', code: 'b', size: '99999999.99', kind: 'large' });
  });
  afterAll(() => s.close());
  afterEach(async () => {
    for (const owner of [admin, other]) await discardDraft(s.catalog, { space: s.space, owner });
    expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
  });

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
  const plan = async (owner: string, ...documents: object[]) => planDraft(s.catalog, await draft(s, owner, ...documents));
  type Planned = Awaited<ReturnType<typeof plan>>;
  const publish = async (planned: Planned, publisher = admin) => {
    if (planned.hash === null) throw new Error(JSON.stringify(planned.issues));
    const confirm = planned.hazards.map(({ code }) => code);
    return publishPlan(s.catalog, { space: s.space, hash: planned.hash, confirm, publisher });
  };
  const back = async (revision: number) => publish(await planRollback(s.catalog, s.space, revision, admin));
  const head = () => s.activeModels.current(s.space).revision;

  it.each<[string, object[]]>([
    ['a field', [field('code', { name: 'short_code' })]],
    ['an option', [{ ...kind, options: [{ value: 'small', label: 'Tiny' }, ...options('large')] }]],
    ['an option that is new', [{ ...kind, options: options('small', 'large', 'huge') }]],
    ['the label of an object', [object('city', 'city', { label: 'Town', pluralLabel: 'Towns' })]],
  ])('invariants 7 and 8: renaming changes no row of the catalogue: %s', async (_what, documents) => {
    const former = head();
    const before = await s.test.sql(CATALOGUE);
    const planned = await plan(admin, ...documents);
    expect(planned.statements).toEqual([]);
    await publish(planned);
    expect((await plan(admin)).changes, 'the same again is no change').toEqual([]);
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
    await back(former);
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
  });

  it('invariant 9: a field with the name of one that was retired has a column of its own, and the former its values', async () => {
    const former = head();
    const column = at('fld_city_code');
    await publish(await plan(admin, { retire: field('code') }));
    await publish(await plan(admin, field('code', { id: 'fld_city_code_again' })));
    expect(at('fld_city_code_again')).not.toBe(column);
    expect(await s.test.sql(`select ${column} as code from sp1.${at('obj_city')} order by 1`)).toEqual([{ code: 'b' }, { code: 'u' }]);
    await back(former);
    expect(at('fld_city_code')).toBe(column);
  });

  it('invariant 14: of two publishers the second is told before anything was built', async () => {
    const former = head();
    const mine = await plan(admin, object('city', 'city', { label: 'Town' }));
    const theirs = await plan(other, field('code', { unique: true, required: true }), field('mayor'));
    expect(theirs.statements.map(({ phase }) => phase)).toContain('PRE');
    await publish(mine);
    const before = await s.test.sql(CATALOGUE);
    await expect(publish(theirs, other)).rejects.toMatchObject({ code: 'plan_stale' });
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
    await back(former);
  });

  it('invariant 18: what may touch data says how many records, exactly', async () => {
    await createRecord(context(), 'city', { title: 'Graz' });
    const required = await plan(admin, field('code', { required: true }), { ...size, required: true });
    expect(required.hazards.map(({ code, affected }) => [code, affected])).toEqual([
      ['required_missing:fld_city_code', { rows: 1 }],
      ['required_missing:fld_city_size', { rows: 1 }],
    ]);
    await discardDraft(s.catalog, { space: s.space, owner: admin });
    const retired = await plan(admin, { retire: field('code') });
    expect(retired.hazards.map(({ code, affected }) => [code, affected?.rows])).toEqual([['retire:fld_city_code', 2]]);
  });

  it('invariant 19: returning to a former version gives back what everybody saw, and every value', async () => {
    const former = head();
    const seen = async () => {
      const { revision: _, ...screens } = JSON.parse(describeFor(s.activeModels.current(s.space), actor).json) as { revision: number };
      return {
        screens,
        records: JSON.parse(await listRecords(context(), 'city', { sort: [{ field: 'title', direction: 'asc' }] })) as unknown,
      };
    };
    const before = await seen();
    await publish(
      await plan(
        admin,
        object('city', 'city', { label: 'Town' }),
        field('code', { name: 'short_code', unique: true }),
        { ...size, precision: 14, required: true, indexed: true },
        { ...kind, options: options('small', 'large', 'huge') },
        field('river', { type: 'lookup', target: 'river' }),
      ),
    );
    expect(await seen()).not.toEqual(before);
    await back(former);
    expect(await seen()).toEqual(before);
  });

  it('drops what a former version still had to drop before it builds it anew', async () => {
    await publish(await plan(admin, field('code', { unique: true })));
    const index = `uq_${at('fld_city_code')}`;
    await publish(await plan(admin, field('code')));
    // As if the publisher had died between the transaction and the drop.
    await s.test.sql(`create unique index ${index} on sp1.${at('obj_city')} (tenant_id, lower(${at('fld_city_code')}))`);
    await s.test.sql(`update meta.step set status = 'pending' where sql like 'drop index%' and rev = $1`, [head()]);
    await publish(await plan(admin, field('code', { unique: true })));
    expect(await resumePending(s.database, s.space)).toEqual([]);
    expect(await s.test.sql(`select indisvalid from pg_index where indexrelid = to_regclass($1)`, [`sp1.${index}`])).toEqual([
      { indisvalid: true },
    ]);
    await publish(await plan(admin, field('code')));
  });
});
