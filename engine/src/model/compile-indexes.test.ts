import { describe, expect, it } from 'vitest';
import { compileModel } from './compile-model.js';
import type { SourceDocument } from './types.js';

const field = (name: string, type: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_call_${name}`,
  object: 'call',
  name,
  label: name,
  type,
  ...more,
});

/** What is wrong with these indexes: places and codes. */
function problemsOf(indexes: readonly (readonly string[])[]): string[] {
  const documents = [
    { kind: 'pack', name: 'small', label: 'Small', version: '1.0.0' },
    {
      kind: 'object',
      id: 'obj_call',
      name: 'call',
      label: 'Call',
      pluralLabel: 'Calls',
      nameField: 'title',
      indexes: indexes.map((fields) => ({ fields })),
    },
    field('title', 'text'),
    field('held_on', 'date'),
    field('price', 'currency'),
    field('pin', 'encrypted_text'),
    field('marks', 'tags'),
    field('report', 'long_text'),
    field('wide', 'text', { maxLength: 601 }),
    field('late', 'formula', { returns: 'boolean', formula: 'ISBLANK(held_on)' }),
    field('parent', 'lookup', { target: 'call' }),
    field('friends', 'many_to_many', { target: 'call' }),
  ];
  const compiled = compileModel(documents.map((document) => ({ origin: 'small', document }) as SourceDocument));
  return compiled.ok ? [] : compiled.issues.map(({ path, code }) => `${path} ${code}`);
}

describe('indexes on several fields', () => {
  it.each<[string, readonly (readonly string[])[], readonly string[]]>([
    [
      'of texts, dates, amounts and links',
      [
        ['title', 'held_on', 'price'],
        ['parent', 'held_on'],
      ],
      [],
    ],
    ['of fields of the platform', [['owner', 'created_at']], []],
    [
      'that begin alike and go on differently',
      [
        ['title', 'held_on'],
        ['title', 'price'],
      ],
      [],
    ],
    ['of a field that is not there', [['titel', 'price']], ['/indexes/0/fields/0 unknown_field']],
    ['of what is worked out', [['title', 'late']], ['/indexes/0/fields/1 not_for_type']],
    ['of a secret', [['pin', 'title']], ['/indexes/0/fields/0 not_for_type']],
    [
      'of lists',
      [
        ['title', 'marks'],
        ['price', 'friends'],
      ],
      ['/indexes/0/fields/1 not_for_type', '/indexes/1/fields/1 not_for_type'],
    ],
    [
      'of texts without an end',
      [
        ['report', 'price'],
        ['wide', 'price'],
      ],
      ['/indexes/0/fields/0 not_for_type', '/indexes/1/fields/0 not_for_type'],
    ],
    [
      'twice',
      [
        ['title', 'price'],
        ['title', 'price'],
      ],
      ['/indexes/1 duplicate_index'],
    ],
    [
      'that a longer one serves for',
      [
        ['title', 'price'],
        ['title', 'price', 'held_on'],
      ],
      ['/indexes/0 duplicate_index'],
    ],
    ['of one field', [['title']], ['/indexes/0/fields bad_value']],
  ])('%s', (_what, indexes, expected) => {
    expect(problemsOf(indexes)).toEqual(expected);
  });
});
