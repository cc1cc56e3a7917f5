import { Cron } from 'croner';

/** What is wrong with a schedule, if anything. */
export function scheduleProblem(
  cron: string,
  timeZone: string,
): { readonly part: 'cron' | 'timeZone'; readonly message: string } | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    return { part: 'timeZone', message: `"${timeZone}" is not a time zone such as "Europe/Berlin".` };
  }
  try {
    if (new Cron(cron, { timezone: timeZone, mode: '5-part' }).nextRun() === null) return { part: 'cron', message: 'This never comes.' };
  } catch {
    return { part: 'cron', message: 'Expected five fields: minute, hour, day of month, month, day of week; such as "0 8 * * 1-5".' };
  }
  return undefined;
}
