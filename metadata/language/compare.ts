import { Big } from 'big.js';
import type { Inner } from './read-value.js';

/** Orders texts by code point, as `collate "C"` does in UTF-8. JavaScript's own order is by UTF-16 unit, which differs above U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    // A surrogate stands for a code point above every single unit.
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

/** Orders two values of one type; both are known and not null. */
export function compareInner(a: Inner, b: Inner): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a instanceof Big) return a.cmp(b as Big | number);
  if (b instanceof Big) return -b.cmp(a as number);
  return Number(a) - Number(b);
}

export const isSame = (a: Inner, b: Inner): boolean =>
  typeof a === 'object' || typeof b === 'object' ? compareInner(a, b) === 0 : a === b;

/** Folds A–Z only: the one folding that JavaScript and every Postgres agree on, whatever their Unicode versions. */
export const foldCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
