import { COUNTRIES, isCountry } from '@fieldstone/metadata/language/countries.js';
import { literal } from '../kernel/statement.js';
import type { FieldType } from './field-type.js';
import { json } from './json.js';
import { partsJson, storedParts } from './parts.js';
import { bad, ok, storeText, textSchema } from './values.js';
import { sentence, told, type Told } from '../texts/told.js';

export type Address = Readonly<Record<'street' | 'city' | 'state' | 'postal_code' | 'country', string | null>>;

const PARTS = storedParts('address', { city: '_city', state: '_state', postal_code: '_zip', country: '_country' });
const NAMES = [...PARTS.keys()] as readonly (keyof Address)[];
const LONGEST: Readonly<Record<keyof Address, number>> = { street: 255, city: 120, state: 120, postal_code: 20, country: 2 };
/** Names of countries, as people of before wrote them into texts, with their codes; codes stand for themselves. */
const countryCodes = (): string => {
  const names = ['en', 'de'].map((locale) => new Intl.DisplayNames(locale, { type: 'region' }));
  const all = COUNTRIES.flatMap((code) => [[code.toLowerCase(), code], ...names.map((of) => [(of.of(code) ?? code).toLowerCase(), code])]);
  return `${literal(JSON.stringify(Object.fromEntries(all)))}::jsonb`;
};

/** In a cell of a table the parts stand in this order, as on a letter, with bars between. */
const CELL: readonly (keyof Address)[] = ['street', 'postal_code', 'city', 'state', 'country'];
const BAR = '|';

/** A street may have several lines; everything else is one. */
const tidy = (name: keyof Address, text: string): string =>
  name === 'street'
    ? text
        .replace(/\r\n?/g, '\n')
        .replace(/[\t ]+/g, ' ')
        .trim()
    : text.replace(/\s+/g, ' ').trim();

const ofPart = (name: keyof Address, { said }: Told): Told =>
  told('value.address_part', { part: sentence(`address.${name}`), reason: said });

/**
 * A postal address in parts, the country by its ISO 3166 code ("DE"). Each part can be filtered and sorted by: `billing.city`.
 *
 * Shape:  an object; parts that are left out are empty. An address without any part is no value.
 */
export const address: FieldType = {
  name: 'address',
  valueType: 'structure',
  parts: PARTS,
  properties: [],
  columns: () => [...PARTS.values()].map(({ suffix }) => ({ suffix, pgType: 'text' })),
  jsonSchema: () => ({
    type: 'object',
    properties: Object.fromEntries(NAMES.map((name) => [name, { ...textSchema(LONGEST[name]), type: ['string', 'null'] }])),
    additionalProperties: false,
  }),
  answerSchema: {
    type: 'object',
    properties: Object.fromEntries(NAMES.map((name) => [name, { type: ['string', 'null'], maxLength: LONGEST[name] }])),
    required: NAMES,
    additionalProperties: false,
  },
  normalize(value) {
    if (value === null) return ok(null);
    if (typeof value !== 'object')
      return bad('not_an_address', told('value.not_an_address', { example: '{"street": "…", "city": "…", "country": "DE"}' }));
    const given = value as Readonly<Record<string, unknown>>;
    const parts: [string, unknown][] = [];
    for (const name of NAMES) {
      const text = given[name] ?? '';
      if (typeof text !== 'string') return bad('not_text', ofPart(name, told('value.not_text')));
      const tidied = tidy(name, text);
      const stored = storeText(name === 'country' ? tidied.toUpperCase() : tidied, LONGEST[name]);
      if (name === 'country' && tidied !== '' && !isCountry(tidied.toUpperCase()))
        return bad('unknown_country', ofPart(name, told('value.unknown_country')));
      if ('issue' in stored) return bad(stored.issue.code, ofPart(name, stored.issue));
      parts.push([name, stored.value]);
    }
    return ok(parts.every(([, part]) => part === null) ? null : Object.fromEntries(parts));
  },
  encode: (value) => NAMES.map((name) => (value as Address | null)?.[name] ?? null),
  jsonSql: (columns) => partsJson(NAMES, columns),
  conditionSql: (columns) => `coalesce(${columns.join(', ')})`,
  // Without any part it is an empty text, in which nothing is found.
  wordsSql: (columns) => `concat_ws(chr(32), ${columns.join(', ')})`,
  toCell(value) {
    const whole = value as Address | null;
    if (whole === null) return '';
    const parts = CELL.map((name) => whole[name] ?? '');
    return parts.some((part) => part.includes(BAR)) ? JSON.stringify(whole) : parts.join(` ${BAR} `);
  },
  fromCell(text) {
    if (text.trim() === '') return null;
    if (text.startsWith('{')) return json.fromCell(text, {});
    const parts = text.split(BAR).map((part) => part.trim());
    return parts.length > CELL.length ? text : Object.fromEntries(parts.map((part, index) => [CELL[index] ?? '', part]));
  },
  gather(former) {
    const part = (name: string): string => `nullif(trim(${former.get(name)?.columns[0] ?? 'null::text'}), '')`;
    const named = part('country');
    const code = `${countryCodes()} ->> lower(${named})`;
    // A country that nobody knows by this name stays readable, below the street.
    const street = `left(concat_ws(E'\\n', ${part('street')}, case when ${code} is null then ${named} end), ${String(LONGEST.street)})`;
    const parts: Record<string, string> = { street: `nullif(${street}, '')`, country: code };
    return Object.fromEntries([...PARTS].map(([name, { suffix }]) => [suffix, parts[name] ?? part(name)]));
  },
  isSortable: false,
  isFilterable: true,
  uses: ['default'],
};
