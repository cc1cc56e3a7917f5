import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examineSpace, resumePending } from '../../src/catalog/examine.js';
import { discardDraft } from '../../src/catalog/draft-list.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { planRollback, readVersions } from '../../src/catalog/versions.js';
import { field, object, openScene, type Scene } from '../support/scene.js';

const size = field('city', 'size', { type: 'decimal', precision: 10, scale: 2 });

describe('publishing over data', () => {
  let s: Scene;
  beforeAll(async () => {
    s = await openScene([object('city'), field('city', 'title'), field('city', 'code'), size, object('river'), field('river', 'title')]);
    for (const [title, code] of [
      ['Ulm', 'a'],
      ['Bern', 'A'],
      ['Graz', null],
    ]) {
      await s.test.sql(
        `insert into sp1.${s.at('obj_city')} (id, tenant_id, ${s.at('fld_city_title')}, ${s.at('fld_city_code')}) values (gen_random_uuid(), $1, $2, $3)`,
        [s.tenantId, title, code],
      );
    }
  });
  afterAll(() => s.close());
  afterEach(() => s.settle());

  const publish = async (hash: string | null, ...confirm: string[]) =>
    publishPlan(s.catalog, { space: s.space, hash: hash ?? 'none', confirm, publisher: s.admin });
  const steps = (answer: { statements: { phase: string; lock: string; risk: string; sql: string }[] }) =>
    answer.statements.map(({ phase, lock, risk, sql }) => `${phase} ${lock} ${risk} ${sql.split(' ').slice(0, 3).join(' ')}`);

  it('invariant 18: counts the records without a value before a field becomes required, and does not lock the others out', async () => {
    const answer = await s.plan(field('city', 'code', { required: true }));
    expect(answer.hazards).toEqual([
      expect.objectContaining({ code: 'required_missing:fld_city_code', risk: 'R2', affected: { rows: 1 } }),
    ]);
    expect(steps(answer)).toEqual(['TX L1 R2 alter table "sp1"."' + s.at('obj_city') + '"']);
    await publish(answer.hash, 'required_missing:fld_city_code');
    const insert = `insert into sp1.${s.at('obj_city')} (id, tenant_id) values (gen_random_uuid(), $1)`;
    await expect(s.test.sql(insert, [s.tenantId])).rejects.toMatchObject({ code: '23514', constraint: `nn_${s.at('fld_city_code')}` });

    const back = await s.plan(field('city', 'code'));
    expect(back.statements.map(({ sql }) => sql)).toEqual([
      `alter table "sp1"."${s.at('obj_city')}" drop constraint if exists "nn_${s.at('fld_city_code')}"`,
    ]);
    await publish(back.hash);
  });

  it('checks the records of before online where none lacks a value', async () => {
    const answer = await s.plan(field('city', 'title', { required: true }));
    expect(answer.hazards).toEqual([]);
    expect(answer.statements.map(({ phase, lock }) => `${phase} ${lock}`)).toEqual(['TX L1', 'POST L2']);
    await publish(answer.hash);
    const checked = await s.test.sql(`select convalidated from pg_constraint where conname = $1`, [`nn_${s.at('fld_city_title')}`]);
    expect(checked).toEqual([{ convalidated: true }]);
  });

  it('invariant 18: refuses a unique field over values that are there twice, and says how many', async () => {
    const answer = await s.plan(field('city', 'code', { unique: true }));
    expect(answer.hash).toBeNull();
    expect(answer.issues).toEqual([
      expect.objectContaining({ path: '/unique', code: 'duplicates', message: expect.stringMatching(/^2 records/) }),
    ]);
  });

  it('builds the unique index before the change, so that a value that comes in meanwhile stops it and leaves nothing behind', async () => {
    await s.test.sql(`update sp1.${s.at('obj_city')} set ${s.at('fld_city_code')} = 'b' where ${s.at('fld_city_title')} = 'Bern'`);
    const answer = await s.plan(field('city', 'code', { unique: true }));
    expect(answer.statements.map(({ phase, lock, risk }) => `${phase} ${lock} ${risk}`)).toEqual(['PRE L2 R2']);
    await s.test.sql(`update sp1.${s.at('obj_city')} set ${s.at('fld_city_code')} = 'B' where ${s.at('fld_city_title')} = 'Graz'`);
    await expect(publish(answer.hash)).rejects.toMatchObject({ code: 'conflict' });
    expect((await examineSpace(s.database, s.space)).drift).toEqual([]);
    await s.test.sql(`update sp1.${s.at('obj_city')} set ${s.at('fld_city_code')} = 'c' where ${s.at('fld_city_title')} = 'Graz'`);
    await publish((await s.plan()).hash);
    await publish((await s.plan(field('city', 'code'))).hash);
  });

  it('adds a link with its key and index online', async () => {
    const link = field('city', 'river', { type: 'lookup', target: 'river', inverse: { name: 'cities', label: 'Cities' } });
    const answer = await s.plan(link);
    expect(answer.statements.map(({ phase, lock }) => `${phase} ${lock}`)).toEqual([
      'TX L1',
      'TX L1',
      'TX L1',
      'TX L1',
      'POST L2',
      'POST L2',
    ]);
    await publish(answer.hash);
    const wrong = `update sp1.${s.at('obj_city')} set ${s.at('fld_city_river')} = gen_random_uuid()`;
    await expect(s.test.sql(wrong)).rejects.toMatchObject({ code: '23503', constraint: `fk_${s.at('fld_city_river')}` });
  });

  it('invariants 18 and 19: widens a number in place and back, never over values, and refuses to make it another type', async () => {
    const wider = await s.plan({ ...size, precision: 14 });
    expect(wider.statements.map(({ lock }) => lock)).not.toContain('L4');
    await publish(wider.hash);
    expect(
      await s.test.sql(`select numeric_precision as p from information_schema.columns where column_name = $1 and table_schema = 'sp1'`, [
        s.at('fld_city_size'),
      ]),
    ).toEqual([{ p: 14 }]);
    await s.test.sql(`update sp1.${s.at('obj_city')} set ${s.at('fld_city_size')} = 10000000000 where ${s.at('fld_city_title')} = 'Ulm'`);
    const narrow = await s.plan(size);
    expect(narrow.issues).toEqual([
      expect.objectContaining({ code: 'numbers_too_long', path: '/precision', message: expect.stringMatching(/^1 record has/) }),
    ]);
    await s.test.sql(`update sp1.${s.at('obj_city')} set ${s.at('fld_city_size')} = 99999999.99`);
    const fitting = await s.plan();
    expect([fitting.issues, fitting.statements]).toEqual([[], []]);
    await publish(fitting.hash);
    const again = await s.plan({ ...size, precision: 14 });
    expect([again.issues, again.statements]).toEqual([[], []]);
    await publish(again.hash);
    for (const refused of [await s.plan(field('city', 'size', { type: 'date' }))]) {
      expect(refused.hash).toBeNull();
      expect(refused.issues).toEqual([expect.objectContaining({ code: 'type_change_unsupported', path: '/type' })]);
      await discardDraft(s.catalog, { space: s.space, owner: s.admin });
    }
  });

  it('retires an object with its records and brings both back by returning to the former version', async () => {
    const former = s.activeModels.current(s.space).revision;
    const table = s.at('obj_city');
    const model = s.activeModels.current(s.space).model;
    const own = model.sources
      .map(({ document }) => document)
      .filter((document) => ('object' in document && document.object === 'city') || ('id' in document && document.id === 'obj_city'));
    const answer = await s.plan(...own.map((document) => ({ retire: document })));
    expect(answer.hazards).toEqual([expect.objectContaining({ code: 'retire:obj_city', affected: { rows: 3, views: 0 } })]);
    expect(answer.statements).toEqual([]);
    await publish(answer.hash, 'retire:obj_city');
    expect(s.activeModels.current(s.space).model.objects.has('city')).toBe(false);

    const back = await planRollback(s.catalog, s.space, former, s.admin);
    expect(back.changes.filter(({ kind }) => kind === 'object').map(({ action }) => action)).toEqual(['restore']);
    await publish(back.hash);
    expect(s.at('obj_city')).toBe(table);
    expect(await s.test.sql(`select count(*)::int as n from sp1_v.${table}`.replace('sp1_v', 'sp1'))).toEqual([{ n: 3 }]);
    expect((await readVersions(s.catalog, s.space, 1))[0]).toMatchObject({ isHead: true, comment: `Return to version ${former}` });
  });

  it('goes live with a step pending when what follows fails, and does it when it can', async () => {
    const answer = await s.plan(field('city', 'title', { required: true, indexed: true }));
    await s.test.sql(
      `update meta.plan set body = jsonb_set(body, '{plan,statements}', body #> '{plan,statements}' || jsonb_build_array(jsonb_build_object(
         'sql', 'do $$ begin if (select count(*) from sp1.${s.at('obj_city')}) > 2 then raise sqlstate ''23514''; end if; end $$', 'phase', 'POST', 'lock', 'L2', 'risk', 'R0'))) where hash = $1`,
      [answer.hash],
    );
    const published = await publish(answer.hash);
    expect(published.pending).toEqual([{ sql: expect.any(String), error: 'Some records have no value.' }]);
    await s.test.sql(`delete from sp1.${s.at('obj_city')} where ${s.at('fld_city_title')} = 'Graz'`);
    expect(await resumePending(s.database, s.space)).toEqual([]);
  });
});
