const UNIT_MS = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const;

/**
 * Milliseconds of an ISO 8601 duration such as PT30S or P1DT2H; undefined when it is none.
 *
 * Units: a year counts 365 days and a month 30: these are delays between attempts, not dates.
 */
export function durationMs(text: string): number | undefined {
  const match = /^P((?:\d{1,9}[YMWD])*)(?:T((?:\d{1,9}[HMS])+))?$/.exec(text);
  if (!match || (match[1] === '' && match[2] === undefined)) return undefined;
  let total = 0;
  for (const [, count, unit] of (match[1] ?? '').matchAll(/(\d{1,9})([YMWD])/g)) {
    const days = unit === 'Y' ? 365 : unit === 'M' ? 30 : 0;
    total += Number(count) * (days > 0 ? days * UNIT_MS.D : UNIT_MS[unit as 'W' | 'D']);
  }
  for (const [, count, unit] of (match[2] ?? '').matchAll(/(\d{1,9})([HMS])/g)) total += Number(count) * UNIT_MS[unit as 'H' | 'M' | 'S'];
  return total;
}
