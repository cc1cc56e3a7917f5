import { describe, expect, it } from 'vitest';
import { bindOuter } from './bind-outer.js';
import { evaluate, type Environment, type RecordValues } from './evaluate.js';
import { parseCondition, parseExpression, type Scope, type ScopeField } from './parse-condition.js';
import { fieldsRead, referencesOf } from './references.js';

const FIELDS: Record<string, ScopeField> = {
  name: { type: 'text', fieldType: 'text' },
  amount: { type: 'decimal', fieldType: 'currency' },
  count: { type: 'decimal', fieldType: 'integer' },
  flag: { type: 'boolean', fieldType: 'boolean' },
  day: { type: 'date', fieldType: 'date' },
  at: { type: 'datetime', fieldType: 'datetime' },
  tags: { type: 'options', fieldType: 'multi_picklist', options: ['a', 'b'] },
  account: { type: 'reference', fieldType: 'lookup', target: 'x' },
  about: { type: 'reference', fieldType: 'polymorphic', targets: ['x', 'y'] },
  body: { type: 'structure', fieldType: 'rich_text' },
  home: { type: 'structure', fieldType: 'address', parts: new Map([['city', 'text']]) },
  links: { type: 'references', fieldType: 'many_to_many', target: 'x' },
};
// A field may have any name that is a word, also one that every object has.
const NAMES = new Map([...Object.entries(FIELDS), ['constructor', { type: 'text', fieldType: 'text' } as const]]);
const scope: Scope = {
  object: 'x',
  outerObject: 'x',
  field: (_object, name) => NAMES.get(name),
  relation: (_object, name) => (name === 'parts' ? { from: 'x', by: 'account' } : undefined),
  allow: new Set(['previous', 'outer', 'user', 'changed']),
};
const ID = '0190c0de-0000-7000-8000-00000000abcd';
const base: Environment = { record: {}, userId: ID, now: new Date('2026-03-29T00:30:00Z'), timeZone: 'Europe/Berlin' };
const v = (name: string) => ({ var: name });

function answer(json: unknown, environment: Partial<Environment> = {}) {
  const parsed = parseCondition(json, scope);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return evaluate(parsed.expression, { ...base, ...environment });
}
const valueOf = (json: unknown, environment: Partial<Environment> = {}) => {
  const parsed = parseExpression(json, scope);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return evaluate(parsed.expression, { ...base, ...environment });
};

describe('a comparison', () => {
  it.each<[string, unknown, Record<string, unknown>, boolean]>([
    ['null is not less than five', { '<': [v('amount'), 5] }, { amount: null }, false],
    ['null is not at least zero', { '>=': [v('amount'), 0] }, { amount: null }, false],
    ['null is not equal to null', { '==': [v('amount'), v('count')] }, { amount: null, count: null }, false],
    ['nor distinct from it', { '!=': [v('amount'), v('count')] }, { amount: null, count: null }, false],
    ['null is distinct from five', { '!=': [v('amount'), 5] }, { amount: null }, true],
    ['0.1 + 0.2 is written 0.3', { '==': [v('amount'), '0.30'] }, { amount: { amount: '0.3', currency: 'EUR' } }, true],
    ['digits that a double loses', { '<': [v('amount'), '9007199254740993'] }, { amount: '9007199254740992.9' }, true],
    ['five is in a list with 5.00', { in: [v('count'), ['5.00']] }, { count: 5 }, true],
    ['text is ordered by code point', { '<': [v('name'), 'a'] }, { name: 'Z' }, true],
    ['beyond the first plane too', { '>': [v('name'), '\ufffd'] }, { name: '😀' }, true],
    ['text is equal by case', { '==': [v('name'), 'ada'] }, { name: 'Ada' }, false],
    ['contains ignores the case of a to z', { contains: [v('name'), 'LOVE'] }, { name: 'Ada Lovelace' }, true],
    ['and of no other letter', { contains: [v('name'), 'Ä'] }, { name: 'bär' }, false],
    [
      'formatted text is looked into by its words',
      { contains: [v('body'), 'GOOD day'] },
      { body: '<p>A <strong>good</strong> day</p>' },
      true,
    ],
    ['not by its markup', { contains: [v('body'), 'strong'] }, { body: '<p>A <strong>good</strong> day</p>' }, false],
    ['nor by the names of characters', { contains: [v('body'), 'amp'] }, { body: '<p>R &amp; D</p>' }, false],
    ['a block is a line', { contains: [v('body'), 'one\ntwo'] }, { body: '<p>one</p><p>two</p>' }, true],
    ['as an editor writes it too', { ends_with: [v('body'), 'one\ntwo b'] }, { body: '<p>one<br>two&nbsp;b</p>' }, true],
    ['its words begin after the markup', { starts_with: [v('body'), 'one'] }, { body: '<ul><li>one</li></ul>' }, true],
    ['without words it has none', { '!': { contains: [v('body'), 'x'] } }, { body: '<p></p>' }, true],
    [
      'an address is looked into over its parts',
      { contains: [v('home'), 'lyon 690'] },
      { home: { postal_code: '69001', city: 'Lyon' } },
      true,
    ],
    ['and ends with its country', { ends_with: [v('home'), 'Lyon FR'] }, { home: { city: 'Lyon', state: null, country: 'FR' } }, true],
    ['no address holds nothing', { contains: [v('home'), 'x'] }, { home: null }, false],
    ['an empty text is no value', { is_empty: [v('name')] }, { name: '' }, true],
    ['an empty list is no value', { is_empty: v('tags') }, { tags: [] }, true],
    ['a link to one of several is to this', { is_a: [v('about'), 'x'] }, { about: { object: 'x', id: ID } }, true],
    ['or to these', { is_a: [v('about'), ['x', 'y']] }, { about: { object: 'y', id: ID } }, true],
    ['or to another', { is_a: [v('about'), 'x'] }, { about: { object: 'y', id: ID } }, false],
    ['or to nothing', { is_a: [v('about'), 'x'] }, { about: null }, false],
    ['and is the same by its id', { '==': [v('about'), ID] }, { about: { object: 'y', id: ID } }, true],
    ['links hold an id, in any case', { contains: [v('links'), ID] }, { links: [{ id: ID.toUpperCase(), label: 'x' }] }, true],
    ['and ids alone do', { in: [ID, v('links')] }, { links: [ID] }, true],
    ['no links is no value', { is_empty: v('links') }, { links: [] }, true],
    ['none of no links is true', { none: ['links', v('flag')] }, { links: null }, true],
    ['and there are no links', { '==': [{ count: ['links'] }, 0] }, { links: null }, true],
    ['links are a relation by their name', { any: ['links', { '>': [v('count'), 1] }] }, { links: [{ id: ID, count: 2 }] }, true],
    ['not of nothing is true', { '!': v('flag') }, { flag: null }, true],
    ['a link is its id, in any case', { '==': [v('account'), ID] }, { account: { id: ID.toUpperCase(), label: 'x' } }, true],
    ['all over nothing is true', { all: ['parts', v('flag')] }, { parts: [] }, true],
    ['any over nothing is false', { any: ['parts', v('flag')] }, { parts: [] }, false],
    ['none holds where the condition is null', { none: ['parts', v('flag')] }, { parts: [{ flag: null }] }, true],
    ['nothing adds up to zero', { '==': [{ sum: ['parts', 'amount'] }, 0] }, { parts: [] }, true],
    ['and has no largest', { is_empty: [{ max: ['parts', 'amount'] }] }, { parts: [{ amount: null }] }, true],
    ['a sum is exact', { '==': [{ sum: ['parts', 'amount'] }, '0.3'] }, { parts: [{ amount: '0.1' }, { amount: '0.2' }] }, true],
    [
      'an average is rounded',
      { '==': [{ avg: ['parts', 'count'] }, '0.6666666667'] },
      { parts: [{ count: 1 }, { count: 1 }, { count: 0 }] },
      true,
    ],
    ['what is not set does not count in it', { '==': [{ avg: ['parts', 'count'] }, 1] }, { parts: [{ count: 1 }, { count: null }] }, true],
    ['but among the records', { '==': [{ count: 'parts' }, 2] }, { parts: [{ count: 1 }, { count: null }] }, true],
    ['only some count', { '==': [{ count: ['parts', v('flag')] }, 1] }, { parts: [{ flag: true }, { flag: null }] }, true],
    ['a day begins where the reader is', { '>=': [v('at'), '2026-03-29'] }, { at: '2026-03-28T23:00:00Z' }, true],
    ['and not a moment earlier', { '>=': [v('at'), '2026-03-29'] }, { at: '2026-03-28T22:59:59.999Z' }, false],
    ['an offset is understood', { '==': [v('at'), '2026-03-29T02:00:00+02:00'] }, { at: '2026-03-29T00:00:00Z' }, true],
  ])('%s', (_name, json, record, expected) => {
    expect(answer(json, { record })).toBe(expected);
  });
});

describe('what is not known', () => {
  it.each<[string, unknown, Record<string, unknown>]>([
    ['a field that was not loaded', { '==': [v('name'), 'x'] }, {}],
    ['related records that were not', { '>=': [{ count: 'parts' }, 0] }, {}],
    ['a value among them', { '>': [{ sum: ['parts', 'amount'] }, 0] }, { parts: [{ amount: 5 }, {}] }],
    ['whether one of them counts', { '>=': [{ count: ['parts', v('flag')] }, 1] }, { parts: [{ flag: true }, {}] }],
    ['its opposite', { '!': { '==': [v('name'), 'x'] } }, {}],
    ['being distinct', { '!=': [v('name'), 'x'] }, {}],
    ['a path through a bare id', { '!=': [v('account.name'), 'x'] }, { account: ID }],
    ['a relation that was not loaded', { none: ['parts', v('flag')] }, {}],
    ['a value that makes no sense', { '<': [v('day'), '2026-01-01'] }, { day: 'tomorrow' }],
    ['a name from the prototype', { '!=': [v('constructor'), 'x'] }, {}],
    ['one part of and that decides nothing', { and: [v('flag'), { '==': [v('name'), 'x'] }] }, { flag: true }],
  ])('%s is neither true nor false', (_name, json, record) => {
    expect(answer(json, { record })).toBeUndefined();
  });

  it.each<[string, unknown, boolean]>([
    ['and', { and: [{ '==': [v('name'), 'x'] }, v('flag')] }, false],
    ['or', { or: [{ '==': [v('name'), 'x'] }, { '!': v('flag') }] }, true],
  ])('%s needs no more once a part decides', (_name, json, expected) => {
    expect(answer(json, { record: { flag: false } })).toBe(expected);
  });

  it('an unknown time zone decides nothing', () => {
    expect(answer({ '<': [v('day'), { today: [] }] }, { record: { day: '2026-01-01' }, timeZone: 'Mars/Olympus' })).toBeUndefined();
  });
});

describe('a change', () => {
  it.each<[string, RecordValues, RecordValues | null, boolean]>([
    ['another text', { name: 'a' }, { name: 'b' }, true],
    ['the same text', { name: 'a' }, { name: 'a' }, false],
    ['an empty text and nothing', { name: '' }, { name: null }, false],
    ['a new record with a value', { name: 'a' }, null, true],
    ['a new record without', { name: null }, null, false],
  ])('%s', (_name, record, previous, expected) => {
    expect(answer({ changed: 'name' }, { record, previous })).toBe(expected);
  });
  it.each<[string, unknown, unknown, boolean]>([
    ['the same amount written otherwise', { amount: '1.50', currency: 'EUR' }, { amount: '1.5', currency: 'EUR' }, false],
    ['another currency', { amount: '1.50', currency: 'EUR' }, { amount: '1.50', currency: 'USD' }, true],
  ])('of money: %s', (_name, now, before, expected) => {
    expect(answer({ changed: 'amount' }, { record: { amount: now }, previous: { amount: before } })).toBe(expected);
  });
  it('of a link does not depend on what was loaded with it', () => {
    expect(answer({ changed: 'account' }, { record: { account: ID }, previous: { account: { id: ID, name: 'x' } } })).toBe(false);
  });
  it('of a number does not depend on how it was written', () => {
    expect(answer({ changed: 'count' }, { record: { count: 5 }, previous: { count: '5' } })).toBe(false);
  });
});

describe('dates', () => {
  // 29 March 2026, 01:30 in Berlin, half an hour before the clocks go forward.
  it.each<[string, unknown, string]>([
    ['today', { today: [] }, '2026-03-29'],
    ['now', { now: [] }, '2026-03-29T00:30:00.000Z'],
    ['the start of today, as an instant', { start_of: [{ now: [] }, 'day'] }, '2026-03-28T23:00:00.000Z'],
    ['an hour later is an hour later', { add: [{ now: [] }, 1, 'hour'] }, '2026-03-29T01:30:00.000Z'],
    ['a day later is the same time of day', { add: [{ now: [] }, 1, 'day'] }, '2026-03-29T23:30:00.000Z'],
    ['a time that was skipped is the later one', { add: ['2026-03-28T01:30:00Z', 1, 'day'] }, '2026-03-29T01:30:00.000Z'],
    ['a time that came twice is the second', { add: ['2026-10-24T00:30:00Z', 1, 'day'] }, '2026-10-25T01:30:00.000Z'],
    ['weeks begin on Monday', { start_of: ['2026-03-29', 'week'] }, '2026-03-23'],
    ['quarters', { start_of: ['2026-03-29', 'quarter'] }, '2026-01-01'],
    ['the end of a month', { add: [{ add: [{ start_of: [{ today: [] }, 'month'] }, 1, 'month'] }, -1, 'day'] }, '2026-03-31'],
    ['a month after 31 January', { add: ['2026-01-31', 1, 'month'] }, '2026-02-28'],
    ['a year after 29 February', { add: ['2024-02-29', 1, 'year'] }, '2025-02-28'],
  ])('%s', (_name, json, expected) => {
    expect(valueOf(json)).toBe(expected);
  });
});

describe('what an expression reads', () => {
  const json = {
    and: [
      { '==': [v('account.name'), 'x'] },
      { changed: 'amount' },
      { '==': [v('$previous.name'), v('$record.account.name')] },
      { any: ['parts', { '==': [v('account.day'), '2026-01-01'] }] },
      { '>': [{ sum: ['parts', 'count', { '==': [v('at'), '2026-01-01T00:00:00Z'] }] }, 1] },
    ],
  };
  const parsed = parseCondition(json, scope);
  const expression = parsed.ok ? parsed.expression : undefined;
  const paths = (root: 'record' | 'previous' | 'outer') =>
    expression && fieldsRead(expression, root).map((path) => path.map((step) => step.field).join('.'));

  it('is told by root', () => {
    expect(paths('record')).toEqual(['account.name', 'amount']);
    expect(paths('previous')).toEqual(['amount', 'name']);
    expect(paths('outer')).toEqual(['account.name']);
  });
  it('counts every hop and every relation among the references', () => {
    const references = expression && referencesOf(expression);
    expect(references?.fields.map((step) => step.field)).toEqual(['account', 'name', 'amount', 'day', 'count', 'at']);
    expect(references?.relations).toEqual([{ object: 'x', relation: 'parts', from: 'x', by: 'account' }]);
  });
  it('can have the outer record put in', () => {
    const where = parseCondition({ '==': [v('name'), v('$record.account.name')] }, scope);
    const outer = { account: { id: ID, name: 'Ada' } };
    expect(where.ok && bindOuter(where.expression, { ...base, outer })).toMatchObject({
      args: [{ kind: 'field' }, { kind: 'literal', value: 'Ada' }],
    });
    expect(where.ok && bindOuter(where.expression, { ...base, outer: { account: ID } })).toBeUndefined();
  });
});
