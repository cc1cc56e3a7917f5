import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { compileModel } from './compile-model.js';

type Json = Record<string, unknown>;
const object = (name: string): Json => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: name, nameField: 'name' });
const field = (of: string, name: string, type: string, more: Json = {}): Json => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type,
  ...more,
});
const formula = (name: string, text: string, more: Json = {}): Json => field('deal', name, 'formula', { formula: text, ...more });
const rollup = (name: string, made: Json, more: Json = {}): Json =>
  field('account', name, 'rollup', { rollup: { relation: 'deals', ...made }, ...more });

const BASE: readonly Json[] = [
  object('account'),
  field('account', 'name', 'text'),
  field('account', 'factor', 'decimal'),
  object('deal'),
  field('deal', 'name', 'text'),
  field('deal', 'account', 'lookup', { target: 'account', inverse: { name: 'deals', label: 'Deals' } }),
  field('deal', 'amount', 'currency'),
  field('deal', 'tax', 'currency'),
  field('deal', 'count', 'integer'),
  field('deal', 'rate', 'decimal', { scale: 4 }),
  field('deal', 'closes', 'date'),
  field('deal', 'at', 'datetime'),
  field('deal', 'secret', 'encrypted_text'),
  field('deal', 'stage', 'picklist', { options: [{ value: 'open', label: 'Open' }] }),
];

const compiled = (...documents: readonly Json[]) =>
  // Made here, and checked for shape first thing.
  compileModel([...BASE, ...documents].map((document) => ({ origin: 'test', document: document as unknown as MetadataDocument })));

const problems = (...documents: readonly Json[]): string[] => {
  const result = compiled(...documents);
  return result.ok ? [] : result.issues.map(({ file, path, code, message }) => `${file ?? ''} ${path} ${code}: ${message}`);
};

const optionsOf = (of: string, name: string, ...documents: readonly Json[]) => {
  const result = compiled(...documents);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.model.objects.get(of)?.fields.get(name)?.options;
};

describe('the type of a computed field', () => {
  it.each([
    ['name & "!"', 'text'],
    ['stage', 'text'],
    ['count / 2', 'decimal'],
    ['amount', 'decimal'],
    ['closes + 1', 'date'],
    ['at', 'datetime'],
    ['ISBLANK(name)', 'boolean'],
    ['account.factor * 2', 'decimal'],
  ])('of %s is %s', (text, returns) => {
    expect(optionsOf('deal', 'made', formula('made', text))).toMatchObject({ returns });
  });

  it.each([
    [{ function: 'count' }, { returns: 'integer' }],
    [{ function: 'sum', field: 'amount' }, { returns: 'currency' }],
    [
      { function: 'sum', field: 'count' },
      { returns: 'decimal', scale: 0 },
    ],
    [
      { function: 'avg', field: 'count' },
      { returns: 'decimal', scale: 2 },
    ],
    [
      { function: 'avg', field: 'rate' },
      { returns: 'decimal', scale: 4 },
    ],
    [{ function: 'max', field: 'closes' }, { returns: 'date' }],
    [{ function: 'sum', field: 'made' }, { returns: 'currency' }],
  ])('of a roll-up %o is %o', (made, wanted) => {
    expect(optionsOf('account', 'all', rollup('all', made), formula('made', 'amount * 2', { returns: 'currency' }))).toMatchObject(wanted);
  });

  it('follows formulas in any order of the documents', () => {
    expect(optionsOf('deal', 'a', formula('a', 'b'), formula('b', 'c & "x"'), formula('c', 'name'))).toMatchObject({ returns: 'text' });
  });
});

describe('a computed field is refused', () => {
  it('with line and column, the nearest name, and every problem at once', () => {
    const result = compiled(formula('made', 'amout +\n  tx', { returns: 'decimal' }));
    expect(result.ok ? [] : result.issues).toMatchObject([
      {
        path: '/formula',
        code: 'unknown_field',
        message: 'Line 1, column 1: "deal" has no field "amout". Did you mean "amount"?',
        offset: 0,
        length: 5,
      },
      {
        path: '/formula',
        code: 'unknown_field',
        message: 'Line 2, column 3: "deal" has no field "tx". Did you mean "tax"?',
        line: 2,
        column: 3,
      },
    ]);
  });

  it.each<[string, Json[], string]>([
    ['without its formula', [field('deal', 'made', 'formula')], '/formula missing_property'],
    ['when it reads itself', [formula('made', 'made + 1')], '/formula formula_cycle'],
    [
      'in a circle',
      [formula('a', 'b + 1', { returns: 'decimal' }), formula('b', 'a + 1', { returns: 'decimal' })],
      '/formula formula_cycle',
    ],
    [
      'in a circle over a roll-up',
      [formula('share', 'rate / account.total'), rollup('total', { function: 'sum', field: 'share' })],
      'formula_cycle',
    ],
    ['when it shows a secret', [formula('made', 'secret & ""')], '/formula wrong_type'],
    ['when it is a secret', [formula('made', 'secret')], '/formula no_result'],
    ['when it gives a link', [formula('made', 'account')], '/formula no_result'],
    ['as the wrong type', [formula('made', 'name', { returns: 'date' })], '/formula wrong_type'],
    ['as money of no currency', [formula('made', 'count * 2', { returns: 'currency' })], '/formula currency_unclear'],
    [
      'with the currency of something else',
      [formula('made', 'count', { returns: 'currency', currencyOf: 'rate' })],
      '/currencyOf currency_unclear',
    ],
    ['over what is no link', [formula('made', 'amount.x')], '/formula not_a_link'],
    ['when required', [formula('made', 'count', { required: true })], '/required not_for_type'],
    ['when unique', [formula('made', 'count', { unique: true })], '/unique not_for_type'],
    ['with a default', [formula('made', 'count', { default: '1' })], '/default not_for_type'],
    ['with what is not of its type', [formula('made', 'count', { maxLength: 5 })], '/maxLength unknown_property'],
    ['over a relation that is not there', [rollup('r', { relation: 'deal', function: 'count' })], '/rollup/relation unknown_relation'],
    ['as a sum of nothing', [rollup('r', { function: 'sum' })], '/rollup/field missing_property'],
    ['as a count of a field', [rollup('r', { function: 'count', field: 'count' })], '/rollup/field not_for_type'],
    ['as a sum of dates', [rollup('r', { function: 'sum', field: 'closes' })], '/rollup/field not_for_type'],
    [
      'with a condition that is wrong',
      [rollup('r', { function: 'count', where: { '==': [{ var: 'stag' }, 'open'] } })],
      '/rollup/where/==/0',
    ],
    [
      'as a roll-up of roll-ups',
      [rollup('r', { function: 'sum', field: 'x' }), formula('x', 'account.r2'), rollup('r2', { function: 'count' })],
      '/rollup rollup_of_rollup',
    ],
    [
      'stored over another record',
      [rollup('r', { function: 'count', where: { '>': [{ var: 'account.factor' }, 1] } }, { materialized: true })],
      '/materialized not_stored',
    ],
    [
      'stored over the time',
      [rollup('r', { function: 'count', where: { '<': [{ var: 'closes' }, { today: [] }] } }, { indexed: true })],
      '/indexed not_stored',
    ],
    [
      'stored over a formula of another record',
      [rollup('r', { function: 'sum', field: 'x' }, { materialized: true }), formula('x', 'account.factor')],
      '/materialized not_stored',
    ],
  ])('%s', (_name, documents, expected) => {
    expect(problems(...documents).join('\n')).toContain(expected);
  });

  it.each([
    ['TODAY() - closes', 'TODAY()'],
    ['YEAR(at)', 'the day of a date and time'],
    ['account.factor', '"account.factor" is read from another record'],
    ['MOD(count, 3)', 'MOD()'],
    ['TEXT(closes)', 'the text of a date'],
    ['DATEDIFF(closes, closes, "month")', 'whole months'],
    ['volatile * 2', 'in volatile, TODAY()'],
  ])('with an index over %s', (text, reason) => {
    const found = problems(formula('made', text, { indexed: true }), formula('volatile', 'TODAY() - closes'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('/indexed not_indexed');
    expect(found[0]).toContain(reason);
  });

  it('when it is too large with all that it reads, and says how large', () => {
    const long = (name: string, of: string) => formula(name, Array.from({ length: 20 }, () => of).join(' + '));
    expect(problems(long('a', 'count'), long('b', 'a'), long('c', 'b'))).toEqual([
      expect.stringMatching(/deal.b \/formula limit_exceeded: .* at most 500 parts; there are 841/),
    ]);
    expect(problems(long('a', 'count'), formula('b', 'a + a'))).toEqual([]);
  });
});
