import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listRecords } from '../../src/records/list-records.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { fieldOf, object, openScene, type Scene } from '../support/scene.js';

const field = fieldOf('city');
type Option = { value: string; replacedBy?: string; inactive?: boolean };
const size = (options: readonly Option[], more: object = {}) =>
  field('size', { type: 'picklist', options: options.map((option) => ({ label: option.value, ...option })), ...more });
const marks = (options: readonly Option[]) =>
  field('marks', { type: 'multi_picklist', options: options.map((option) => ({ label: option.value, ...option })) });
const ALL = [{ value: 'small' }, { value: 'large' }, { value: 'huge' }];
const REPLACED = [{ value: 'small' }, { value: 'large' }, { value: 'huge', replacedBy: 'large' }];

describe('an option that goes', () => {
  let s: Scene;
  let ids: string[];
  beforeAll(async () => {
    s = await openScene([object('city'), field('title'), field('late'), size(ALL), marks(ALL)]);
    ids = [];
    for (const [title, value, list] of [
      ['Bern', 'huge', ['huge', 'large']],
      ['Graz', 'small', ['small']],
      ['Ulm', 'huge', ['small', 'huge']],
    ] as const) {
      ids.push((await createRecord(s.context(), 'city', { title, size: value, marks: list })).id);
    }
  });
  afterEach(() => s.settle());
  afterAll(() => s.close());

  const seen = async () => {
    const { data } = JSON.parse(await listRecords(s.context(), 'city', { sort: [{ field: 'title', direction: 'asc' }] })) as {
      data: { size: string; marks: string[]; version: number }[];
    };
    return data.map((record) => [record.size, record.marks?.join(), record.version]);
  };

  it('can not be left out while records hold it', async () => {
    const planned = await s.plan(size(ALL.slice(0, 2)), marks(ALL.slice(1)));
    expect(planned.issues.map(({ code, message }) => `${code}: ${message.split('.')[0] ?? ''}`).toSorted()).toEqual([
      'option_in_use: 2 records hold “huge” of size',
      'option_in_use: 2 records hold “small” of marks',
    ]);
  });

  it.each<[string, object[], string]>([
    ['an option that is not there', [size([...ALL.slice(0, 2), { value: 'huge', replacedBy: 'larg' }])], 'unknown_option'],
    [
      'one that goes itself',
      [size([{ value: 'small', inactive: true }, { value: 'large' }, { value: 'huge', replacedBy: 'small' }])],
      'unknown_option',
    ],
    ['the default of the field', [size(REPLACED, { default: 'huge' })], 'bad_default'],
    [
      'what a validation names',
      [
        size(REPLACED),
        {
          kind: 'validation',
          id: 'val_city_huge',
          object: 'city',
          name: 'huge',
          label: 'Huge',
          errorWhen: { '==': [{ var: 'size' }, 'huge'] },
          message: 'Too large.',
        },
      ],
      'unknown_option',
    ],
  ])('names %s as a problem', async (_what, documents, code) => {
    const planned = await s.plan(...documents);
    expect(planned.issues.map((issue) => issue.code)).toEqual([code]);
  });

  it('invariant 18: is counted, then replaced in every record, with version, history and event, also where records lack a value', async () => {
    await s.go(field('late', { required: true }));
    const planned = await s.plan(size(REPLACED), marks(REPLACED));
    expect(planned.hazards.map(({ code, risk, affected }) => [code, risk, affected]).toSorted()).toEqual([
      ['replace:fld_city_marks:huge', 'R3', { rows: 2 }],
      ['replace:fld_city_size:huge', 'R3', { rows: 2 }],
    ]);
    expect(planned.statements.filter(({ lock }) => lock === 'L3').map(({ phase }) => phase)).toEqual(['POST', 'POST']);
    const events = await s.test.sql<{ n: number }>('select coalesce(max(seq), 0)::int as n from sp1.sys_outbox');
    expect(await s.go(planned)).toMatchObject({ pending: [] });
    expect(await seen()).toEqual([
      ['large', 'large', 3],
      ['small', 'small', 1],
      ['large', 'small,large', 3],
    ]);
    const history = await s.test.sql(
      `select version, op, cause, actor, diff from sp1.sys_history where record_id = $1 and version > 1 order by version`,
      [ids[0]],
    );
    expect(history.map((row) => [row['op'], row['cause'], row['actor']])).toEqual([
      ['update', { kind: 'publish' }, null],
      ['update', { kind: 'publish' }, null],
    ]);
    expect(history.map((row) => row['diff'])).toContainEqual({ fld_city_size: ['huge', 'large'] });
    expect(history.map((row) => row['diff'])).toContainEqual({ fld_city_marks: [['large', 'huge'], ['large']] });
    const made = await s.test.sql('select event, payload from sp1.sys_outbox where seq > $1', [events[0]?.n]);
    expect(made).toHaveLength(4);
    expect(made[0]?.['event']).toBe('record.updated');
    // The rule that two records do not meet holds again for those that change.
    await expect(updateRecord(s.context(), 'city', ids[0] ?? '', { title: 'Berne' })).rejects.toMatchObject({ code: 'record_invalid' });
    await expect(updateRecord(s.context(), 'city', ids[0] ?? '', { size: 'huge', late: 'x' })).rejects.toMatchObject({
      code: 'record_invalid',
    });
  });

  it('can be left out once no record holds it', async () => {
    const planned = await s.plan(size(ALL.slice(0, 2)), marks(ALL.slice(0, 2)));
    expect([planned.issues, planned.hazards, planned.statements]).toEqual([[], [], []]);
    await s.go(planned);
  });
});
