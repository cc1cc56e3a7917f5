import { environmentOf, judge, ownFieldsRead } from './conditions.js';
import type { Values } from './same-value.js';
import type { Screen } from './screen.js';

/** The condition of a lookup's default: which fields it reads, and whether a record meets it. */
export const startRecord = (screen: Screen, object: string, condition: unknown) => ({
  reads: ownFieldsRead(screen, object, condition),
  meets: (record: Values): boolean => judge(screen, object, condition, environmentOf(screen, record)) === true,
});
