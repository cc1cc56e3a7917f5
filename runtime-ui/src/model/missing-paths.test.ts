import { describe, expect, it } from 'vitest';
import { missingPaths } from './missing-paths.js';

describe('fields of linked records that conditions need', () => {
  const paths = ['stage.is_won', 'stage.is_lost', 'owner.name', 'account.parent.name'];

  it.each([
    ['a link set by its id alone', { stage: { id: 's1', label: 'Won' } }, [{ field: 'stage', id: 's1', fields: ['is_won', 'is_lost'] }]],
    ['one that knows a part', { stage: { id: 's1', label: 'Won', is_won: null } }, [{ field: 'stage', id: 's1', fields: ['is_lost'] }]],
    ['one that knows all', { stage: { id: 's1', label: 'Won', is_won: true, is_lost: false } }, []],
    ['no link', { stage: null, owner: undefined }, []],
    ['a path over two links', { account: { id: 'a1', label: 'A' } }, [{ field: 'account', id: 'a1', fields: ['parent.name'] }]],
    [
      'one whose second link is known and not what it says',
      { account: { id: 'a1', label: 'A', parent: { id: 'a2', label: 'B' } } },
      [{ field: 'account', id: 'a1', fields: ['parent.name'] }],
    ],
    ['one whose second link leads nowhere', { account: { id: 'a1', label: 'A', parent: null } }, []],
    ['one that is known to its end', { account: { id: 'a1', label: 'A', parent: { id: 'a2', label: 'B', name: 'B' } } }, []],
  ])('%s', (_name, values, expected) => {
    expect(missingPaths(values, paths)).toEqual(expected);
  });
});
