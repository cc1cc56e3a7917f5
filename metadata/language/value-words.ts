import { partsOf } from './field-parts.js';
import { textOfHtml } from './rich-words.js';

/** Undefined for what is no value of the type. */
type Words = (value: unknown) => string | null | undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts that are there, in their order, with a space between. */
function addressWords(value: unknown): string | null | undefined {
  if (!isRecord(value)) return undefined;
  const parts = partsOf('address').map(({ name }) => (Object.hasOwn(value, name) ? value[name] : null));
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ') || null;
}

/**
 * Types of field whose values are more than a text and still have words, which `contains`, `starts_with` and `ends_with` look in.
 *
 * Source: the SQL of the same words is `wordsSql` of the type, engine/src/fields; engine/test/store/expression-to-sql.test.ts holds both to one answer.
 */
const WORDS: Readonly<Record<string, Words>> = {
  rich_text: (value) => (typeof value === 'string' ? textOfHtml(value) || null : undefined),
  address: addressWords,
};

export const hasWords = (fieldType: string): boolean => Object.hasOwn(WORDS, fieldType);

/** The words of a value of a field of the type; null for no value. */
export const wordsOf = (fieldType: string, value: unknown): string | null | undefined =>
  value === null ? null : hasWords(fieldType) ? WORDS[fieldType]?.(value) : undefined;
