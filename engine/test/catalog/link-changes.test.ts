import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deleteRecord } from '../../src/records/delete-record.js';
import { listRecords } from '../../src/records/list-records.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { field, fieldOf, object, openScene, type Scene } from '../support/scene.js';

const city = fieldOf('city');
const inverse = { inverse: { name: 'cities', label: 'Cities' } };
const lookup = city('river', { type: 'lookup', target: 'river', ...inverse });
const part = city('river', { type: 'master_detail', target: 'river', ...inverse });

describe('a link over records that becomes a part, and back', () => {
  let s: Scene;
  let aare: string;
  let rhein: string;
  beforeAll(async () => {
    s = await openScene([object('river'), field('river', 'title'), object('city'), city('title'), city('code'), lookup]);
    [aare, rhein] = (await Promise.all(
      ['Aare', 'Rhein'].map(async (title) => (await createRecord(s.context(), 'river', { title })).id),
    )) as [string, string];
    for (const [title, river] of [
      ['Bern', aare],
      ['Thun', aare],
      ['Basel', rhein],
      ['Graz', null],
    ]) {
      await createRecord(s.context(), 'city', { title, river });
    }
    await deleteRecord(s.context(), 'river', rhein);
  });
  afterAll(() => s.close());
  afterEach(() => s.settle());
  const live = async () =>
    (
      JSON.parse(await listRecords(s.context(), 'city', { sort: [{ field: 'title', direction: 'asc' }] })) as { data: { title: string }[] }
    ).data.map(({ title }) => title);

  it('invariant 18: counts those without one, and those whose owner is in the recycle bin', async () => {
    const planned = await s.plan(part);
    expect(planned.issues).toEqual([]);
    expect(planned.hazards.map(({ code, risk, affected }) => [code, risk, affected])).toEqual([
      ['required_missing:fld_city_river', 'R2', { rows: 1 }],
      ['orphans:fld_city_river', 'R2', { rows: 1 }],
    ]);
    expect(planned.hazards.map(({ message }) => message.split('.')[0])).toEqual([
      '1 record has no value for river',
      '1 record would be part of a river in the recycle bin',
    ]);
    // No value is copied: it is the same column with another key.
    expect(planned.statements.map(({ lock }) => lock)).not.toContain('L3');
  });

  it('holds from then on: none without an owner, and all go with it', async () => {
    const column = s.at('fld_city_river');
    const former = s.head();
    await s.go(part);
    expect(s.at('fld_city_river')).toBe(column);
    expect(await live(), 'nobody goes because of the change').toEqual(['Basel', 'Bern', 'Graz', 'Thun']);
    await expect(createRecord(s.context(), 'city', { title: 'Linz' })).rejects.toMatchObject({ code: 'record_invalid' });
    await deleteRecord(s.context(), 'river', aare);
    expect(await live()).toEqual(['Basel', 'Graz']);
    await s.back(former);
    await createRecord(s.context(), 'city', { title: 'Linz' });
    expect(await live()).toEqual(['Basel', 'Graz', 'Linz']);
    const again = await s.plan(part);
    expect(again.hazards.map(({ code, affected }) => [code, affected.rows])).toEqual([
      ['required_missing:fld_city_river', 2],
      ['orphans:fld_city_river', 1],
    ]);
  });

  it('changes at once where there is nothing to tell', async () => {
    await s.test.sql(`delete from sp1.${s.at('obj_city')}`);
    const planned = await s.plan(part);
    expect(planned.hazards).toEqual([]);
    await s.go(planned);
    expect((await s.plan(lookup)).hazards).toEqual([]);
    await s.go(lookup);
  });

  it('tells how many records would be without a name when another field is their name', async () => {
    const bern = await createRecord(s.context(), 'city', { title: 'Bern', code: 'BE' });
    await createRecord(s.context(), 'city', { title: 'Graz' });
    const river = await createRecord(s.context(), 'river', { title: 'Aare' });
    const planned = await s.plan(object('city', { nameField: 'code' }));
    expect(planned.hazards.map(({ code, message, affected }) => [code, message, affected])).toEqual([
      ['nameless:obj_city', '1 record of citys will be without a name, because code has no value there.', { rows: 1 }],
    ]);
    // No table changes but for its index of words, which has the name in it.
    expect(planned.statements.map(({ sql }) => /index concurrently if (?:not )?exists .*"se_city/.test(sql))).toEqual([true, true]);
    await s.go(planned);
    await s.go(field('river', 'capital', { type: 'lookup', target: 'city' }));
    await updateRecord(s.context(), 'river', river.id, { capital: bern.id });
    expect((await s.seen('river', 'capital'))['Aare']).toMatchObject({ label: 'BE' });
    const required = await s.plan(object('city', { nameField: 'code' }), city('code', { required: true }));
    expect(required.hazards.map(({ code }) => code)).toEqual(['required_missing:fld_city_code']);
  });
});
