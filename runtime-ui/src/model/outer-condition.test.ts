import { describe, expect, it } from 'vitest';
import { bindOuter, missingOuter, outerFields } from './outer-condition.js';

const where = { and: [{ '==': [{ var: 'group' }, { var: '$record.group' }] }, { '>': [{ var: 'size' }, { var: '$record.budget' }] }] };

describe('the condition of a lookup', () => {
  it('gets ids and amounts of the form in place of $record', () => {
    const bound = bindOuter(where, { group: { id: 'g1', label: 'North' }, budget: { amount: '10.50', currency: 'EUR' } });
    expect(bound).toEqual({ and: [{ '==': [{ var: 'group' }, 'g1'] }, { '>': [{ var: 'size' }, '10.50'] }] });
  });

  it('names the fields it reads, and those that are still empty', () => {
    expect(outerFields(where)).toEqual(['group', 'budget']);
    expect(missingOuter(where, { budget: { amount: '1', currency: 'EUR' } })).toEqual(['group']);
    expect(missingOuter(undefined, {})).toEqual([]);
  });
});
