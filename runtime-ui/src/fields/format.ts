import { durationSeconds } from '@fieldstone/metadata/language/durations.js';
import type { Me, Money } from '@fieldstone/metadata/types/wire.js';

const formats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, known);
  return known;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  dateFormats.set(key, known);
  return known;
}

const isDecimal = (text: string): text is Intl.StringNumericLiteral => /^-?\d+(\.\d+)?$/.test(text);

/** Shape: `value` is a decimal string or a number; digits are never lost to a float. */
export function formatNumber(value: unknown, me: Me, options: Intl.NumberFormatOptions = {}): string {
  const text = String(value);
  if (!isDecimal(text)) return text;
  return numberFormat(me.locale, { maximumFractionDigits: 10, ...options }).format(text);
}

export function formatMoney(money: Money, me: Me, options: Intl.NumberFormatOptions = {}): string {
  const { amount, currency } = money;
  if (!isDecimal(amount)) return `${amount} ${currency}`;
  try {
    return numberFormat(me.locale, { style: 'currency', currency, ...options }).format(amount);
  } catch {
    return `${formatNumber(amount, me)} ${currency}`;
  }
}

export const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;

export function formatDate(value: string, me: Me): string {
  const date = new Date(`${value}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? value : dateFormat(me.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
}

/** A time of day; its seconds only where it has some. */
export function formatTime(value: string, me: Me): string {
  const date = new Date(`1970-01-01T${value}Z`);
  if (Number.isNaN(date.getTime())) return value;
  const timeStyle = date.getUTCSeconds() === 0 ? 'short' : 'medium';
  return dateFormat(me.locale, { timeStyle, timeZone: 'UTC' }).format(date);
}

/** "1h 30m", from ISO 8601 or from seconds. */
export function formatDuration(value: unknown, me: Me): string {
  const seconds = durationSeconds(value) ?? Number(value);
  if (!Number.isFinite(seconds)) return String(value);
  const left = Math.abs(seconds);
  const parts = [
    [Math.floor(left / 3600), 'hour'],
    [Math.floor(left / 60) % 60, 'minute'],
    [left % 60, 'second'],
  ] as const;
  const filled = parts.filter(([count, unit]) => count > 0 || (left === 0 && unit === 'minute'));
  const text = filled.map(([count, unit]) => numberFormat(me.locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count));
  return `${seconds < 0 ? '−' : ''}${text.join(' ')}`;
}

export function formatInstant(value: string, me: Me): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  return dateFormat(me.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: me.timeZone }).format(date);
}

/** "3 minutes ago", for histories; the exact time stands beside it. */
export function formatAgo(value: string, me: Me, now = Date.now()): string {
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  if (Math.abs(seconds) > 30 * 86_400) return formatInstant(value, me);
  const format = new Intl.RelativeTimeFormat(me.locale, { numeric: 'auto' });
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return format.format(Math.trunc(seconds / size), unit);
}
