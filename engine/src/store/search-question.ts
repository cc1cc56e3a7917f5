import { fold } from '../kernel/fold.js';
import { malformed } from '../kernel/errors.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import { told } from '../texts/told.js';

/**
 * One thing that must be found in a record: the ways in which its text may be written, and the digits of a telephone number it may be.
 *
 * Shape:  folded, without the signs of patterns. `canBeLookedUp`: an index by trigrams finds it, whichever way it is written.
 */
export type Term = { readonly texts: readonly string[]; readonly digits: readonly string[]; readonly canBeLookedUp: boolean };

/** What a compiled statement depends on: how many ways each term has. */
export type SearchShape = readonly { readonly texts: number; readonly digits: number; readonly canBeLookedUp: boolean }[];

export const shapeOf = (terms: readonly Term[]): SearchShape =>
  terms.map(({ texts, digits, canBeLookedUp }) => ({ texts: texts.length, digits: digits.length, canBeLookedUp }));

/** The text of a search as people gave it. Errors: limit_exceeded, malformed. */
export function checkedText(text: string): string {
  if (text.length > LIMITS.search_characters.max) throw limitExceeded('search_characters', text.length, '/q');
  if (text.includes('\u0000')) throw malformed(told('list.search'));
  return text.trim();
}

/** The text as one term, as lists look for it: as it stands, in one value. */
export const phraseOf = (text: string): Term => termOf(checkedText(text));

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

export function termOf(text: string): Term {
  const plain = fold(text);
  const written = text.toLowerCase().normalize('NFC');
  // Who has no umlauts on the keyboard writes two letters, and so do many names.
  const spelled = fold(written.replaceAll(/[äöü]/g, (letter) => UMLAUTS[letter] ?? letter));
  const joined = fold(written.replaceAll(/([aou])e/g, '$1'));
  const texts = [...new Set([plain, spelled, ...(joined.length >= MIN_JOINED ? [joined] : [])])];
  const digits = numbersOf(text);
  return { texts, digits, canBeLookedUp: texts.every(hasTrigram) };
}

/** "due" is no "dü" that anybody looks for. */
const MIN_JOINED = 4;

const NUMBER = /^[\d\s+()/.\-–]+$/;
const MIN_DIGITS = 3;
const MIN_NATIONAL = 5;
/** Country calling codes of one and two digits; all others have three. */
const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/**
 * The digits that a telephone number written like this may have elsewhere: with or without the code of its country, and the zero before it.
 *
 * Shape:  each is looked for anywhere in a number, so the shortest that is still sure is enough.
 */
export function numbersOf(text: string): string[] {
  if (!NUMBER.test(text)) return [];
  const digits = text.replaceAll(/\D+/g, '');
  if (digits.length < MIN_DIGITS) return [];
  const isAbroad = /^\s*(?:\+|00)/.test(text);
  const known = digits.replace(/^0+/, '');
  if (known.length < MIN_DIGITS) return [digits];
  if (!isAbroad) return [known];
  // "+49 (0)30": the zero is not dialled.
  const national = known.slice((CALLING_CODE.exec(known)?.[0] ?? known.slice(0, 3)).length).replace(/^0/, '');
  return national.length >= MIN_NATIONAL ? [national] : [known];
}

/**
 * Whether `%text%` has three characters in a row that an index by trigrams knows: within a word, or with the edge of a word that the text shows.
 * Asked for anything else, such an index would be read from end to end.
 */
export function hasTrigram(text: string): boolean {
  for (const { 0: run, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const isBegun = index > 0;
    const isEnded = index + run.length < text.length;
    if (run.length >= 3 || (run.length === 2 && (isBegun || isEnded)) || isBegun) return true;
  }
  return false;
}

/** A folded text as what a pattern must contain: its characters stand for themselves. */
export const literally = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Inputs of a statement, by the names that `termTests` gives them. */
export const termInputs = (terms: readonly Term[], prefix = ''): Record<string, string> =>
  Object.fromEntries(
    terms.flatMap(({ texts, digits }, term) => [
      ...texts.map((text, way) => [`q${prefix}${term}t${way}`, `%${literally(text)}%`] as const),
      ...digits.map((number, way) => [`q${prefix}${term}d${way}`, `%${number}%`] as const),
    ]),
  );
