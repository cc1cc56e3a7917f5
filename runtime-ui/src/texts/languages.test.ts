import { describe, expect, it } from 'vitest';
import { de } from './de.js';
import { en, type Key } from './en.js';
import { texts as bulk } from '../bulk/texts.js';
import { texts as history } from '../history/texts.js';
import { texts as rights } from '../rights/texts.js';
import { texts as search } from '../search/texts.js';

type PartTexts = { readonly en: Readonly<Record<string, string>>; readonly de: Readonly<Record<string, string>> };

const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe.each([['de', de]])('the screens in %s', (_language, texts) => {
  it('leave out no text and have none of their own', () => {
    expect(Object.keys(en).filter((key) => !(key in texts))).toEqual([]);
    expect(Object.keys(texts).filter((key) => !(key in en))).toEqual([]);
  });

  it.each(Object.entries(texts))('%s fills in the same values', (key, text) => {
    expect(places(text)).toEqual(places(en[key as Key]));
  });
});

describe.each<[string, PartTexts]>([
  ['rights', rights],
  ['bulk', bulk],
  ['history', history],
  ['search', search],
])('the texts that come with a part, %s', (_part, { en: english, de: german }) => {
  it.each(Object.entries(english))('%s fills in the same values', (key, text) => {
    expect(places(german[key] ?? '')).toEqual(places(text));
  });
});
