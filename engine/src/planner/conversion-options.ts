import { literal } from '../kernel/statement.js';
import type { FieldModel } from '../model/types.js';
import { on } from './conversion-sql.js';

/** Words that say yes or no. */
export const YES = ['true', 'yes', 'y', '1', 'on'];
export const NO = ['false', 'no', 'n', '0', 'off'];

/** Labels by code, as SQL. */
export const labels = (field: FieldModel): string =>
  `${literal(JSON.stringify(Object.fromEntries((field.options.options ?? []).map(({ value, label }) => [value, label]))))}::jsonb`;

/** Codes by code and by label, written in any case. */
function codes(field: FieldModel): string {
  const found = new Map<string, string>();
  for (const { value, label, replacedBy = value } of field.options.options ?? []) {
    for (const key of [value, label.trim(), label.trim().toLowerCase()]) if (!found.has(key)) found.set(key, replacedBy);
  }
  return `${literal(JSON.stringify(Object.fromEntries(found)))}::jsonb`;
}
const codeOf = (field: FieldModel, sql: string): string => `coalesce(${codes(field)} ->> ${sql}, ${codes(field)} ->> lower(${sql}))`;
export const asOption = (to: FieldModel, sql: string): string => on(`btrim(${sql})`, codeOf(to, 'v'));
export const knownCode = (to: FieldModel, sql: string): string => on(sql, `case when ${labels(to)} ? v then v end`);

/** Options of a list of words (SQL of a text array), all of which must be known. */
export function asOptions(to: FieldModel, words: string): string {
  const order = JSON.stringify(Object.fromEntries((to.options.options ?? []).map(({ value }, index) => [value, index])));
  const chosen = `select w.word, ${codeOf(to, 'w.word')} as code from unnest(v) as w(word)`;
  const list = `array_agg(distinct_code order by (${literal(order)}::jsonb ->> distinct_code)::int)`;
  const all = `(select bool_and(c.code is not null) from (${chosen}) c)`;
  return on(words, `case when ${all} then (select ${list} from (select distinct c.code as distinct_code from (${chosen}) c) d) end`);
}

/** The choice that says yes or no, whatever word it has for it. */
export function yesOrNo(to: FieldModel, column: string): string {
  const word = (words: readonly string[]) =>
    (to.options.options ?? []).find(({ value, label }) => words.includes(value) || words.includes(label.toLowerCase()))?.value;
  const [yes, no] = [word(YES), word(NO)].map((code) => (code === undefined ? 'null' : literal(code)));
  return `case when ${column} then ${yes ?? 'null'} when not ${column} then ${no ?? 'null'} end`;
}
