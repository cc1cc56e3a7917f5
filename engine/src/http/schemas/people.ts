import type { CurrencySettings, Me, Reveal, Viewing } from '@fieldstone/metadata/types/wire.js';
import type { UserInfo } from '../../people/users.js';
import { list, named, orNull, shape, text, truth, uuid, whole, type Schema } from '../schema.js';
import { page } from './page.js';

export const person = named('Person', shape({ id: text, name: text }));

export const me: Schema<Me> = named(
  'Me',
  shape({
    user: shape({ id: text, name: text, email: text }),
    roles: list(text),
    tenant: shape({ id: whole, name: text }),
    locale: text,
    chosenLocale: orNull(text),
    locales: list(text),
    timeZone: text,
    currency: text,
    capabilities: list(text),
    'viewedBy?': person,
  }),
);

type Plain = { [Name in keyof UserInfo]: UserInfo[Name] extends readonly string[] ? string[] : UserInfo[Name] };
export const user: Schema<Plain> = named(
  'User',
  shape({
    id: uuid,
    email: text,
    name: text,
    isActive: truth,
    roles: list(text),
    managerId: orNull(text),
    territories: list(text),
    locale: orNull(text),
    timeZone: orNull(text),
    createdAt: text,
    lastSeenAt: orNull(text),
  }),
);
export const users = shape({ data: list(user), roles: list(shape({ name: text, label: text, isSet: truth })) });
export const newUser = shape({
  email: text,
  name: text,
  roles: list(text),
  'password?': text,
  'locale?': orNull(text),
  'timeZone?': orNull(text),
  'managerId?': orNull(text),
  'territories?': list(text),
});
export const userChange = shape({
  'name?': text,
  'roles?': list(text),
  'password?': text,
  'isActive?': truth,
  'locale?': orNull(text),
  'timeZone?': orNull(text),
  'managerId?': orNull(text),
  'territories?': list(text),
});

const reveal: Schema<Reveal> = named(
  'Reveal',
  shape({ at: text, by: orNull(text), cause: orNull(text), object: orNull(text), record: orNull(text), field: orNull(text) }),
);
export const reveals = page(reveal);

const viewing: Schema<Viewing> = named(
  'Viewing',
  shape({ id: text, viewer: orNull(person), person: orNull(person), from: text, until: orNull(text), isOn: truth, reason: orNull(text) }),
);
export const viewings = page(viewing);

export const exchangeRate = named('ExchangeRate', shape({ currency: text, from: text, rate: text }));
type Settings = Omit<CurrencySettings, 'rates'> & { rates: CurrencySettings['rates'][number][] };
export const currencySettings: Schema<Settings> = named('Currencies', shape({ base: text, rates: list(exchangeRate) }));
