import { describe, expect, it } from 'vitest';
import { decodeState, emptyState, encodeState, type UrlState } from './url-state.js';

describe('state in the address', () => {
  it.each<[string, Partial<UrlState>]>([
    ['nothing', {}],
    ['a view', { view: 'mine' }],
    ['search text with odd characters', { q: 'a&b=c?#+ ü' }],
    [
      'levels of order',
      {
        sort: [
          { field: 'amount', direction: 'desc' },
          { field: 'account.name', direction: 'asc' },
        ],
      },
    ],
    [
      'filters',
      {
        filter: [
          { field: 'status', op: 'in', value: ['open', 'won'] },
          { field: 'note', op: 'is_empty', value: null },
        ],
      },
    ],
    ['a switcher', { switcher: '0192' }],
  ])('comes back as it went in: %s', (_name, state) => {
    expect(decodeState(encodeState(state))).toEqual({ ...emptyState, ...state });
  });

  it.each([
    ['broken JSON', '?filter=[', emptyState],
    ['not a list', '?filter={"a":1}', emptyState],
    ['a field that is no name', `?filter=${encodeURIComponent('[["a\'b","eq","x"]]')}`, emptyState],
    ['an order that is no name', '?sort=-1;drop', emptyState],
  ])('leaves out %s', (_name, search, expected) => {
    expect(decodeState(search)).toEqual(expected);
  });
});
