import type { CurrencySettings } from '@fieldstone/metadata/types/wire.js';
import { call } from './client.js';

export type ExchangeRate = CurrencySettings['rates'][number];
export type { CurrencySettings };

const PATH = '/settings/currencies';

export const readCurrencies = () => call<CurrencySettings>('GET', PATH);
export const chooseBase = (base: string) => call<CurrencySettings>('PATCH', PATH, { base });
/** A rate of the same currency and day is replaced. */
export const saveRate = (rate: ExchangeRate) => call<CurrencySettings>('PUT', `${PATH}/rates`, { rates: [rate] });
export const removeRate = ({ currency, from }: ExchangeRate) =>
  call<undefined>('DELETE', `${PATH}/rates/${encodeURIComponent(currency)}/${encodeURIComponent(from)}`);
