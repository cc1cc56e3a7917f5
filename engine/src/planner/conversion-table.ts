import { convertibleTo } from '@fieldstone/metadata/language/type-changes.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType } from '../fields/registry.js';
import { precisionOf, scaleOf } from '../fields/numbers.js';
import { literal } from '../kernel/statement.js';
import type { FieldModel } from '../model/types.js';
import { asOption, asOptions, knownCode, labels, NO, YES, yesOrNo } from './conversion-options.js';
import { on, type Converted } from './conversion-sql.js';
import {
  addressText,
  asPoint,
  asRichText,
  asSeconds,
  asStreet,
  asTags,
  asTime,
  durationWords,
  hasFormat,
  pointText,
  wordsOf,
} from './conversion-structures.js';

/** Where the records are at home: a day has a time there, and an amount without a currency is in theirs. */
export type Place = { readonly timeZone: string; readonly currency: string };

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
      return {
        values: { '': asText(to, textOf(from, columns)) },
        ...(from.type === 'rich_text' ? { shortens: hasFormat(first) } : {}),
      };
    case 'rich_text':
      return asRichText(to, textOf(from, columns));
    case 'integer':
    case 'decimal':
    case 'percent':
    case 'score':
    case 'rating':
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
    case 'time':
      return from.type === 'datetime'
        ? {
            values: { '': `date_trunc('second', ${first} at time zone ${literal(place.timeZone)})::time` },
            shortens: `${first} is not null`,
          }
        : { values: { '': asTime(textOf(from, columns)) } };
    case 'duration':
      return { values: { '': from.type === 'integer' ? first : asSeconds(textOf(from, columns)) } };
    case 'tags':
      return { values: { '': asTags(tagWords(from, first, columns)) } };
    case 'geo_point':
      return asPoint(textOf(from, columns));
    case 'address':
      return { values: asStreet(textOf(from, columns)) };
    case 'picklist':
      if (from.type === 'tags') return { values: { '': asOption(to, `${first}[1]`) }, shortens: `cardinality(${first}) > 1` };
      return from.type === 'multi_picklist'
        ? {
            values: { '': knownCode(to, `case when cardinality(${first}) > 0 then ${first}[1] end`) },
            shortens: `cardinality(${first}) > 1`,
          }
        : { values: { '': asOption(to, from.type === 'boolean' ? yesOrNo(to, first) : textOf(from, columns)) } };
    case 'multi_picklist':
      if (from.type === 'tags') return { values: { '': asOptions(to, first) } };
      return from.type === 'picklist'
        ? { values: { '': on(knownCode(to, first), 'case when v is null then null else array[v] end') } }
        : { values: { '': asOptions(to, `regexp_split_to_array(btrim(${textOf(from, columns)}), '\\s*[,;]\\s*')`) } };
    default:
      return undefined;
  }
}

/** System fields have types of their own and never change them. */
const isConvertible = (from: FieldModel, to: FieldModel): boolean =>
  convertibleTo(from.type as FieldDocument['type']).includes(to.type as FieldDocument['type']);

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
    case 'rich_text':
      return second;
    case 'tags':
      return `array_to_string(${first}, '; ')`;
    case 'json':
      return `${first} #>> '{}'`;
    case 'duration':
      return durationWords(first);
    case 'geo_point':
      return pointText(columns);
    case 'address':
      return addressText(columns);
    case 'date':
      return `to_char(${first}, 'YYYY-MM-DD')`;
    case 'datetime':
    case 'time':
    case 'autonumber':
      return fieldType(from.type).jsonSql(columns, from.options);
    default:
      return `${first}::text`;
  }
}

/** The words of a value as an array. Labels are words by themselves, whatever they hold. */
function tagWords(from: FieldModel, first: string, columns: readonly string[]): string {
  if (from.type === 'picklist') return `case when ${first} is not null then array[${textOf(from, columns)}] end`;
  if (from.type !== 'multi_picklist') return wordsOf(textOf(from, columns));
  return `(select array_agg(coalesce(${labels(from)} ->> u.code, u.code) order by u.n) from unnest(${first}) with ordinality as u(code, n))`;
}

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

const NUMBERS: ReadonlySet<Type> = new Set(['integer', 'decimal', 'percent', 'currency', 'score', 'rating', 'duration', 'autonumber']);

function numberOf(from: FieldModel, columns: readonly string[]): string {
  const [first = 'null'] = columns;
  if (NUMBERS.has(from.type)) return `${first}::numeric`;
  if (from.type === 'boolean') return `(case when ${first} then 1 when not ${first} then 0 end)::numeric`;
  return on(`btrim(${textOf(from, columns)})`, String.raw`case when v ~ '^[+-]?\d{1,30}(\.\d{1,30})?$' then v::numeric end`);
}

/** Bounds of the numbers that are nothing beyond them. */
function boundsOf(to: FieldModel): readonly [string, string] | undefined {
  if (to.type === 'score') return [to.options.min ?? '0', to.options.max ?? '100'];
  return to.type === 'rating' ? ['1', to.options.max ?? '5'] : undefined;
}

/** Rounded to the digits of the field. A number with more digits before the point than it holds does not convert. */
function asNumber(to: FieldModel, sql: string): Converted {
  const bounds = boundsOf(to);
  const isWhole = to.type === 'integer' || bounds !== undefined;
  const scale = isWhole ? 0 : to.type === 'currency' ? 4 : scaleOf(to.options);
  const digits = to.type === 'decimal' ? precisionOf(to.options) - scale : to.type === 'percent' ? 12 : 14;
  const limit = isWhole ? '9007199254740992' : `1${'0'.repeat(digits)}`;
  const pgType = isWhole ? 'bigint' : (fieldType(to.type).columns(to.options)[0]?.pgType ?? 'numeric');
  const rounded = `round(v, ${String(scale)})`;
  const fits = bounds ? `${rounded} between ${bounds[0]} and ${bounds[1]}` : `abs(${rounded}) < ${limit}`;
  return {
    values: { '': on(sql, `case when ${fits} then ${rounded}::${pgType} end`) },
    shortens: on(sql, `${fits} and ${rounded} <> v`),
  };
}

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
