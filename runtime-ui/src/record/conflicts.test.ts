import { describe, expect, it } from 'vitest';
import { conflictsOf } from './conflicts.js';

const base = { stage: { id: 's1', label: 'New' }, amount: { amount: '10', currency: 'EUR' }, note: null };

describe('two people change one record', () => {
  it.each([
    ['other fields', { note: 'x' }, { ...base, stage: { id: 's2', label: 'Won' } }, []],
    ['the same field to different values', { note: 'x' }, { ...base, note: 'y' }, ['note']],
    ['the same field to the same value', { note: 'x' }, { ...base, note: 'x' }, []],
    ['the label of a lookup only', { stage: 's3' }, { ...base, stage: { id: 's1', label: 'Fresh' } }, []],
    ['the currency of an amount', { amount: 'mine' }, { ...base, amount: { amount: '10', currency: 'USD' } }, ['amount']],
  ])('%s', (_name, changes, theirs, expected) => {
    const shown = { ...base, ...changes };
    expect(conflictsOf(base, changes, shown, theirs).map((conflict) => conflict.field)).toEqual(expected);
  });
});
