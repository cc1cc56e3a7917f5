import { describe, expect, it } from 'vitest';
import { filtersToCondition, isComplete, operandOf, operatorsOf } from './filters.js';

describe('simple filters', () => {
  it.each([
    [{ field: 'name', op: 'contains', value: 'ada' }, { contains: [{ var: 'name' }, 'ada'] }],
    [{ field: 'notes', op: 'ends_with', value: 'regards' }, { ends_with: [{ var: 'notes' }, 'regards'] }],
    [{ field: 'amount', op: 'at_least', value: '1000' }, { '>=': [{ var: 'amount' }, 1000] }],
    [{ field: 'status', op: 'any_of', value: ['open', 'won'] }, { in: [{ var: 'status' }, ['open', 'won']] }],
    [{ field: 'due_at', op: 'from_day', value: '2026-07-01' }, { '>=': [{ var: 'due_at' }, '2026-06-30T22:00:00.000Z'] }],
    [{ field: 'due_at', op: 'until_day', value: '2026-07-01' }, { '<': [{ var: 'due_at' }, '2026-07-01T22:00:00.000Z'] }],
    [{ field: 'owner', op: 'is_me', value: null }, { '==': [{ var: 'owner' }, { var: '$user.id' }] }],
    [{ field: 'account.name', op: 'is_filled', value: null }, { '!': [{ is_empty: [{ var: 'account.name' }] }] }],
  ])('%j becomes a condition', (filter, expected) => {
    expect(filtersToCondition([filter], 'Europe/Berlin')).toEqual(expected);
  });

  it('joins several and leaves out those that say too little', () => {
    const filters = [
      { field: 'a', op: 'is_true', value: null },
      { field: 'b', op: 'at_most', value: '' },
      { field: 'c', op: 'no_such_operator', value: 'x' },
      { field: 'd', op: 'is_empty', value: null },
    ];
    expect(filters.map(isComplete)).toEqual([true, false, false, true]);
    expect(filtersToCondition(filters, 'UTC')).toEqual({ and: [{ '==': [{ var: 'a' }, true] }, { is_empty: [{ var: 'd' }] }] });
    expect(filtersToCondition([], 'UTC')).toBeUndefined();
  });

  it('offers each kind only operators that exist', () => {
    for (const kind of ['text', 'words', 'number', 'choice', 'person'] as const)
      expect(operatorsOf(kind).every((op) => operandOf(op))).toBe(true);
  });
});
