import { describe, expect, it } from 'vitest';
import { anomaliesOf, type Step, type Transaction } from './histories.js';

const append = (key: string, value: number): Step => ({ kind: 'append', key, value });
const read = (key: string, ...list: number[]): Step => ({ kind: 'read', key, list });
/** Transactions at the same time, unless they say when. */
const done = (...steps: Step[]): Transaction => ({ steps, outcome: 'done', began: 0, ended: 100 });
const failed = (...steps: Step[]): Transaction => ({ ...done(...steps), outcome: 'failed' });
const unknown = (...steps: Step[]): Transaction => ({ ...done(...steps), outcome: 'unknown' });
const at = (began: number, ended: number, transaction: Transaction): Transaction => ({ ...transaction, began, ended });

describe('a history', () => {
  it.each<[string, Transaction[]]>([
    [
      'of one after the other',
      [at(0, 1, done(append('x', 1))), at(2, 3, done(read('x', 1), append('x', 2))), at(4, 5, done(read('x', 1, 2)))],
    ],
    ['whose readers are between', [done(append('x', 1)), done(append('x', 2)), done(read('x')), done(read('x', 1)), done(read('x', 1, 2))]],
    ['with a failure that left nothing', [failed(append('x', 1)), done(append('x', 2)), done(read('x', 2))]],
    ['with something unknown that happened', [unknown(append('x', 1)), done(read('x', 1))]],
    ['with something unknown that did not', [unknown(append('x', 1)), done(read('x'))]],
    [
      'with something unknown that happened after what it read',
      [done(append('x', 1)), unknown(read('x', 1), append('x', 2)), done(read('x', 1, 2))],
    ],
    [
      'with something unknown that did not, and read what was not yet all',
      [done(append('x', 1)), unknown(read('x'), append('x', 2)), done(read('x', 1))],
    ],
    ['of a list that one of them adds to twice', [done(append('x', 1), append('x', 2)), done(read('x', 1, 2)), done(read('x'))]],
  ])('%s is fine', (_name, history) => {
    expect(anomaliesOf(history)).toEqual([]);
  });

  it.each<[string, Transaction[], RegExp]>([
    ['a value of a failure', [failed(append('x', 1)), done(read('x', 1))], /^aborted read: 1 in x$/],
    [
      'a value half way',
      [done(append('x', 1), append('x', 2)), done(read('x', 1)), done(read('x', 1, 2))],
      /^intermediate read: x ended with 1$/,
    ],
    ['a value that is gone', [done(append('x', 1)), done(append('x', 2)), done(read('x', 2))], /^lost: 1 of x$/],
    ['half of what nobody knows of', [unknown(append('x', 1), append('y', 1)), done(read('x', 1), read('y'))], /^half: 1 of y$/],
    [
      'something unknown that happened over what it had read before',
      [done(append('x', 1)), done(read('x', 1), append('x', 2)), unknown(read('x', 1), append('x', 3)), done(read('x', 1, 2, 3))],
      /^G-single: /,
    ],
    ['a value that is there twice', [done(append('x', 1)), done(read('x', 1, 1))], /^doubled: x/],
    ['a value that nobody wrote', [done(read('x', 9))], /^from nowhere: 9 in x$/],
    [
      'lists that can not both have been',
      [done(append('x', 1)), done(append('x', 2)), done(read('x', 1, 2)), done(read('x', 2))],
      /^contradiction/,
    ],
    [
      'writes that each came first',
      [done(append('x', 1), append('y', 1)), done(append('x', 2), append('y', 2)), done(read('x', 1, 2)), done(read('y', 2, 1))],
      /^G0: /,
    ],
    ['reads of each other', [done(append('x', 1), read('y', 1)), done(append('y', 1), read('x', 1))], /^G1c: /],
    [
      'an update over what was read before',
      [done(append('x', 1)), done(read('x', 1), append('x', 2)), done(read('x', 1), append('x', 3)), done(read('x', 1, 2, 3))],
      /^G-single: /,
    ],
    [
      'a read of one half',
      [done(append('x', 1), append('y', 1)), done(read('x', 1), read('y')), done(read('x', 1), read('y', 1))],
      /^G-single: /,
    ],
    [
      'two who each did not see the other',
      [done(read('x'), append('y', 1)), done(read('y'), append('x', 1)), done(read('x', 1), read('y', 1))],
      /^G2: /,
    ],
    [
      'a read of the past',
      [at(0, 1, done(append('x', 1))), at(2, 3, done(read('x'))), at(4, 5, done(read('x', 1)))],
      /^G-single against the clock: /,
    ],
  ])('%s is found', (_name, history, anomaly) => {
    const found = anomaliesOf(history);
    expect(
      found.filter((line) => anomaly.test(line)),
      found.join('\n'),
    ).not.toEqual([]);
  });

  it('is judged when it is long', () => {
    const list: number[] = [];
    const history: Transaction[] = [];
    for (let n = 0; n < 3_000; n += 1) {
      history.push(at(2 * n, 2 * n + 1, done(read('x', ...list.slice(0, 50)), ...(n < 50 ? [append('x', n)] : []))));
      if (n < 50) list.push(n);
    }
    expect(anomaliesOf(history)).toEqual([]);
  });
});
