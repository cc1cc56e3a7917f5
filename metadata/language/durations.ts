const MAX_SECONDS = Number.MAX_SAFE_INTEGER;
const ISO = /^(-)?P(?:(\d{1,16})W)?(?:(\d{1,16})D)?(?:T(?:(\d{1,16})H)?(?:(\d{1,16})M)?(?:(\d{1,16})S)?)?$/;

/**
 * Whole seconds of an ISO 8601 duration such as PT1H30M; undefined for anything else.
 *
 * Shape:  weeks, days, hours, minutes and seconds, perhaps with a minus before them. Months and years have no fixed length and are none.
 */
export function durationSeconds(text: unknown): number | undefined {
  const found = typeof text === 'string' ? ISO.exec(text) : null;
  if (found === null || !/\d[WDHMS]$/.test(found[0])) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(2)
    .map((count) => Number((count as string | undefined) ?? 0));
  const total = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (total > MAX_SECONDS) return undefined;
  return found[1] === undefined || total === 0 ? total : -total;
}

/** Seconds as ISO 8601 in its one canonical form: hours, minutes, seconds, and PT0S for none. Days are hours, so that no reader has to ask how long one is. */
export function durationText(seconds: number): string {
  const left = Math.abs(seconds);
  const parts = [
    [Math.floor(left / 3600), 'H'],
    [Math.floor(left / 60) % 60, 'M'],
    [left % 60, 'S'],
  ] as const;
  const text = parts.map(([count, unit]) => (count > 0 ? `${String(count)}${unit}` : '')).join('');
  return text === '' ? 'PT0S' : `${seconds < 0 ? '-' : ''}PT${text}`;
}

const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, min: 60, s: 1 };
const TYPED = /^(\d{1,9})(?:[.,](\d{1,4}))? ?(w|d|h|min|m|s)(?: |$)?/i;

/** Seconds of a duration as people write it: "1h 30m", "1.5 h", "2d", "1:30" (hours and minutes), "45 min". Undefined for anything else. */
export function typedDuration(text: string): number | undefined {
  const clock = /^(\d{1,6}):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (clock) return (Number(clock[1]) * 60 + Number(clock[2])) * 60 + Number(clock[3] ?? 0);
  let rest = text.trim();
  if (rest === '' || rest.length > 60) return undefined;
  let total = 0;
  let last = Infinity;
  while (rest !== '') {
    const [all, whole, fraction = '', unit = ''] = TYPED.exec(rest) ?? [];
    const size = UNITS[unit.toLowerCase()];
    // Each unit once, the greater before the smaller.
    if (all === undefined || whole === undefined || size === undefined || size >= last) return undefined;
    last = size;
    total += (Number(whole + fraction) * size) / 10 ** fraction.length;
    rest = rest.slice(all.length).trimStart();
  }
  return Number.isInteger(total) ? total : undefined;
}

/** A duration as people read it: "1h 30m"; the canonical form without its letters. */
export const spokenDuration = (seconds: number): string =>
  durationText(seconds)
    .replace('PT', '')
    .replace(/(\d{1,16})([HMS])(?=\d)/g, '$1$2 ')
    .toLowerCase();
