import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeFor } from '../../src/catalog/describe.js';
import { discardDraft } from '../../src/catalog/draft-list.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { resumePending } from '../../src/catalog/examine.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { AppError } from '../../src/kernel/errors.js';
import { listRecords } from '../../src/records/list-records.js';
import { describeApi } from '../../src/http/openapi.js';
import { deleteRecord } from '../../src/records/delete-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { fieldOf, object, openScene, options, SYSTEM, type Scene } from '../support/scene.js';
import { addUser, draft } from '../support/space.js';

const field = fieldOf('city');
const size = field('size', { type: 'decimal', precision: 10, scale: 2 });
const kind = field('kind', { type: 'picklist', options: options('small', 'large') });
const river = object('river');
const riverTitle = { kind: 'field', id: 'fld_river_title', object: 'river', name: 'title', label: 'Title', type: 'text' };

/** Everything of the catalogue that holds a table, a column, an index or a rule of the data. */
const CATALOGUE = `select c.oid, c.relname, c.xmin::text, c.relfilenode, a.attname, a.atttypid, a.xmin::text as axmin
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
 where n.nspname like 'sp%' order by 1, 5`;

/** A refusal as the caller reads it. */
const said = (error: unknown): unknown =>
  error instanceof AppError ? { code: error.code, message: error.message, issues: error.issues } : error;

describe('what holds for every publish', () => {
  let s: Scene;
  let other: string;
  beforeAll(async () => {
    s = await openScene([object('city'), field('title'), field('code'), size, kind, river, riverTitle]);
    other = await addUser(s);
    await createRecord(s.context(), 'city', { title: 'Ulm', code: 'u', size: '12.50', kind: 'small' });
    await createRecord(s.context(), 'city', { title: 'Bern', code: 'b', size: '99999999.99', kind: 'large' });
  });
  afterAll(() => s.close());
  afterEach(async () => {
    await discardDraft(s.catalog, { space: s.space, owner: other });
    await s.settle();
  });

  it.each<[string, object[]]>([
    ['a field', [field('code', { name: 'short_code' })]],
    ['an option', [{ ...kind, options: [{ value: 'small', label: 'Tiny' }, ...options('large')] }]],
    ['an option that is new', [{ ...kind, options: options('small', 'large', 'huge') }]],
    ['the label of an object', [object('city', { label: 'Town', pluralLabel: 'Towns' })]],
  ])('invariants 7 and 8: renaming changes no row of the catalogue: %s', async (_what, documents) => {
    const former = s.head();
    const before = await s.test.sql(CATALOGUE);
    const planned = await s.plan(...documents);
    expect(planned.statements).toEqual([]);
    await s.go(planned);
    expect((await s.plan()).changes, 'the same again is no change').toEqual([]);
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
    await s.back(former);
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
  });

  it('invariant 9: a field with the name of one that was retired has a column of its own, and the former its values', async () => {
    const former = s.head();
    const column = s.at('fld_city_code');
    await s.go({ retire: field('code') });
    await s.go(field('code', { id: 'fld_city_code_again' }));
    expect(s.at('fld_city_code_again')).not.toBe(column);
    expect(await s.test.sql(`select ${column} as code from sp1.${s.at('obj_city')} order by 1`)).toEqual([{ code: 'b' }, { code: 'u' }]);
    await s.back(former);
    expect(s.at('fld_city_code')).toBe(column);
  });

  it('invariant 14: of two publishers the second is told before anything was built', async () => {
    const former = s.head();
    const mine = await s.plan(object('city', { label: 'Town' }));
    const theirs = await planDraft(s.catalog, await draft(s, other, field('code', { unique: true, required: true }), field('mayor')));
    expect(theirs.statements.map(({ phase }) => phase)).toContain('PRE');
    await s.go(mine);
    const before = await s.test.sql(CATALOGUE);
    const request = { space: s.space, hash: theirs.hash ?? '', confirm: theirs.hazards.map(({ code }) => code), publisher: other };
    await expect(publishPlan(s.catalog, request)).rejects.toMatchObject({ code: 'plan_stale' });
    expect(await s.test.sql(CATALOGUE)).toEqual(before);
    await s.back(former);
  });

  it('invariant 18: what may touch data says how many records, exactly', async () => {
    await createRecord(s.context(), 'city', { title: 'Graz' });
    const required = await s.plan(field('code', { required: true }), { ...size, required: true });
    expect(required.hazards.map(({ code, affected }) => [code, affected])).toEqual([
      ['required_missing:fld_city_code', { rows: 1 }],
      ['required_missing:fld_city_size', { rows: 1 }],
    ]);
    await discardDraft(s.catalog, { space: s.space, owner: s.admin });
    const retired = await s.plan({ retire: field('code') });
    expect(retired.hazards.map(({ code, affected }) => [code, affected?.rows])).toEqual([['retire:fld_city_code', 2]]);
  });

  it('invariant 19: returning to a former version gives back every answer of the API, and every value', async () => {
    const former = s.head();
    await createRecord(s.context(), 'river', { title: 'Aare' });
    // What the API says about itself and its records, and what it says of calls that are wrong.
    const api = async () => {
      const active = s.activeModels.current(s.space);
      const { revision: _, ...screens } = JSON.parse(describeFor(active, SYSTEM).json) as { revision: number };
      const actor = { ...SYSTEM, tenantId: s.tenantId, cause: { kind: 'user' as const } };
      const list = (query: Parameters<typeof listRecords>[2]) => listRecords(s.context(), 'city', query).catch(said);
      return {
        screens,
        description: describeApi([], '/', { model: active.model, actor }),
        all: await list({ sort: [{ field: 'title', direction: 'asc' }] }),
        filtered: await list({ fields: ['title', 'size'], filter: { '>': [{ var: 'size' }, '100'] } }),
        bySize: await list({ fields: ['title', 'code'], sort: [{ field: 'size', direction: 'desc' }] }),
        byCode: await list({ filter: { '==': [{ var: 'code' }, 'b'] } }),
        renamed: await list({ fields: ['short_code', 'river'] }),
        notLoose: await createRecord(s.context(), 'city', { title: 'Wien', code: 'x', size: 'huge', kind: 'middle' }).catch(said),
      };
    };
    const before = await api();
    await s.go(
      object('city', { label: 'Town' }),
      field('code', { name: 'short_code', unique: true }),
      field('size', { type: 'integer', required: true, indexed: true }),
      { ...kind, options: options('small', 'large', 'huge') },
      field('river', { type: 'lookup', target: 'river' }),
      object('river', { label: 'Stream' }),
    );
    const between = await api();
    for (const answer of Object.keys(before) as (keyof typeof before)[]) expect(between[answer], answer).not.toEqual(before[answer]);
    await s.back(former);
    expect(await api()).toEqual(before);
  });

  it('invariant 22: a write that knows the former version is refused by the tables, succeeds with the new one, and goes to no column that is retired', async () => {
    const former = s.head();
    const stale = s.context();
    const [code, was] = [s.at('fld_city_code'), s.at('fld_city_size')];
    const { id } = await createRecord(stale, 'city', { title: 'Linz', code: 'l', size: '1.00' });
    await s.go({ retire: field('code') }, field('size', { type: 'integer' }), field('late', { default: 'now' }));
    const stored = async (title: string) =>
      (
        await s.test.sql(
          `select "${code}" as code, "${was}"::text as was, "${s.at('fld_city_size')}"::int as size, "${s.at('fld_city_late')}" as late
             from sp1.${s.at('obj_city')} where "${s.at('fld_city_title')}" = $1`,
          [title],
        )
      )[0];

    // Somebody who never hears of the new version gets nothing written at all.
    const deaf = { ...stale, refresh: () => Promise.resolve(stale.active) };
    await expect(createRecord(deaf, 'city', { title: 'Deaf', size: '2.00' })).rejects.toMatchObject({ code: 'overloaded' });
    await expect(updateRecord(deaf, 'city', id, { size: '2.00' })).rejects.toMatchObject({ code: 'overloaded' });
    await expect(deleteRecord(deaf, 'city', id)).rejects.toMatchObject({ code: 'overloaded' });
    expect(await stored('Deaf')).toBeUndefined();
    expect(await stored('Linz')).toEqual({ code: 'l', was: '1.00', size: 1, late: null });

    // Who reloads is judged by the new version, and writes to its columns alone.
    await createRecord(stale, 'city', { title: 'Wien', size: 3 });
    await updateRecord(stale, 'city', id, { size: 4 });
    expect(await stored('Wien')).toEqual({ code: null, was: null, size: 3, late: 'now' });
    expect(await stored('Linz')).toEqual({ code: 'l', was: '1.00', size: 4, late: null });
    await expect(createRecord(stale, 'city', { title: 'Brno', code: 'g' })).rejects.toMatchObject({
      code: 'malformed',
      issues: [expect.objectContaining({ path: '/code', code: 'unknown_field' })],
    });
    expect(await stored('Brno')).toBeUndefined();

    // Writers that know either version, at the same time: one statement never mixes the two.
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => createRecord(n % 2 === 0 ? stale : s.context(), 'city', { title: `City ${n}`, size: n })),
    );
    const mixed = `select 1 from sp1.${s.at('obj_city')} where "${s.at('fld_city_title')}" like 'City%' and ("${was}" is not null or "${s.at('fld_city_size')}" is null)`;
    expect(await s.test.sql(mixed)).toEqual([]);
    await s.test.sql(`delete from sp1.${s.at('obj_city')} where "${s.at('fld_city_title')}" not in ('Ulm', 'Bern')`);
    await s.back(former);
  });

  it.each<[string, object[]]>([
    ['names, labels and rules', [field('code', { name: 'short_code' }), field('title', { required: true, unique: true })]],
    ['another type', [field('size', { type: 'integer' }), field('code', { type: 'long_text' })]],
    ['what is gone', [{ retire: field('code') }, { retire: size }]],
    ['an object that is gone', [{ retire: riverTitle }, { retire: river }]],
    ['what is new', [field('mayor', { indexed: true }), field('mouth', { type: 'lookup', target: 'river' })]],
  ])('invariant 23: who still knows the former version reads on: %s', async (_what, documents) => {
    const former = s.head();
    const stale = s.context();
    const read = async () => [
      await listRecords(stale, 'city', { sort: [{ field: 'title', direction: 'asc' }], filter: { '>': [{ var: 'size' }, '1'] } }),
      await listRecords(stale, 'city', { q: 'b', sort: [{ field: 'code', direction: 'desc' }] }),
      await listRecords(stale, 'river', {}),
    ];
    const before = await read();
    await s.go(...documents);
    expect(s.head()).toBe(former + 1);
    expect(await read()).toEqual(before);
    await s.back(former);
    expect(await read()).toEqual(before);
  });

  it('drops what a former version still had to drop before it builds it anew', async () => {
    await s.go(field('code', { unique: true }));
    const index = `uq_${s.at('fld_city_code')}`;
    await s.go(field('code'));
    // As if the publisher had died between the transaction and the drop.
    await s.test.sql(`create unique index ${index} on sp1.${s.at('obj_city')} (tenant_id, lower(${s.at('fld_city_code')}))`);
    await s.test.sql(`update meta.step set status = 'pending' where sql like 'drop index%' and rev = $1`, [s.head()]);
    await s.go(field('code', { unique: true }));
    expect(await resumePending(s.database, s.space)).toEqual([]);
    expect(await s.test.sql(`select indisvalid from pg_index where indexrelid = to_regclass($1)`, [`sp1.${index}`])).toEqual([
      { indisvalid: true },
    ]);
    await s.go(field('code'));
  });
});
