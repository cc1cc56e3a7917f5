import { Big } from 'big.js';
import { compareInner } from './compare.js';
import type { AggregateFunction } from './expression.js';
import { FORMULA_SCALE, QUOTIENT_SCALE } from './formula-numbers.js';
import type { Inner } from './read-value.js';

/** Decimals that divide to as many digits as SQL does. A constructor of its own: the digits of big.js are a setting of it. */
const Quotient = Big();
Quotient.DP = QUOTIENT_SCALE;
Quotient.RM = Big.roundHalfUp;

const add = (values: readonly Inner[]): Big => values.reduce<Big>((sum, value) => sum.plus(value as Big | number), new Big(0));

/**
 * The value over the related records that count; both back ends pass over what is not set.
 *
 * Shape:  no values add up to 0 and have no smallest, largest or average one. An average is rounded to 10 digits, halves away from zero.
 */
export function aggregate(name: Exclude<AggregateFunction, 'count'>, values: readonly Inner[]): Inner {
  if (values.includes(undefined)) return undefined;
  const known = values.filter((value) => value !== null);
  if (name === 'sum') return add(known);
  if (known.length === 0) return null;
  if (name === 'avg') return new Big(new Quotient(add(known).toFixed()).div(known.length).round(FORMULA_SCALE, Big.roundHalfUp).toFixed());
  const isBetter = (order: number): boolean => (name === 'min' ? order < 0 : order > 0);
  return known.reduce((best, value) => (isBetter(compareInner(value, best)) ? value : best));
}
