/** Letters that are one sign and no letter with an accent: what they are without case and accents. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
  ς: 'σ',
};

/**
 * A text without case and accents, as searches compare it.
 *
 * Source: `meta_v.fold` of migration 0045 does the same to what is stored; a test holds the two together.
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036F]+/g, '')
    .replaceAll(/[ßæœþøłđðħıŧς]/g, (letter) => LETTERS[letter] ?? letter);

/** A folded text, and for each of its characters where in the text before it came from: [start, end) in UTF-16 units. */
export type Folded = { readonly text: string; readonly from: readonly (readonly [start: number, end: number])[] };

/** The same, letter by letter, so that what is found in the folded text can be shown in the one people wrote. */
export function foldWithPlaces(text: string): Folded {
  let folded = '';
  const from: [number, number][] = [];
  let start = 0;
  for (const letter of text) {
    const end = start + letter.length;
    const plain = fold(letter);
    // An accent that stands by itself belongs to the letter before it.
    const last = from.at(-1);
    if (plain === '' && last !== undefined) last[1] = end;
    folded += plain;
    for (let index = 0; index < plain.length; index += 1) from.push([start, end]);
    start = end;
  }
  return { text: folded, from };
}
