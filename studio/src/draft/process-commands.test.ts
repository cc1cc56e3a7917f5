import { describe, expect, it } from 'vitest';
import type { ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { editMove, everyMove, setMove, transitionOf, withPartIds, type Transition } from './process-commands.js';

const CODES = ['new', 'open', 'done', 'lost'];
const process = (transitions?: Transition[]): ProcessDocument => ({
  kind: 'process',
  id: 'prc_x',
  object: 'x',
  name: 'x',
  label: 'X',
  field: 'state',
  ...(transitions === undefined ? {} : { transitions }),
});
/** Legal moves, one "from to" each. */
const moves = (document: ProcessDocument) =>
  CODES.flatMap((from) => CODES.filter((to) => from !== to && transitionOf(document, from, to) !== undefined).map((to) => `${from} ${to}`));

describe('an id of a move, under which its texts are translated', () => {
  it.each<[string, Transition[], (string | undefined)[]]>([
    ['is kept', [{ id: 'win', label: 'Win' }], ['win']],
    ['is given to one that says something', [{ label: 'Win' }, { message: 'No.' }, {}], ['move_1', 'move_2', undefined]],
    ['is not that of another', [{ id: 'move_1' }, { label: 'Win' }], ['move_1', 'move_2']],
    [
      'stays with the first of a move that was split',
      [
        { id: 'win', label: 'Win' },
        { id: 'win', label: 'Win' },
      ],
      ['win', 'move_1'],
    ],
    ['is dropped from a part that says nothing', [{ id: 'win' }, { id: 'win' }], ['win', undefined]],
  ])('%s', (_what, before, ids) => {
    expect(withPartIds(process(before)).transitions?.map(({ id }) => id)).toEqual(ids);
  });

  it('does not keep plain moves apart', () => {
    const before: Transition[] = [{ id: 'any', from: ['new'], to: ['open'] }];
    expect(setMove(process(before), CODES, 'new', 'done', true).transitions).toEqual([{ id: 'any', from: ['new'], to: ['open', 'done'] }]);
  });
});

describe('the moves of a process', () => {
  it.each<[string, Transition[], [string, string, boolean], Transition[]]>([
    ['a first one', [], ['new', 'open', true], [{ from: ['new'], to: ['open'] }]],
    ['one more from the same state', [{ from: ['new'], to: ['done'] }], ['new', 'open', true], [{ from: ['new'], to: ['open', 'done'] }]],
    ['one less', [{ from: ['new'], to: ['open', 'done'] }], ['new', 'done', false], [{ from: ['new'], to: ['open'] }]],
    ['the last one of a state', [{ from: ['new'], to: ['open'] }], ['new', 'open', false], []],
    [
      'one of several states at once',
      [{ from: ['new', 'open'], to: ['done', 'lost'], required: ['reason'] }],
      ['new', 'lost', false],
      [
        { from: ['open'], to: ['done', 'lost'], required: ['reason'] },
        { from: ['new'], to: ['done'], required: ['reason'] },
      ],
    ],
    ['what is so already', [{ to: ['lost'] }], ['new', 'lost', true], [{ to: ['lost'] }]],
  ])('are set: %s', (_name, before, [from, to, isLegal], after) => {
    expect(setMove(process(before), CODES, from, to, isLegal).transitions).toEqual(after);
  });

  it('can be set one by one to anything, and mean just that', () => {
    const wanted = ['new done', 'open new', 'open done', 'lost new'];
    let document = process(everyMove(CODES));
    expect(moves(document)).toHaveLength(12);
    for (const from of CODES)
      for (const to of CODES) if (from !== to) document = setMove(document, CODES, from, to, wanted.includes(`${from} ${to}`));
    expect(moves(document).sort()).toEqual([...wanted].sort());
  });

  it('get conditions of their own, and leave the others alone', () => {
    const document = process([{ from: ['new', 'open'], to: ['done', 'lost'] }]);
    const edited = editMove(document, CODES, 'open', 'done', { required: ['reason'] });
    expect(transitionOf(edited, 'open', 'done')).toEqual({ from: ['open'], to: ['done'], required: ['reason'] });
    expect(transitionOf(edited, 'open', 'lost')?.required).toBeUndefined();
    expect(moves(edited)).toEqual(moves(document));
    expect(moves(editMove(edited, CODES, 'open', 'done', { required: undefined }))).toEqual(moves(document));
  });
});
