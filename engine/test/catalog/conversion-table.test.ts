import { convertibleTo, possibleTypes, refusalOf, sameValues } from '@fieldstone/metadata/language/type-changes.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { readFileSync } from 'node:fs';
import { format } from 'prettier';
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
const SCHEMA = JSON.parse(readFileSync(new URL('../../../metadata/schema/field.schema.json', import.meta.url), 'utf8')) as {
  properties: { type: { enum: Type[] } };
};
const TYPES = SCHEMA.properties.type.enum;
const PROPERTIES: { [type: string]: object } = {
  picklist: { options },
  multi_picklist: { options },
  decimal: { precision: 8, scale: 2 },
  percent: { scale: 1 },
  autonumber: { format: 'N-{000}' },
  score: { min: '0', max: '50' },
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

/** Between the values of the columns of one field. */
const PART = ' ¦ ';

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
  [field('currency'), field('integer'), { '~12.5 ¦ USD': 13 }],
  [field('currency'), field('decimal'), { '12.5 ¦ USD': '12.50' }],
  [field('currency'), field('text'), { '12.5 ¦ USD': '12.50 USD' }],

  [
    field('text'),
    field('rich_text'),
    {
      'a <b> & "c"': '<p>a &lt;b&gt; &amp; "c"</p>',
      ' one\ntwo\n\n\nthree ': '<p>one<br />two</p><p>three</p>',
      'a\r\nb': '<p>a<br />b</p>',
      ' ': null,
    },
  ],
  [field('text'), field('rich_text', { maxLength: 3 }), { abc: '<p>abc</p>', abcd: null }],
  [field('rich_text'), field('text'), { '<p>a</p><p>b</p> ¦ a\nb': 'a b', '~<p><strong>a</strong></p> ¦ a': 'a', '~<h3>a</h3> ¦ a': 'a' }],
  [field('rich_text'), field('long_text'), { '<p>a<br />b</p> ¦ a\nb': 'a\nb' }],
  [field('text'), field('score'), { '50': 50, '51': null, '-1': null, '~1.5': 2 }],
  [field('text'), field('rating'), { '5': 5, '6': null, '0': null }],
  [field('text'), field('rating', { max: '10' }), { '6': 6 }],
  [field('decimal'), field('score'), { '~12.34': 12, '~50.40': 50, '50.00': 50, '60.00': null }],
  [field('percent'), field('score'), { '12.0': 12, '~12.5': 13 }],
  [field('score'), field('percent'), { '12': '12.0' }],
  [field('score'), field('decimal'), { '12': '12.00' }],
  [field('score'), field('text'), { '12': '12' }],
  [field('rating'), field('decimal'), { '4': '4.00' }],
  [field('rating'), field('picklist', { options: [{ value: 'good', label: '4' }] }), { '4': 'good', '3': null }],
  [field('picklist', { options: [{ value: 'good', label: '4' }] }), field('rating'), { good: 4, small: null }],
  [
    field('text'),
    field('time'),
    { '09:30': '09:30:00', ' 23:59:59 ': '23:59:59', '24:00': null, '9:30': null, '09:30:61': null, '9 am': null },
  ],
  [field('time'), field('text'), { '09:30': '09:30:00' }],
  [field('datetime'), field('time'), { '~2024-06-01T08:00:00.7Z': '10:00:00', '~2024-05-31T22:00:00Z': '00:00:00' }],
  [
    field('text'),
    field('duration'),
    {
      PT1H30M: 'PT1H30M',
      '-PT90S': '-PT1M30S',
      P1DT1H: 'PT25H',
      '1h 30m': 'PT1H30M',
      '1.5 h': 'PT1H30M',
      '1,5h': 'PT1H30M',
      '2d': 'PT48H',
      '45 min': 'PT45M',
      '1:30': 'PT1H30M',
      '90': 'PT1M30S',
      '0.0001 s': null,
      '30m 1h': null,
      P1Y: null,
      '1h of work': null,
      P: null,
      PT: null,
      '': null,
    },
  ],
  [field('integer'), field('duration'), { '90': 'PT1M30S' }],
  [field('duration'), field('integer'), { '90': 90 }],
  [field('duration'), field('text'), { '5400': '1h 30m', '0': '0s', '-90': '-1m 30s' }],
  [
    field('text'),
    field('tags'),
    {
      'VIP; Old  Friend,vip': ['vip', 'old friend'],
      'one\ntwo': ['one', 'two'],
      ' ; ,': null,
      ['x'.repeat(61)]: null,
      [Array.from({ length: 51 }, (_, n) => n).join()]: null,
    },
  ],
  [field('tags'), field('text'), { '{vip,old friend}': 'vip; old friend' }],
  [field('tags'), field('picklist'), { '{small}': 'small', '~{huge,small}': 'huge', '~{small,x}': 'small', '{x}': null }],
  [field('tags'), field('multi_picklist'), { '{small,sure}': ['small', 'yes'], '{small,x}': null }],
  [field('picklist'), field('tags'), { small: ['small'], huge: ['ähm, huge'] }],
  [field('multi_picklist'), field('tags'), { '{huge,yes}': ['ähm, huge', 'sure'] }],
  [
    field('text'),
    field('geo_point'),
    {
      '52.52, 13.405': { lat: 52.52, lng: 13.405 },
      '-90 180': { lat: -90, lng: 180 },
      '~1.23456789, 2': { lat: 1.234568, lng: 2 },
      '91, 0': null,
      '52,52 13,4': null,
      Berlin: null,
    },
  ],
  [field('geo_point'), field('text'), { '52.52 ¦ 13.405': '52.52, 13.405' }],
  [
    field('text'),
    field('address'),
    {
      'Main St 1\n2nd  floor': { street: 'Main St 1\n2nd floor', city: null, state: null, postal_code: null, country: null },
      ['x'.repeat(256)]: null,
    },
  ],
  [field('address'), field('text'), { 'Main St 1 ¦ Bern ¦  ¦ 3000 ¦ CH': 'Main St 1, 3000 Bern, CH', ' ¦ Bern ¦  ¦  ¦ ': 'Bern' }],
  [field('json'), field('text'), { '{"a": [1, true]}': '{"a": [1, true]}', '"word"': 'word', ['"' + 'x'.repeat(256) + '"']: null }],
  [field('autonumber'), field('integer'), { '7': 7 }],
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
      const sources = fieldType(from.type).columns(from.options);
      const { values: sql, shortens = 'false' } = conversion(
        from,
        to,
        sources.map((_, index) => `c${String(index)}`),
        place,
      ) ?? { values: {} };
      const columns = fieldType(to.type).columns(to.options);
      const parts = columns.map(({ suffix, pgType: type }, index) => `(${sql[suffix] ?? 'null'})::${type} as v${String(index)}`);
      const json = fieldType(to.type).jsonSql(
        columns.map((_, index) => `v${String(index)}`),
        to.options,
      );
      const given = sources.map(({ pgType }, index) => `$${String(index + 1)}::${pgType} as c${String(index)}`);
      for (const [written, expected] of Object.entries(values)) {
        const texts = written.replace(/^~/, '').split(PART);
        const stored = sources.map((_, index) => (sources.length > 1 && texts[index] === '' ? null : (texts[index] ?? null)));
        const [row] = await database.sql(
          `select to_json(${json}) as value, short, to_json(t) as whole from (select ${parts.join(', ')}, coalesce(${shortens}, false) as short from (select ${given.join(', ')}) t) t`,
          stored,
        );
        expect(row?.['value'], written).toEqual(expected);
        expect(row?.['short'], written).toBe(written.startsWith('~'));
        // What comes out is what the type itself would store.
        if (expected === null) continue;
        const again = fieldType(to.type).normalize(expected, to.options, { currency: 'EUR' });
        expect(again, written).toEqual({ value: expected });
        // All of its columns, also those that only searches read.
        if (to.type === 'rich_text')
          expect([row?.['whole']], written).toMatchObject([
            Object.fromEntries(
              fieldType(to.type)
                .encode(expected, to.options)
                .map((value, index) => [`v${String(index)}`, value]),
            ),
          ]);
      }
    },
  );

  it('has a case for every pair', () => {
    const pairs = new Set(CASES.map(([from, to]) => `${from.type} ${to.type}`));
    const missing = TYPES.flatMap((from) => convertibleTo(from).map((to) => `${from} ${to}`)).filter((pair) => !pairs.has(pair));
    // Texts of both lengths are read alike, and both are written alike.
    expect(missing.filter((pair) => !pair.startsWith('long_text ') && !pair.endsWith('text'))).toEqual([]);
  });

  it('says of every pair whether it changes at once, is converted, or why it is refused', () => {
    for (const from of TYPES) {
      for (const to of TYPES.filter((type) => type !== from)) {
        const ways = [sameValues(from, to), convertibleTo(from).includes(to) && !sameValues(from, to), refusalOf(from, to) !== undefined];
        expect(
          ways.filter((is) => is),
          `${from} to ${to}`,
        ).toHaveLength(1);
        if (convertibleTo(from).includes(to)) {
          const columns = fieldType(from)
            .columns(field(from).options)
            .map((_, index) => `c${String(index)}`);
          expect(conversion(field(from), field(to), columns, place), `${from} to ${to}`).toBeDefined();
        } else expect(conversion(field(from), field(to), ['c'], place), `${from} to ${to}`).toBeUndefined();
      }
    }
  });

  it('docs/type-changes.md says what the table says', async () => {
    const url = new URL('../../../docs/type-changes.md', import.meta.url);
    const name = (type: Type) => `\`${type}\``;
    const ways = TYPES.filter((from) => possibleTypes(from).length > 0).map((from) => {
      const atOnce = possibleTypes(from).filter((to) => sameValues(from, to));
      const converted = possibleTypes(from).filter((to) => !sameValues(from, to));
      return `| ${name(from)} | ${atOnce.map(name).join(', ')} | ${converted.map(name).join(', ')} |`;
    });
    const reasons = new Map<string, Set<Type>>();
    for (const to of TYPES) {
      const reason = refusalOf('boolean', to);
      if (reason !== undefined && reason !== refusalOf('boolean', 'phone'))
        reasons.set(reason, (reasons.get(reason) ?? new Set<Type>()).add(to));
    }
    const text = `# Which type can become which

Made from \`metadata/language/type-changes.ts\`. How a change of type is planned and published says [the life of metadata](metadata-lifecycle.md#another-type-for-a-field).

| from | at once, no record is written | converted, record by record |
| --- | --- | --- |
${ways.join('\n')}

What is not in the table is refused, and the plan says why:

${[...reasons].map(([reason, types]) => `- to ${[...types].map(name).join(', ')}: ${reason}.`).join('\n')}
- Anything else has no rule: add a second field, fill it, and retire the first.

What values become:

- **Numbers** are rounded to the digits of the field; what is beyond its bounds does not convert. A score and a rating hold nothing outside theirs.
- **Durations** are seconds as numbers; as texts \`1h 30m\`, \`1:30\`, \`PT1H30M\` and a number of seconds are read.
- **Choices and tags** go by label, in any case. Several become one by taking the first.
- **Formatted text** loses its formats when it becomes plain, which the plan counts. Plain text becomes paragraphs.
- **Addresses** become one line. A text becomes the street: nobody could tell the rest from it.
- **Points** are read as \`52.52, 13.405\`; JSON becomes its text.
- A **date and time** becomes a day or a time of day in the time zone of the installation.
`;
    const options = JSON.parse(readFileSync(new URL('../../../.prettierrc.json', import.meta.url), 'utf8')) as object;
    await expect(await format(text, { parser: 'markdown', ...options })).toMatchFileSnapshot(url.pathname);
  });
});
