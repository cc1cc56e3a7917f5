import type { TextRange } from '@fieldstone/metadata/types/wire.js';
import { fold, foldWithPlaces } from '../kernel/fold.js';
import type { SearchQuestion } from '../store/search-terms.js';

type Terms = SearchQuestion['terms'];

/** How much of a long text is shown, and how much of it stands before what was found. */
const SHOWN = 160;
const BEFORE = 40;

/** Where the terms of a search stand in a text, in order, without overlaps. Of a number, its digits count, whatever stands between them. */
export function rangesOf(text: string, terms: Terms, isOfDigits: boolean): TextRange[] {
  const { text: plain, from } = isOfDigits ? digitsWithPlaces(text) : foldWithPlaces(text);
  const found = terms.flatMap(({ texts, digits }) =>
    (isOfDigits ? digits : texts).flatMap((way) => placesOf(plain, way).map((at) => rangeAt(from, at, way.length))),
  );
  return merged(found);
}

function digitsWithPlaces(text: string): { text: string; from: (readonly [number, number])[] } {
  const found = [...text.matchAll(/\d/g)];
  return { text: found.map(([digit]) => digit).join(''), from: found.map(({ index }) => [index, index + 1] as const) };
}

function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  if (part === '') return places;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) places.push(at);
  return places;
}

const rangeAt = (from: readonly (readonly [number, number])[], at: number, length: number): TextRange => [
  from[at]?.[0] ?? 0,
  from[at + length - 1]?.[1] ?? 0,
];

function merged(ranges: readonly TextRange[]): TextRange[] {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0] || b[1] - a[1]);
  const out: TextRange[] = [];
  for (const [start, end] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}

/** The part of a long text around what was found first. */
export function excerpt(text: string, ranges: readonly TextRange[]): { text: string; ranges: TextRange[] } {
  if (text.length <= SHOWN) return { text, ranges: [...ranges] };
  const first = ranges[0]?.[0] ?? 0;
  const wanted = first <= BEFORE * 2 ? 0 : first - BEFORE;
  // Not in the middle of a word, nor of a letter of two units.
  const space = text.lastIndexOf(' ', wanted);
  const start = wanted === 0 ? 0 : space > wanted - BEFORE && space >= 0 ? space + 1 : wanted + (isLow(text, wanted) ? 1 : 0);
  const end = Math.min(text.length, start + SHOWN);
  const cut = text.slice(start, isLow(text, end) ? end - 1 : end);
  const [before, after] = [start > 0 ? '…' : '', end < text.length ? '…' : ''];
  const shift = start - before.length;
  const kept = ranges.filter(([from, to]) => from >= start && to <= start + cut.length);
  return { text: `${before}${cut}${after}`, ranges: kept.map(([from, to]) => [from - shift, to - shift]) };
}

const isLow = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at));

/** Words of a text, and where they stand. */
const wordsIn = (text: string) => [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu)].map(({ 0: word, index }) => ({ word, index }));

/** The word of a text that is most like one that was typed, where any is. */
export function likest(text: string, typed: string): { word: string; range: TextRange } | undefined {
  const wanted = trigrams(fold(typed));
  let best: { word: string; range: TextRange } | undefined;
  let most = LIKE;
  for (const { word, index } of wordsIn(text)) {
    const own = trigrams(fold(word));
    const common = [...own].filter((part) => wanted.has(part)).length;
    const likeness = common / Math.max(wanted.size + own.size - common, 1);
    if (likeness > most) [most, best] = [likeness, { word, range: [index, index + word.length] }];
  }
  return best;
}

const LIKE = 0.2;

/** As Postgres takes them: two spaces before a word and one behind it. */
function trigrams(word: string): Set<string> {
  const padded = `  ${word} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, index) => padded.slice(index, index + 3)));
}

/** Where similar words stand in a text. */
export const similarRanges = (text: string, terms: Terms): TextRange[] =>
  merged(
    terms.flatMap(({ texts }) => {
      const found = likest(text, texts[0] ?? '');
      return found === undefined ? [] : [found.range];
    }),
  );
