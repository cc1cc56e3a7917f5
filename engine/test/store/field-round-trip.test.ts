import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FieldOptions, FieldType } from '../../src/fields/field-type.js';
import { FIELD_TYPES, fieldType } from '../../src/fields/registry.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // Neither may show in what is read.
  await client.query(`set timezone = 'Australia/Lord_Howe'; set datestyle = 'SQL, DMY'`);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

type Name = FieldType['name'];
const CHOICES: FieldOptions = {
  options: ['one', 'two', 'three', 'old'].map((value) => ({ value, label: value, ...(value === 'old' ? { inactive: true } : {}) })),
};
const EUR = { currency: 'EUR' };
const ID = '0190c0de-0000-7000-8000-00000000abcd';
const ANY: FieldOptions = { targets: ['deal', 'task'], targetIds: { deal: 'obj_d', task: "obj_t'x" } };
const OTHER_ID = '0190c0de-0000-7000-8000-000000000001';

/** Normalises, stores and reads back, as a write and a read do. */
async function roundTrip(name: Name, value: unknown, options: FieldOptions = {}): Promise<{ canonical: unknown; read: unknown }> {
  const type = fieldType(name);
  const normalized = type.normalize(value, options, EUR);
  if ('issue' in normalized) throw new Error(`${normalized.issue.code}: ${normalized.issue.message}`);
  const columns = type.columns(options);
  const names = columns.map((_, index) => `c${String(index)}`);
  await client.query(
    `drop table if exists round_trip; create table round_trip (${columns.map(({ pgType }, at) => `${String(names[at])} ${pgType}`).join(', ')})`,
  );
  const values = type.encode(normalized.value, options);
  await client.query(`insert into round_trip values (${values.map((_, at) => `$${String(at + 1)}`).join(', ')})`, [...values]);
  const { rows } = await client.query<{ json: string }>(
    `select json_build_object('v', ${type.jsonSql(names, options)})::text as json from round_trip`,
  );
  return { canonical: normalized.value, read: (JSON.parse(rows[0]?.json ?? '{}') as { v: unknown }).v };
}

describe('what was written is what is read', () => {
  it.each<[Name, unknown, unknown, FieldOptions?]>([
    ['text', '  Ada\t Lovelace\n', 'Ada  Lovelace'],
    ['text', '   ', null],
    ['text', '', null],
    ['text', '😀 中 ﷺ " \' \\ $1 %', '😀 中 ﷺ " \' \\ $1 %'],
    ['text', '😀'.repeat(5), '😀'.repeat(5), { maxLength: 5 }],
    ['long_text', 'a\r\nb\rc\n', 'a\nb\nc\n'],
    ['long_text', ' \n ', null],
    ['rich_text', '<p>Hello <b>bold</b> <i>world</i></p>', '<p>Hello <strong>bold</strong> <em>world</em></p>'],
    ['rich_text', '<h1>Title</h1><h5>Sub</h5><div>x</div>', '<h3>Title</h3><h4>Sub</h4><p>x</p>'],
    [
      'rich_text',
      '<ul><li>a</li></ul><ol><li>b</li></ol><blockquote>q</blockquote><pre><code>c &lt; d</code></pre>',
      '<ul><li>a</li></ul><ol><li>b</li></ol><blockquote>q</blockquote><pre><code>c &lt; d</code></pre>',
    ],
    [
      'rich_text',
      '<a href=" https://example.com/?a=1&b=2 " onclick="x()" target="_self" style="a">x</a>',
      '<p><a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">x</a></p>',
    ],
    ['rich_text', '<a href="javascript:alert(1)">x</a><a href="#top">y</a><a href="//evil.example">z</a>', '<p>xyz</p>'],
    ['rich_text', '<a href="java\nscript:alert(1)">x</a><a href="data:text/html,x">y</a>', '<p>xy</p>'],
    ['rich_text', '<script>alert(1)</script><style>p{}</style>safe', '<p>safe</p>'],
    ['rich_text', '<img src=x onerror=alert(1)><svg onload=alert(1)><p>a</p></svg>', '<p>a</p>'],
    ['rich_text', '<p onmouseover="x()" style="position:fixed" id="a" class="b">a</p>', '<p>a</p>'],
    ['rich_text', '<math><mi><style><img src=x onerror=alert(1)></style></mi></math>b', '<p>b</p>'],
    ['rich_text', '<p>a<iframe src="https://evil.example"></iframe><input name="q"></p>', '<p>a</p>'],
    ['rich_text', 'a < b & c 😀', '<p>a &lt; b &amp; c 😀</p>'],
    ['rich_text', '<p> </p><p><br></p>&nbsp;', null],
    ['rich_text', '<p><strong>12345</strong></p>', '<p><strong>12345</strong></p>', { maxLength: 5 }],
    ['integer', 0, 0],
    ['integer', -0, 0],
    ['integer', '007', 7],
    ['integer', 9007199254740991, 9007199254740991],
    ['integer', '-9007199254740991', -9007199254740991],
    ['decimal', '1.5', '1.50'],
    ['decimal', 1.5, '1.50'],
    ['decimal', '-0', '0.00'],
    ['decimal', '+7', '7.00'],
    ['decimal', 1e15, '1000000000000000.00'],
    ['decimal', '12345678901234567890123456.789012345678', '12345678901234567890123456.789012345678', { precision: 38, scale: 12 }],
    ['decimal', '0.000000000000000001', '0.000000000000000001', { precision: 38, scale: 18 }],
    ['percent', '12.5', '12.50'],
    ['percent', 100, '100.000', { scale: 3 }],
    ['currency', '1234.5', { amount: '1234.50', currency: 'EUR' }],
    ['currency', 7, { amount: '7.00', currency: 'EUR' }],
    ['currency', { amount: '-0.1234', currency: 'usd' }, { amount: '-0.1234', currency: 'USD' }],
    ['currency', { amount: '99999999999999.9999', currency: 'JPY' }, { amount: '99999999999999.9999', currency: 'JPY' }],
    ['currency', { amount: '1.100', currency: 'EUR' }, { amount: '1.10', currency: 'EUR' }],
    ['currency', { amount: null, currency: 'EUR' }, null],
    ['boolean', true, true],
    ['boolean', false, false],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '0001-01-01', '0001-01-01'],
    ['date', '9999-12-31', '9999-12-31'],
    ['time', '09:30', '09:30:00'],
    ['time', '02:30:00', '02:30:00'],
    ['time', '00:00', '00:00:00'],
    ['time', '23:59:59', '23:59:59'],
    ['time', '', null],
    ['duration', 'PT1H30M', 'PT1H30M'],
    ['duration', 'P1DT2H', 'PT26H'],
    ['duration', 'P2W', 'PT336H'],
    ['duration', 'PT90M', 'PT1H30M'],
    ['duration', '-PT61S', '-PT1M1S'],
    ['duration', 'PT0S', 'PT0S'],
    ['duration', '-PT0S', 'PT0S'],
    ['duration', ' 1h 30m ', 'PT1H30M'],
    ['duration', '1.5 h', 'PT1H30M'],
    ['duration', '2d 4h', 'PT52H'],
    ['duration', '1:05', 'PT1H5M'],
    ['duration', '45 min', 'PT45M'],
    ['duration', 5400, 'PT1H30M'],
    ['duration', '5400', 'PT1H30M'],
    ['duration', '', null],
    ['duration', 'PT9007199254740991S', 'PT2501999792983H36M31S'],
    ['duration', -9007199254740991, '-PT2501999792983H36M31S'],
    ['score', 0, 0],
    ['score', '100', 100],
    ['score', -5, -5, { min: '-10', max: '10' }],
    ['rating', 5, 5],
    ['rating', 10, 10, { max: '10' }],
    [
      'address',
      { street: ' 1 Main\r\nStreet ', city: 'Zürich', postal_code: ' 8001', country: 'ch' },
      { street: '1 Main\nStreet', city: 'Zürich', state: null, postal_code: '8001', country: 'CH' },
    ],
    ['address', { city: '😀 | x' }, { street: null, city: '😀 | x', state: null, postal_code: null, country: null }],
    ['address', { city: ' ', country: null }, null],
    ['address', {}, null],
    ['geo_point', { lat: 52.520008, lng: 13.404954 }, { lat: 52.520008, lng: 13.404954 }],
    ['geo_point', { lat: '52.52000849', lng: '-0.00000001' }, { lat: 52.520008, lng: 0 }],
    ['geo_point', { lat: -90, lng: 180 }, { lat: -90, lng: 180 }],
    ['geo_point', { lat: 0, lng: 0 }, { lat: 0, lng: 0 }],
    ['geo_point', { lat: 0.1 + 0.2, lng: 1e-7 }, { lat: 0.3, lng: 0 }],
    ['json', { b: [1, 'ü', null, { c: true }], a: '😀' }, { a: '😀', b: [1, 'ü', null, { c: true }] }],
    ['json', [], []],
    ['json', 'text', 'text'],
    ['json', 0.1, 0.1],
    ['json', false, false],
    ['json', { constructor: 'x', id: 1, label: 'y' }, { constructor: 'x', id: 1, label: 'y' }],
    ['tags', [' VIP ', 'vip', 'Trade   fair', 'ÄPFEL', 'A\u0308pfel'], ['vip', 'trade fair', 'äpfel']],
    ['tags', ['', ' '], null],
    ['tags', [], null],
    ['tags', ['a,b', '"x"', '{null}', 'null', '\\'], ['a,b', '"x"', '{null}', 'null', '\\']],
    ['datetime', '2026-03-29T02:30:00+02:00', '2026-03-29T00:30:00.000Z'],
    ['datetime', '2026-12-31t23:59:59.1234567z', '2026-12-31T23:59:59.123Z'],
    ['datetime', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['datetime', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['email', ' Ada.Lovelace+x@EXAMPLE.Com ', 'Ada.Lovelace+x@example.com'],
    ['email', 'jörg@bücher.example', 'jörg@bücher.example'],
    ['phone', ' +49  (30) 123-45.67/8 ext. 9', '+49 (30) 123-45.67/8 ext. 9'],
    ['url', 'https://example.com/a b'.replace(' ', '%20'), 'https://example.com/a%20b'],
    ['url', 'mailto:ada@example.com', 'mailto:ada@example.com'],
    ['picklist', 'two', 'two', CHOICES],
    ['picklist', '', null, CHOICES],
    ['multi_picklist', ['three', 'one', 'three'], ['one', 'three'], CHOICES],
    ['multi_picklist', [], null, CHOICES],
    ['lookup', ID.toUpperCase(), ID],
    ['master_detail', ID, ID],
    ['user', ID, ID],
    ['many_to_many', [ID, OTHER_ID, ID.toUpperCase()], [OTHER_ID, ID]],
    ['many_to_many', [], null],
    ['file', ID.toUpperCase(), ID],
    ['image', '', null],
    ['polymorphic', { object: 'task', id: ID.toUpperCase() }, { object: 'task', id: ID }, ANY],
    ['polymorphic', '', null, ANY],
    ['id', ID, ID],
    ['version', 3, 3],
  ])('%s %j', async (name, value, expected, options) => {
    const { canonical, read } = await roundTrip(name, value, options);
    expect(canonical).toEqual(expected);
    expect(read).toEqual(expected);
    // A table that was written is read to the same values.
    const type = fieldType(name);
    expect(type.normalize(type.fromCell(type.toCell(read, options ?? {}), options ?? {}), options ?? {}, EUR)).toEqual({ value: expected });
  });

  const WRITTEN = (Object.keys(FIELD_TYPES) as Name[]).filter((name) => name !== 'formula' && name !== 'rollup');
  it.each(WRITTEN)('nothing, as %s', async (name) => {
    expect(await roundTrip(name, null, CHOICES)).toEqual({ canonical: null, read: null });
  });

  it.each([
    [7, 'INV-{0000}', 'INV-0007'],
    [12345, 'INV-{0000}', 'INV-12345'],
    [1, "It's {00}/%", "It's 01/%"],
    [1, undefined, '1'],
  ])('autonumber %s as %s', async (value, format, expected) => {
    expect((await roundTrip('autonumber', value, format === undefined ? {} : { format })).read).toBe(expected);
  });

  it('canonical values are fixed points', async () => {
    for (const [name, value, options] of [
      ['currency', '1.5', {}],
      ['decimal', 3, {}],
      ['datetime', '2026-01-01T00:00:00Z', {}],
      ['rich_text', '<h1>a<p>b</h1><li>c & <a href=x>d</a><ul><p>e', {}],
    ] as const) {
      const { canonical } = await roundTrip(name, value, options);
      expect((await roundTrip(name, canonical, options)).canonical).toEqual(canonical);
    }
  });
});

describe('cells of a table', () => {
  const NAMED: FieldOptions = {
    options: [
      { value: 'new', label: 'New' },
      { value: 'in_talks', label: 'In talks' },
      { value: 'a', label: 'Same' },
      { value: 'b', label: 'same' },
      { value: 'c', label: 'One; two' },
    ],
  };

  it.each<[Name, unknown, string, FieldOptions?]>([
    ['text', null, ''],
    ['text', 'a;b,"c"', 'a;b,"c"'],
    ['integer', 0, '0'],
    ['boolean', false, 'false'],
    ['currency', { amount: '1234.50', currency: 'EUR' }, '1234.50 EUR'],
    ['picklist', 'in_talks', 'In talks', NAMED],
    ['picklist', 'a', 'a', NAMED],
    ['picklist', 'gone', 'gone', NAMED],
    ['multi_picklist', ['new', 'c'], 'New; c', NAMED],
    ['lookup', { id: ID, label: 'Ada' }, ID],
    [
      'many_to_many',
      [
        { id: OTHER_ID, label: 'Ada' },
        { id: ID, label: null },
      ],
      `${OTHER_ID}; ${ID}`,
    ],
    ['polymorphic', { object: 'task', id: ID, label: 'Ada' }, `task:${ID}`, ANY],
    ['autonumber', 'INV-0007', 'INV-0007'],
    ['address', { street: '1 Main', city: 'Berlin', state: null, postal_code: '10115', country: 'DE' }, '1 Main | 10115 | Berlin |  | DE'],
    ['geo_point', { lat: 52.5, lng: -13 }, '52.5, -13'],
    ['json', { a: [1] }, '{"a":[1]}'],
    ['tags', ['vip', 'trade fair'], 'vip; trade fair'],
    ['duration', 'PT1H30M', 'PT1H30M'],
  ])('%s %j is written %j', (name, value, cell, options = {}) => {
    expect(fieldType(name).toCell(value, options)).toBe(cell);
  });

  it.each<[Name, string, unknown, FieldOptions?]>([
    ['text', '', null],
    ['integer', ' 7 ', 7],
    ['boolean', 'YES', true],
    ['boolean', '0', false],
    ['boolean', '', null],
    ['decimal', '1.5', '1.50'],
    ['currency', '12.5', { amount: '12.50', currency: 'EUR' }],
    ['currency', 'usd 12.5', { amount: '12.50', currency: 'USD' }],
    ['currency', '-0.5 CHF', { amount: '-0.50', currency: 'CHF' }],
    ['picklist', ' IN TALKS ', 'in_talks', NAMED],
    ['picklist', 'in_talks', 'in_talks', NAMED],
    ['picklist', ' ', null, NAMED],
    ['multi_picklist', 'in talks;; New;new', ['new', 'in_talks'], NAMED],
    ['multi_picklist', '', null, NAMED],
    ['many_to_many', `${ID};; ${OTHER_ID} `, [OTHER_ID, ID]],
    ['many_to_many', ' ', null],
    ['polymorphic', ` task : ${ID} `, { object: 'task', id: ID }, ANY],
    ['polymorphic', '', null, ANY],
    ['lookup', ` ${ID}`, ID],
    ['address', '1 Main Street', { street: '1 Main Street', city: null, state: null, postal_code: null, country: null }],
    ['geo_point', '52.5 -13', { lat: 52.5, lng: -13 }],
    ['json', '[1]', [1]],
    ['rich_text', 'a < b\nc\n\nd', '<p>a &lt; b<br />c</p><p>d</p>'],
    ['tags', 'VIP;;Trade fair', ['vip', 'trade fair']],
    ['duration', '1h 30m', 'PT1H30M'],
    ['time', '09:30', '09:30:00'],
  ])('%s is read from %j', (name, cell, value, options = {}) => {
    const type = fieldType(name);
    expect(type.normalize(type.fromCell(cell, options), options, EUR)).toEqual({ value });
  });

  it.each<[Name, string, string, FieldOptions?]>([
    ['boolean', 'perhaps', 'not_boolean'],
    ['integer', 'seven', 'not_a_number'],
    ['currency', 'EUR', 'not_a_number'],
    ['currency', '1.2.3 EUR', 'not_a_number'],
    ['picklist', 'newest', 'not_an_option', NAMED],
    ['multi_picklist', 'new, in talks', 'not_an_option', NAMED],
    ['lookup', 'Ada', 'not_an_id'],
  ])('%s from %j: %s', (name, cell, code, options = {}) => {
    const type = fieldType(name);
    expect(type.normalize(type.fromCell(cell, options), options, EUR)).toMatchObject({ issue: { code } });
  });
});

describe('what can not be stored exactly is refused, with its reason', () => {
  it.each<[Name, unknown, string, FieldOptions?]>([
    ['text', 'abcdef', 'too_long', { maxLength: 5 }],
    ['text', 'a\u0000b', 'bad_characters'],
    ['text', 'a\ud800b', 'bad_characters'],
    ['text', 5, 'not_text'],
    ['rich_text', '<p>123456</p>', 'too_long', { maxLength: 5 }],
    ['rich_text', `<p>${'<b></b>'.repeat(40_000)}x</p>`, 'too_long'],
    ['rich_text', 'a\u0000b', 'bad_characters'],
    ['rich_text', 5, 'not_text'],
    ['integer', 1.5, 'too_many_decimals'],
    ['integer', 9007199254740992, 'too_large'],
    ['integer', '1e3', 'not_a_number'],
    ['integer', 5, 'too_large', { max: '4' }],
    ['integer', 'NaN', 'not_a_number'],
    ['decimal', '1.005', 'too_many_decimals'],
    ['decimal', 0.1 + 0.2, 'not_exact'],
    ['decimal', 2 ** 60, 'not_exact'],
    ['decimal', Number.POSITIVE_INFINITY, 'not_a_number'],
    ['decimal', '0x10', 'not_a_number'],
    ['decimal', '1,5', 'not_a_number'],
    ['decimal', '10000000000000000', 'too_large'],
    ['decimal', '-1', 'too_small', { min: '0' }],
    ['currency', { amount: '1', currency: 'EURO' }, 'unknown_currency'],
    ['currency', { amount: '1', currency: "E'R" }, 'unknown_currency'],
    ['currency', { amount: '1.00001', currency: 'EUR' }, 'too_many_decimals'],
    ['boolean', 'true', 'not_boolean'],
    ['boolean', 1, 'not_boolean'],
    ['date', '2026-02-30', 'not_a_date'],
    ['date', '0000-01-01', 'not_a_date'],
    ['date', '2026-1-1', 'not_a_date'],
    ['date', '2026-01-01T00:00:00Z', 'not_a_date'],
    ['datetime', '2026-01-01T00:00:00', 'not_an_instant'],
    ['datetime', '2026-01-01', 'not_an_instant'],
    ['datetime', '2026-02-30T00:00:00Z', 'not_an_instant'],
    ['datetime', '2026-01-01T24:00:01Z', 'not_an_instant'],
    ['datetime', 'infinity', 'not_an_instant'],
    ['time', '24:00', 'not_a_time'],
    ['time', '9:30', 'not_a_time'],
    ['time', '09:60', 'not_a_time'],
    ['time', '09:30:00.5', 'not_a_time'],
    ['time', '09:30Z', 'not_a_time'],
    ['duration', 'P1M', 'not_a_duration'],
    ['duration', 'P', 'not_a_duration'],
    ['duration', 'PT', 'not_a_duration'],
    ['duration', 'P1DT', 'not_a_duration'],
    ['duration', 'PT1.5H', 'not_a_duration'],
    ['duration', '30m 1h', 'not_a_duration'],
    ['duration', '1h 1h', 'not_a_duration'],
    ['duration', '0.0001h', 'not_a_duration'],
    ['duration', 1.5, 'not_a_duration'],
    ['duration', 'PT9007199254740992S', 'not_a_duration'],
    ['duration', 'soon', 'not_a_duration'],
    ['duration', 'PT1H', 'too_large', { max: '1800' }],
    ['duration', '-PT1S', 'too_small', { min: '0' }],
    ['score', 101, 'too_large'],
    ['score', -1, 'too_small'],
    ['score', 1.5, 'too_many_decimals'],
    ['rating', 0, 'too_small'],
    ['rating', 6, 'too_large'],
    ['rating', 4.5, 'too_many_decimals'],
    ['address', 'Main Street', 'not_an_address'],
    ['address', { country: 'Germany' }, 'unknown_country'],
    ['address', { country: 'ZZ' }, 'unknown_country'],
    ['address', { postal_code: 'x'.repeat(21) }, 'too_long'],
    ['address', { city: 'a\u0000b' }, 'bad_characters'],
    ['address', { city: 5 }, 'not_text'],
    ['geo_point', { lat: 90.1, lng: 0 }, 'bad_latitude'],
    ['geo_point', { lat: 'north', lng: 0 }, 'bad_latitude'],
    ['geo_point', { lat: 0, lng: -181 }, 'bad_longitude'],
    ['geo_point', { lat: 0 }, 'bad_longitude'],
    ['geo_point', { lat: Number.NaN, lng: 0 }, 'bad_latitude'],
    ['geo_point', '52.52, 13.4', 'not_a_point'],
    ['json', { a: 'x\u0000' }, 'bad_characters'],
    ['json', { 'x\ud800': 1 }, 'bad_characters'],
    ['json', { a: 2 ** 60 }, 'not_exact'],
    ['json', { a: Number.POSITIVE_INFINITY }, 'not_exact'],
    ['json', JSON.parse('['.repeat(22) + ']'.repeat(22)), 'too_deep'],
    ['json', 'x'.repeat(70_000), 'too_long'],
    ['tags', 'vip', 'not_a_list'],
    ['tags', ['a', 5], 'not_text'],
    ['tags', ['a;b'], 'bad_characters'],
    ['tags', ['x'.repeat(61)], 'too_long'],
    ['tags', Array.from({ length: 51 }, (_, at) => `t${String(at)}`), 'too_many'],
    ['email', 'ada', 'not_an_email'],
    ['email', 'ada@example', 'not_an_email'],
    ['email', 'a b@example.com', 'not_an_email'],
    ['email', 'ada@example.com\nBcc: x@y.z', 'not_an_email'],
    ['phone', '12', 'not_a_phone_number'],
    ['phone', 'call me', 'not_a_phone_number'],
    ['url', 'javascript:alert(1)', 'not_a_link'],
    ['url', 'java\nscript:alert(1)', 'not_a_link'],
    ['url', '\u0001javascript:alert(1)', 'not_a_link'],
    ['url', 'JAVASCRIPT:alert(1)', 'not_a_link'],
    ['url', 'data:text/html,x', 'not_a_link'],
    ['url', 'file:///etc/passwd', 'not_a_link'],
    ['url', '//example.com', 'not_a_link'],
    ['url', 'https:example.com', 'not_a_link'],
    ['url', 'https://user:secret@example.com', 'not_a_link'],
    ['url', 'example.com', 'not_a_link'],
    ['picklist', 'four', 'not_an_option', CHOICES],
    ['picklist', 'old', 'inactive_option', CHOICES],
    ['picklist', 'constructor', 'not_an_option', CHOICES],
    ['multi_picklist', ['one', 'four'], 'not_an_option', CHOICES],
    ['multi_picklist', 'one', 'not_a_list', CHOICES],
    ['lookup', 'x', 'not_an_id'],
    ['lookup', { id: ID }, 'not_an_id'],
    ['many_to_many', ID, 'not_a_list'],
    ['file', { id: ID }, 'not_an_id'],
    ['image', 'me.png', 'not_an_id'],
    ['encrypted_text', { has_value: true }, 'not_text'],
    ['encrypted_text', 'abc', 'too_long', { maxLength: 2 }],
    ['polymorphic', ID, 'not_a_link', ANY],
    ['polymorphic', { object: 'note', id: ID }, 'not_a_target', ANY],
    ['polymorphic', { object: 'constructor', id: ID }, 'not_a_target', ANY],
    ['polymorphic', { object: 'task', id: 'x' }, 'not_an_id', ANY],
    ['polymorphic', [ID], 'not_a_link', ANY],
    ['many_to_many', [ID, ''], 'not_an_id'],
    ['many_to_many', [null], 'not_an_id'],
    ['many_to_many', Array.from({ length: 201 }, (_, n) => `0190c0de-0000-7000-8000-${String(n).padStart(12, '0')}`), 'too_many'],
  ])('%s %j: %s', (name, value, code, options = {}) => {
    expect(fieldType(name).normalize(value, options, EUR)).toMatchObject({ issue: { code } });
  });

  it('money without a currency, where nobody says one', () => {
    expect(fieldType('currency').normalize('5', {})).toMatchObject({ issue: { code: 'currency_missing' } });
  });

  it('hostile texts are looked at in linear time', () => {
    // A quadratic look at 100,000 characters takes minutes, more than a test may; this takes 20 ms on an idle machine.
    const attacks = [
      'a@'.repeat(50_000),
      `${'a'.repeat(60_000)}@`,
      '('.repeat(60_000),
      '+' + '1 '.repeat(50_000) + 'x',
      `https://${'a.'.repeat(50_000)}`,
      `P${'1'.repeat(100_000)}`,
      '1h '.repeat(40_000),
    ];
    for (const name of [
      'email',
      'phone',
      'url',
      'text',
      'long_text',
      'decimal',
      'date',
      'datetime',
      'time',
      'duration',
      'rich_text',
      'tags',
    ] as const) {
      for (const attack of attacks) fieldType(name).normalize(attack, {});
    }
  });
});
