import type { CurrencySettings } from '@fieldstone/metadata/types/wire.js';
import { does, gives } from '../exchange.js';
import { list, shape, text } from '../schema.js';
import { currencySettings, exchangeRate } from '../schemas/people.js';
import { bodyObject, may, param, signedIn, type RequestScope, type Route } from '../route.js';

export type CurrencyParts = {
  readonly read: (scope: RequestScope) => Promise<CurrencySettings>;
  readonly save: (scope: RequestScope, input: Readonly<Record<string, unknown>>) => Promise<CurrencySettings>;
  readonly remove: (scope: RequestScope, currency: string, from: string) => Promise<void>;
  readonly choose: (scope: RequestScope, input: Readonly<Record<string, unknown>>) => Promise<CurrencySettings>;
};

/** The base currency and the exchange rates of the caller's tenant. Everybody may know what sums were made with. */
export function currencyRoutes(currencies: CurrencyParts): Route[] {
  const policy = may('manage_settings');
  const path = '/settings/currencies';
  return [
    {
      method: 'GET',
      path,
      policy: signedIn,
      summary: 'The base currency and the exchange rates, by currency with the latest first',
      exchange: gives(currencySettings),
      handler: async (scope) => ({ value: await currencies.read(scope) }),
    },
    {
      method: 'PATCH',
      path,
      policy,
      summary: 'Chooses the base currency: { base }',
      exchange: gives(currencySettings, { body: shape({ base: text }) }),
      handler: async (scope) => ({ value: await currencies.choose(scope, bodyObject(scope)) }),
    },
    {
      method: 'PUT',
      path: `${path}/rates`,
      policy,
      summary: 'Keeps rates: { rates: [{ currency, from, rate }] }; one of the same currency and day is replaced',
      exchange: gives(currencySettings, { body: shape({ rates: list(exchangeRate) }) }),
      handler: async (scope) => ({ value: await currencies.save(scope, bodyObject(scope)) }),
    },
    {
      method: 'DELETE',
      path: `${path}/rates/{currency}/{from}`,
      policy,
      summary: 'Forgets a rate',
      exchange: does(),
      handler: async (scope) => {
        await currencies.remove(scope, param(scope, 'currency'), param(scope, 'from'));
        return { status: 204 };
      },
    },
  ];
}
