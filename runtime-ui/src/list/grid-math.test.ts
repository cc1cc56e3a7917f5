import { describe, expect, it } from 'vitest';
import { moveCell, scrollToRow, totalRows, visibleRows } from './grid-math.js';

describe('rows in view', () => {
  it.each([
    ['at the top', 0, 400, 1000, { first: 0, last: 18 }],
    ['in the middle', 4000, 400, 1000, { first: 92, last: 118 }],
    ['at the end', 39_600, 400, 1000, { first: 982, last: 999 }],
    ['of an empty list', 0, 400, 0, { first: 0, last: -1 }],
    ['after the list became shorter', 39_600, 400, 10, { first: 9, last: 9 }],
  ])('%s', (_name, scrollTop, height, total, expected) => {
    expect(visibleRows(scrollTop, height, 40, total)).toEqual(expected);
  });

  it.each([
    ['below', 20, 0, 440],
    ['above', 2, 400, 80],
    ['in view', 12, 400, 400],
  ])('scrolls to a row %s', (_name, row, scrollTop, expected) => {
    expect(scrollToRow(row, scrollTop, 400, 40)).toBe(expected);
  });
});

describe('moving in the grid', () => {
  it.each([
    ['ArrowDown', false, { row: 6, column: 2 }],
    ['ArrowUp', false, { row: 4, column: 2 }],
    ['PageDown', false, { row: 15, column: 2 }],
    ['PageUp', false, { row: 0, column: 2 }],
    ['Home', false, { row: 5, column: 0 }],
    ['End', true, { row: 99, column: 3 }],
    ['Home', true, { row: 0, column: 0 }],
  ])('%s (control %s)', (key, control, expected) => {
    expect(moveCell({ row: 5, column: 2 }, key, control, 100, 4, 10)).toEqual(expected);
  });

  it('reaches the header and stops there', () => {
    expect(moveCell({ row: 0, column: 0 }, 'ArrowUp', false, 100, 4, 10)).toEqual({ row: -1, column: 0 });
    expect(moveCell({ row: -1, column: 0 }, 'ArrowUp', false, 100, 4, 10)).toEqual({ row: -1, column: 0 });
    expect(moveCell({ row: 0, column: 0 }, 'x', false, 100, 4, 10)).toBeUndefined();
  });
});

describe('number of rows', () => {
  it.each([
    ['counted', 57, false, 50, true, 57],
    ['the end was reached', 57, false, 52, false, 52],
    ['more exist than were counted', 10_000, true, 10_000, true, 10_200],
    ['the count stopped at its cap', 10_000, true, 200, true, 10_000],
  ])('%s', (_name, counted, isCapped, seen, more, expected) => {
    expect(totalRows(counted, isCapped, seen, more, 200)).toBe(expected);
  });
});
