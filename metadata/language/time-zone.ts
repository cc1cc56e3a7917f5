const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  // Zones come from profiles and metadata, not from requests; the cap is for a process that serves the whole world.
  if (formats.size > 600) formats.clear();
  formats.set(timeZone, made);
  return made;
}

/** Offsets asked for lately: a list of records is judged at one "now", and formatting a date costs more than the rest of a condition. */
const offsets = new Map<string, Map<number, number>>();
const MAX_OFFSETS = 256;

/** How far the clocks of `timeZone` are ahead of UTC at an instant, in milliseconds. Errors: RangeError for an unknown zone. */
export function offsetAt(instantMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const known = offsets.get(timeZone);
  const remembered = known?.get(instantMs);
  if (remembered !== undefined) return remembered;
  // A zone that does not exist throws here, before it takes up memory.
  const offset = readOffset(instantMs, timeZone);
  if (known === undefined || known.size >= MAX_OFFSETS) offsets.set(timeZone, new Map([[instantMs, offset]]));
  else known.set(instantMs, offset);
  return offset;
}

function readOffset(instantMs: number, timeZone: string): number {
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) part[type] = value;
  const year = Number(part['year']);
  const local = new Date(0);
  local.setUTCFullYear(part['era']?.startsWith('B') ? 1 - year : year, Number(part['month']) - 1, Number(part['day']));
  local.setUTCHours(Number(part['hour']), Number(part['minute']), Number(part['second']));
  return local.getTime() - Math.floor(instantMs / 1000) * 1000;
}

/** The wall clock of `timeZone` at an instant, written as if it were UTC milliseconds. */
export const toLocal = (instantMs: number, timeZone: string): number => instantMs + offsetAt(instantMs, timeZone);

/**
 * The instant of a wall-clock time (as UTC milliseconds). A time that the clocks skip, or that they show twice, is read as Postgres
 * reads `timestamp at time zone`: as the later of the two instants that it could be.
 *
 * Source: DetermineTimeZoneOffset in PostgreSQL's datetime.c; the property tests compare both.
 */
export function toInstant(localMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return localMs;
  const before = offsetAt(localMs - DAY_MS, timeZone);
  const after = offsetAt(localMs + DAY_MS, timeZone);
  if (before === after) return localMs - before;
  const candidates = [localMs - before, localMs - after];
  const real = candidates.filter((instant) => instant + offsetAt(instant, timeZone) === localMs);
  return Math.max(...(real.length > 0 ? real : candidates));
}

/** First moment of the unit that a wall-clock time lies in. Weeks begin on Monday. */
export function startOf(localMs: number, unit: string): number {
  const day = Math.floor(localMs / DAY_MS);
  if (unit === 'day') return day * DAY_MS;
  // 1970-01-01 was a Thursday, three days after a Monday.
  if (unit === 'week') return (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS;
  const date = new Date(localMs);
  const month = date.getUTCMonth();
  const first = unit === 'year' ? 0 : unit === 'quarter' ? month - (month % 3) : month;
  return atMidnight(date.getUTCFullYear(), first, 1);
}

function atMidnight(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

/** Adds calendar units to a wall-clock time; a day that a month does not have becomes its last. */
export function addUnits(localMs: number, amount: number, unit: string): number {
  if (unit === 'minute') return localMs + amount * MINUTE_MS;
  if (unit === 'hour') return localMs + amount * 60 * MINUTE_MS;
  if (unit === 'day') return localMs + amount * DAY_MS;
  if (unit === 'week') return localMs + amount * 7 * DAY_MS;
  const date = new Date(localMs);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + amount * (unit === 'year' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = months - year * 12;
  const lastDay = new Date(atMidnight(year, month + 1, 0)).getUTCDate();
  const time = localMs - Math.floor(localMs / DAY_MS) * DAY_MS;
  return atMidnight(year, month, Math.min(date.getUTCDate(), lastDay)) + time;
}
