/** The only source of "now" for rules and defaults, so that tests can hold it still. Leases and schedules use the database's clock instead. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
export const fixedClock = (iso: string): Clock => ({ now: () => new Date(iso) });
