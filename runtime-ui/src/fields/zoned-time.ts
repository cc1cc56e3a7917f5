/** Wall-clock parts of an instant in an IANA zone. */
function wallTime(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** "2026-03-29T09:30", as a datetime-local input wants it, from an instant. Empty for what is no instant. */
export function toLocalInput(instant: string, timeZone: string): string {
  const time = new Date(instant).getTime();
  return Number.isNaN(time) ? '' : new Date(wallTime(time, timeZone)).toISOString().slice(0, 16);
}

/**
 * The instant of a wall-clock time in a zone, in UTC. A time that the clock skips in spring is moved forward by the gap; of a time that
 * happens twice in autumn the first is taken.
 */
export function fromLocalInput(local: string, timeZone: string): string | null {
  const wanted = new Date(`${local}Z`).getTime();
  if (Number.isNaN(wanted)) return null;
  const before = wallTime(wanted - 86_400_000, timeZone) - (wanted - 86_400_000);
  const after = wallTime(wanted + 86_400_000, timeZone) - (wanted + 86_400_000);
  for (const offset of [before, after]) if (wallTime(wanted - offset, timeZone) === wanted) return new Date(wanted - offset).toISOString();
  return new Date(wanted - before).toISOString();
}

/** Today's date in a zone, YYYY-MM-DD. */
export const todayIn = (timeZone: string, now = Date.now()): string => new Date(wallTime(now, timeZone)).toISOString().slice(0, 10);
