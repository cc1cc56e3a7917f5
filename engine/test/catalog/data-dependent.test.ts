import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace, resumePending } from '../../src/catalog/examine.js';
import { discardDraft } from '../../src/catalog/draft-list.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { planRollback, readVersions } from '../../src/catalog/versions.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';

const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'title' });
const field = (of: string, name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type: 'text',
  ...more,
});
const size = field('city', 'size', { type: 'decimal', precision: 10, scale: 2 });

describe('publishing over data', () => {
  let s: TestSpace;
  let admin: string;
  beforeAll(async () => {
    s = await openSpace([object('city'), field('city', 'title'), field('city', 'code'), size, object('river'), field('river', 'title')]);
    admin = await addUser(s);
    for (const [title, code] of [
      ['Ulm', 'a'],
      ['Bern', 'A'],
      ['Graz', null],
    ]) {
      await s.test.sql(
        `insert into sp1.${at('obj_city')} (id, tenant_id, ${at('fld_city_title')}, ${at('fld_city_code')}) values (gen_random_uuid(), $1, $2, $3)`,
        [s.tenantId, title, code],
      );
    }
  });
  afterAll(() => s.close());
  afterEach(async () => {
    await discardDraft(s.catalog, { space: s.space, owner: admin });
    expect(await examineSpace(s.database, s.space)).toMatchObject({ drift: [], pending: [] });
  });

  const at = (id: string) => {
    const { bindings } = s.activeModels.current(s.space);
    return bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? 'gone';
  };
  const plan = async (...documents: object[]) => planDraft(s.catalog, await draft(s, admin, ...documents));
  const publish = async (hash: string | null, ...confirm: string[]) =>
    publishPlan(s.catalog, { space: s.space, hash: hash ?? 'none', confirm, publisher: admin });
  const steps = (answer: { statements: { phase: string; lock: string; risk: string; sql: string }[] }) =>
    answer.statements.map(({ phase, lock, risk, sql }) => `${phase} ${lock} ${risk} ${sql.split(' ').slice(0, 3).join(' ')}`);

  it('invariant 18: counts the records without a value before a field becomes required, and does not lock the others out', async () => {
    const answer = await plan(field('city', 'code', { required: true }));
    expect(answer.hazards).toEqual([
      expect.objectContaining({ code: 'required_missing:fld_city_code', risk: 'R2', affected: { rows: 1 } }),
    ]);
    expect(steps(answer)).toEqual(['TX L1 R2 alter table "sp1"."' + at('obj_city') + '"']);
    await publish(answer.hash, 'required_missing:fld_city_code');
    const insert = `insert into sp1.${at('obj_city')} (id, tenant_id) values (gen_random_uuid(), $1)`;
    await expect(s.test.sql(insert, [s.tenantId])).rejects.toMatchObject({ code: '23514', constraint: `nn_${at('fld_city_code')}` });

    const back = await plan(field('city', 'code'));
    expect(back.statements.map(({ sql }) => sql)).toEqual([
      `alter table "sp1"."${at('obj_city')}" drop constraint if exists "nn_${at('fld_city_code')}"`,
    ]);
    await publish(back.hash);
  });

  it('checks the records of before online where none lacks a value', async () => {
    const answer = await plan(field('city', 'title', { required: true }));
    expect(answer.hazards).toEqual([]);
    expect(answer.statements.map(({ phase, lock }) => `${phase} ${lock}`)).toEqual(['TX L1', 'POST L2']);
    await publish(answer.hash);
    const checked = await s.test.sql(`select convalidated from pg_constraint where conname = $1`, [`nn_${at('fld_city_title')}`]);
    expect(checked).toEqual([{ convalidated: true }]);
  });

  it('invariant 18: refuses a unique field over values that are there twice, and says how many', async () => {
    const answer = await plan(field('city', 'code', { unique: true }));
    expect(answer.hash).toBeNull();
    expect(answer.issues).toEqual([
      expect.objectContaining({ path: '/unique', code: 'duplicates', message: expect.stringMatching(/^2 records/) }),
    ]);
  });

  it('builds the unique index before the change, so that a value that comes in meanwhile stops it and leaves nothing behind', async () => {
    await s.test.sql(`update sp1.${at('obj_city')} set ${at('fld_city_code')} = 'b' where ${at('fld_city_title')} = 'Bern'`);
    const answer = await plan(field('city', 'code', { unique: true }));
    expect(answer.statements.map(({ phase, lock, risk }) => `${phase} ${lock} ${risk}`)).toEqual(['PRE L2 R2']);
    await s.test.sql(`update sp1.${at('obj_city')} set ${at('fld_city_code')} = 'B' where ${at('fld_city_title')} = 'Graz'`);
    await expect(publish(answer.hash)).rejects.toMatchObject({ code: 'conflict' });
    expect((await examineSpace(s.database, s.space)).drift).toEqual([]);
    await s.test.sql(`update sp1.${at('obj_city')} set ${at('fld_city_code')} = 'c' where ${at('fld_city_title')} = 'Graz'`);
    await publish((await plan()).hash);
    await publish((await plan(field('city', 'code'))).hash);
  });

  it('adds a link with its key and index online', async () => {
    const link = field('city', 'river', { type: 'lookup', target: 'river', inverse: { name: 'cities', label: 'Cities' } });
    const answer = await plan(link);
    expect(answer.statements.map(({ phase, lock }) => `${phase} ${lock}`)).toEqual([
      'TX L1',
      'TX L1',
      'TX L1',
      'TX L1',
      'POST L2',
      'POST L2',
    ]);
    await publish(answer.hash);
    const wrong = `update sp1.${at('obj_city')} set ${at('fld_city_river')} = gen_random_uuid()`;
    await expect(s.test.sql(wrong)).rejects.toMatchObject({ code: '23503', constraint: `fk_${at('fld_city_river')}` });
  });

  it('invariants 18 and 19: widens a number in place and back, never over values, and refuses to make it another type', async () => {
    const wider = await plan({ ...size, precision: 14 });
    expect(wider.statements.map(({ lock }) => lock)).not.toContain('L4');
    await publish(wider.hash);
    expect(
      await s.test.sql(`select numeric_precision as p from information_schema.columns where column_name = $1 and table_schema = 'sp1'`, [
        at('fld_city_size'),
      ]),
    ).toEqual([{ p: 14 }]);
    await s.test.sql(`update sp1.${at('obj_city')} set ${at('fld_city_size')} = 10000000000 where ${at('fld_city_title')} = 'Ulm'`);
    const narrow = await plan(size);
    expect(narrow.issues).toEqual([
      expect.objectContaining({ code: 'numbers_too_long', path: '/precision', message: expect.stringMatching(/^1 record has/) }),
    ]);
    await s.test.sql(`update sp1.${at('obj_city')} set ${at('fld_city_size')} = 99999999.99`);
    const fitting = await plan();
    expect([fitting.issues, fitting.statements]).toEqual([[], []]);
    await publish(fitting.hash);
    const again = await plan({ ...size, precision: 14 });
    expect([again.issues, again.statements]).toEqual([[], []]);
    await publish(again.hash);
    for (const refused of [await plan(field('city', 'size', { type: 'date' }))]) {
      expect(refused.hash).toBeNull();
      expect(refused.issues).toEqual([expect.objectContaining({ code: 'type_change_unsupported', path: '/type' })]);
      await discardDraft(s.catalog, { space: s.space, owner: admin });
    }
  });

  it('retires an object with its records and brings both back by returning to the former version', async () => {
    const former = s.activeModels.current(s.space).revision;
    const table = at('obj_city');
    const model = s.activeModels.current(s.space).model;
    const own = model.sources
      .map(({ document }) => document)
      .filter((document) => ('object' in document && document.object === 'city') || ('id' in document && document.id === 'obj_city'));
    const answer = await plan(...own.map((document) => ({ retire: document })));
    expect(answer.hazards).toEqual([expect.objectContaining({ code: 'retire:obj_city', affected: { rows: 3, views: 0 } })]);
    expect(answer.statements).toEqual([]);
    await publish(answer.hash, 'retire:obj_city');
    expect(s.activeModels.current(s.space).model.objects.has('city')).toBe(false);

    const back = await planRollback(s.catalog, s.space, former, admin);
    expect(back.changes.filter(({ kind }) => kind === 'object').map(({ action }) => action)).toEqual(['restore']);
    await publish(back.hash);
    expect(at('obj_city')).toBe(table);
    expect(await s.test.sql(`select count(*)::int as n from sp1_v.${table}`.replace('sp1_v', 'sp1'))).toEqual([{ n: 3 }]);
    expect((await readVersions(s.catalog, s.space, 1))[0]).toMatchObject({ isHead: true, comment: `Return to version ${former}` });
  });

  it('goes live with a step pending when what follows fails, and does it when it can', async () => {
    const answer = await plan(field('city', 'title', { required: true, indexed: true }));
    await s.test.sql(
      `update meta.plan set body = jsonb_set(body, '{plan,statements}', body #> '{plan,statements}' || jsonb_build_array(jsonb_build_object(
         'sql', 'do $$ begin if (select count(*) from sp1.${at('obj_city')}) > 2 then raise sqlstate ''23514''; end if; end $$', 'phase', 'POST', 'lock', 'L2', 'risk', 'R0'))) where hash = $1`,
      [answer.hash],
    );
    const published = await publish(answer.hash);
    expect(published.pending).toEqual([{ sql: expect.any(String), error: 'Some records have no value.' }]);
    await s.test.sql(`delete from sp1.${at('obj_city')} where ${at('fld_city_title')} = 'Graz'`);
    expect(await resumePending(s.database, s.space)).toEqual([]);
  });
});
