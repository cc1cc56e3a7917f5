import type { Normalized } from './field-type.js';
import { told, type Told } from '../texts/told.js';

export const ok = (value: unknown): Normalized => ({ value });
export const bad = (code: string, { message, said }: Told): Normalized => ({ issue: { code, message, said } });

/** Number of characters as people count them: code points, as Postgres and JSON Schema do. */
export const characters = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** True when Postgres can store the text: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);

/** Checks a text that was already trimmed; an empty one is no value. */
export function storeText(text: string, maxLength: number): Normalized {
  if (text === '') return ok(null);
  if (!isStorable(text)) return bad('bad_characters', told('value.bad_characters'));
  if (characters(text) > maxLength) return bad('too_long', told('value.too_long', { count: maxLength }));
  return ok(text);
}

/** The JSON Schema of a text. Length is checked after trimming, by `normalize`, so that both agree on what counts. */
export const textSchema = (maxLength: number): Record<string, unknown> => ({ type: 'string', maxLength: maxLength + 1000 });

/** One column as it is. */
export const plainSql = ([column = 'null']: readonly string[]): string => column;

/** A column whose text is shown, and which is sent as that very text. */
export const textOfColumn = {
  jsonSql: ([column = 'null']: readonly string[]): string => `${column}::text`,
  sentJson: ([text]: readonly unknown[]): unknown => text,
};

/** The id of a link or file as an answer gives it, { id, … }; a bare id stays one. */
export const idOf = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'id' in value ? value.id : value);
