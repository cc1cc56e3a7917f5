import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from './compile-model.js';
import { en } from '../texts/en.js';
import { limitExceeded, limitMessage, LIMITS, type LimitName, type RequestLimit } from './limits.js';

const city = { kind: 'object', id: 'obj_city', name: 'city', label: 'City', pluralLabel: 'Cities', nameField: 'title' };
const field = (name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_city_${name}`,
  object: 'city',
  name,
  label: name,
  type: 'text',
  ...more,
});
const many = (count: number, make: (index: number) => object) => Array.from({ length: count }, (_, index) => make(index));
const rule = (index: number) => ({
  kind: 'validation',
  id: `val_city_${index}`,
  object: 'city',
  name: `r${index}`,
  label: 'Rule',
  errorWhen: { is_empty: { var: 'title' } },
  message: 'No.',
});
const self = field('part_of', { type: 'lookup', target: 'city', inverse: { name: 'parts', label: 'Parts' } });
const rollUp = (index: number, stored: boolean) =>
  field(`r${index}`, { type: 'rollup', rollup: { relation: 'parts', function: 'count' }, ...(stored ? { materialized: true } : {}) });
const compile = (...documents: object[]) =>
  compileModel([city, field('title'), ...documents].map((document) => ({ origin: 'tenant', document: document as MetadataDocument })));

describe('limits of metadata', () => {
  it.each<[LimitName, (count: number) => object[], number]>([
    ['objects', (count) => many(count, (n) => ({ ...city, id: `obj_city_${n}`, name: `city_${n}`, nameField: 'id' })), 1],
    ['fields', (count) => many(count, (n) => field(`f${n}`)), 1],
    [
      'links',
      (count) => many(count, (n) => field(`l${n}`, { type: 'lookup', target: 'city', inverse: { name: `rel${n}`, label: 'Cities' } })),
      0,
    ],
    ['indexes', (count) => many(count, (n) => field(`i${n}`, { indexed: true })), 0],
    ['unique_fields', (count) => many(count, (n) => field(`u${n}`, { unique: true })), 0],
    [
      'processes',
      (count) =>
        many(count, (n) => [
          field(`k${n}`, { type: 'picklist', options: [{ value: 'a', label: 'A' }] }),
          { kind: 'process', id: `prc_city_${n}`, object: 'city', name: `p${n}`, label: `P${n}`, field: `k${n}` },
        ]).flat(),
      0,
    ],
    ['validations', (count) => many(count, rule), 0],
    ['roll_ups', (count) => [self, ...many(count, (n) => rollUp(n, false))], 0],
    ['stored_roll_ups', (count) => [self, ...many(count, (n) => rollUp(n, true))], 0],
    [
      'actions',
      (count) =>
        many(count, (n) => ({ kind: 'action', id: `act_city_${n}`, object: 'city', name: `a${n}`, label: `A${n}`, set: { name: 'New' } })),
      0,
    ],
    [
      'record_types',
      (count) => many(count, (n) => ({ kind: 'record_type', id: `rty_city_${n}`, object: 'city', name: `t${n}`, label: `T${n}` })),
      0,
    ],
  ])('%s', (name, make, already) => {
    const { max } = LIMITS[name];
    const found = (count: number) => {
      const result = compile(...make(count));
      return result.ok ? [] : result.issues.filter(({ code }) => code === 'limit_exceeded');
    };
    expect(found(max - already)).toEqual([]);
    expect(found(max - already + 1)).toEqual([
      { file: expect.stringContaining('object'), path: '', code: 'limit_exceeded', message: limitMessage(name, max + 1) },
    ]);
  });

  it('messages name the limit, what there is, and what to do', () => {
    expect(limitMessage('unique_fields', 6)).toBe(
      'An object may have at most 5 unique fields; there are 6. Write a validation for the others.',
    );
  });
});

it.each(Object.keys(en).flatMap((key) => /^limit\.(\w+)$/.exec(key)?.[1] ?? []) as RequestLimit[])(
  'people are told of %s what the table says',
  (name) => {
    expect(limitExceeded(name, LIMITS[name].max + 1).message).toBe(limitMessage(name, LIMITS[name].max + 1));
  },
);

const WHEN = {
  metadata: 'when metadata is checked',
  plan: 'when a plan is made',
  request: 'when a request is read',
  answer: 'before it is sent',
};

it('docs/limits.md says what the table says', async () => {
  const url = new URL('../../../docs/limits.md', import.meta.url);
  const number = new Intl.NumberFormat('en');
  const rows = Object.entries(LIMITS).map(
    ([name, { max, per, counts, checked, instead }]) =>
      `| \`${name}\` | ${per} | ${number.format(max)} ${counts} | ${WHEN[checked]} | ${instead} |`,
  );
  const text = `# Limits

Every limit in one place, made from \`engine/src/model/limits.ts\`. Beyond one of them nothing is cut off in silence: the answer is a problem
with code \`limit_exceeded\` that names the limit, what there is, and what to do instead, at the place where it happened.

| limit | within | at most | checked | instead |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

- **Indexes**: every table has three of its own, and every link one; those do not count.
- **Fields**: a retired field keeps its column and its values, so it counts among the 800.
- **Column slots**: PostgreSQL never gives the slot of a dropped column back. A publish that adds a field to a table which has none left, or
  more than 800 taken by dropped columns, writes the table anew first, while people work on; see
  [the life of metadata](metadata-lifecycle.md#a-table-that-is-written-anew).
- **Names in the database** are made from API names and a number that no other element of the space has: at most 40 characters of the name,
  so the 63 bytes of PostgreSQL hold every prefix and suffix, and no two names are ever the same, whatever elements are called.
- **Parts of a condition** are its operators, fields and values: a comparison has three.
- **Publishing** many new objects at once: the first 150 tables, then the rest.
- Conditions and formulas say \`too_large\`, \`too_deep\` and \`path_too_long\`, at the very part that is too much.
- **Records, bytes of files and waiting runs** of a whole organisation are no fixed limits: the operator sets
  [quotas](operators.md#quotas-of-a-tenant), and beyond one the answer is 507 \`quota_exceeded\`.
`;
  const expected = await format(text, {
    parser: 'markdown',
    ...(JSON.parse(readFileSync(new URL('../../../.prettierrc.json', import.meta.url), 'utf8')) as object),
  });
  await expect(expected).toMatchFileSnapshot(url.pathname);
});
