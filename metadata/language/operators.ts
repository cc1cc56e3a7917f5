import type { AggregateFunction, Operator, ValueType } from './expression.js';

export type ComparisonSpec = {
  readonly op: Operator;
  readonly arity: number;
  /** Types of the first operand it works on. */
  readonly types: readonly ValueType[];
  /** Whether a date may meet an instant: the date then stands for its first moment in the reader's time zone. */
  readonly mixesDates: boolean;
};

const ORDERED: readonly ValueType[] = ['text', 'decimal', 'date', 'time', 'datetime'];
const EQUAL: readonly ValueType[] = [...ORDERED, 'boolean', 'option', 'reference'];

const spec = (op: Operator, types: readonly ValueType[], mixesDates = false, arity = 2): ComparisonSpec => ({
  op,
  arity,
  types,
  mixesDates,
});

/** Operators that compare values, by their name in JSON. The list is closed. */
export const COMPARISONS: ReadonlyMap<string, ComparisonSpec> = new Map([
  ['==', spec('eq', EQUAL)],
  ['!=', spec('ne', EQUAL)],
  ['<', spec('lt', ORDERED, true)],
  ['<=', spec('lte', ORDERED, true)],
  ['>', spec('gt', ORDERED, true)],
  ['>=', spec('gte', ORDERED, true)],
  ['between', spec('between', ORDERED, true, 3)],
  ['contains', spec('contains', ['text', 'options', 'references'])],
  ['starts_with', spec('starts_with', ['text'])],
  ['ends_with', spec('ends_with', ['text'])],
]);

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
export const START_UNITS: readonly Unit[] = ['day', 'week', 'month', 'quarter', 'year'];

/**
 * Units of `add`, and the most one may add: 200 years each. Twenty nested ones from year 1 stay within what Postgres can count (4713 BC).
 */
export const ADD_UNITS: ReadonlyMap<Unit, number> = new Map([
  ['minute', 105_192_000],
  ['hour', 1_753_200],
  ['day', 73_050],
  ['week', 10_435],
  ['month', 2_400],
  ['year', 200],
]);

export const OPERATOR_NAMES: readonly string[] = [
  ...['and', 'or', '!', ...COMPARISONS.keys(), 'in', 'is_empty', 'is_a', 'any', 'all', 'none', 'changed', 'var'],
  ...['today', 'now', 'start_of', 'add'],
  ...['count', 'sum', 'min', 'max', 'avg'],
];

/** What may be computed over the values of related records, by type of value. `count` counts records and takes no field. */
export const AGGREGATE_TYPES: Readonly<Record<Exclude<AggregateFunction, 'count'>, readonly ValueType[]>> = {
  sum: ['decimal'],
  avg: ['decimal'],
  min: ['decimal', 'date', 'datetime'],
  max: ['decimal', 'date', 'datetime'],
};

/** Limits of one condition: a request can not make the server walk an endless tree. */
export const MAX_DEPTH = 20;
export const MAX_NODES = 200;
export const MAX_LIST = 200;
/** Values over related records in one condition: each is a query of its own. */
export const MAX_AGGREGATES = 10;
/** Lookups a path may follow before its last field. */
export const MAX_HOPS = 2;

const TYPE_NAMES: Record<ValueType, string> = {
  text: 'a text',
  decimal: 'a number',
  boolean: 'yes or no',
  date: 'a date',
  time: 'a time of day',
  datetime: 'a date and time',
  option: 'an option of a picklist',
  options: 'a list of options',
  reference: 'a link to a record',
  references: 'a list of links',
  structure: 'a value of several parts',
  null: 'nothing',
};
export const typeName = (type: ValueType): string => TYPE_NAMES[type];
