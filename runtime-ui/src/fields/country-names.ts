import { COUNTRIES } from '@fieldstone/metadata/language/countries.js';

const names = new Map<string, Intl.DisplayNames>();

/** Name of a country in the reader's language. */
export function countryName(code: string, locale: string): string {
  const known = names.get(locale) ?? new Intl.DisplayNames(locale, { type: 'region' });
  names.set(locale, known);
  try {
    return known.of(code) ?? code;
  } catch {
    return code;
  }
}

const choices = new Map<string, { value: string; label: string }[]>();

/** All countries by name. */
export function countryChoices(locale: string): { value: string; label: string }[] {
  const known =
    choices.get(locale) ??
    COUNTRIES.map((value) => ({ value, label: countryName(value, locale) })).sort((a, b) => a.label.localeCompare(b.label, locale));
  choices.set(locale, known);
  return known;
}
