import { Cron } from 'croner';
import type { DueSchedule, ScheduleDecision } from '../store/workflow-schedules.js';

/** A node that wakes up after a long time must not start thousands of runs at once: the newest this many are caught up. */
const MAX_CATCH_UP = 100;
/** An occurrence later than this counts as missed. */
const GRACE_MS = 60_000;

/**
 * The first occurrence of a five-field cron expression after a time, read in an IANA zone; null when there is none.
 *
 * Shape:  a local time that a change of the clocks leaves out is taken at the moment of the change (or right after it); one that comes twice is
 *         taken once, the first time. Hourly and finer rules fire in every elapsed hour.
 * Errors: throws on an expression or zone that the publish check lets nobody store.
 */
export function nextOccurrence(cron: string, timeZone: string, after: Date): Date | null {
  return new Cron(cron, { timezone: timeZone, mode: '5-part' }).nextRun(after);
}

/**
 * What to do about a due schedule. Computed from the stored occurrence, never from the clock of this process, so that nothing is skipped or
 * doubled however late or often somebody looks.
 *
 * Shape:  fire_once: the newest missed occurrence. fire_all: every one, at most the newest 100. skip: only what is not late.
 */
export function decide({
  cron,
  timeZone,
  misfire,
  dueAt,
  now,
}: Pick<DueSchedule, 'cron' | 'timeZone' | 'misfire' | 'dueAt' | 'now'>): ScheduleDecision {
  const due: Date[] = [];
  let next: Date | null = dueAt;
  while (next !== null && next <= now) {
    due.push(next);
    if (due.length > MAX_CATCH_UP) due.shift();
    next = nextOccurrence(cron, timeZone, next);
  }
  if (misfire === 'fire_all') return { fire: due, next };
  const newest = due.slice(-1);
  return { fire: misfire === 'skip' ? newest.filter((at) => now.getTime() - at.getTime() <= GRACE_MS) : newest, next };
}
