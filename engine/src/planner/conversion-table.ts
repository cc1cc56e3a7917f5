import { convertibleTo } from '@fieldstone/metadata/language/type-changes.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType } from '../fields/registry.js';
import { precisionOf, scaleOf } from '../fields/numbers.js';
import { literal } from '../kernel/statement.js';
import type { FieldModel } from '../model/types.js';

/** Where the records are at home: a day has a time there, and an amount without a currency is in theirs. */
export type Place = { readonly timeZone: string; readonly currency: string };

export type Converted = {
  /** SQL of each column of the new type, by suffix; null where the value can not become one. */
  readonly values: Readonly<Record<string, string>>;
  /** SQL that is true of a value that loses some of what it said: digits, the time of day. */
  readonly shortens?: string;
};

type Type = FieldModel['type'];

/**
 * How the values of a field become values of another type, as SQL over `columns`, those of the old field in order. Undefined when the pair is
 * not in the table. The SQL never fails, whatever the value: what can not be converted is null.
 */
export function conversion(from: FieldModel, to: FieldModel, columns: readonly string[], place: Place): Converted | undefined {
  if (!isConvertible(from, to)) return undefined;
  const [first = 'null'] = columns;
  switch (to.type) {
    case 'text':
    case 'long_text':
    case 'email':
    case 'phone':
    case 'url':
      return { values: { '': asText(to, textOf(from, columns)) } };
    case 'integer':
    case 'decimal':
    case 'percent':
      return asNumber(to, numberOf(from, columns));
    case 'currency': {
      const { values, shortens } = asNumber(to, numberOf(from, columns));
      const amount = values[''] ?? 'null';
      return {
        values: { '': amount, _cur: `case when ${amount} is null then null else ${literal(place.currency)} end` },
        ...(shortens === undefined ? {} : { shortens }),
      };
    }
    case 'boolean':
      return {
        values: { '': from.type === 'integer' ? `case ${first} when 1 then true when 0 then false end` : asBoolean(textOf(from, columns)) },
      };
    case 'date':
      return from.type === 'datetime'
        ? {
            values: { '': `(${first} at time zone ${literal(place.timeZone)})::date` },
            shortens: `(${first} at time zone ${literal(place.timeZone)})::time <> time '00:00'`,
          }
        : { values: { '': asDate(textOf(from, columns)) } };
    case 'datetime':
      return {
        values: {
          '':
            from.type === 'date'
              ? `(${first}::timestamp at time zone ${literal(place.timeZone)})`
              : asInstant(textOf(from, columns), place.timeZone),
        },
      };
    case 'picklist':
      return from.type === 'multi_picklist'
        ? {
            values: { '': knownCode(to, `case when cardinality(${first}) > 0 then ${first}[1] end`) },
            shortens: `cardinality(${first}) > 1`,
          }
        : { values: { '': asOption(to, from.type === 'boolean' ? yesOrNo(to, first) : textOf(from, columns)) } };
    case 'multi_picklist':
      return from.type === 'picklist'
        ? { values: { '': on(knownCode(to, first), 'case when v is null then null else array[v] end') } }
        : { values: { '': asOptions(to, textOf(from, columns)) } };
    default:
      return undefined;
  }
}

/** System fields have types of their own and never change them. */
const isConvertible = (from: FieldModel, to: FieldModel): boolean =>
  convertibleTo(from.type as FieldDocument['type']).includes(to.type as FieldDocument['type']);

/** `body` with the value of `sql` as `v`. */
const on = (sql: string, body: string): string => `(select ${body} from (select ${sql} as v) s)`;

/** What people read of a value. */
function textOf(from: FieldModel, columns: readonly string[]): string {
  const [first = 'null', second = 'null'] = columns;
  switch (from.type) {
    case 'boolean':
      return `case when ${first} then 'true' when not ${first} then 'false' end`;
    case 'currency':
      return `round(${first}, greatest(2, min_scale(${first})))::text || ' ' || ${second}`;
    case 'picklist':
      return `coalesce(${labels(from)} ->> ${first}, ${first})`;
    case 'multi_picklist':
      return `(select string_agg(coalesce(${labels(from)} ->> u.code, u.code), ', ' order by u.n) from unnest(${first}) with ordinality as u(code, n))`;
    case 'date':
    case 'datetime':
    case 'autonumber':
      return fieldType(from.type).jsonSql(columns, from.options);
    default:
      return `${first}::text`;
  }
}

const labels = (field: FieldModel): string =>
  `${literal(JSON.stringify(Object.fromEntries((field.options.options ?? []).map(({ value, label }) => [value, label]))))}::jsonb`;

/** The longest text of each type; the same as its file in `fields` has. */
const LONGEST: Readonly<Partial<Record<Type, number>>> = { text: 255, long_text: 32_000, email: 254, phone: 40, url: 2000 };
const NAME = '[[:alnum:]](?:[[:alnum:]-]{0,61}[[:alnum:]])?';
const EMAIL = String.raw`^[^[:space:]@<>()\[\]",;:\\]{1,64}@(?:${NAME}\.)+${NAME}$`;
const PHONE = String.raw`^[+]?[\d ()/.–-]+(?:(?:x|ext[.]?|#) ?\d{1,8})?$`;
const LINK = String.raw`^(?:https?://[^[:space:]/?#@:]+(?::\d{1,5})?(?:[/?#][^[:space:]]*)?|(?:mailto|tel):[^[:space:]]+)$`;

/** A text that is too long, or no address at all, is not cut or mended: it does not convert. */
function asText(to: FieldModel, sql: string): string {
  const longest = to.options.maxLength ?? LONGEST[to.type] ?? 255;
  const fits = `length(v) between 1 and ${String(longest)}`;
  const line = `btrim(regexp_replace(${sql}, '[\\r\\n\\t]+', ' ', 'g'))`;
  switch (to.type) {
    case 'long_text':
      return on(sql, `case when btrim(v) <> '' and ${fits} then v end`);
    case 'email':
      return on(line, `case when ${fits} and v ~ ${literal(EMAIL)} then split_part(v, '@', 1) || '@' || lower(split_part(v, '@', 2)) end`);
    case 'phone':
      return on(
        `regexp_replace(${line}, '\\s+', ' ', 'g')`,
        `case when ${fits} and length(regexp_replace(v, '\\D', '', 'g')) between 3 and 25 and v ~* ${literal(PHONE)} then v end`,
      );
    case 'url':
      return on(line, `case when ${fits} and v ~* ${literal(LINK)} then v end`);
    default:
      return on(line, `case when ${fits} then v end`);
  }
}

function numberOf(from: FieldModel, columns: readonly string[]): string {
  const [first = 'null'] = columns;
  if (['integer', 'decimal', 'percent', 'currency'].includes(from.type)) return `${first}::numeric`;
  if (from.type === 'boolean') return `(case when ${first} then 1 when not ${first} then 0 end)::numeric`;
  return on(`btrim(${textOf(from, columns)})`, String.raw`case when v ~ '^[+-]?\d{1,30}(\.\d{1,30})?$' then v::numeric end`);
}

/** Rounded to the digits of the field. A number with more digits before the point than it holds does not convert. */
function asNumber(to: FieldModel, sql: string): Converted {
  const isWhole = to.type === 'integer';
  const scale = isWhole ? 0 : to.type === 'currency' ? 4 : scaleOf(to.options);
  const digits = to.type === 'decimal' ? precisionOf(to.options) - scale : to.type === 'percent' ? 12 : 14;
  const limit = isWhole ? '9007199254740992' : `1${'0'.repeat(digits)}`;
  const pgType = isWhole ? 'bigint' : (fieldType(to.type).columns(to.options)[0]?.pgType ?? 'numeric');
  const rounded = `round(v, ${String(scale)})`;
  return {
    values: { '': on(sql, `case when abs(${rounded}) < ${limit} then ${rounded}::${pgType} end`) },
    shortens: on(sql, `abs(${rounded}) < ${limit} and ${rounded} <> v`),
  };
}

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];
const oneOf = (words: readonly string[]): string => words.map(literal).join(', ');
const asBoolean = (sql: string): string =>
  on(`lower(btrim(${sql}))`, `case when v in (${oneOf(YES)}) then true when v in (${oneOf(NO)}) then false end`);

/** A day that exists. Its length decides before it is read as a date, so that no text can stop the statement. */
const DAY = String.raw`^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const exists = `substr(v, 9, 2)::int <= extract(day from (substr(v, 1, 7) || '-01')::date + interval '1 month' - interval '1 day')`;
const asDate = (sql: string): string =>
  on(`btrim(${sql})`, `case when v ~ ${literal(`${DAY}$`)} then case when ${exists} then v::date end end`);

const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?`;
const OFFSET = String.raw`(Z|[+-](0\d|1[0-4]):?[0-5]\d)`;
function asInstant(sql: string, timeZone: string): string {
  const local = `(v::timestamp at time zone ${literal(timeZone)})`;
  const read = `case when v ~ ${literal(`${OFFSET}$`)} and length(v) > 10 then v::timestamptz else ${local} end`;
  const shape = literal(`${DAY}([T ]${CLOCK}${OFFSET}?)?$`);
  return on(`btrim(${sql})`, `case when v ~ ${shape} then case when ${exists} then date_trunc('milliseconds', ${read}) end end`);
}

/** Codes by code and by label, written in any case. */
function codes(field: FieldModel): string {
  const found = new Map<string, string>();
  for (const { value, label, replacedBy = value } of field.options.options ?? []) {
    for (const key of [value, label.trim(), label.trim().toLowerCase()]) if (!found.has(key)) found.set(key, replacedBy);
  }
  return `${literal(JSON.stringify(Object.fromEntries(found)))}::jsonb`;
}
const codeOf = (field: FieldModel, sql: string): string => `coalesce(${codes(field)} ->> ${sql}, ${codes(field)} ->> lower(${sql}))`;
const asOption = (to: FieldModel, sql: string): string => on(`btrim(${sql})`, codeOf(to, 'v'));
const knownCode = (to: FieldModel, sql: string): string => on(sql, `case when ${labels(to)} ? v then v end`);

/** A list of options separated by commas or semicolons, all of which must be known. */
function asOptions(to: FieldModel, sql: string): string {
  const order = JSON.stringify(Object.fromEntries((to.options.options ?? []).map(({ value }, index) => [value, index])));
  const words = `regexp_split_to_table(btrim(v), '\\s*[,;]\\s*')`;
  const chosen = `select w.word, ${codeOf(to, 'w.word')} as code from ${words} as w(word)`;
  const list = `array_agg(distinct_code order by (${literal(order)}::jsonb ->> distinct_code)::int)`;
  const all = `(select bool_and(c.code is not null) from (${chosen}) c)`;
  return on(sql, `case when ${all} then (select ${list} from (select distinct c.code as distinct_code from (${chosen}) c) d) end`);
}

/** The choice that says yes or no, whatever word it has for it. */
function yesOrNo(to: FieldModel, column: string): string {
  const word = (words: readonly string[]) =>
    (to.options.options ?? []).find(({ value, label }) => words.includes(value) || words.includes(label.toLowerCase()))?.value;
  const [yes, no] = [word(YES), word(NO)].map((code) => (code === undefined ? 'null' : literal(code)));
  return `case when ${column} then ${yes ?? 'null'} when not ${column} then ${no ?? 'null'} end`;
}
