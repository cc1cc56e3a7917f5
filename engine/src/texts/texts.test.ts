import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { de } from './de.js';
import { en, type Text } from './en.js';
import { languageOf, say } from './say.js';
import type { TextKey } from './sentence.js';
import { sentence, told } from './told.js';

const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : [text.one, text.other]);
const places = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort();

describe.each([['de', de]])('what the engine says in %s', (_language, texts) => {
  it('leaves out no text and has none of its own', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
  });

  it('puts in the same values, in every form', () => {
    const placesOf = (text: Text) => [...new Set(forms(text).map((form) => places(form).join(' ')))];
    const other = Object.entries(texts).filter(([key, text]) => {
      const own: Text = en[key as TextKey];
      return typeof text !== typeof own || placesOf(text).join() !== placesOf(own).join();
    });
    expect(other).toEqual([]);
  });
});

it('every text is said somewhere', () => {
  const source = join(import.meta.dirname, '..');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('texts/'),
  );
  const said = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  // Titles and parts of names are put together: `title.${code}`.
  const composed = [...said.matchAll(/`([\w.]+)\$\{/g)].map(([, start = '']) => start).filter((start) => /[._]$/.test(start));
  const silent = Object.keys(en).filter(
    (key) => !said.includes(`'${key}'`) && !composed.some((start) => key.startsWith(start)) && key !== 'name',
  );
  expect(silent).toEqual([]);
});

describe('a sentence', () => {
  it.each([
    ['en', sentence('value.too_long', { count: 1 }), 'May have at most 1 character.'],
    ['en', sentence('value.too_long', { count: 32_000 }), 'May have at most 32,000 characters.'],
    ['de', sentence('value.too_long', { count: 32_000 }), 'Darf höchstens 32.000 Zeichen haben.'],
    ['de-DE', sentence('value.too_long', { count: 32_000 }), 'Darf höchstens 32.000 Zeichen haben.'],
    ['de', sentence('value.too_many_decimals', { count: 1 }), 'Darf höchstens 1 Stelle nach dem Komma haben.'],
    ['fr', sentence('value.too_long', { count: 32_000 }), 'May have at most 32,000 characters.'],
    [
      'de',
      sentence('value.too_small', { min: { decimal: '1234567890123456.000000001' } }),
      'Muss mindestens 1.234.567.890.123.456,000000001 sein.',
    ],
    ['de', sentence('value.too_small', { min: { decimal: 'PT1H' } }), 'Muss mindestens PT1H sein.'],
    [
      'de',
      sentence('value.address_part', { part: sentence('address.city'), reason: sentence('value.not_text') }),
      'Ort: Muss ein Text sein.',
    ],
    ['de', sentence('field.required', { field: '{object} {count}' }), '{object} {count} ist erforderlich.'],
  ])('%s: %o', (locale, what, expected) => {
    expect(say(locale, what)).toBe(expected);
  });

  it.each([
    ['en', ['A'], '“A”'],
    ['en', ['A', 'B', 'C'], '“A”, “B” or “C”'],
    ['de', ['A', 'B', 'C'], '„A“, „B“ oder „C“'],
    [
      'de',
      Array.from({ length: 13 }, (_, index) => String(index)),
      `${Array.from({ length: 12 }, (_, index) => `„${index}“`).join(', ')} …`,
    ],
  ])('names in a row in %s', (locale, names, expected) => {
    expect(say(locale, sentence('user.roles', { roles: { names, join: 'or' } }))).toContain(expected);
  });

  it('is English for logs and the command line, and can be said again', () => {
    expect(told('field.required', { field: 'Titel' })).toEqual({
      message: 'Titel is required.',
      said: { key: 'field.required', values: { field: 'Titel' } },
    });
  });
});

it.each([
  ['de-AT', 'de'],
  ['en-GB', 'en'],
  ['fr', 'en'],
  ['', 'en'],
])('a locale %s is answered in %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});
