import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { ScopeField } from '@fieldstone/metadata/language/parse-condition.js';
import { hasWords } from '@fieldstone/metadata/language/value-words.js';
import type { Operand, Test, TestOperator } from './condition-model.js';

/** What a test is about, as far as its operators and values depend on it; a name that leads nowhere is taken for a text. */
export type Subject = Pick<ScopeField, 'type' | 'fieldType' | 'options' | 'targets'>;

const EMPTINESS: readonly TestOperator[] = ['is_empty', 'is_not_empty'];

const WORD_TESTS: readonly TestOperator[] = ['contains', 'starts_with', 'ends_with'];

const KIND_TESTS: readonly TestOperator[] = ['is_a', 'is_not_a'];

/** Operators whose values are a list, however long. */
export const takesList = (op: TestOperator): boolean => ['in', 'not_in', ...KIND_TESTS].includes(op);
export const asksKind = (op: TestOperator): boolean => KIND_TESTS.includes(op);

/**
 * Operators that make sense for a field, in the order people look for them. Of values of several parts some have words; a link to one of several
 * objects can be asked which.
 */
export function operatorsFor(subject: Subject | undefined, canChange: boolean): readonly TestOperator[] {
  const { type = 'text', fieldType = '', targets } = subject ?? {};
  const change: readonly TestOperator[] = canChange ? ['changed'] : [];
  switch (type) {
    case 'text':
      return ['==', '!=', ...WORD_TESTS, 'in', 'not_in', ...EMPTINESS, ...change];
    case 'decimal':
    case 'date':
    case 'time':
    case 'datetime':
      return ['==', '!=', '<', '<=', '>', '>=', 'between', ...EMPTINESS, ...change];
    case 'option':
    case 'reference':
      return [...(targets === undefined ? [] : KIND_TESTS), '==', '!=', 'in', 'not_in', ...EMPTINESS, ...change];
    case 'options':
    case 'references':
      return ['contains', ...EMPTINESS, ...change];
    case 'boolean':
      return ['==', '!=', ...EMPTINESS, ...change];
    case 'structure':
      return [...(hasWords(fieldType) ? WORD_TESTS : []), ...EMPTINESS, ...change];
    case 'null':
      return EMPTINESS;
  }
}

export const operandCount = (op: TestOperator): number =>
  op === 'between' ? 2 : ['is_empty', 'is_not_empty', 'changed'].includes(op) ? 0 : 1;

/** The value a new test starts with. */
export function firstOperand(type: ValueType, options: readonly string[] | undefined): Operand {
  switch (type) {
    case 'boolean':
      return { kind: 'literal', value: true };
    case 'decimal':
      return { kind: 'literal', value: 0 };
    case 'date':
      return { kind: 'moment', from: 'today', amount: 0, unit: 'day' };
    case 'time':
      return { kind: 'literal', value: '09:00' };
    case 'datetime':
      return { kind: 'moment', from: 'now', amount: 0, unit: 'day' };
    case 'option':
    case 'options':
      return { kind: 'literal', value: options?.[0] ?? '' };
    case 'reference':
      return { kind: 'field', path: '$user.id' };
    default:
      return { kind: 'literal', value: '' };
  }
}

/** The values a test starts with. What is looked for in a value of several parts is a text. */
export function firstOperands(op: TestOperator, subject: Subject | undefined): readonly Operand[] {
  if (asksKind(op)) return (subject?.targets ?? []).slice(0, 1).map((value) => ({ kind: 'literal', value }));
  return Array.from({ length: operandCount(op) }, () => firstOperand(subject?.type ?? 'text', subject?.options));
}

/** A test of a field, ready to be filled in. */
export function newTest(path: string, subject: Subject | undefined): Test {
  const op = operatorsFor(subject, false)[0] ?? 'is_empty';
  return { kind: 'test', path, op, operands: firstOperands(op, subject) };
}
