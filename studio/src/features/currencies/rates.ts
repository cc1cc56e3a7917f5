import type { ExchangeRate } from '../../api/currencies.js';

/** One currency: all its rates, the latest first, and the one that counts on a day; undefined before its first. */
export type CurrencyRates = {
  readonly currency: string;
  readonly rates: readonly ExchangeRate[];
  readonly counting: ExchangeRate | undefined;
};

/** Rates by currency, in the order of their codes. A rate counts from its day until the next one of the same currency. Days are YYYY-MM-DD. */
export function ratesOn(rates: readonly ExchangeRate[], day: string): CurrencyRates[] {
  return [...new Set(rates.map(({ currency }) => currency))].sort().map((currency) => {
    const its = rates.filter((rate) => rate.currency === currency).sort((one, other) => (one.from < other.from ? 1 : -1));
    return { currency, rates: its, counting: its.find(({ from }) => from <= day) };
  });
}

/** The day it is where the reader is, as YYYY-MM-DD. */
export function today(now = new Date()): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const names = new Intl.DisplayNames('en', { type: 'currency' });
export const currencyName = (code: string): string => names.of(code) ?? code;
export const CURRENCIES = Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code} – ${currencyName(code)}` }));

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
export const dayText = (day: string): string => date.format(new Date(`${day}T00:00:00Z`));
