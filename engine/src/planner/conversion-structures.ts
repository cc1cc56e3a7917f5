import { literal } from '../kernel/statement.js';
import type { FieldModel } from '../model/types.js';
import { on, type Converted } from './conversion-sql.js';

/** Values of several parts and of their own notation: how texts become them, and what people read of them. All of it SQL that never fails. */

/** "1h 30m", as people read a length of time. */
export const durationWords = (column: string): string => {
  const part = (count: string, unit: string) => `case when ${count} > 0 then (${count})::text || '${unit} ' else '' end`;
  const left = `abs(${column})`;
  const words = `btrim(case when ${column} < 0 then '-' else '' end || ${part(`${left} / 3600`, 'h')} || ${part(`${left} / 60 % 60`, 'm')} || ${part(`${left} % 60`, 's')})`;
  return `case when ${column} = 0 then '0s' else ${words} end`;
};

const UNITS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };
const AMOUNT = String.raw`\d{1,9}(?:[.,]\d{1,4})?`;
const WORDS = `^${['w', 'd', 'h', 'm(?:in)?', 's'].map((unit) => `(?:${AMOUNT} ?${unit} ?)?`).join('')}$`;
const ISO = String.raw`^-?p(?:\d{1,9}w)?(?:\d{1,9}d)?(?:t(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?)?$`;

/** Seconds of a text: ISO 8601, words with units, hours and minutes with a colon, or a number of seconds. */
export function asSeconds(sql: string): string {
  const units = Object.entries(UNITS).map(
    ([unit, seconds]) =>
      `coalesce(replace(substring(v from ${literal(`(${AMOUNT}) ?${unit}`)}), ',', '.')::numeric, 0) * ${String(seconds)}`,
  );
  const sum = `(${units.join(' + ')})`;
  const parts = [1, 2, 3].map((n) => `coalesce(nullif(split_part(v, ':', ${String(n)}), ''), '0')::bigint`);
  return on(
    `lower(btrim(${sql}))`,
    [
      String.raw`case when v ~ '^\d{1,12}$' then v::bigint`,
      String.raw`when v ~ '^\d{1,6}:[0-5]\d(:[0-5]\d)?$' then (${parts[0] ?? ''} * 60 + ${parts[1] ?? ''}) * 60 + ${parts[2] ?? ''}`,
      String.raw`when v ~ ${literal(ISO)} and v ~ '\d[wdhms]$' then (case when v like '-%' then -1 else 1 end * ${sum})::bigint`,
      String.raw`when v ~ ${literal(WORDS)} and v ~ '\d' then case when ${sum} = trunc(${sum}) then ${sum}::bigint end end`,
    ].join(' '),
  );
}

export const asTime = (sql: string): string =>
  on(`btrim(${sql})`, String.raw`case when v ~ '^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$' then v::time end`);

const MOST_TAGS = 50;
const LONGEST_TAG = 60;

/** Tags of a list of words: small letters, each once, in their order. `words` is SQL of a text array. */
export function asTags(words: string): string {
  const tag = `normalize(lower(normalize(btrim(regexp_replace(w.word, '\\s+', ' ', 'g')))))`;
  const each = `select ${tag} as tag, min(w.n) as n from unnest(v) with ordinality as w(word, n) where btrim(w.word) <> '' group by 1`;
  const fits = `count(*) between 1 and ${String(MOST_TAGS)} and max(length(e.tag)) <= ${String(LONGEST_TAG)} and bool_and(e.tag !~ ';')`;
  return on(words, `(select case when ${fits} then array_agg(e.tag order by e.n) end from (${each}) e)`);
}

export const wordsOf = (sql: string): string => `regexp_split_to_array(${sql}, '[,;\\n]')`;

const NUMBER = String.raw`-?\d{1,3}(?:\.\d{1,20})?`;
const POINT = `^(${NUMBER})[,;]? +(${NUMBER})$`;

export function asPoint(sql: string): Converted {
  const part = (group: number, most: number) =>
    on(
      `(regexp_match(btrim(${sql}), ${literal(POINT)}))`,
      `case when abs(v[1]::numeric) <= 90 and abs(v[2]::numeric) <= 180 then round(v[${String(group)}]::numeric, 6)::numeric(${String(most)},6) end`,
    );
  const digits = on(`btrim(${sql})`, String.raw`v ~ ${literal(POINT)} and v ~ '\.\d{6}\d*[1-9]'`);
  return { values: { '': part(1, 8), _lng: part(2, 9) }, shortens: digits };
}

export const pointText = ([lat = 'null', lng = 'null']: readonly string[]): string =>
  `trim_scale(${lat})::text || ', ' || trim_scale(${lng})::text`;

/** A street with several lines; the other parts nobody could tell from it. */
export const asStreet = (sql: string): Converted['values'] => ({
  '': on(
    `btrim(regexp_replace(regexp_replace(${sql}, '\\r\\n?', E'\\n', 'g'), '[\\t ]+', ' ', 'g'))`,
    `case when length(v) between 1 and 255 then v end`,
  ),
});

/** As on a letter: street, postal code and town, state, country. */
export const addressText = ([street = 'null', city = 'null', state = 'null', zip = 'null', country = 'null']: readonly string[]): string =>
  `nullif(concat_ws(', ', ${street}, nullif(concat_ws(' ', ${zip}, ${city}), ''), ${state}, ${country}), '')`;

const LONGEST_RICH_TEXT = 32_000;

/** Paragraphs where lines are empty, breaks between the others. */
export function asRichText(to: FieldModel, sql: string): Converted {
  const plain = `btrim(regexp_replace(${sql}, '\\r\\n?', E'\\n', 'g'), E' \\n\\t')`;
  const fits = `length(v) between 1 and ${String(to.options.maxLength ?? LONGEST_RICH_TEXT)}`;
  const escaped = `replace(replace(replace(v, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
  const html = `'<p>' || replace(regexp_replace(${escaped}, '\\n{2,}', '</p><p>', 'g'), E'\\n', '<br />') || '</p>'`;
  const text = `btrim(regexp_replace(replace(v, U&'\\00a0', ' '), '\\n{2,}', E'\\n', 'g'))`;
  return { values: { '': on(plain, `case when ${fits} then ${html} end`), _text: on(plain, `case when ${fits} then ${text} end`) } };
}

/** Whether formatted text says more than its words. */
export const hasFormat = (html: string): string => `${html} ~ '<(?!/?p>|br />)'`;
