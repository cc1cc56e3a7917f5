import { durationSeconds } from '@fieldstone/metadata/language/durations.js';
import { timeOf } from '@fieldstone/metadata/language/literals.js';
import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import type { SimpleFilter } from '../app/url-state.js';
import { fromLocalInput } from '../fields/zoned-time.js';

/** What a field is filtered by. */
export type FilterKind =
  | 'text'
  | 'number'
  | 'money'
  | 'boolean'
  | 'date'
  | 'time'
  | 'datetime'
  | 'duration'
  | 'choice'
  | 'choices'
  | 'tags'
  | 'record'
  | 'records'
  | 'any_record'
  | 'presence'
  | 'words'
  | 'person';

/** What an operator needs beside the field. */
export type Operand = 'none' | 'text' | 'number' | 'date' | 'time' | 'duration' | 'choices' | 'tags' | 'record';

type Operator = { readonly operand: Operand; condition(field: unknown, value: unknown, timeZone: string): ConditionJson };

const number = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);

/** The instant at which a day begins for the person, or the day after it. */
function startOf(value: unknown, daysLater: number, timeZone: string): string | null {
  const day = new Date(`${String(value)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + daysLater);
  return Number.isNaN(day.getTime()) ? null : fromLocalInput(day.toISOString().slice(0, 16), timeZone);
}

const each = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const operators = {
  contains: { operand: 'text', condition: (field, value) => ({ contains: [field, value] }) },
  starts_with: { operand: 'text', condition: (field, value) => ({ starts_with: [field, value] }) },
  ends_with: { operand: 'text', condition: (field, value) => ({ ends_with: [field, value] }) },
  is: { operand: 'text', condition: (field, value) => ({ '==': [field, value] }) },
  equals: { operand: 'number', condition: (field, value) => ({ '==': [field, number(value)] }) },
  at_least: { operand: 'number', condition: (field, value) => ({ '>=': [field, number(value)] }) },
  at_most: { operand: 'number', condition: (field, value) => ({ '<=': [field, number(value)] }) },
  on: { operand: 'date', condition: (field, value) => ({ '==': [field, value] }) },
  from: { operand: 'date', condition: (field, value) => ({ '>=': [field, value] }) },
  until: { operand: 'date', condition: (field, value) => ({ '<=': [field, value] }) },
  from_time: { operand: 'time', condition: (field, value) => ({ '>=': [field, value] }) },
  until_time: { operand: 'time', condition: (field, value) => ({ '<=': [field, value] }) },
  at_time: { operand: 'time', condition: (field, value) => ({ '==': [field, value] }) },
  at_least_long: { operand: 'duration', condition: (field, value) => ({ '>=': [field, value] }) },
  at_most_long: { operand: 'duration', condition: (field, value) => ({ '<=': [field, value] }) },
  from_day: { operand: 'date', condition: (field, value, zone) => ({ '>=': [field, startOf(value, 0, zone)] }) },
  until_day: { operand: 'date', condition: (field, value, zone) => ({ '<': [field, startOf(value, 1, zone)] }) },
  any_of: { operand: 'choices', condition: (field, value) => ({ in: [field, Array.isArray(value) ? value : [value]] }) },
  none_of: { operand: 'choices', condition: (field, value) => ({ '!': [{ in: [field, Array.isArray(value) ? value : [value]] }] }) },
  has: {
    operand: 'choices',
    condition: (field, value) => ({ or: (Array.isArray(value) ? value : [value]).map((v: unknown) => ({ contains: [field, v] })) }),
  },
  has_any: { operand: 'tags', condition: (field, value) => ({ or: each(value).map((tag) => ({ contains: [field, tag] })) }) },
  has_all: { operand: 'tags', condition: (field, value) => ({ and: each(value).map((tag) => ({ contains: [field, tag] })) }) },
  has_none: { operand: 'tags', condition: (field, value) => ({ '!': [{ or: each(value).map((tag) => ({ contains: [field, tag] })) }] }) },
  refers_to: { operand: 'record', condition: (field, value) => ({ '==': [field, value] }) },
  links_to: { operand: 'record', condition: (field, value) => ({ contains: [field, value] }) },
  is_of: { operand: 'choices', condition: (field, value) => ({ is_a: [field, value] }) },
  is_me: { operand: 'none', condition: (field) => ({ '==': [field, { var: '$user.id' }] }) },
  is_true: { operand: 'none', condition: (field) => ({ '==': [field, true] }) },
  is_false: { operand: 'none', condition: (field) => ({ '==': [field, false] }) },
  is_empty: { operand: 'none', condition: (field) => ({ is_empty: [field] }) },
  is_filled: { operand: 'none', condition: (field) => ({ '!': [{ is_empty: [field] }] }) },
} satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;

const byKind: Readonly<Record<FilterKind, readonly OperatorName[]>> = {
  text: ['contains', 'is', 'starts_with', 'ends_with', 'is_empty', 'is_filled'],
  words: ['contains', 'starts_with', 'ends_with', 'is_empty', 'is_filled'],
  number: ['at_least', 'at_most', 'equals', 'is_empty', 'is_filled'],
  money: ['at_least', 'at_most', 'equals', 'is_empty', 'is_filled'],
  boolean: ['is_true', 'is_false'],
  date: ['from', 'until', 'on', 'is_empty', 'is_filled'],
  time: ['from_time', 'until_time', 'at_time', 'is_empty', 'is_filled'],
  duration: ['at_least_long', 'at_most_long', 'is_empty', 'is_filled'],
  datetime: ['from_day', 'until_day', 'is_empty', 'is_filled'],
  choice: ['any_of', 'none_of', 'is_empty', 'is_filled'],
  tags: ['has_any', 'has_all', 'has_none', 'is_empty', 'is_filled'],
  choices: ['has', 'is_empty', 'is_filled'],
  record: ['refers_to', 'is_empty', 'is_filled'],
  records: ['links_to', 'is_empty', 'is_filled'],
  presence: ['is_filled', 'is_empty'],
  any_record: ['is_of', 'is_empty', 'is_filled'],
  person: ['is_me', 'refers_to', 'is_empty', 'is_filled'],
};

export const operatorsOf = (kind: FilterKind): readonly OperatorName[] => byKind[kind];
export const isOperator = (name: string): name is OperatorName => Object.hasOwn(operators, name);
export const operandOf = (name: OperatorName): Operand => operators[name].operand;

/** Whether a filter says enough to be used. */
export function isComplete(filter: SimpleFilter): boolean {
  if (!isOperator(filter.op)) return false;
  const operand = operandOf(filter.op);
  const { value } = filter;
  if (operand === 'none') return true;
  if (operand === 'choices' || operand === 'tags') return Array.isArray(value) && value.length > 0;
  if (operand === 'number') return typeof value === 'string' && /^-?\d+([.]\d+)?$/.test(value);
  if (operand === 'time') return timeOf(value) !== undefined;
  if (operand === 'duration') return durationSeconds(value) !== undefined;
  return typeof value === 'string' && value !== '';
}

/** All filters that say enough, as one condition of the language; undefined when there is none. */
export function filtersToCondition(filters: readonly SimpleFilter[], timeZone: string): ConditionJson | undefined {
  const conditions = filters.filter(isComplete).map((filter) => {
    const operator: Operator = operators[filter.op as OperatorName];
    return operator.condition({ var: filter.field }, filter.value, timeZone);
  });
  return conditions.length === 0 ? undefined : conditions.length === 1 ? conditions[0] : { and: conditions };
}
