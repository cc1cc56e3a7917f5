import { isDay } from '../kernel/calendar.js';
import { AppError, notFound, type Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import {
  deleteRate,
  putRates,
  readCurrencies,
  setBaseCurrency,
  type CurrencySettings,
  type ExchangeRate,
} from '../store/exchange-rates.js';
import type { IdentityPool } from '../store/identity.js';
import { told, type Told } from '../texts/told.js';

const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** As many digits as the column holds: rates of small units need many behind the point. */
const RATE = /^\d{1,12}(\.\d{1,12})?$/;

export type CurrencyPlace = { readonly pool: IdentityPool; readonly tenantId: number };

export const currenciesOf = ({ pool, tenantId }: CurrencyPlace): Promise<CurrencySettings> => readCurrencies(pool, tenantId);

/**
 * Keeps rates: `{ rates: [{ currency, from, rate }] }`. One of the same currency and day is replaced, others stay.
 *
 * Errors: record_invalid with every problem; limit_exceeded.
 */
export async function saveRates(
  place: CurrencyPlace,
  by: string | null,
  input: Readonly<Record<string, unknown>>,
): Promise<CurrencySettings> {
  const { base } = await currenciesOf(place);
  const issues: Issue[] = unknownKeys(input, ['rates']);
  const given = input['rates'];
  if (!Array.isArray(given)) issues.push({ path: '/rates', code: 'not_a_list', ...told('currency.not_a_list') });
  const list: unknown[] = Array.isArray(given) ? given : [];
  if (list.length > LIMITS.exchange_rates.max) throw limitExceeded('exchange_rates', list.length, '/rates');
  const seen = new Set<string>();
  const rates = list.flatMap((item, index) => {
    const found = rateOf(item, pointer('rates', index), base, issues);
    for (const { currency, from } of found) {
      if (seen.has(`${currency} ${from}`)) issues.push({ path: pointer('rates', index), code: 'duplicate', ...told('currency.same_day') });
      seen.add(`${currency} ${from}`);
    }
    return found;
  });
  refuseWith(issues);
  await putRates(place.pool, place.tenantId, by, rates);
  return currenciesOf(place);
}

/** Errors: not_found. */
export async function removeRate(place: CurrencyPlace, currency: string, from: string): Promise<void> {
  if (!isDay(from) || !(await deleteRate(place.pool, place.tenantId, currency, from))) throw notFound(told('currency.no_rate'));
}

/**
 * Chooses the currency that amounts are added up in, and that new amounts have where none is named. Rates belong to a base currency: those of the
 * former one wait until it is chosen again.
 *
 * Errors: record_invalid.
 */
export async function chooseBase(place: CurrencyPlace, input: Readonly<Record<string, unknown>>): Promise<CurrencySettings> {
  const issues = unknownKeys(input, ['base']);
  const { base } = input;
  if (!isCode(base)) issues.push({ path: '/base', code: 'unknown_currency', ...told('currency.unknown') });
  refuseWith(issues);
  await setBaseCurrency(place.pool, place.tenantId, String(base));
  return currenciesOf(place);
}

const isCode = (value: unknown): value is string => typeof value === 'string' && CODES.has(value);

function rateOf(item: unknown, at: string, base: string, issues: Issue[]): ExchangeRate[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    issues.push({ path: at, code: 'not_an_object', ...told('groups.members', { names: 'currency, from, rate' }) });
    return [];
  }
  const { currency, from, rate } = item as Record<string, unknown>;
  const found: Issue[] = unknownKeys(item, ['currency', 'from', 'rate'], at);
  const refuse = (name: string, code: string, text: Told) => found.push({ path: at + pointer(name), code, ...text });
  if (!isCode(currency)) refuse('currency', 'unknown_currency', told('currency.unknown'));
  else if (currency === base) refuse('currency', 'is_base', told('currency.is_base'));
  if (!isDay(from)) refuse('from', 'not_a_date', told('currency.not_a_date'));
  if (typeof rate !== 'string' || !RATE.test(rate) || !/[1-9]/.test(rate)) refuse('rate', 'not_a_rate', told('currency.not_a_rate'));
  issues.push(...found);
  return found.length === 0 ? [{ currency: String(currency), from: String(from), rate: String(rate) }] : [];
}

const unknownKeys = (input: object, known: readonly string[], at = ''): Issue[] =>
  Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: at + pointer(key.slice(0, 100)),
      code: 'unknown_field',
      ...told('currency.unknown_member', { names: known.join(', ') }),
    }));

function refuseWith(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new AppError('record_invalid', told('currency.not_saved'), { issues });
}
