import { Big } from 'big.js';
import { compareInner, foldCase, isSame } from './compare.js';
import type { Expression, FormulaOperator } from './expression.js';
import { MAX_FORMULA_TEXT, MAX_POSITION, MAX_REPLACEMENT, MAX_SUBSTITUTED } from './formula-limits.js';
import * as numbers from './formula-numbers.js';
import { dateText, dayOf, instantText, timeText } from './literals.js';
import { ADD_UNITS, type Unit } from './operators.js';
import type { Inner } from './read-value.js';
import { addUnits, toInstant, toLocal } from './time-zone.js';

export type FormulaCall = Extract<Expression, { kind: 'call' }>;
/** Values of the operands, and the zone in which days begin. */
type Step = (args: readonly Inner[], timeZone: string, node: FormulaCall) => Inner;

const DAY_MS = 86_400_000;

const literalText = (node: FormulaCall, index: number): string => {
  const arg = node.args[index];
  return arg?.kind === 'literal' ? String(arg.value) : '';
};

/** Unknown if an operand is unknown. */
const known =
  (step: Step): Step =>
  (args, timeZone, node) =>
    args.includes(undefined) ? undefined : step(args, timeZone, node);

/** Null if an operand is null, as arithmetic in SQL. */
const strict = (step: Step): Step => known((args, timeZone, node) => (args.includes(null) ? null : step(args, timeZone, node)));

const numeric = (compute: (a: numbers.FormulaNumber, b: numbers.FormulaNumber) => Inner): Step =>
  strict(([a, b]) => compute(a as numbers.FormulaNumber, b as numbers.FormulaNumber));

const orNull = (text: string): string | null => (text === '' ? null : text);

const isPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
const HAS_PAIRS = /[\ud800-\udbff]/;

/** Where the text goes on after so many characters: code points, as Postgres counts them. No list of them is made: texts may be long. */
function after(text: string, from: number, count: number): number {
  if (!HAS_PAIRS.test(text)) return Math.min(text.length, from + count);
  let at = from;
  for (let left = count; left > 0 && at < text.length; left -= 1) at += isPair(text, at) ? 2 : 1;
  return at;
}

/** How many characters. */
function lengthOf(text: string): number {
  if (!HAS_PAIRS.test(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; at += isPair(text, at) ? 2 : 1) count += 1;
  return count;
}

const firstOf = (text: string, count: number): string => (text.length <= count ? text : text.slice(0, after(text, 0, count)));

/** Texts one after the other, as far as a formula makes any: what would be cut off is never put together. */
function joined(parts: readonly Inner[]): string {
  let made = '';
  for (const part of parts) {
    if (part !== null) made = firstOf(made + firstOf(String(part), MAX_FORMULA_TEXT), MAX_FORMULA_TEXT);
  }
  return made;
}

const clamp = (value: Inner, most: number): number => {
  const whole = numbers.wholeWithin(value as numbers.FormulaNumber, most);
  if (whole !== null) return Math.max(0, whole);
  return compareInner(value ?? 0, 0) > 0 ? most : 0;
};

const utc = (day: Inner): Date => new Date(Number(day) * DAY_MS);
const partOf = (read: (date: Date) => number): Step => strict(([day]) => read(utc(day)));

/** Whole months between two days: the 31st to the 30th is not one yet. */
function monthsBetween(from: Inner, to: Inner): number {
  const [a, b] = [utc(from), utc(to)];
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  if (months > 0 && b.getUTCDate() < a.getUTCDate()) return months - 1;
  return months < 0 && b.getUTCDate() > a.getUTCDate() ? months + 1 : months;
}

/** Number of whole units that differ; no minus before zero. */
const wholeUnits = (difference: number, size: number): number => Math.trunc(difference / size) + 0;

const difference: Step = strict(([from, to], _zone, node) => {
  switch (literalText(node, 2)) {
    case 'minute':
      return wholeUnits(Number(to) - Number(from), 60_000);
    case 'hour':
      return wholeUnits(Number(to) - Number(from), 3_600_000);
    case 'week':
      return wholeUnits(Number(to) - Number(from), 7);
    case 'month':
      return monthsBetween(from, to);
    case 'year':
      return wholeUnits(monthsBetween(from, to), 12);
    default:
      return Number(to) - Number(from);
  }
});

const addToDate: Step = strict(([from, count], timeZone, node) => {
  const unit = literalText(node, 2) as Unit;
  const amount = numbers.wholeWithin(count as numbers.FormulaNumber, ADD_UNITS.get(unit) ?? 0);
  if (amount === null) return null;
  if (node.type === 'date') {
    const day = Math.floor(addUnits(Number(from) * DAY_MS, amount, unit) / DAY_MS);
    return dateText(day) === null ? null : day;
  }
  const isElapsed = unit === 'minute' || unit === 'hour';
  const at = isElapsed
    ? addUnits(Number(from), amount, unit)
    : toInstant(addUnits(toLocal(Number(from), timeZone), amount, unit), timeZone);
  return instantText(at) === null ? null : at;
});

const makeDate: Step = strict((parts) => {
  const [year, month, day] = parts.map((part) => {
    const whole = numbers.wholeWithin(part as numbers.FormulaNumber, 9999) ?? 0;
    return whole > 0 && compareInner(part ?? null, whole) === 0 ? whole : 0;
  });
  return dayOf(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`) ?? null;
});

const textOf: Step = strict(([value], _zone, node) => {
  const type = node.args[0]?.type;
  if (type === 'date') return dateText(Number(value));
  if (type === 'datetime') return instantText(Number(value));
  if (type === 'time') return timeText(Number(value));
  return typeof value === 'number' || value instanceof Big ? numbers.numberText(value) : String(value);
});

const NUMBER = /^-?[0-9]{1,28}(?:\.[0-9]{1,10})?$/;
/** Without the blanks at both ends. As a pattern, a long run of blanks within would be looked at again from each of them. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (text[from] === ' ') from += 1;
  while (to > from && text[to - 1] === ' ') to -= 1;
  return text.slice(from, to);
}

const toNumber: Step = strict(([text]) => {
  const digits = trim(String(text));
  return NUMBER.test(digits) ? numbers.roundTo(new Big(digits), numbers.FORMULA_SCALE) : null;
});

const substitute: Step = known(([text, old, replacement]) => {
  if (text === null) return null;
  const short = firstOf(String(text), MAX_SUBSTITUTED);
  if (old === null) return short;
  const by = replacement === null ? '' : firstOf(String(replacement), MAX_REPLACEMENT);
  return orNull(
    firstOf(
      short.replaceAll(String(old), () => by),
      MAX_FORMULA_TEXT,
    ),
  );
});

/** The parts that have a value, the one that `isBetter` than all others. */
const best = (sign: 1 | -1): Step =>
  known((args) =>
    args.reduce<Inner>((kept, value) => {
      if (value === null) return kept;
      return kept === null || kept === undefined || (value !== undefined && compareInner(value, kept) * sign > 0) ? value : kept;
    }, null),
  );

/** A truth value that a formula chose is closed: nothing counts as false. */
const closed = (value: Inner, node: FormulaCall): Inner => (value === null && node.type === 'boolean' ? false : value);

const choose: Step = ([test, yes, no], _zone, node) => {
  if (test === undefined) return undefined;
  return closed(test === true ? yes : node.args.length < 3 ? null : no, node);
};

const choice: Step = ([value, ...rest], _zone, node) => {
  if (value === undefined) return undefined;
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const candidate = rest[at];
    if (candidate === undefined) return undefined;
    if (value !== null && candidate !== null && isSame(value, candidate)) return closed(rest[at + 1], node);
  }
  return closed(rest.length % 2 === 1 ? rest.at(-1) : null, node);
};

const STEPS: Record<FormulaOperator, Step> = {
  if: choose,
  case: choice,
  blank_value: ([value, fallback], _zone, node) => closed(value === null ? fallback : value, node),
  plus: numeric(numbers.plus),
  minus: numeric(numbers.minus),
  times: numeric(numbers.times),
  divide: numeric(numbers.divide),
  negate: numeric((a) => numbers.minus(0, a)),
  abs: numeric((a) => (compareInner(a, 0) < 0 ? numbers.minus(0, a) : numbers.plus(0, a))),
  round: numeric((value, digits) => numbers.roundTo(value, Number(digits))),
  floor: numeric(numbers.floor),
  ceiling: numeric(numbers.ceiling),
  mod: numeric(numbers.modulo),
  min: best(-1),
  max: best(1),
  to_text: textOf,
  to_number: toNumber,
  concat: known((args) => orNull(joined(args))),
  left: strict(([text, count]) => orNull(firstOf(String(text), clamp(count, MAX_POSITION)))),
  right: strict(([text, count]) => {
    const whole = String(text);
    return orNull(whole.slice(after(whole, 0, Math.max(0, lengthOf(whole) - clamp(count, MAX_POSITION)))));
  }),
  mid: strict(([text, start, count]) => {
    const first = numbers.wholeWithin(start as numbers.FormulaNumber, MAX_POSITION);
    if (first === null || first < 1) return null;
    const whole = String(text);
    const from = after(whole, 0, first - 1);
    return orNull(whole.slice(from, after(whole, from, clamp(count, MAX_POSITION))));
  }),
  length: known(([text]) => (text === null ? 0 : lengthOf(String(text)))),
  trim: strict(([text]) => orNull(trim(String(text)))),
  upper: strict(([text]) => String(text).replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  lower: strict(([text]) => foldCase(String(text))),
  substitute,
  make_date: makeDate,
  day_of: strict(([at], timeZone) => Math.floor(toLocal(Number(at), timeZone) / DAY_MS)),
  date_add: addToDate,
  date_diff: difference,
  year: partOf((date) => date.getUTCFullYear()),
  month: partOf((date) => date.getUTCMonth() + 1),
  day: partOf((date) => date.getUTCDate()),
  weekday: partOf((date) => date.getUTCDay() + 1),
};

/** Computes one operator of a formula from the values of its operands. */
export function formulaStep(op: FormulaOperator): Step {
  return STEPS[op];
}
