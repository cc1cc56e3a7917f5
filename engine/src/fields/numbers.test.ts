import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeDecimal, normalizeInteger } from './numbers.js';

/** Bounds that hold nothing back, so that the value is read digit by digit. */
const BOUNDED = { min: '-1e40', max: '1e40' };

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${String(max)}}$`));
const written = fc
  .tuple(fc.constantFrom('', '-', '+', ' '), digits(20), fc.constantFrom('', '.', ',', 'e'), digits(6), fc.constantFrom('', ' '))
  .map((parts) => parts.join(''));

describe('a decimal as most are written', () => {
  it('is kept as one that is read digit by digit', () => {
    const property = fc.property(written, fc.integer({ min: 1, max: 18 }), fc.integer({ min: 0, max: 4 }), (value, precision, scale) => {
      fc.pre(scale <= precision);
      expect(normalizeDecimal(value, {}, precision, scale)).toEqual(normalizeDecimal(value, BOUNDED, precision, scale));
    });
    fc.assert(property, { numRuns: 5_000, seed: 11 });
  });

  it.each([
    ['7', 2, '7.00'],
    ['7.5', 2, '7.50'],
    ['-7.25', 2, '-7.25'],
    ['7', 0, '7'],
    ['0.10', 2, '0.10'],
    ['-0', 2, '0.00'],
    ['007', 2, '7.00'],
  ])('%s with %i digits after the point is %s', (value, scale, kept) => {
    expect(normalizeDecimal(value, {}, 10, scale)).toEqual({ value: kept });
  });

  it('has no more digits than there is room for', () => {
    expect(normalizeDecimal('12345678.9', {}, 9, 2)).toMatchObject({ issue: { code: 'too_large' } });
    expect(normalizeDecimal('1.234', {}, 9, 2)).toMatchObject({ issue: { code: 'too_many_decimals' } });
  });
});

describe('a whole number', () => {
  it.each([7, -7, 0, -0, '7', Number.MAX_SAFE_INTEGER, 2 ** 53, 1.5, '1e3'])('%s is kept as one that is read digit by digit', (value) => {
    expect(normalizeInteger(value, {})).toEqual(normalizeInteger(value, { min: '-1e17', max: '1e17' }));
  });
});
