import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDocuments, type Resolution } from './merge-documents.js';

const option = (value: string, label = value, more: object = {}) => ({ value, label, ...more });
const field = (more: object = {}) => ({ kind: 'field', id: 'fld_lead_state', name: 'state', label: 'State', ...more });
const options = (...values: string[]) => field({ options: values.map((value) => option(value)) });
const keysOf = (document: object | null) => (document as { options: { value: string }[] }).options.map(({ value }) => value);

describe('merge documents', () => {
  it('takes different properties from both sides', () => {
    expect(mergeDocuments(field({ help: 'old' }), field({ help: 'new' }), field({ help: 'old', label: 'Status' }))).toEqual({
      merged: field({ help: 'new', label: 'Status' }),
      conflicts: [],
      applied: [],
    });
  });

  it.each([
    ['an added property', field(), field({ help: 'a' }), field({ required: true }), field({ help: 'a', required: true })],
    ['a removed property', field({ help: 'a' }), field(), field({ help: 'a', required: true }), field({ required: true })],
    ['the same change', field(), field({ label: 'Status' }), field({ label: 'Status' }), field({ label: 'Status' })],
    [
      'a nested property',
      field({ inverse: { name: 'a', label: 'A' } }),
      field({ inverse: { name: 'b', label: 'A' } }),
      field({ inverse: { name: 'a', label: 'B' } }),
      field({ inverse: { name: 'b', label: 'B' } }),
    ],
    ['new elements that are alike', null, field(), field({ help: 'a' }), field({ help: 'a' })],
    ['an element that one side removed', field(), null, field(), null],
  ])('merges %s', (_name, base, mine, theirs, merged) => {
    expect(mergeDocuments<object>(base, mine, theirs)).toEqual({ merged, conflicts: [], applied: [] });
  });

  it.each<[string, object | null, object | null, object | null, object[]]>([
    [
      'the same property',
      field(),
      field({ label: 'Mine' }),
      field({ label: 'Theirs' }),
      [{ path: '/label', base: 'State', mine: 'Mine', theirs: 'Theirs' }],
    ],
    ['a property both added', field(), field({ help: 'm' }), field({ help: 't' }), [{ path: '/help', mine: 'm', theirs: 't' }]],
    ['a removed and a changed property', field({ help: 'b' }), field(), field({ help: 't' }), [{ path: '/help', base: 'b', theirs: 't' }]],
    ['a removed and a changed element', field(), null, field({ label: 'T' }), [{ path: '', base: field(), theirs: field({ label: 'T' }) }]],
    [
      'an item of a list',
      field({ options: [option('hot')] }),
      field({ options: [option('hot', 'M')] }),
      field({ options: [option('hot', 'T')] }),
      [{ path: '/options/value=hot/label', base: 'hot', mine: 'M', theirs: 'T' }],
    ],
    [
      'a removed and a changed item',
      field({ options: [option('hot'), option('a/b')] }),
      field({ options: [option('hot')] }),
      field({ options: [option('hot'), option('a/b', 'T')] }),
      [{ path: '/options/value=a~1b', base: option('a/b'), theirs: option('a/b', 'T') }],
    ],
    [
      'the order',
      options('a', 'b', 'c'),
      options('b', 'a', 'c'),
      options('a', 'c', 'b'),
      [{ path: '/options/$order', base: ['a', 'b', 'c'], mine: ['b', 'a', 'c'], theirs: ['a', 'c', 'b'] }],
    ],
    [
      'a condition, as a whole',
      field({ where: { and: [{ var: 'a' }, { var: 'b' }] } }),
      field({ where: { and: [{ var: 'a' }, { var: 'c' }] } }),
      field({ where: { and: [{ var: 'd' }, { var: 'b' }] } }),
      [expect.objectContaining({ path: '/where' })],
    ],
    [
      'a pair of numbers, as a whole',
      field({ at: [1, 2] }),
      field({ at: [1, 3] }),
      field({ at: [4, 2] }),
      [{ path: '/at', base: [1, 2], mine: [1, 3], theirs: [4, 2] }],
    ],
  ])('shows a conflict over %s and keeps mine', (_name, base, mine, theirs, conflicts) => {
    const merge = mergeDocuments(base, mine, theirs);
    expect(merge.conflicts).toEqual(conflicts);
    expect(merge.merged).toEqual(mine);
  });

  it.each([
    ['both added', ['a', 'b'], ['a', 'x', 'b'], ['a', 'b', 'y'], ['a', 'x', 'b', 'y']],
    ['both added at one place', ['a', 'b'], ['a', 'x', 'b'], ['a', 'k', 'l', 'b'], ['a', 'k', 'l', 'x', 'b']],
    ['one moved, one added', ['a', 'b', 'c'], ['c', 'a', 'b'], ['a', 'n', 'b', 'c'], ['c', 'a', 'n', 'b']],
    ['one removed, one added behind it', ['a', 'b', 'c'], ['a', 'c'], ['a', 'b', 'n', 'c'], ['a', 'n', 'c']],
    ['both removed', ['a', 'b', 'c'], ['a', 'b'], ['b', 'c'], ['b']],
    ['one added at the start', ['a'], ['a'], ['n', 'a'], ['n', 'a']],
  ])('merges lists where %s', (_name, base, mine, theirs, merged) => {
    const merge = mergeDocuments(options(...base), options(...mine), options(...theirs));
    expect(merge.conflicts).toEqual([]);
    expect(keysOf(merge.merged)).toEqual(merged);
    const texts = mergeDocuments({ columns: base }, { columns: mine }, { columns: theirs });
    expect(texts).toEqual({ merged: { columns: merged }, conflicts: [], applied: [] });
  });

  it('knows connections by where they leave', () => {
    const edge = (from: string, port: string, to: string) => ({ from, port, to });
    const merge = mergeDocuments(
      { edges: [edge('a', 'ok', 'b')] },
      { edges: [edge('a', 'ok', 'b'), edge('a', 'error', 'c')] },
      { edges: [edge('a', 'ok', 'd')] },
    );
    expect(merge.merged).toEqual({ edges: [edge('a', 'ok', 'd'), edge('a', 'error', 'c')] });
  });

  it.each<[string, Resolution, object]>([
    ['theirs', { path: '/label', take: 'theirs' }, field({ label: 'Theirs' })],
    ['mine', { path: '/label', take: 'mine' }, field({ label: 'Mine' })],
    ['another value', { path: '/label', take: 'value', value: 'Both' }, field({ label: 'Both' })],
  ])('applies a decision for %s', (_name, resolution, merged) => {
    const merge = mergeDocuments(field(), field({ label: 'Mine' }), field({ label: 'Theirs' }), [resolution]);
    expect(merge).toEqual({ merged, conflicts: [], applied: [resolution] });
  });

  it('does not apply a decision where there is no conflict', () => {
    const merge = mergeDocuments(field(), field({ label: 'Mine' }), field(), [{ path: '/label', take: 'theirs' }]);
    expect(merge).toEqual({ merged: field({ label: 'Mine' }), conflicts: [], applied: [] });
  });

  it('takes a decided order and finds a place for what it does not name', () => {
    const merge = mergeDocuments(options('a', 'b', 'c'), options('b', 'a', 'c', 'n'), options('a', 'c', 'b'), [
      { path: '/options/$order', take: 'value', value: ['c', 'b', 'a', 'gone'] },
    ]);
    expect(keysOf(merge.merged)).toEqual(['c', 'b', 'a', 'n']);
  });
});

/** Documents of one shape: properties, nested properties and lists with keys and without. */
const text = fc.constantFrom('a', 'b', 'c');
const item = fc.record({ id: fc.constantFrom('p', 'q', 'r', 's'), label: text, fields: fc.uniqueArray(fc.constantFrom('u', 'v', 'w')) });
const document = fc.record(
  {
    label: text,
    help: text,
    position: fc.array(fc.nat(2), { maxLength: 2 }),
    where: fc.record({ and: fc.array(fc.record({ var: text }), { maxLength: 2 }) }),
    inverse: fc.record({ name: text, label: text }, { requiredKeys: [] }),
    sections: fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 4 }),
  },
  { requiredKeys: ['label'] },
);

describe('any merge', () => {
  const anything = [document, document, document] as const;

  it('is the other side where one side changed nothing, and either where both say the same', () => {
    fc.assert(
      fc.property(document, document, (base, one) => {
        expect(mergeDocuments(base, base, one)).toEqual({ merged: one, conflicts: [], applied: [] });
        expect(mergeDocuments(base, one, base)).toEqual({ merged: one, conflicts: [], applied: [] });
        expect(mergeDocuments(base, one, one)).toEqual({ merged: one, conflicts: [], applied: [] });
      }),
    );
  });

  it('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(...anything, (base, mine, theirs) => {
        const { merged } = mergeDocuments(base, mine, theirs);
        expect(mergeDocuments(theirs, merged, theirs).merged).toEqual(merged);
        expect(mergeDocuments(base, merged, merged).merged).toEqual(merged);
      }),
    );
  });

  it('is the same with the sides exchanged, or in conflict at the same places', () => {
    fc.assert(
      fc.property(...anything, (base, mine, theirs) => {
        const one = mergeDocuments(base, mine, theirs);
        const other = mergeDocuments(base, theirs, mine);
        expect(one.conflicts.map(({ path }) => path).sort()).toEqual(other.conflicts.map(({ path }) => path).sort());
        if (one.conflicts.length === 0) expect(one.merged).toEqual(other.merged);
      }),
    );
  });

  it('merges any lists of texts alike from both sides', () => {
    const texts = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f']);
    fc.assert(
      fc.property(texts, texts, texts, (base, mine, theirs) => {
        const one = mergeDocuments({ list: base }, { list: mine }, { list: theirs });
        const other = mergeDocuments({ list: base }, { list: theirs }, { list: mine });
        if (one.conflicts.length === 0) expect(one.merged).toEqual(other.merged);
        const left = (one.merged?.list ?? []) as string[];
        const wanted = [...mine, ...theirs].filter((key) => (base.includes(key) ? mine.includes(key) && theirs.includes(key) : true));
        expect([...left].sort()).toEqual([...new Set(wanted)].sort());
      }),
      { numRuns: 500 },
    );
  });

  it('has no conflict left when each is decided, and is theirs or mine there', () => {
    fc.assert(
      fc.property(...anything, fc.constantFrom('mine' as const, 'theirs' as const), (base, mine, theirs, take) => {
        const open = mergeDocuments(base, mine, theirs);
        const decided = mergeDocuments(
          base,
          mine,
          theirs,
          open.conflicts.map(({ path }) => ({ path, take })),
        );
        expect(decided.conflicts).toEqual([]);
        expect(decided.applied.length).toBe(open.conflicts.length);
        if (take === 'mine') expect(decided.merged).toEqual(open.merged);
      }),
    );
  });

  it('leaves its inputs as they are', () => {
    fc.assert(
      fc.property(...anything, (base, mine, theirs) => {
        const before = JSON.stringify([base, mine, theirs]);
        mergeDocuments(base, mine, theirs);
        expect(JSON.stringify([base, mine, theirs])).toBe(before);
      }),
    );
  });
});
