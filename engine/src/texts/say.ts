import { de } from './de.js';
import { en, type Text } from './en.js';
import type { Names, Sentence, TextKey, Value } from './sentence.js';

/** Languages the engine speaks. A locale of any other is answered in English. */
const CATALOGUES: Readonly<Record<string, Readonly<Record<TextKey, Text>>>> = { en, de };
export const LANGUAGES: ReadonlySet<string> = new Set(Object.keys(CATALOGUES));

/** The language of the engine for a locale: `de-AT` is answered in `de`, with the numbers of Austria. */
export function languageOf(locale: string): string {
  const language = locale.split('-')[0] ?? '';
  return LANGUAGES.has(language) ? language : 'en';
}

/** Names beyond this many are not read any more. */
const MAX_NAMES = 12;

/** A sentence in the language of a locale. */
export function say(locale: string, { key, values }: Sentence): string {
  const language = languageOf(locale);
  const catalogue = CATALOGUES[language] ?? en;
  const numbers = language === locale.split('-')[0] ? locale : 'en';
  const entry = catalogue[key];
  const count = values['count'];
  const form = typeof count === 'number' && new Intl.PluralRules(language).select(count) === 'one' ? 'one' : 'other';
  const text = typeof entry === 'string' ? entry : entry[form];
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : written(value, locale, numbers);
  });
}

function written(value: Value, locale: string, numbers: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return new Intl.NumberFormat(numbers).format(value);
  if ('key' in value) return say(locale, value);
  if ('names' in value) return inARow(value, locale);
  const { decimal } = value;
  // Only what is a number to Intl is written as one; digits are kept, however many there are.
  return /^-?\d+(\.\d+)?$/.test(decimal)
    ? new Intl.NumberFormat(numbers, { maximumFractionDigits: 20 }).format(decimal as Intl.StringNumericLiteral)
    : decimal;
}

function inARow({ names, join }: Names, locale: string): string {
  const quoted = names.slice(0, MAX_NAMES).map((name) => say(locale, { key: 'name', values: { name } }));
  if (names.length > quoted.length) return `${quoted.join(', ')} …`;
  // British English has no comma before the last.
  const language = languageOf(locale) === 'en' ? 'en-GB' : languageOf(locale);
  return new Intl.ListFormat(language, { type: join === 'or' ? 'disjunction' : 'conjunction' }).format(quoted);
}
