import { describe, expect, it } from 'vitest';
import { addCards, addDecimals, moveCard, nextCard, shownSum, totalOf, type Column } from './board-moves.js';

const column = (key: string | null, ids: string[], more: Partial<Column> = {}): Column => ({
  key,
  label: key ?? '',
  count: ids.length,
  sums: {},
  cards: ids.map((id) => ({ id, version: 1 })),
  next: null,
  ...more,
});

const shape = (columns: readonly Column[]) => columns.map((c) => `${c.key}:${c.cards.map((card) => card.id).join('')}(${c.count})`);

describe('moving a card', () => {
  const board = [column('a', ['1', '2'], { count: 40 }), column('b', ['3']), column(null, [])];

  it.each([
    ['to another column, on top', '2', 'b', ['a:1(39)', 'b:23(2)', 'null:(0)']],
    ['to the column without a value', '3', null, ['a:12(40)', 'b:(0)', 'null:3(1)']],
    ['to where it is', '1', 'a', ['a:12(40)', 'b:3(1)', 'null:(0)']],
    ['to a column that is not there', '1', 'z', ['a:12(40)', 'b:3(1)', 'null:(0)']],
    ['that is not there', '9', 'b', ['a:12(40)', 'b:3(1)', 'null:(0)']],
  ])('%s', (_name, id, to, expected) => {
    expect(shape(moveCard(board, id, to))).toEqual(expected);
    expect(shape(board)).toEqual(['a:12(40)', 'b:3(1)', 'null:(0)']);
  });

  it('adds a further page without repeating a card', () => {
    const more = column('a', ['2', '4'], { next: 'c' });
    expect(addCards(board, more)[0]).toMatchObject({ count: 40, next: 'c', cards: [{ id: '1' }, { id: '2' }, { id: '4' }] });
  });
});

describe('moving the focus', () => {
  const board = [column('a', ['1', '2', '3']), column('b', []), column('c', ['4'])];
  it.each([
    ['1', 'ArrowDown', '2'],
    ['3', 'ArrowDown', '3'],
    ['3', 'ArrowRight', '4'],
    ['4', 'ArrowLeft', '1'],
    ['1', 'ArrowLeft', undefined],
    ['2', 'End', '3'],
    ['2', 'x', undefined],
  ])('%s %s', (id, key, expected) => {
    expect(nextCard(board, id, key)).toBe(expected);
  });
});

describe('sums', () => {
  it.each([
    ['0.1', '0.2', '0.3'],
    ['999999999999999.99', '0.01', '1000000000000000.00'],
    ['-5', '2.5', '-2.5'],
    ['1', '-1.00', '0.00'],
  ])('%s and %s are %s', (a, b, sum) => {
    expect(addDecimals(a, b)).toBe(sum);
  });

  it('keeps currencies apart', () => {
    const eur = (amount: string) => ({ amount, currency: 'EUR' });
    const board = [
      column('a', [], { sums: { v: [eur('10.50'), { amount: '3', currency: 'USD' }] } }),
      column('b', [], { sums: { v: [eur('2')] } }),
    ];
    expect(totalOf(board, 'v')).toEqual([eur('12.50'), { amount: '3', currency: 'USD' }]);
    const usd = { amount: '3', currency: 'USD' };
    const based = [
      column('a', [], { sums: { v: [eur('10.50'), usd] }, inBase: { v: eur('12') } }),
      column('b', [], { sums: { v: [eur('2')] }, inBase: { v: eur('2') } }),
      column('c', [], { sums: { v: [] }, inBase: { v: eur('0.00') } }),
    ];
    expect(based.map((each) => shownSum(each, 'v'))).toEqual([[eur('12')], [eur('2')], []]);
    expect(totalOf(based, 'v')).toEqual([eur('14')]);
    const without = [...based, column('d', [], { sums: { v: [usd] }, inBase: { v: null } })];
    expect(totalOf(without, 'v')).toEqual([eur('12.50'), { amount: '6', currency: 'USD' }]);
    expect(totalOf([column('a', [], { sums: { n: '2' } }), column('b', [], { sums: { n: '3' } })], 'n')).toBe('5');
  });
});
