import { Decimal } from 'decimal.js';
import type { FieldType } from './field-type.js';
import { decimalAnswer, decimalSchema, normalizeDecimal } from './numbers.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

const PRECISION = 18;
const SCALE = 4;
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** "12.50", "12.50 EUR" or "EUR 12.50". */
const CELL = /^(?:([A-Za-z]{3}) ?)?([+-]?\d[\d.]*)(?: ?([A-Za-z]{3}))?$/;

type Money = { readonly amount: string; readonly currency: string };

/** Amounts are shown with at least two digits after the point and no further zeros: "1234.50", "0.1234". */
const shown = (amount: string): string => {
  const decimal = new Decimal(amount);
  return decimal.toFixed(Math.max(2, decimal.decimalPlaces()));
};

/** Money: an exact amount and an ISO 4217 code. An amount alone gets the currency of whoever writes. */
export const currency: FieldType = {
  name: 'currency',
  valueType: 'decimal',
  properties: ['min', 'max'],
  columns: () => [
    { suffix: '', pgType: `numeric(${String(PRECISION)},${String(SCALE)})` },
    { suffix: '_cur', pgType: 'char(3)' },
  ],
  jsonSchema: () => ({
    type: ['object', 'string', 'number'],
    maxLength: 130,
    properties: { amount: decimalSchema, currency: { type: 'string', maxLength: 3 } },
    required: ['amount'],
    additionalProperties: false,
  }),
  answerSchema: {
    type: 'object',
    properties: { amount: decimalAnswer, currency: { type: 'string', minLength: 3, maxLength: 3 } },
    required: ['amount', 'currency'],
    additionalProperties: false,
  },
  normalize(value, options, context) {
    if (value === null || value === '') return ok(null);
    const isMoney = typeof value === 'object';
    const money = (isMoney ? value : { amount: value }) as { amount?: unknown; currency?: unknown };
    const result = normalizeDecimal(money.amount ?? null, options, PRECISION, SCALE);
    if ('issue' in result || result.value === null) return result;
    const code = money.currency ?? context?.currency;
    if (code === undefined)
      return bad('currency_missing', told('value.currency_missing', { example: '{"amount":"12.50","currency":"EUR"}' }));
    if (typeof code !== 'string' || !CODES.has(code.toUpperCase())) return bad('unknown_currency', told('value.unknown_currency'));
    return ok({ amount: shown(String(result.value)), currency: code.toUpperCase() } satisfies Money);
  },
  encode(value) {
    const money = value as Money | null;
    return money === null ? [null, null] : [money.amount, money.currency];
  },
  jsonSql: ([amount = 'null', code = 'null']) =>
    `case when ${amount} is null then null else json_build_object('amount', round(${amount}, greatest(2, min_scale(${amount})))::text, 'currency', ${code}) end`,
  sentJson: ([amount, currency]) => (amount === null ? null : { amount, currency }),
  toCell(value) {
    const money = value as Money | null;
    return money === null ? '' : `${money.amount} ${money.currency}`;
  },
  fromCell(text) {
    const [, before, amount, after] = CELL.exec(text.trim()) ?? [];
    if (amount === undefined) return text === '' ? null : text;
    const code = after ?? before;
    return code === undefined ? amount : { amount, currency: code };
  },
  isSortable: true,
  isFilterable: true,
  uses: ['indexed', 'default', 'sum'],
  members: ['amount', 'currency'],
};
