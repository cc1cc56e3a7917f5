import { convertibleTo } from '@fieldstone/metadata/language/type-changes.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldType } from '../../src/fields/registry.js';
import type { FieldModel } from '../../src/model/types.js';
import { conversion } from '../../src/planner/conversion-table.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

const place = { timeZone: 'Europe/Berlin', currency: 'EUR' };
const options = [
  { value: 'small', label: 'Small' },
  { value: 'huge', label: 'Ähm, huge' },
  { value: 'yes', label: 'Sure' },
];
type Type = FieldDocument['type'];
const PROPERTIES: { [type: string]: object } = {
  picklist: { options },
  multi_picklist: { options },
  decimal: { precision: 8, scale: 2 },
  percent: { scale: 1 },
  autonumber: { format: 'N-{000}' },
};
const field = (type: Type, more: object = {}): FieldModel => {
  const document = { kind: 'field', id: 'fld_a', object: 'o', name: 'a', label: 'A', type, ...PROPERTIES[type], ...more } as FieldDocument;
  const { id, object, name, label } = document;
  return {
    id,
    object,
    name,
    label,
    type,
    system: false,
    required: false,
    unique: false,
    indexed: false,
    searchable: false,
    tracked: true,
    options: document,
  };
};

/** Stored values to what the API would say of them afterwards; null for those that do not convert. `~` marks a value that loses something. */
const CASES: readonly [from: FieldModel, to: FieldModel, values: { [stored: string]: unknown }][] = [
  [
    field('text'),
    field('integer'),
    { '12': 12, ' -7 ': -7, '~1.6': 2, '9007199254740993': null, x: null, '1e3': null, '': null, '1,5': null },
  ],
  [
    field('text'),
    field('decimal'),
    { '12': '12.00', '~0.125': '0.13', '999999.99': '999999.99', '999999.999': null, '--1': null, NaN: null, Infinity: null },
  ],
  [field('text'), field('percent'), { '12.5': '12.5', '12 %': null }],
  [field('text'), field('currency'), { '12.5': { amount: '12.50', currency: 'EUR' }, much: null }],
  [field('text'), field('boolean'), { Yes: true, ' no': false, '1': true, perhaps: null }],
  [
    field('text'),
    field('date'),
    {
      '2024-02-29': '2024-02-29',
      '2023-02-29': null,
      '2024-13-01': null,
      '0000-01-01': null,
      '31.12.2024': null,
      '2024-02-29T10:00': null,
    },
  ],
  [
    field('text'),
    field('datetime'),
    {
      '2024-02-29T10:00:00Z': '2024-02-29T10:00:00.000Z',
      '2024-06-01 10:00': '2024-06-01T08:00:00.000Z',
      '2024-06-01T10:00:00.1234+02:00': '2024-06-01T08:00:00.123Z',
      '2024-06-01': '2024-05-31T22:00:00.000Z',
      '2024-02-30T10:00:00Z': null,
      '2024-06-01T25:00': null,
    },
  ],
  [
    field('text'),
    field('email'),
    { ' Ada@Example.COM': 'Ada@example.com', 'ada@localhost': null, 'a b@example.com': null, 'a@b@example.com': null },
  ],
  [field('text'), field('phone'), { '+49  30 123': '+49 30 123', '12': null, 'call me': null }],
  [
    field('text'),
    field('url'),
    {
      'https://example.com/a?b': 'https://example.com/a?b',
      'javascript:alert(1)': null,
      'example.com': null,
      'https://a:b@example.com': null,
    },
  ],
  [field('text'), field('picklist'), { small: 'small', SMALL: 'small', 'Ähm, huge': 'huge', tiny: null }],
  [field('text'), field('multi_picklist'), { 'yes; small': ['small', 'yes'], 'small, small': ['small'], 'small,tiny': null }],
  [field('long_text'), field('text'), { 'a\nb': 'a b', ['x'.repeat(300)]: null }],
  [field('text', { maxLength: 300 }), field('integer'), { "1'); drop table x; --": null }],
  [field('integer'), field('text'), { '12': '12' }],
  [field('integer'), field('decimal'), { '12': '12.00', '1000000': null }],
  [field('integer'), field('boolean'), { '1': true, '0': false, '2': null }],
  [field('integer'), field('currency'), { '12': { amount: '12.00', currency: 'EUR' } }],
  [field('integer'), field('picklist', { options: [{ value: '12', label: 'Dozen' }] }), { '12': '12', '13': null }],
  [field('decimal'), field('decimal', { scale: 1 }), { '~1.25': '1.3', '1.20': '1.2' }],
  [field('decimal'), field('decimal', { precision: 4, scale: 3 }), { '1.25': '1.250', '12.25': null }],
  [field('decimal'), field('integer'), { '~1.25': 1, '2.00': 2 }],
  [field('decimal'), field('currency'), { '1.25': { amount: '1.25', currency: 'EUR' } }],
  [field('decimal'), field('text'), { '1.25': '1.25' }],
  [field('percent'), field('percent', { scale: 0 }), { '~12.5': '13' }],
  [field('percent'), field('integer'), { '12.0': 12 }],
  [field('boolean'), field('text'), { true: 'true', false: 'false' }],
  [field('boolean'), field('integer'), { true: 1, false: 0 }],
  [field('boolean'), field('picklist'), { true: 'yes', false: null }],
  [field('date'), field('datetime'), { '2024-06-01': '2024-05-31T22:00:00.000Z' }],
  [field('date'), field('text'), { '2024-06-01': '2024-06-01' }],
  [field('datetime'), field('date'), { '~2024-05-31T23:00:00Z': '2024-06-01', '2024-05-31T22:00:00Z': '2024-06-01' }],
  [field('datetime'), field('text'), { '2024-05-31T23:00:00Z': '2024-05-31T23:00:00.000Z' }],
  [field('picklist'), field('text'), { huge: 'Ähm, huge', gone: 'gone' }],
  [field('picklist'), field('multi_picklist'), { huge: ['huge'], gone: null }],
  [field('multi_picklist'), field('picklist'), { '{huge}': 'huge', '~{small,huge}': 'small', '{gone}': null }],
  [field('multi_picklist'), field('long_text'), { '{small,yes}': 'Small, Sure' }],
  [field('autonumber'), field('text'), { '7': 'N-007' }],

  [field('picklist', { options: [{ value: 'a', label: 'Yes' }] }), field('boolean'), { a: true }],
  [field('picklist', { options: [{ value: 'a', label: '12' }] }), field('integer'), { a: 12, b: null }],
  [field('integer'), field('percent'), { '12': '12.0' }],
  [field('decimal'), field('percent'), { '~12.25': '12.3' }],
  [field('percent'), field('decimal', { precision: 4, scale: 2 }), { '12.5': '12.50', '123.5': null }],
  [field('currency'), field('integer'), { '~12.5': 13 }],
  [field('currency'), field('decimal'), { '12.5': '12.50' }],
  [field('currency'), field('text'), { '12.5': '12.50 USD' }],
];

describe('the table of conversions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase();
  });
  afterAll(() => database.drop());

  it.each(CASES.map(([from, to, values]) => ({ from, to, values, what: `${from.type} to ${to.type}` })))(
    '$what',
    async ({ from, to, values }) => {
      const { values: sql, shortens = 'false' } = conversion(from, to, ['c', 'd'], place) ?? { values: {} };
      const columns = fieldType(to.type).columns(to.options);
      const pgType = fieldType(from.type).columns(from.options)[0]?.pgType ?? 'text';
      const parts = columns.map(({ suffix, pgType: type }, index) => `(${sql[suffix] ?? 'null'})::${type} as v${String(index)}`);
      const json = fieldType(to.type).jsonSql(
        columns.map((_, index) => `v${String(index)}`),
        to.options,
      );
      for (const [written, expected] of Object.entries(values)) {
        const stored = written.replace(/^~/, '');
        const [row] = await database.sql(
          `select to_json(${json}) as value, short from (select ${parts.join(', ')}, coalesce(${shortens}, false) as short from (select $1::${pgType} as c, 'USD' as d) t) t`,
          [stored],
        );
        expect(row?.['value'], written).toEqual(expected);
        expect(row?.['short'], written).toBe(written.startsWith('~'));
        // What comes out is what the type itself would store.
        if (expected === null) continue;
        const again = fieldType(to.type).normalize(expected, to.options, { currency: 'EUR' });
        expect(again, written).toEqual({ value: expected });
      }
    },
  );

  it('has a case for every pair', () => {
    const pairs = new Set(CASES.map(([from, to]) => `${from.type} ${to.type}`));
    const all = (Object.keys(PROPERTIES) as Type[]).concat(['text', 'long_text', 'integer', 'boolean', 'date', 'datetime', 'currency']);
    const missing = all.flatMap((from) => convertibleTo(from).map((to) => `${from} ${to}`)).filter((pair) => !pairs.has(pair));
    // Texts of both lengths are read alike, and both are written alike.
    expect(missing.filter((pair) => !pair.startsWith('long_text ') && !pair.endsWith('text'))).toEqual([]);
  });

  it.each(['lookup', 'master_detail', 'user'] as Type[])('knows no way from or to %s', (type) => {
    expect(convertibleTo(type)).toEqual([]);
    expect(conversion(field('text'), field(type), ['c'], place)).toBeUndefined();
  });
});
