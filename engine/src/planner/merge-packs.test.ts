import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { kept, type Choice, type Decision } from './pack-decisions.js';
import { mergePacks, type PackMergeInput } from './merge-packs.js';

const object = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const title = { kind: 'field', id: 'fld_title', object: 'city', name: 'title', label: 'Title', type: 'text', maxLength: 80 };
const size = {
  kind: 'field',
  id: 'fld_size',
  object: 'city',
  name: 'size',
  label: 'Size',
  type: 'picklist',
  options: [
    { value: 's', label: 'Small' },
    { value: 'l', label: 'Large' },
  ],
};
const view = {
  kind: 'view',
  id: 'viw_all',
  object: 'city',
  name: 'all',
  label: 'All',
  type: 'list',
  columns: [{ field: 'title' }, { field: 'size' }],
};
const pack = (version = '1.0.0') => ({ kind: 'pack', name: 'cities', label: 'Cities', version });
/** A field of the tenant. */
const mayor = { ...title, id: 'fld_mayor', name: 'mayor', label: 'Mayor' };

const ofPack = (...documents: object[]): SourceDocument[] =>
  documents.map((document) => ({ origin: 'cities', file: 'cities/x.json', document: document as MetadataDocument }));
const ofTenant = (...documents: object[]): SourceDocument[] =>
  documents.map((document) => ({ origin: 'tenant', document: document as MetadataDocument }));
const v1 = ofPack(pack(), object, title, size, view);

/** Sources with some elements changed, by id; null takes one away. */
const edit = (sources: readonly SourceDocument[], changes: Record<string, object | null>): SourceDocument[] =>
  sources.flatMap((source) => {
    const change = changes[elementId(source.document)];
    if (change === undefined) return [source];
    return change === null ? [] : [{ ...source, document: { ...source.document, ...change } as MetadataDocument }];
  });
const documents = (sources: readonly SourceDocument[]) =>
  Object.fromEntries(sources.map(({ document }) => [elementId(document), document as unknown as Record<string, unknown>]));
const origins = (sources: readonly SourceDocument[]) =>
  Object.fromEntries(sources.map(({ origin, document }) => [elementId(document), origin]));

describe('an upgrade', () => {
  const upgrade = (theirs: readonly SourceDocument[], mine: readonly SourceDocument[], more: Partial<PackMergeInput> = {}) => {
    const result = mergePacks({ base: v1, theirs, mine, ...more });
    return { ...result, ids: documents(result.sources) };
  };

  it.each<[string, object, object, string, unknown]>([
    ['takes what only the pack changed', {}, { maxLength: 100 }, 'maxLength', 100],
    ['keeps what only people changed', { maxLength: 60 }, {}, 'maxLength', 60],
    ['takes what both changed alike', { maxLength: 60 }, { maxLength: 60 }, 'maxLength', 60],
    ['lets people win where it is only looks', { label: 'Ours' }, { label: 'Theirs' }, 'label', 'Ours'],
    ['takes the one and keeps the other of two properties', { label: 'Ours' }, { help: 'New' }, 'help', 'New'],
  ])('%s', (_what, mine, theirs, property, expected) => {
    const { ids, conflicts } = upgrade(edit(v1, { fld_title: theirs }), edit(v1, { fld_title: mine }));
    expect(ids['fld_title']?.[property]).toBe(expected);
    expect(conflicts).toEqual([]);
  });

  it('says which of its looks did not change', () => {
    const { notes } = upgrade(edit(v1, { fld_title: { label: 'Theirs' } }), edit(v1, { fld_title: { label: 'Ours' } }));
    expect(notes).toMatchObject([{ code: 'kept_yours', path: '/label', document: { id: 'fld_title' } }]);
  });

  it.each<[string, string, object, object, string]>([
    ['a length', 'fld_title', { maxLength: 60 }, { maxLength: 100 }, '/maxLength'],
    ['required', 'fld_title', { required: true, unique: true }, { unique: false, required: false }, '/required'],
    [
      'an option that people made inactive and the pack coloured otherwise',
      'fld_size',
      {
        options: [
          { value: 's', label: 'Small', inactive: true },
          { value: 'l', label: 'Large' },
        ],
      },
      {
        options: [
          { value: 's', label: 'Small', inactive: false },
          { value: 'l', label: 'Large' },
        ],
      },
      '/options/value=s/inactive',
    ],
    ['a filter', 'viw_all', { filter: { '==': [{ var: 'size' }, 's'] } }, { filter: { '==': [{ var: 'size' }, 'l'] } }, '/filter'],
    ['the name field of the object', 'obj_city', { nameField: 'size' }, { nameField: 'mayor' }, '/nameField'],
    ['a name', 'fld_title', { name: 'heading' }, { name: 'caption' }, '/name'],
  ])('invariant 27: waits for a decision where both changed %s', (_what, id, mine, theirs, path) => {
    const asked = upgrade(edit(v1, { [id]: theirs }), edit(v1, { [id]: mine }));
    expect(asked.conflicts).toContainEqual(expect.objectContaining({ element: id, path, decision: null }));
    const decided = (take: 'yours' | 'theirs') =>
      upgrade(edit(v1, { [id]: theirs }), edit(v1, { [id]: mine }), {
        decisions: asked.conflicts.map((one) => ({ element: id, path: one.path, take })),
      });
    expect(decided('yours').ids[id]).toMatchObject(mine);
    expect(decided('theirs').ids[id]).toMatchObject(theirs);
  });

  it('remembers a decision for as long as the value is the same', () => {
    const mine = edit(v1, { fld_title: { maxLength: 60 } });
    const before: Decision[] = [{ element: 'fld_title', path: '/maxLength', take: 'yours', yours: 60, theirs: 100 }];
    const next = edit(v1, { fld_title: { maxLength: 120 } });
    expect(upgrade(next, mine, { remembered: before }).conflicts).toMatchObject([{ decision: { take: 'yours' }, remembered: true }]);
    const other = edit(v1, { fld_title: { maxLength: 50 } });
    expect(upgrade(next, other, { remembered: before }).conflicts).toMatchObject([{ decision: null }]);
    const taken: Decision[] = [{ element: 'fld_title', path: '/maxLength', take: 'theirs', yours: 60, theirs: 100 }];
    expect(upgrade(next, mine, { remembered: taken }).conflicts).toMatchObject([{ decision: null }]);
  });

  it("takes another value, which is people's from then on", () => {
    const value = (path: string, value: unknown): Decision => ({ element: 'fld_title', path, take: 'value', value });
    const length = upgrade(edit(v1, { fld_title: { maxLength: 100 } }), edit(v1, { fld_title: { maxLength: 60 } }), {
      decisions: [value('/maxLength', 70)],
    });
    expect(length.ids['fld_title']).toMatchObject({ maxLength: 70 });
    const remembered = length.conflicts.flatMap(kept);
    const later = edit(v1, { fld_title: { maxLength: 120 } });
    expect(upgrade(later, length.sources, { remembered }).conflicts).toMatchObject([{ decision: { take: 'yours' }, remembered: true }]);

    const called = (name: string) =>
      edit(v1, { fld_title: { name }, viw_all: { columns: [{ field: name }, { field: 'size' }] }, obj_city: { nameField: name } });
    const named = upgrade(called('caption'), called('heading'), { decisions: [value('/name', 'motto')] });
    expect(named.ids).toMatchObject({ fld_title: { name: 'motto' }, viw_all: { columns: [{ field: 'motto' }, { field: 'size' }] } });
  });

  it('takes the looks of the pack, or others, where somebody wants it so', () => {
    const [theirs, mine] = [edit(v1, { fld_title: { label: 'Theirs' } }), edit(v1, { fld_title: { label: 'Ours' } })];
    const decided = (choice: Choice) => upgrade(theirs, mine, { decisions: [{ element: 'fld_title', path: '/label', ...choice }] });
    expect(decided({ take: 'theirs' }).ids['fld_title']).toMatchObject({ label: 'Theirs' });
    expect(decided({ take: 'value', value: 'Of both' }).ids['fld_title']).toMatchObject({ label: 'Of both' });
    expect(decided({ take: 'theirs' }).notes).toMatchObject([
      { code: 'decided', path: '/label', choice: { base: 'Title', yours: 'Ours', theirs: 'Theirs', decision: { take: 'theirs' } } },
    ]);
    expect(decided({ take: 'theirs' }).conflicts).toEqual([]);
  });

  it('invariant 25: keeps what people added, and leaves retired what they retired', () => {
    const mine = [...edit(v1, { fld_size: null, viw_all: { columns: [{ field: 'title' }] } }), ...ofTenant(mayor)];
    const { ids, notes, sources } = upgrade(edit(v1, { fld_size: { required: true } }), mine);
    expect(Object.keys(ids)).toEqual(['pack:cities', 'obj_city', 'fld_title', 'viw_all', 'fld_mayor']);
    expect(origins(sources)['fld_mayor']).toBe('tenant');
    expect(notes).toMatchObject([{ code: 'stays_retired', document: { id: 'fld_size' } }]);
    const back = upgrade(edit(v1, { fld_size: { required: true } }), mine, {
      decisions: [{ element: 'fld_size', path: '', take: 'theirs' }],
    });
    expect(back.ids['fld_size']).toMatchObject({ required: true });
  });

  it('invariant 26: adds to a view that holds fields of people, between its neighbours', () => {
    const area = { ...title, id: 'fld_area', name: 'area' };
    const mine = [
      ...edit(v1, { viw_all: { columns: [{ field: 'mayor' }, { field: 'size' }, { field: 'title', width: 300 }] } }),
      ...ofTenant(mayor),
    ];
    const theirs = [...edit(v1, { viw_all: { columns: [{ field: 'title' }, { field: 'area' }, { field: 'size' }] } }), ...ofPack(area)];
    expect(upgrade(theirs, mine).ids['viw_all']?.['columns']).toEqual([
      { field: 'mayor' },
      { field: 'size' },
      { field: 'title', width: 300 },
      { field: 'area' },
    ]);
  });

  it('retires what the pack no longer has, keeps what people changed or need, and says why', () => {
    const area = { ...title, id: 'fld_area', name: 'area' };
    const code = { ...title, id: 'fld_code', name: 'code' };
    const old = [...v1, ...ofPack(area, code)];
    const mine = [
      ...edit(old, { fld_code: { label: 'Ours' } }),
      ...ofTenant({ ...view, id: 'viw_big', name: 'big', columns: [{ field: 'title' }, { field: 'size' }] }),
    ];
    const result = mergePacks({
      base: old,
      theirs: edit(old, { fld_size: null, fld_area: null, fld_code: null, viw_all: { columns: [{ field: 'title' }] } }),
      mine,
    });
    expect(origins(result.sources)).toEqual({
      'pack:cities': 'cities',
      obj_city: 'cities',
      fld_title: 'cities',
      viw_all: 'cities',
      fld_size: 'tenant',
      fld_code: 'tenant',
      viw_big: 'tenant',
    });
    expect(result.notes).toMatchObject([
      { code: 'retires', document: { id: 'fld_area' } },
      { code: 'becomes_yours', document: { id: 'fld_code' }, because: [] },
      { code: 'becomes_yours', document: { id: 'fld_size' }, because: ['view city.big'] },
    ]);
  });

  it('follows a rename of either side through everything that names it', () => {
    const mine = edit(v1, { fld_size: { name: 'scale' }, viw_all: { columns: [{ field: 'title' }, { field: 'scale' }] } });
    const rule = {
      kind: 'validation',
      id: 'val_size',
      object: 'city',
      name: 'size',
      label: 'Has a size',
      errorWhen: { is_empty: [{ var: 'size' }] },
      message: 'Say how big.',
      field: 'size',
    };
    const theirs = [
      ...edit(v1, {
        fld_title: { name: 'caption' },
        obj_city: { nameField: 'caption' },
        viw_all: { columns: [{ field: 'caption' }, { field: 'size' }] },
      }),
      ...ofPack(rule),
    ];
    const { ids, conflicts } = upgrade(theirs, mine);
    expect(conflicts).toEqual([]);
    expect(ids['val_size']).toMatchObject({ errorWhen: { is_empty: [{ var: 'scale' }] }, field: 'scale' });
    expect(ids['viw_all']).toMatchObject({ columns: [{ field: 'caption' }, { field: 'scale' }] });
    expect(ids['obj_city']).toMatchObject({ nameField: 'caption' });
  });

  it('gives a new element another name when its name is taken, now and at the next upgrade', () => {
    const theirMayor = { ...title, id: 'fld_their_mayor', name: 'mayor', label: 'Mayor of the pack' };
    const mine = [...v1, ...ofTenant(mayor)];
    const v2 = [...edit(v1, { viw_all: { columns: [{ field: 'title' }, { field: 'mayor' }, { field: 'size' }] } }), ...ofPack(theirMayor)];
    const second = upgrade(v2, mine);
    expect(second.ids['fld_their_mayor']).toMatchObject({ name: 'mayor_2' });
    expect(second.ids['viw_all']?.['columns']).toEqual([{ field: 'title' }, { field: 'mayor_2' }, { field: 'size' }]);
    expect(second.notes).toMatchObject([{ code: 'renamed', document: { id: 'fld_their_mayor' } }]);
    const v3 = edit(v2, { viw_all: { sort: [{ field: 'mayor', direction: 'asc' }] } });
    const third = documents(mergePacks({ base: v2, theirs: v3, mine: second.sources }).sources);
    expect(third['viw_all']).toMatchObject({ sort: [{ field: 'mayor_2', direction: 'asc' }] });
    expect(third['fld_their_mayor']).toMatchObject({ name: 'mayor_2' });
  });

  it('gives a new object another name with all that belongs to it, and leaves a permission of people alone', () => {
    const mine = [...ofTenant(object, title, { kind: 'permission', id: 'per_mine', role: 'rep', object: 'city', read: 'own' })];
    const theirs = ofPack(
      pack(),
      { ...object, id: 'obj_other' },
      { ...title, id: 'fld_other' },
      { kind: 'permission', id: 'per_theirs', role: 'rep', object: 'city', read: 'all' },
    );
    const { sources } = mergePacks({ base: [], theirs, mine });
    expect(documents(sources)).toMatchObject({
      obj_other: { name: 'city_2' },
      fld_other: { object: 'city_2', name: 'title' },
      per_theirs: { object: 'city_2', read: 'all' },
      per_mine: { object: 'city', read: 'own' },
    });
    const same = mergePacks({
      base: [],
      theirs: ofPack(pack(), { kind: 'permission', id: 'per_theirs', role: 'rep', object: 'city', read: 'all' }),
      mine,
    });
    expect(documents(same.sources)['per_theirs']).toBeUndefined();
    expect(same.notes).toMatchObject([{ code: 'kept_yours', document: { id: 'per_theirs' } }]);
  });
});

describe('an uninstall', () => {
  it('retires everything, changed or not, that nothing of people needs', () => {
    const mine = [...edit(v1, { fld_size: { label: 'Ours' } }), ...ofTenant({ ...object, id: 'obj_own', name: 'own', nameField: 'x' })];
    const { sources } = mergePacks({ base: v1, theirs: [], mine, removed: new Set(['cities']) });
    expect(origins(sources)).toEqual({ obj_own: 'tenant' });
  });

  it('keeps what a field of people stands on, near and far, as theirs', () => {
    const { sources, notes } = mergePacks({ base: v1, theirs: [], mine: [...v1, ...ofTenant(mayor)], removed: new Set(['cities']) });
    expect(origins(sources)).toEqual({ fld_mayor: 'tenant', obj_city: 'tenant', fld_title: 'tenant' });
    expect(notes.filter(({ code }) => code === 'becomes_yours').map(({ because }) => because)).toEqual([
      ['field city.mayor'],
      ['object city'],
    ]);
    const again = mergePacks({ base: [], theirs: v1, mine: sources });
    expect(origins(again.sources)).toMatchObject({ obj_city: 'cities', fld_title: 'cities', fld_size: 'cities', fld_mayor: 'tenant' });
  });
});

describe('any merge', () => {
  type Edits = Record<string, object | null>;
  const presentation = fc.record({ label: fc.constantFrom('A', 'B', 'C'), help: fc.constantFrom('x', 'y') }, { requiredKeys: [] });
  const structure = fc.record({ maxLength: fc.constantFrom(10, 20), unique: fc.boolean(), required: fc.boolean() }, { requiredKeys: [] });
  const columns = fc.record({ columns: fc.subarray([{ field: 'title' }, { field: 'size' }], { minLength: 1 }) });
  const optionsWith = (...more: string[]) =>
    fc.record({ options: fc.subarray([...size.options, ...more.map((value) => ({ value, label: value }))], { minLength: 1 }) });
  const options = optionsWith('m', 'x');
  const editsWith = (choices: typeof options): fc.Arbitrary<Edits> =>
    fc.record(
      {
        fld_title: fc.tuple(presentation, structure).map(([a, b]) => ({ ...a, ...b })),
        fld_size: choices,
        viw_all: columns,
        obj_city: presentation,
      },
      { requiredKeys: [] },
    );
  const edits = editsWith(options);
  const merge = (base: readonly SourceDocument[], theirs: readonly SourceDocument[], mine: readonly SourceDocument[]) =>
    mergePacks({ base, theirs, mine });

  it('invariant 24: is its own repetition, and gives back what only one side made', () => {
    fc.assert(
      fc.property(edits, edits, (a, b) => {
        const [mine, theirs] = [edit(v1, a), edit(v1, b)];
        expect(documents(merge(v1, v1, mine).sources)).toEqual(documents(mine));
        expect(documents(merge(v1, theirs, v1).sources)).toEqual(documents(theirs));
        const once = merge(v1, theirs, mine).sources;
        expect(documents(merge(theirs, theirs, once).sources)).toEqual(documents(once));
        expect(documents(merge(v1, theirs, once).sources)).toEqual(documents(once));
      }),
    );
  });

  it('invariant 24: does not care which of two disjoint changes came first', () => {
    fc.assert(
      fc.property(presentation, structure, options, (looks, rules, choices) => {
        const a: Edits = { fld_title: looks, fld_size: choices };
        const b: Edits = { fld_title: rules };
        const [one, other] = [edit(v1, a), edit(v1, b)];
        expect(documents(merge(v1, one, other).sources)).toEqual(documents(merge(v1, other, one).sources));
      }),
    );
  });

  it('invariant 28: comes to the same in one step or two, where nothing is in conflict', () => {
    fc.assert(
      fc.property(edits, edits, editsWith(optionsWith('own', 'other')), (a, b, own) => {
        const v2 = edit(v1, a);
        const v3 = edit(v2, b);
        const mine = edit(v1, own);
        const first = merge(v1, v2, mine);
        const second = merge(v2, v3, first.sources);
        const direct = merge(v1, v3, mine);
        // A pack that takes something away and brings it back later is two different stories.
        fc.pre(!bringsBack(v1, v2, v3));
        const quiet = [first, second, direct].every(({ conflicts, notes }) => conflicts.length + notes.length === 0);
        fc.pre(quiet);
        expect(sets(direct.sources)).toEqual(sets(second.sources));
      }),
      { numRuns: 40 },
    );
  });

  function bringsBack(first: readonly SourceDocument[], second: readonly SourceDocument[], third: readonly SourceDocument[]): boolean {
    const entries = (sources: readonly SourceDocument[]) =>
      new Set(
        Object.entries(documents(sources)).flatMap(([id, { options, columns }]) =>
          [options, columns].flat().map((item) => `${id} ${JSON.stringify(item)}`),
        ),
      );
    const [one, two, three] = [entries(first), entries(second), entries(third)];
    return [...three].some((entry) => one.has(entry) && !two.has(entry));
  }

  /** Documents with their lists as sets: where new entries stand depends on the neighbours they came with. */
  function sets(sources: readonly SourceDocument[]): unknown {
    return Object.fromEntries(
      Object.entries(documents(sources)).map(([id, document]) => [
        id,
        Object.fromEntries(
          Object.entries(document).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value,
          ]),
        ),
      ]),
    );
  }
});
