import { Big } from 'big.js';

/** A number while it is computed with: a safe integer, or a decimal. */
export type FormulaNumber = number | Big;

/** Digits behind the point that every step of a formula is rounded to, and before it that none may exceed: numeric(38,10). */
export const FORMULA_SCALE = 10;
export const FORMULA_INTEGER_DIGITS = 28;
/** Digits a quotient is worked out to before it is rounded; SQL does the same. */
export const QUOTIENT_SCALE = 60;

const power = (exponent: number): bigint => 10n ** BigInt(exponent);
const ONE = power(FORMULA_SCALE);
const LIMIT = power(FORMULA_SCALE + FORMULA_INTEGER_DIGITS);

/** A number as a count of 10^-10. Exact arithmetic on whole numbers is what `numeric` does, and what floats can not. */
function toUnits(value: FormulaNumber): bigint {
  if (typeof value === 'number') return BigInt(value) * ONE;
  return BigInt(value.toFixed(FORMULA_SCALE, Big.roundHalfUp).replace('.', ''));
}

/** Null for a number that numeric(38,10) can not hold. */
function fromUnits(units: bigint): FormulaNumber | null {
  const size = units < 0n ? -units : units;
  if (size >= LIMIT) return null;
  const whole = units / ONE;
  if (whole * ONE === units && size / ONE <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(whole);
  const digits = size.toString().padStart(FORMULA_SCALE + 1, '0');
  return new Big(`${units < 0n ? '-' : ''}${digits.slice(0, -FORMULA_SCALE)}.${digits.slice(-FORMULA_SCALE)}`);
}

/** A quotient rounded to a whole number, halves away from zero. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const a = dividend < 0n ? -dividend : dividend;
  const b = divisor < 0n ? -divisor : divisor;
  const quotient = (2n * a + b) / (2n * b);
  return isNegative ? -quotient : quotient;
}

export const plus = (a: FormulaNumber, b: FormulaNumber): FormulaNumber | null => fromUnits(toUnits(a) + toUnits(b));
export const minus = (a: FormulaNumber, b: FormulaNumber): FormulaNumber | null => fromUnits(toUnits(a) - toUnits(b));
export const times = (a: FormulaNumber, b: FormulaNumber): FormulaNumber | null => fromUnits(divideRounded(toUnits(a) * toUnits(b), ONE));

export function divide(a: FormulaNumber, b: FormulaNumber): FormulaNumber | null {
  const divisor = toUnits(b);
  if (divisor === 0n) return null;
  const quotient = divideRounded(toUnits(a) * power(QUOTIENT_SCALE), divisor);
  return fromUnits(divideRounded(quotient, power(QUOTIENT_SCALE - FORMULA_SCALE)));
}

/** Rounds to `digits` behind the point; negative ones round to tens, hundreds ... Halves go away from zero. */
export function roundTo(value: FormulaNumber, digits: number): FormulaNumber | null {
  const step = power(FORMULA_SCALE - digits);
  return fromUnits(divideRounded(toUnits(value), step) * step);
}

const positiveModulo = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

export function floor(value: FormulaNumber): FormulaNumber | null {
  const units = toUnits(value);
  return fromUnits(units - positiveModulo(units, ONE));
}

export function ceiling(value: FormulaNumber): FormulaNumber | null {
  const units = toUnits(value);
  return fromUnits(units + positiveModulo(-units, ONE));
}

/** The remainder with the sign of the divisor, as in spreadsheets. */
export function modulo(a: FormulaNumber, b: FormulaNumber): FormulaNumber | null {
  const divisor = toUnits(b);
  return divisor === 0n ? null : fromUnits(positiveModulo(toUnits(a), divisor));
}

/** The whole part, or null when it is beyond `most` in either direction. */
export function wholeWithin(value: FormulaNumber, most: number): number | null {
  const whole = toUnits(value) / ONE;
  return whole > BigInt(most) || whole < BigInt(-most) ? null : Number(whole);
}

/** As text: no exponent, no zeros at the end, no minus before zero. */
export const numberText = (value: FormulaNumber): string => (typeof value === 'number' ? String(value) : value.toFixed());
