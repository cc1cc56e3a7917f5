import { describe, expect, it } from 'vitest';
import { keysetPredicate, type Key } from './keyset.js';

const key = (sql: string, direction: 'asc' | 'desc', isNullable = false): Key => ({ sql, direction, isNullable });
const value = (index: number) => `$${index}`;

describe('keyset predicate', () => {
  it.each([
    ['one direction, never null: one range of the index', [key('a', 'desc'), key('id', 'desc')], [false, false], '(a, id) < ($0, $1)'],
    [
      'mixed directions: bounded by the first key',
      [key('a', 'asc'), key('id', 'desc')],
      [false, false],
      'a >= $0 and (a > $0 or (a = $0 and (id < $1)))',
    ],
    [
      'a key that can be null: empty rows come last',
      [key('a', 'desc', true), key('id', 'desc')],
      [false, false],
      '(a < $0 or a is null or (a = $0 and (id < $1)))',
    ],
    [
      'behind a null: further nulls only',
      [key('a', 'desc', true), key('id', 'desc')],
      [true, false],
      '(false or (a is null and (id < $1)))',
    ],
  ])('%s', (_name, keys, nulls, sql) => {
    expect(keysetPredicate(keys, nulls, value)).toBe(sql);
  });
});
