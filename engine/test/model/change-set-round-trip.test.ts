import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import type { ChangeSet } from '@fieldstone/metadata/types/wire.js';
import { canonicalJson, digest } from '../../src/kernel/hash.js';
import { elementOf, readChangeSet, type ChangeFile } from '../../src/model/change-set.js';
import { compileModel } from '../../src/model/compile-model.js';
import { elementId } from '../../src/model/element.js';
import type { SourceDocument } from '../../src/model/types.js';
import { changeSetFiles } from '../../src/planner/change-set-files.js';
import { mergeChangeSet } from '../../src/planner/merge-change-set.js';
import { documentsOf, modelShape } from '../support/model-arbitrary.js';

const sources = (documents: readonly object[]): SourceDocument[] =>
  documents.map((document) => ({ origin: 'small', document: document as MetadataDocument }));

/** The files with their manifest, as text and back: the way between two systems. */
function travelled(files: readonly ChangeFile[]): readonly ChangeFile[] {
  const elements = Object.fromEntries(
    files.map(({ file, document }) => {
      const was = document.kind === 'override' ? Object.entries((document.was ?? {}) as Record<string, unknown>) : null;
      return [file, { element: elementOf(document), base: was && Object.fromEntries(was.map(([path, value]) => [path, digest(value)])) }];
    }),
  );
  const set: ChangeSet = {
    kind: 'change_set',
    format: 1,
    name: 'Any',
    description: '',
    by: [],
    system: '018f3c5e-0000-7000-8000-000000000000',
    packs: {},
    elements,
    files: Object.fromEntries(files.map(({ file, document }) => [file, document])),
  };
  return readChangeSet(JSON.parse(JSON.stringify(set))).files;
}

function applied(head: readonly SourceDocument[], files: readonly ChangeFile[]): Map<string, MetadataDocument> {
  const { changes, differences } = mergeChangeSet(files, head);
  expect(differences).toEqual([]);
  const result = new Map(head.map(({ document }) => [elementId(document), document]));
  for (const { id, after } of changes) {
    if (after === null) result.delete(id);
    else result.set(id, after);
  }
  return result;
}

/** The same value with its properties in the other order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, turned(item)]),
  );
}

const sorted = (documents: Iterable<MetadataDocument>): string[] => [...documents].map((document) => canonicalJson(document)).sort();

describe('any change set', () => {
  it('gives the same model where the base is the same, whatever else is there, and nothing the second time', () => {
    fc.assert(
      fc.property(modelShape, modelShape, (was, wanted) => {
        const before = sources(documentsOf(was));
        const after = sources(documentsOf(wanted));
        const files = changeSetFiles(before, after);
        expect(JSON.stringify(changeSetFiles([...before].reverse(), [...after].reverse()))).toBe(JSON.stringify(files));
        if (files.length === 0) return;
        const read = travelled(files);
        // What only the other system has.
        const others = sources([
          { kind: 'object', id: 'obj_other', name: 'other', label: 'Other', pluralLabel: 'Others', nameField: 'title' },
          { kind: 'field', id: 'fld_other_title', object: 'other', name: 'title', label: 'Title', type: 'text' },
        ]);
        const made = applied([...before, ...others], read);
        expect(sorted(made.values())).toEqual(sorted([...after, ...others].map(({ document }) => document)));
        expect(compileModel([...made.values()].map((document) => ({ origin: 'small', document }))).ok).toBe(true);

        const again = mergeChangeSet(read, sources([...made.values()]));
        expect([again.changes, again.differences, again.already.length]).toEqual([[], [], files.length]);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same bytes, in whatever order the properties of its documents stand', () => {
    const size = {
      kind: 'field',
      id: 'fld_size',
      object: 'city',
      name: 'size',
      label: 'Size',
      type: 'picklist',
      options: [{ value: 's', label: 'S' }],
    };
    const rule = {
      kind: 'validation',
      id: 'val_x',
      object: 'city',
      name: 'x',
      label: 'X',
      errorWhen: { '==': [{ var: 'size' }, 's'] },
      message: 'No.',
    };
    const [before, after] = [
      [size, { ...rule, id: 'val_gone', name: 'gone' }],
      [{ ...size, options: [{ value: 's', label: 'S', color: 'blue' }] }, rule],
    ] as const;
    const [files, others] = [
      changeSetFiles(sources(before), sources(after)),
      changeSetFiles(sources(before.map(turned) as object[]), sources(after.map(turned) as object[])),
    ];
    expect(files.map(({ file }) => file)).toEqual([
      'overrides/field.city.size.json',
      'overrides/validation.city.gone.json',
      'validations/city.x.json',
    ]);
    expect(JSON.stringify(others)).toBe(JSON.stringify(files));
  });
});
