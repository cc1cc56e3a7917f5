import { describe, expect, it } from 'vitest';
import { emptyState } from '../app/url-state.js';
import { conditionOf, nextSort } from './list-query.js';

const asc = (field: string) => ({ field, direction: 'asc' as const });
const desc = (field: string) => ({ field, direction: 'desc' as const });

describe('choosing a head', () => {
  it.each([
    ['ascending first', [], 'a', false, [asc('a')]],
    ['then descending', [asc('a')], 'a', false, [desc('a')]],
    ['then none', [desc('a')], 'a', false, []],
    ['another head starts anew', [asc('a'), asc('b')], 'c', false, [asc('c')]],
    ['with Shift as a further level', [asc('a')], 'b', true, [asc('a'), asc('b')]],
    ['with Shift turns a level in its place', [asc('a'), asc('b')], 'a', true, [desc('a'), asc('b')]],
    ['with Shift takes a level away', [desc('a'), asc('b')], 'a', true, [asc('b')]],
  ])('%s', (_name, levels, field, add, expected) => {
    expect(nextSort(levels, field, add)).toEqual(expected);
  });
});

describe('condition of a list', () => {
  const view = {
    kind: 'view',
    id: 'v',
    object: 'o',
    name: 'v',
    label: 'V',
    type: 'list',
    filter: { '==': [{ var: 'open' }, true] },
  } as const;
  const mine = { ...emptyState, filter: [{ field: 'owner', op: 'is_me', value: null }] };

  it('holds both the filter of the view and the added ones', () => {
    expect(conditionOf(view, mine, 'UTC')).toEqual({
      and: [{ '==': [{ var: 'open' }, true] }, { '==': [{ var: 'owner' }, { var: '$user.id' }] }],
    });
    expect(conditionOf(view, emptyState, 'UTC')).toEqual(view.filter);
    expect(conditionOf(undefined, emptyState, 'UTC')).toBeUndefined();
  });
});
