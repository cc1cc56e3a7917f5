import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace } from '../../src/catalog/examine.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_city_title', object: 'city', name: 'title', label: 'Title', type: 'text' };
const mayor = { kind: 'field', id: 'fld_city_mayor', object: 'city', name: 'mayor', label: 'Mayor', type: 'text' };
const river = { kind: 'object', id: 'obj_river', name: 'river', label: 'River', pluralLabel: 'Rivers', nameField: 'title' };
const riverTitle = { kind: 'field', id: 'fld_river_title', object: 'river', name: 'title', label: 'Title', type: 'text', required: true };

/** Everything in the catalogue of the data schemas that a publish could touch. */
const CATALOGUE = `select c.oid, c.relname, c.relkind, c.relacl::text, c.xmin::text, a.attname, a.atttypid, a.attnum, a.xmin::text as axmin
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
 where n.nspname like 'sp%' order by 1, 8`;

describe('publishing', () => {
  let s: TestSpace;
  let admin: string;
  beforeAll(async () => {
    s = await openSpace([city, title]);
    admin = await addUser(s);
  });
  afterAll(() => s.close());

  afterEach(async () => {
    expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
  });

  const publish = async (documents: object[], confirm: string[] = []) => {
    const editor = await draft(s, admin, ...documents);
    const plan = await planDraft(s.catalog, editor);
    if (plan.hash === null) throw new Error(JSON.stringify(plan.issues));
    return { plan, ...(await publishPlan(s.catalog, { space: s.space, hash: plan.hash, confirm, publisher: admin })) };
  };
  const binding = (id: string) => {
    const { bindings } = s.activeModels.current(s.space);
    return bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? '';
  };
  const insertCity = (name: string) =>
    s.test.sql(
      `insert into sp1.${binding('obj_city')} (id, tenant_id, ${binding('fld_city_title')}) values (gen_random_uuid(), ${s.tenantId}, $1)`,
      [name],
    );

  it('makes the tables of the first packs, and nothing the second time', async () => {
    expect(s.activeModels.current(s.space).revision).toBe(1);
    expect(await s.test.sql(`select to_regclass($1) is not null as made`, [`sp1_v.${binding('obj_city')}`])).toEqual([{ made: true }]);
    expect(await s.publish([city, title])).toEqual({ revision: 1, changed: false });
  });

  it('invariant 11: adds a field to a filled table without rewriting it, and makes the same plan twice', async () => {
    await insertCity('Ulm');
    const editor = await draft(s, admin, mayor);
    const first = await planDraft(s.catalog, editor);
    const second = await planDraft(s.catalog, editor);
    expect(second.hash).toBe(first.hash);
    expect(first.changes.map(({ action, name }) => [action, name])).toEqual([['add', 'city.mayor']]);
    expect(first.statements.map(({ phase, lock }) => `${phase} ${lock}`)).toEqual(['TX L1', 'TX L1', 'TX L1']);
    const answer = await publishPlan(s.catalog, { space: s.space, hash: first.hash ?? '', confirm: [], publisher: admin });
    expect(answer).toEqual({ revision: 2, pending: [] });
    expect((await planDraft(s.catalog, editor)).changes).toEqual([]);
  });

  it('invariant 7: changes no row of the catalogue for a rename', async () => {
    const before = await s.test.sql(CATALOGUE);
    const { plan } = await publish([{ ...mayor, name: 'lord_mayor', label: 'Lord Mayor' }]);
    expect(plan.statements).toEqual([]);
    expect(plan.changes.map(({ action }) => action)).toEqual(['rename']);
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
    expect(s.activeModels.current(s.space).model.objects.get('city')?.fields.has('lord_mayor')).toBe(true);
  });

  it('builds an index on several fields, another one when they change, and none when nobody asks for it', async () => {
    const indexes = () =>
      s.test.sql<{ on: string }>(
        `select substring(pg_get_indexdef(indexrelid) from '\\((.*)$') as on from pg_index where indrelid = $1::regclass and indexrelid::regclass::text like '%cx_%'`,
        [`sp1.${binding('obj_city')}`],
      );
    const on = (...fields: string[]) => `tenant_id, ${fields.map((id) => binding(id)).join(', ')}, id) WHERE (deleted_at IS NULL)`;
    const { plan } = await publish([{ ...city, indexes: [{ fields: ['title', 'lord_mayor'] }] }]);
    expect(plan.statements.map(({ phase }) => phase)).toEqual(['POST']);
    expect(await indexes()).toEqual([{ on: on('fld_city_title', 'fld_city_mayor') }]);
    await publish([{ ...city, indexes: [{ fields: ['lord_mayor', 'title'] }] }]);
    expect(await indexes()).toEqual([{ on: on('fld_city_mayor', 'fld_city_title') }]);
    await publish([city]);
    expect(await indexes()).toEqual([]);
  });

  it('retires a field without touching its data, and brings it back', async () => {
    await s.test.sql(`update sp1.${binding('obj_city')} set ${binding('fld_city_mayor')} = 'Ada'`);
    const column = binding('fld_city_mayor');
    const field = { ...mayor, name: 'lord_mayor', label: 'Lord Mayor' };
    await expect(publish([{ retire: field }])).rejects.toMatchObject({
      code: 'hazard_unconfirmed',
      extra: { hazards: [expect.objectContaining({ code: 'retire:fld_city_mayor', affected: { rows: 1, views: 0 } })] },
    });
    const { plan } = await publish([], ['retire:fld_city_mayor']);
    expect(plan.statements).toEqual([]);
    expect(s.activeModels.current(s.space).bindings.columns.has('fld_city_mayor')).toBe(false);
    const { plan: back } = await publish([field]);
    expect(back.changes.map(({ action }) => action)).toEqual(['restore']);
    expect(back.statements).toEqual([]);
    expect(binding('fld_city_mayor')).toBe(column);
    expect(await s.test.sql(`select ${column} as mayor from sp1.${binding('obj_city')}`)).toEqual([{ mayor: 'Ada' }]);
  });

  it('invariant 13: leaves the former revision whole when a statement of the transaction fails', async () => {
    const editor = await draft(s, admin, river, riverTitle);
    const plan = await planDraft(s.catalog, editor);
    const before = await s.test.sql(CATALOGUE);
    await s.test.sql(
      `update meta.plan set body = jsonb_set(body, '{plan,statements}', body #> '{plan,statements}' || '[{"sql":"select 1/0","phase":"TX","lock":"L1","risk":"R0"}]') where hash = $1`,
      [plan.hash],
    );
    await expect(publishPlan(s.catalog, { space: s.space, hash: plan.hash ?? '', confirm: [], publisher: admin })).rejects.toThrow();
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
    const { revision } = await publish([]);
    expect(s.activeModels.current(s.space).revision).toBe(revision);
    expect(s.activeModels.current(s.space).model.objects.has('river')).toBe(true);
  });

  it('invariant 14: lets one of two publishers win and tells the other', async () => {
    const other = await addUser(s);
    const mine = await planDraft(s.catalog, await draft(s, admin, { ...city, label: 'Town' }));
    const theirs = await planDraft(s.catalog, await draft(s, other, { ...river, label: 'Stream' }));
    const results = await Promise.allSettled([
      publishPlan(s.catalog, { space: s.space, hash: mine.hash ?? '', confirm: [], publisher: admin }),
      publishPlan(s.catalog, { space: s.space, hash: theirs.hash ?? '', confirm: [], publisher: other }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = results.find((result) => result.status === 'rejected');
    expect(['plan_stale', 'conflict']).toContain((loser?.reason as { code: string }).code);
  });
});
