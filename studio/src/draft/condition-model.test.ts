import { describe, expect, it } from 'vitest';
import { readCondition, writeCondition } from './condition-model.js';
import { newTest, operandCount, operatorsFor, type Subject } from './condition-operators.js';

const v = (path: string) => ({ var: path });

describe('the condition builder', () => {
  it.each<[string, object]>([
    ['a comparison', { '==': [v('status'), 'open'] }],
    ['a number', { '>': [v('amount'), 1000] }],
    ['a list', { in: [v('status'), ['open', 'new']] }],
    ['none of a list', { '!': [{ in: [v('status'), ['open']] }] }],
    ['a range', { between: [v('amount'), 1, 10] }],
    ['the object a link points to', { is_a: [v('about'), 'account'] }],
    ['one of several objects', { is_a: [v('about'), ['account', 'contact']] }],
    ['another object', { '!': [{ is_a: [v('note.about'), ['account', 'contact']] }] }],
    ['what only looks like it', { is_a: [v('about'), [{ var: 'x' }]] }],
    ['emptiness', { is_empty: [v('close_date')] }],
    ['its opposite', { '!': [{ is_empty: [v('close_date')] }] }],
    ['a change', { changed: 'stage' }],
    ['the value before', { '==': [v('$previous.stage'), v('stage')] }],
    ['the person', { '==': [v('owner'), v('$user.id')] }],
    ['a path over a lookup', { '==': [v('stage.is_won'), true] }],
    ['today', { '<': [v('due'), { today: [] }] }],
    ['a date counted from today', { '<=': [v('due'), { add: [{ today: [] }, 7, 'day'] }] }],
    ['groups in groups', { and: [{ '==': [v('a'), 1] }, { or: [{ '==': [v('b'), 2] }, { is_empty: [v('c')] }] }] }],
    [
      'parts it has no form for',
      { and: [{ '==': [v('a'), 1] }, { any: ['contacts', { '==': [v('role'), 'buyer'] }] }, { '!': [{ '==': [v('a'), 1] }] }] },
    ],
    ['a number of related records', { '>=': [{ count: ['lines'] }, 1] }],
    ['a sum over some of them', { '>': [{ sum: ['lines', 'amount', { '==': [v('kind'), 'gift'] }] }, v('amount')] }],
    ['a sum on the other side', { '<': [v('amount'), { sum: ['lines', 'amount'] }] }],
    ['the last of their dates', { is_empty: [{ max: ['lines', 'due'] }] }],
    ['the short form of a number', { '>': [{ count: 'lines' }, 1] }],
    ['a comparison of two computed sides', { '==': [{ start_of: [v('due'), 'month'] }, { today: [] }] }],
  ])('keeps %s word for word', (_name, json) => {
    expect(writeCondition(readCondition(json))).toEqual(json);
  });

  it('reads an operand without its brackets', () => {
    expect(writeCondition(readCondition({ is_empty: v('name') }))).toEqual({ is_empty: [v('name')] });
  });

  it('writes nothing for no tests, and a lone test without its group', () => {
    expect(writeCondition(readCondition(undefined))).toBeUndefined();
    expect(writeCondition(readCondition({ and: [{ changed: 'x' }] }))).toEqual({ changed: 'x' });
  });

  it.each([
    ['rich_text', ['contains', 'starts_with', 'ends_with', 'is_empty', 'is_not_empty']],
    ['address', ['contains', 'starts_with', 'ends_with', 'is_empty', 'is_not_empty']],
    ['json', ['is_empty', 'is_not_empty']],
  ])('looks for words in a value of several parts that has some: %s', (fieldType, operators) => {
    expect(operatorsFor({ type: 'structure', fieldType }, false)).toEqual(operators);
  });

  it('reads a list of one object as that object', () => {
    expect(writeCondition(readCondition({ is_a: [v('about'), ['account']] }))).toEqual({ is_a: [v('about'), 'account'] });
  });

  it('asks a link to one of several objects which it points to, and no other link', () => {
    const about: Subject = { type: 'reference', fieldType: 'polymorphic', targets: ['account', 'contact'] };
    expect(operatorsFor(about, false).slice(0, 3)).toEqual(['is_a', 'is_not_a', '==']);
    expect(operatorsFor({ type: 'reference', fieldType: 'lookup' }, false)).not.toContain('is_a');
    expect(writeCondition({ kind: 'group', join: 'and', items: [newTest('about', about)] })).toEqual({ is_a: [v('about'), 'account'] });
  });

  it('starts a test with as many values as its operator takes', () => {
    for (const type of ['text', 'decimal', 'boolean', 'date', 'datetime', 'option', 'options', 'reference'] as const) {
      const subject: Subject = { type, fieldType: '', options: ['a'] };
      const test = newTest('x', subject);
      expect(operatorsFor(subject, false)).toContain(test.op);
      expect(test.operands).toHaveLength(operandCount(test.op));
    }
  });
});
