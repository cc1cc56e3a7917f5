import { describe, expect, it } from 'vitest';
import { parseCondition, parseExpression, type Scope, type ScopeField } from './parse-condition.js';

const text: ScopeField = { type: 'text', fieldType: 'text' };
const link = (target: string): ScopeField => ({ type: 'reference', fieldType: 'lookup', target });
const FIELDS: Record<string, Record<string, ScopeField>> = {
  deal: {
    id: { type: 'reference', fieldType: 'id', target: 'deal' },
    name: text,
    amount: { type: 'decimal', fieldType: 'currency' },
    status: { type: 'option', fieldType: 'picklist', options: ['open', 'won', 'lost'] },
    tags: { type: 'options', fieldType: 'multi_picklist', options: ['hot', 'cold'] },
    is_private: { type: 'boolean', fieldType: 'boolean' },
    close_date: { type: 'date', fieldType: 'date' },
    created_at: { type: 'datetime', fieldType: 'datetime' },
    account: link('account'),
    body: { type: 'structure', fieldType: 'rich_text' },
    data: { type: 'structure', fieldType: 'json' },
    owner: { type: 'reference', fieldType: 'user', target: 'user' },
  },
  account: {
    name: text,
    staff: { type: 'decimal', fieldType: 'integer' },
    owner: { type: 'reference', fieldType: 'user', target: 'user' },
    parent: link('account'),
  },
  user: { name: text },
};
const scope: Scope = {
  object: 'deal',
  outerObject: 'account',
  field: (object, name) => new Map(Object.entries(FIELDS[object] ?? {})).get(name),
  relation: (object, name) => (object === 'deal' && name === 'parts' ? { from: 'account', by: 'parent' } : undefined),
  allow: new Set(['previous', 'outer', 'user', 'changed']),
  names: (object) => Object.keys(FIELDS[object] ?? {}),
};
const plain: Scope = { ...scope, allow: new Set() };
const v = (name: string) => ({ var: name });

describe('conditions that are well formed', () => {
  it.each([
    ['an option', { '==': [v('status'), 'open'] }],
    ['a literal on the left', { '<': ['10.50', v('amount')] }],
    ['a path over two links', { contains: [v('account.owner.name'), 'Ada'] }],
    ['the caller', { '==': [v('owner'), v('$user.id')] }],
    ['the record being edited', { '==': [v('account'), v('$record.parent')] }],
    ['a change', { and: [{ changed: 'status' }, { '==': [v('$previous.status'), 'open'] }] }],
    ['a yes/no field by itself', { and: [v('is_private'), { '!': [{ '!': v('is_private') }] }] }],
    ['a list', { in: [v('amount'), [1, '2.5', 3]] }],
    ['an option among several', { in: ['hot', v('tags')] }],
    ['an instant against a day', { '>=': [v('created_at'), { add: [{ start_of: [{ today: [] }, 'month'] }, -1, 'month'] }] }],
    ['an instant against a written day', { between: [v('created_at'), '2026-01-01', '2026-02-01'] }],
    ['related records', { any: ['parts', { '==': [v('name'), 'x'] }] }],
    ['how many related records there are', { '>=': [{ count: 'parts' }, 1] }],
    ['and how many of some kind', { '==': [{ count: ['parts', { '==': [v('name'), 'x'] }] }, { count: ['parts'] }] }],
    ['a sum over them', { '>': [{ sum: ['parts', 'staff'] }, v('amount')] }],
    ['the smallest of them', { is_empty: [{ min: [v('parts'), v('staff'), { '!=': [v('name'), 'x'] }] }] }],
    ['words of formatted text', { contains: [v('body'), v('name')] }],
    ['no value', { '!=': [v('account'), null] }],
  ])('%s', (_name, json) => {
    expect(parseCondition(json, scope)).toMatchObject({ ok: true, expression: { type: 'boolean' } });
  });

  it('reads a date in the place of an instant as the first moment of that day', () => {
    expect(parseCondition({ '>': [v('created_at'), '2026-01-01'] }, scope)).toMatchObject({
      expression: {
        op: 'gt',
        args: [{ kind: 'field' }, { op: 'start_of', type: 'datetime', args: [{ type: 'date', value: '2026-01-01' }, { value: 'day' }] }],
      },
    });
  });

  it('reads literals of an expression as the type that is wanted', () => {
    expect(parseExpression('2026-01-31', scope, 'date')).toMatchObject({ ok: true, expression: { type: 'date' } });
    expect(parseExpression({ add: [{ today: [] }, 30, 'day'] }, scope, 'date')).toMatchObject({ ok: true });
    expect(parseExpression({ today: [] }, scope, 'text')).toMatchObject({ ok: false, issues: [{ code: 'wrong_type' }] });
  });
});

describe('conditions that are not', () => {
  it.each<[string, unknown, string, string, string]>([
    ['an unknown field', { '==': [v('ammount'), 1] }, '/==/0/var', 'unknown_field', 'Did you mean "amount"?'],
    ['an unknown field on the way', { '==': [v('account.naem'), 'x'] }, '/==/0/var', 'unknown_field', 'Did you mean "name"?'],
    ['a path through a text', { '==': [v('name.x'), 'x'] }, '/==/0/var', 'not_a_link', 'not a link'],
    ['a path that is too long', { '==': [v('account.parent.parent.name'), 'x'] }, '/==/0/var', 'path_too_long', '2 links'],
    ['an unknown operator', { equals: [v('name'), 'x'] }, '/equals', 'unknown_operator', 'no operator'],
    ['a mistyped operator', { start_with: [v('name'), 'x'] }, '/start_with', 'unknown_operator', 'Did you mean "starts_with"?'],
    ['an unknown option', { '==': [v('status'), 'opne'] }, '/==/1', 'unknown_option', 'Did you mean "open"?'],
    ['an unknown option in a list', { in: [v('status'), ['open', 'nope']] }, '/in/1/1', 'unknown_option', 'no option'],
    ['a number for a text', { '==': [v('name'), 5] }, '/==/1', 'bad_literal', 'Expected a text'],
    ['a number that a double does not keep', { '==': [v('amount'), 0.1 + 0.2] }, '/==/1', 'bad_literal', 'decimal as a string'],
    ['a day that does not exist', { '<': [v('close_date'), '2026-02-30'] }, '/</1', 'bad_literal', 'YYYY-MM-DD'],
    ['an order of options', { '<': [v('status'), 'open'] }, '/</0', 'wrong_type', 'works on'],
    ['text against a date', { '==': [v('name'), v('close_date')] }, '/==/1', 'wrong_type', 'Expected a text, found a date'],
    ['a link to something else', { '==': [v('account'), v('owner')] }, '/==/1', 'wrong_type', 'link to "account"'],
    ['an instant equal to a day', { '==': [v('created_at'), v('close_date')] }, '/==/1', 'wrong_type', 'between'],
    ['less than nothing', { '<': [v('amount'), null] }, '/</1', 'bad_literal', 'is_empty'],
    ['words of JSON', { contains: [v('data'), 'x'] }, '/contains/0', 'wrong_type', 'works on'],
    ['formatted text equal to a text', { '==': [v('body'), 'x'] }, '/==/0', 'wrong_type', 'works on'],
    [
      'formatted text in a text',
      { contains: [v('name'), v('body')] },
      '/contains/1',
      'wrong_type',
      'Expected a text, found a value of several parts',
    ],
    ['a search for nothing', { contains: [v('name'), ''] }, '/contains/1', 'bad_literal', 'is_empty'],
    ['a text as a condition', { and: [v('name')] }, '/and/0', 'wrong_type', 'Expected a condition'],
    ['no operands', { and: [] }, '/and', 'wrong_arity', 'at least one'],
    ['two operators in one node', { '==': [1, 1], '!=': [1, 1] }, '', 'malformed', 'one operator'],
    ['no operator', {}, '', 'malformed', 'one operator'],
    ['hours of a date', { '<': [v('close_date'), { add: [{ today: [] }, 3, 'hour'] }] }, '/</1/add/2', 'wrong_type', 'no hours'],
    ['half a month', { '<': [v('close_date'), { add: [{ today: [] }, 1.5, 'month'] }] }, '/</1/add/1', 'bad_literal', 'whole number'],
    [
      'an unknown unit',
      { '<': [v('close_date'), { start_of: [{ today: [] }, 'monht'] }] },
      '/</1/start_of/1',
      'bad_literal',
      'Did you mean "month"?',
    ],
    ['an unknown relation', { any: ['partz', { '==': [v('name'), 'x'] }] }, '/any/0', 'unknown_relation', 'no relation'],
    [
      'a field of the outer record inside any',
      { any: ['parts', { '==': [v('amount'), 1] }] },
      '/any/1/==/0/var',
      'unknown_field',
      'no field',
    ],
    ['a relation that can not be counted', { '>': [{ count: 'partz' }, 1] }, '/>/0/count/0', 'unknown_relation', 'no relation'],
    ['a sum of texts', { '>': [{ sum: ['parts', 'name'] }, 1] }, '/>/0/sum/1', 'wrong_type', '"sum" works on a number; this is a text'],
    ['a sum of nothing', { '>': [{ sum: ['parts'] }, 1] }, '/>/0/sum', 'wrong_arity', 'a relation, a field'],
    ['a field that is not there', { '>': [{ max: ['parts', 'amount'] }, 1] }, '/>/0/max/1', 'unknown_field', 'no field'],
    ['a number beside a text', { '==': [{ count: 'parts' }, v('name')] }, '/==/1', 'wrong_type', 'a number'],
    [
      'a condition about the wrong record',
      { '>': [{ count: ['parts', { '==': [v('amount'), 1] }] }, 1] },
      '/>/0/count/1/==/0/var',
      'unknown_field',
      'no field',
    ],
    [
      'a change behind a relation',
      { '>': [{ count: ['parts', { changed: 'name' }] }, 1] },
      '/>/0/count/1/changed',
      'not_allowed',
      'at hand',
    ],
    [
      'more queries than one condition may make',
      { or: Array.from({ length: 11 }, () => ({ '>': [{ count: 'parts' }, 1] })) },
      '/or/10/>/0/count',
      'too_large',
      'at most 10',
    ],
    ['a list where none may be', { '==': [v('name'), ['x']] }, '/==/1', 'malformed', 'second operand of "in"'],
    ['the prototype', { '==': [v('__proto__'), 'x'] }, '/==/0/var', 'unknown_field', 'no field'],
    ['the constructor', { '==': [v('constructor.name'), 'x'] }, '/==/0/var', 'unknown_field', 'no field'],
    ['an operator from the prototype', { constructor: [1] }, '/constructor', 'unknown_operator', 'no operator'],
    ['more of the user', { '==': [v('$user.email'), 'x'] }, '/==/0/var', 'unknown_field', '$user.id'],
  ])('%s', (_name, json, path, code, message) => {
    const result = parseCondition(json, scope);
    expect(result.ok ? [] : result.issues).toEqual([{ path, code, message: expect.stringContaining(message) as string }]);
  });

  it.each([[null], [undefined], [5], ['x'], [[]], [() => 1]])('nothing is thrown at %s', (json) => {
    expect(parseCondition(json, scope).ok).toBe(false);
  });

  it('names every problem at once', () => {
    const result = parseCondition({ or: [{ '==': [v('x1'), 1] }, { foo: [] }, { '==': [v('status'), 'nope'] }] }, scope);
    expect(result.ok ? [] : result.issues.map((issue) => issue.code)).toEqual(['unknown_field', 'unknown_operator', 'unknown_option']);
  });

  it.each([
    ['$previous', { '==': [v('$previous.name'), 'x'] }],
    ['$record', { '==': [v('$record.name'), 'x'] }],
    ['$user', { '==': [v('owner'), v('$user.id')] }],
    ['changed', { changed: 'name' }],
  ])('%s is refused where it has no meaning', (_name, json) => {
    expect(parseCondition(json, plain)).toMatchObject({ ok: false, issues: [{ code: 'not_allowed' }] });
  });
});

describe('limits', () => {
  const nest = (depth: number): unknown => (depth === 0 ? { '==': [v('name'), 'x'] } : { '!': nest(depth - 1) });
  it('stops at depth 20 and never recurses further, whatever it is given', () => {
    expect(parseCondition(nest(18), scope).ok).toBe(true);
    expect(parseCondition(nest(19), scope)).toMatchObject({ ok: false, issues: [{ code: 'too_deep' }] });
    let deep: unknown = { '==': [v('name'), 'x'] };
    for (let level = 0; level < 50_000; level += 1) deep = { '!': deep };
    expect(parseCondition(deep, scope)).toMatchObject({ ok: false, issues: [{ code: 'too_deep' }] });
  });
  it('stops at 200 parts and says so once', () => {
    const many = { or: Array.from({ length: 5000 }, () => ({ '==': [v('name'), 'x'] })) };
    expect(parseCondition(many, scope)).toMatchObject({ ok: false, issues: [{ code: 'too_large' }] });
  });
  it('takes lists of up to 200 values', () => {
    const list = (length: number) => ({ in: [v('name'), Array.from({ length }, (_, index) => `n${String(index)}`)] });
    expect(parseCondition(list(200), scope).ok).toBe(true);
    expect(parseCondition(list(201), scope)).toMatchObject({ ok: false, issues: [{ code: 'too_large' }] });
  });
});
