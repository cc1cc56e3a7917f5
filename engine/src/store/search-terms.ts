import { fold } from '../kernel/fold.js';
import { LIMITS, limitExceeded } from '../model/limits.js';
import { checkedText, hasTrigram, literally, numbersOf, termOf } from './search-question.js';
import { EDGE } from './search-words.js';

/** What a compiled statement depends on, of one term. */
export type SearchTerm = {
  readonly ways: number;
  readonly isNumber: boolean;
  /** How much a word must be like it to be offered instead; none where it is right or wrong. */
  readonly near: number | undefined;
};

/** A search over all objects as it was asked: its terms, what the statement depends on, and its inputs. */
export type SearchQuestion = {
  readonly shape: readonly SearchTerm[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Folded, each as it may be written, and the digits of numbers: for showing what was found. */
  readonly terms: readonly { readonly texts: readonly string[]; readonly digits: readonly string[] }[];
};

/** Short words are like many others, so more of them has to be the same. In long ones two letters may have changed places. */
const nearnessFor = (word: string): number | undefined => (word.length < 4 || /\d/.test(word) ? undefined : word.length < 6 ? 0.5 : 0.4);

const LETTER = /[\p{L}\p{N}]/u;

/**
 * Reads a search text: words, all of which must be found, or one telephone number.
 *
 * Shape:  a term too short to be looked up within words is looked for at their beginning. Signs alone say nothing and are left out; without any
 *         term there is no question.
 * Errors: malformed, limit_exceeded.
 */
export function searchQuestion(q: string): SearchQuestion | undefined {
  const text = checkedText(q);
  const isOneNumber = /\s/.test(text) && numbersOf(text).length > 0 && text.replaceAll(/\D/g, '').length >= MIN_NUMBER;
  const words = (isOneNumber ? [text] : text.split(/\s+/)).map(trimmed).filter((word) => LETTER.test(word));
  if (words.length > LIMITS.search_words.max) throw limitExceeded('search_words', words.length, '/q');
  if (words.length === 0) return undefined;
  const inputs: Record<string, unknown> = {};
  const phrase = termOf(words.join(' ')).texts.map((way) => ` ${way}`);
  inputs['phrase'] = phrase;
  inputs['begins'] = phrase.map((way) => `${literally(way)}%`);
  inputs['begins_words'] = phrase.map((way) => `${WORDS_BEGIN}${literally(way.slice(1))}%`);
  inputs['ends'] = numbersOf(words.join(' ')).flatMap((number) => (number.length >= MIN_WHOLE ? [`%${number}`] : []));
  const terms = words.map((word, index) => {
    const { texts } = termOf(word);
    const digits = numbersOf(word);
    const pattern = (way: string) => (hasTrigram(way) ? `%${literally(way)}%` : `% ${literally(way)}%`);
    const has = texts.map(pattern);
    const ofDigits = digits.map((number) => `%${number}%`);
    inputs[`has${index}`] = has;
    inputs[`digits${index}`] = ofDigits;
    inputs[`starts${index}`] = texts.map((way) => `% ${literally(way.replaceAll(BEGINS_WORD, ' '))}%`);
    inputs[`near${index}`] = fold(word);
    const ways = [...new Set([...has, ...ofDigits])];
    for (const [way, like] of ways.entries()) inputs[`has${index}_${way}`] = like;
    return { texts, digits, ways: ways.length, isNumber: digits.length > 0, near: nearnessFor(fold(word)) };
  });
  return {
    shape: terms.map(({ ways, isNumber, near }) => ({ ways, isNumber, near })),
    inputs,
    terms: terms.map(({ texts, digits }) => ({ texts, digits })),
  };
}

const MIN_NUMBER = 5;
/** Who gives so much of the end of a number means that number. */
const MIN_WHOLE = 6;
/** What the words of a record begin with, before its name. */
const WORDS_BEGIN = ` ${EDGE} `;
/** Signs after which a word begins, as ObjectSearch takes them. */
const BEGINS_WORD = /[-@._/(+&"]/g;

/** Signs around a word are of the sentence it was copied from; before a number they are part of it. */
const trimmed = (word: string): string => word.replace(/^[\s"'«»„“”,;:!?]+/, '').replace(/[\s"'«»„“”,;:!?.]+$/, '');
