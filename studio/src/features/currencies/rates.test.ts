import { describe, expect, it } from 'vitest';
import { ratesOn, today } from './rates.js';

const rate = (currency: string, from: string, value = '1.5') => ({ currency, from, rate: value });
const RATES = [rate('USD', '2026-02-01', '0.9'), rate('USD', '2026-01-01', '0.95'), rate('CHF', '2026-03-01', '1.02')];

describe('which rate counts on a day', () => {
  it.each([
    ['before the first', '2025-12-31', { CHF: undefined, USD: undefined }],
    ['on its first day', '2026-01-01', { CHF: undefined, USD: '0.95' }],
    ['until the day before the next', '2026-01-31', { CHF: undefined, USD: '0.95' }],
    ['the next from its day on', '2026-02-01', { CHF: undefined, USD: '0.9' }],
    ['the last for good', '2030-01-01', { CHF: '1.02', USD: '0.9' }],
  ])('%s', (_when, day, expected) => {
    const found = ratesOn(RATES, day);
    expect(Object.fromEntries(found.map(({ currency, counting }) => [currency, counting?.rate]))).toEqual(expected);
    expect(found.map(({ currency }) => currency)).toEqual(['CHF', 'USD']);
  });

  it('lists the rates of a currency with the latest first, in whatever order they come', () => {
    const [, usd] = ratesOn(RATES.toReversed(), '2026-01-01');
    expect(usd?.rates.map(({ from }) => from)).toEqual(['2026-02-01', '2026-01-01']);
  });

  it('knows the day where the reader is', () => {
    expect(today(new Date(2026, 0, 9, 23, 59))).toBe('2026-01-09');
  });
});
