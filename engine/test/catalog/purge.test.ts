import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planSpacePurge, purgeSpace } from '../../src/catalog/purge-retired.js';
import { planRollback } from '../../src/catalog/versions.js';
import { listRecords } from '../../src/records/list-records.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { field, object, openScene, type Scene } from '../support/scene.js';

const link = field('city', 'river', { type: 'lookup', target: 'river' });
const code = field('city', 'code', { unique: true });
const river = [field('river', 'title'), object('river')];

describe('purging what was retired', () => {
  let s: Scene;
  beforeAll(async () => {
    s = await openScene([object('city'), field('city', 'title'), code, field('city', 'size'), link, ...river]);
    const to = await createRecord(s.context(), 'river', { title: 'Aare' });
    const bern = await createRecord(s.context(), 'city', { title: 'Bern', code: 'b', size: '12', river: to.id });
    await updateRecord(s.context(), 'city', bern.id, { code: 'be' });
    await s.go({ retire: code });
    await s.go({ retire: link });
    await s.go(...river.map((document) => ({ retire: document })));
    await s.go(field('city', 'size', { type: 'integer' }));
  });
  afterAll(() => s.close());
  beforeEach(() => s.settle());

  const codes = ({ hazards }: Awaited<ReturnType<typeof planSpacePurge>>) => hazards.map((hazard) => hazard.code).toSorted();

  it('keeps everything for thirty days', async () => {
    expect(codes(await planSpacePurge(s.database, s.space, 30))).toEqual([]);
    await expect(planSpacePurge(s.database, s.space, 29)).rejects.toMatchObject({ code: 'malformed' });
    await expect(purgeSpace(s.database, s.space, 30, ['purge:fld_city_code'])).rejects.toMatchObject({ code: 'not_found' });
  });

  it('names what is due with its records and the SQL, and destroys nothing that was not named', async () => {
    await s.test.sql(`update meta.revision set published_at = published_at - interval '31 days'`);
    const before = await planSpacePurge(s.database, s.space, 30);
    expect(codes(before)).toEqual([
      'purge:fld_city_code',
      'purge:fld_city_river',
      expect.stringMatching(/^purge:fld_city_size@size_/),
      'purge:fld_river_title',
      'purge:obj_river',
    ]);
    expect(new Set(before.hazards.map(({ risk, affected }) => [risk, affected.rows].join()))).toEqual(new Set(['R4,1']));
    expect(before.statements.map(({ sql }) => sql)).toContain(
      `drop table "sp1"."${before.due.find(({ row }) => row.elementId === 'obj_river')?.row.table}"`,
    );
    await expect(purgeSpace(s.database, s.space, 30, [])).rejects.toMatchObject({ code: 'hazard_unconfirmed' });
    await purgeSpace(s.database, s.space, 30, ['purge:fld_city_code']);
    expect(codes(await planSpacePurge(s.database, s.space, 30))).toHaveLength(4);
    expect(
      await s.test.sql(
        `select attname from pg_attribute where attrelid = (select min(oid) from pg_class where relname like 'city\\_%' and relkind = 'r') and attname like 'code%'`,
      ),
    ).toEqual([]);
  });

  it('leaves nothing of the values in the history, and a memory of it in the audit', async () => {
    expect(await s.test.sql(`select 1 from sp1.sys_history where diff ? 'fld_city_code'`)).toEqual([]);
    expect(await s.test.sql(`select detail -> 'elements' as elements from meta.audit where action = 'metadata.purged'`)).toEqual([
      { elements: ['fld_city_code'] },
    ]);
    expect(await s.test.sql(`select state from meta.binding where element_id = 'fld_city_code'`)).toEqual([{ state: 'dropped' }]);
  });

  it('takes an object with its records, its history and the keys that point to it', async () => {
    await purgeSpace(s.database, s.space, 30, ['purge:obj_river']);
    expect(await s.test.sql(`select relname from pg_class where relname like 'river\\_%' and relkind in ('r', 'v')`)).toEqual([]);
    expect(codes(await planSpacePurge(s.database, s.space, 30))).toHaveLength(1);
    expect(JSON.parse(await listRecords(s.context(), 'city', {}))).toMatchObject({ data: [{ title: 'Bern', size: 12 }] });
  });

  it('brings back names without data, in columns of their own', async () => {
    const back = await planRollback(s.catalog, s.space, 1, s.admin);
    expect(back.changes.filter(({ action }) => action === 'restore').map(({ id }) => id)).toEqual([]);
    await s.go(back);
    expect(JSON.parse(await listRecords(s.context(), 'city', {}))).toMatchObject({
      data: [{ title: 'Bern', code: null, size: '12', river: null }],
    });
    await createRecord(s.context(), 'river', { title: 'Rhein' });
  });
});
