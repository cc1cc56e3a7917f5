import { durationSeconds } from './durations.js';
import type { ValueType } from './expression.js';

/** A literal in canonical form, or what was expected instead. `null` stands for no value. */
export type LiteralResult = { readonly value: string | boolean | null } | { readonly expected: string };

const DECIMAL = /^-?\d{1,60}(?:\.\d{1,60})?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const END_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Days since 1970-01-01 of a date that exists, years 0001 to 9999; undefined for anything else. */
export function dayOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !DATE.test(text)) return undefined;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (year === 0 || month === 0 || month > 12 || day === 0 || day > daysIn(year, month)) return undefined;
  // Counted from March on, so that the day that only some years have is the last one.
  const [from, march] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return from * 365 + leaps + Math.floor((153 * march + 2) / 5) + day - DAYS_TO_1970;
}

/** From 1 March of the year 0, the first day being 1, to 1 January 1970. */
const DAYS_TO_1970 = 719_469;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number): number => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);

export const dateText = (day: number): string | null => {
  const ms = day * DAY_MS;
  return ms >= FIRST_MS && ms <= END_MS ? new Date(ms).toISOString().slice(0, 10) : null;
};

/** Milliseconds since 1970 of an RFC 3339 instant; finer digits are cut off, not rounded. */
export function instantOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !INSTANT.test(text) || dayOf(text.slice(0, 10)) === undefined) return undefined;
  const cut = text.toUpperCase().replace(/(\.\d{3})\d+/, '$1');
  const ms = Date.parse(cut);
  return ms >= FIRST_MS && ms <= END_MS ? ms : undefined;
}

export const instantText = (ms: number): string | null => (ms >= FIRST_MS && ms <= END_MS ? new Date(ms).toISOString() : null);

const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Seconds since midnight of a time of day such as 09:30 or 09:30:15; undefined for anything else. */
export function timeOf(text: unknown): number | undefined {
  const [, hours, minutes, seconds = 0] = (typeof text === 'string' ? TIME.exec(text) : null) ?? [];
  return hours === undefined ? undefined : (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
}

const twoDigits = (count: number): string => String(count).padStart(2, '0');
export const timeText = (seconds: number): string =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');

/** A tag as it is kept: small letters, one space between words. */
export const tagText = (text: string): string => text.replace(/\s+/g, ' ').trim().normalize('NFC').toLowerCase().normalize('NFC');

/** A JSON number or decimal string as plain decimal digits; undefined when it is none, or when the number can not have been written exactly. */
export function decimalText(value: unknown): string | undefined {
  if (typeof value === 'string') return DECIMAL.test(value) ? value : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const digits = String(value);
  // 15 significant digits are what a double always keeps; beyond them the number may not be what was written.
  const significant = digits.replace(/^-?0*\.?0*/, '').replace('.', '').length;
  return DECIMAL.test(digits) && (significant <= 15 || Number.isSafeInteger(value)) ? digits : undefined;
}

export const uuidText = (value: unknown): string | undefined => {
  const id = typeof value === 'string' ? value.toLowerCase() : '';
  return UUID.test(id) ? id : undefined;
};

/** True when Postgres can store the text: no NUL, no half of a surrogate pair. */
export const isStorableText = (value: string): boolean => !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);

const or = (value: string | null | undefined, expected: string): LiteralResult => (value === undefined ? { expected } : { value });

/** Reads a JSON literal as a value of the type that the other operand has. */
export function readLiteral(json: unknown, type: ValueType): LiteralResult {
  if (json === null) return { value: null };
  switch (type) {
    case 'text':
      if (json === '') return { value: null };
      return or(typeof json === 'string' && isStorableText(json) ? json : undefined, 'a text');
    case 'option':
      return or(typeof json === 'string' && json !== '' ? json : undefined, 'the code of an option');
    case 'decimal':
      // A field of a duration is a number of seconds here, and what it is compared with reads as in the API.
      return or(decimalText(json) ?? durationSeconds(json)?.toString(), 'a number, or a decimal as a string such as "12.50"');
    case 'boolean':
      return typeof json === 'boolean' ? { value: json } : { expected: 'true or false' };
    case 'date':
      return or(dayOf(json) === undefined ? undefined : (json as string), 'a date as "YYYY-MM-DD"');
    case 'time': {
      const seconds = timeOf(json);
      return or(seconds === undefined ? undefined : timeText(seconds), 'a time of day as "HH:MM"');
    }
    case 'datetime': {
      const ms = instantOf(json);
      return or(ms === undefined ? undefined : instantText(ms), 'an instant such as "2026-01-31T09:00:00Z"');
    }
    case 'reference':
      return or(uuidText(json), 'the id of a record');
    case 'options':
    case 'references':
    case 'structure':
    case 'null':
      return { expected: 'a field' };
  }
}

/** Type of a literal that stands where nothing else says what it should be. */
export function naturalType(json: unknown): ValueType {
  if (typeof json === 'number') return 'decimal';
  if (typeof json === 'boolean') return 'boolean';
  return json === null ? 'null' : 'text';
}
