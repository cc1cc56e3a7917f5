import { Big } from 'big.js';
import type { Expression, PathStep, ValueType } from './expression.js';
import { durationSeconds } from './durations.js';
import { dayOf, decimalText, instantOf, timeOf, uuidText } from './literals.js';
import type { RecordValues } from './record-values.js';
import { wordsOf } from './value-words.js';

/**
 * A value while it is computed with. Dates are days since 1970, instants milliseconds since 1970, times seconds since midnight, ids lower-case.
 * `undefined` is unknown: not loaded, or nothing that the type allows. It is never true, and neither is its opposite.
 */
export type Inner = string | number | boolean | Big | readonly string[] | null | undefined;

const isRecord = (value: unknown): value is RecordValues => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own entry of a record: names such as "constructor" never reach the prototype. */
const entry = (record: RecordValues, name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined);

/** Follows a path through nested records. An empty link ends it with null, a link that was not loaded with undefined. */
export function readPath(record: RecordValues | null | undefined, path: readonly PathStep[]): unknown {
  if (record === undefined || record === null) return record;
  let here: unknown = record;
  for (const { field, part, words } of path) {
    if (here === null) return null;
    if (!isRecord(here)) return undefined;
    here = entry(here, field);
    if (here === undefined) return undefined;
    if (part !== undefined && here !== null) here = isRecord(here) ? (entry(here, part) ?? null) : undefined;
    if (words !== undefined) here = wordsOf(words, here);
  }
  return here;
}

/** Brings a value of a record to the form it is computed with. */
export function toInner(value: unknown, type: ValueType): Inner {
  if (value === null || value === undefined) return value;
  switch (type) {
    case 'text':
    case 'option':
      return typeof value === 'string' ? value || null : undefined;
    case 'decimal': {
      const amount = isRecord(value) ? entry(value, 'amount') : value;
      if (amount === null || amount === '') return null;
      if (Number.isSafeInteger(amount)) return amount as number;
      if (typeof amount === 'string' && /^-?\d{1,15}$/.test(amount)) return Number(amount);
      const digits = decimalText(amount);
      return digits === undefined ? durationSeconds(amount) : new Big(digits);
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date':
      return value === '' ? null : dayOf(value);
    case 'time':
      return value === '' ? null : timeOf(value);
    case 'datetime':
      return value === '' ? null : instantOf(value);
    case 'reference': {
      const id = isRecord(value) ? entry(value, 'id') : value;
      return id === null || id === '' ? null : uuidText(id);
    }
    case 'options':
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined;
      return value.length > 0 ? (value as string[]) : null;
    case 'references': {
      if (!Array.isArray(value)) return undefined;
      const ids = value.map((item: unknown) => toInner(item, 'reference'));
      if (!ids.every((id) => typeof id === 'string')) return undefined;
      return ids.length > 0 ? ids : null;
    }
    case 'structure':
      // That there is one is all that can be asked.
      return true;
    case 'null':
      return null;
  }
}

/** A literal, once, when the expression is compiled. */
export function literalInner({ type, value }: Extract<Expression, { kind: 'literal' }>): Inner {
  return value === null || Array.isArray(value) ? (value as null | readonly string[]) : toInner(value, type);
}

/** The items of a list literal in the form they are compared in. */
export const listInner = (values: readonly string[], type: ValueType): readonly Inner[] => values.map((value) => toInner(value, type));
