import { Decimal } from 'decimal.js';
import type { FieldOptions, Normalized } from './field-type.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

const PLAIN = /^[+-]?\d{1,60}(?:\.\d{0,60})?$/;

/**
 * Reads a decimal exactly.
 *
 * Shape:  a decimal string, or a JSON number whose digits a double keeps (15 significant ones; whole numbers up to 2^53). A number with more may
 * not be what was written, so it is refused: write it as a string.
 */
export function readDecimal(value: unknown): Decimal | 'not_exact' | undefined {
  if (typeof value === 'string') return PLAIN.test(value.trim()) ? new Decimal(value.trim()) : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const decimal = new Decimal(value);
  return decimal.precision() <= 15 || Number.isSafeInteger(value) ? decimal : 'not_exact';
}

const DEFAULT_PRECISION = 18;

export const precisionOf = ({ precision = DEFAULT_PRECISION }: FieldOptions): number => precision;
export const scaleOf = ({ scale = 2 }: FieldOptions): number => scale;

function outOfBounds(decimal: Decimal, { min, max }: FieldOptions): Normalized | undefined {
  if (min !== undefined && decimal.lt(min)) return bad('too_small', told('value.too_small', { min: { decimal: String(min) } }));
  if (max !== undefined && decimal.gt(max)) return bad('too_large', told('value.too_large', { max: { decimal: String(max) } }));
  return undefined;
}

/** As most numbers are written: a sign, digits without a zero in front, and digits after the point. */
const CANONICAL = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/;

/** A number that is written as it will be kept, but for zeros at its end; undefined where it takes a closer look. */
function asWritten(value: unknown, { min, max }: FieldOptions, precision: number, scale: number): string | undefined {
  if (typeof value !== 'string' || min !== undefined || max !== undefined) return undefined;
  const [whole, digits, decimals = ''] = CANONICAL.exec(value) ?? [];
  if (whole === undefined || digits === undefined || digits === '0' || digits.length > precision - scale || decimals.length > scale)
    return undefined;
  return scale === 0 || decimals.length === scale
    ? whole
    : `${decimals === '' ? `${whole}.` : whole}${'0'.repeat(scale - decimals.length)}`;
}

/** A decimal with exactly `scale` digits after the point, within precision and bounds. It is never rounded. */
export function normalizeDecimal(value: unknown, options: FieldOptions, precision: number, scale: number): Normalized {
  if (value === null || value === '') return ok(null);
  const written = asWritten(value, options, precision, scale);
  if (written !== undefined) return ok(written);
  const decimal = readDecimal(value);
  if (decimal === undefined) return bad('not_a_number', told('value.not_a_number'));
  if (decimal === 'not_exact') return bad('not_exact', told('value.not_exact'));
  if (decimal.decimalPlaces() > scale) {
    return bad('too_many_decimals', scale === 0 ? told('value.not_whole') : told('value.too_many_decimals', { count: scale }));
  }
  if (decimal.abs().gte(new Decimal(10).pow(precision - scale))) {
    return bad('too_large', told('value.too_many_digits', { count: precision - scale }));
  }
  return outOfBounds(decimal, options) ?? ok((decimal.isZero() ? new Decimal(0) : decimal).toFixed(scale));
}

/** A whole number that JSON carries exactly. */
export function normalizeInteger(value: unknown, options: FieldOptions): Normalized {
  if (value === null || value === '') return ok(null);
  if (Number.isSafeInteger(value) && options.min === undefined && options.max === undefined) return ok((value as number) + 0);
  const decimal = readDecimal(value);
  if (decimal === undefined) return bad('not_a_number', told('value.not_whole'));
  if (decimal === 'not_exact' || decimal.abs().gt(Number.MAX_SAFE_INTEGER)) return bad('too_large', told('value.beyond_json'));
  if (!decimal.isInteger()) return bad('too_many_decimals', told('value.not_whole'));
  // Adding zero turns -0, which JSON would print as 0 anyway, into 0.
  return outOfBounds(decimal, options) ?? ok(decimal.toNumber() + 0);
}

/** JSON Schema of a decimal on the wire. */
export const decimalSchema = { type: ['string', 'number'], maxLength: 130 };
/** Decimals are answered as strings: JSON numbers lose digits. */
export const decimalAnswer = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
