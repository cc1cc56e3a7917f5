import { expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.js';

const NAMES = ['amount', 'account', 'close_date', 'name', 'owner'];

it.each([
  ['ammount', 'amount'],
  ['amuont', 'amount'],
  ['Amount', 'amount'],
  ['closedate', 'close_date'],
  ['nmae', 'name'],
  ['accuont', 'account'],
  ['acount', 'amount'], // as near as "account": the first of two
  ['zzz', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20s: %s', (wrong, expected) => {
  expect(nearest(wrong, NAMES)).toBe(expected);
});

it('says it in a sentence, or says nothing', () => {
  expect(didYouMean('ownr', NAMES)).toBe(' Did you mean "owner"?');
  expect(didYouMean('zzz', NAMES)).toBe('');
});
