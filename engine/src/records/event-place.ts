import type { Actor } from '../kernel/actor.js';
import type { Keyring } from '../kernel/seal.js';
import { EVENT_DAYS, type EventPlace } from '../store/read-events.js';

/** A place is only good while everything behind it is still kept; an hour is left for clocks and sweeps. */
const KEPT_MS = EVENT_DAYS * 24 * 3_600_000 - 3_600_000;

const sealedFor = ({ tenantId, userId }: Actor) => ({ tenantId, object: 'events', record: userId, field: 'place' });

/**
 * A place in the stream of changes as its listener keeps it: sealed, since its numbers would tell how much goes on that the listener does not see, and
 * good for that person alone.
 */
export const sealPlace = (keys: Keyring, actor: Actor, { xid, seq }: EventPlace, now: Date): string =>
  keys.seal(sealedFor(actor), `${xid}-${seq}-${String(now.getTime())}`);

/** The place; undefined for what is none, is somebody else's, or is so old that events behind it may be gone. */
export function openPlace(keys: Keyring, actor: Actor, text: string, now: Date): EventPlace | undefined {
  const match = /^(\d{1,20})-(\d{1,19})-(\d{1,16})$/.exec((text.length <= 1_000 ? keys.open(sealedFor(actor), text) : undefined) ?? '');
  const [, xid, seq, at] = match ?? [];
  return xid !== undefined && seq !== undefined && now.getTime() - Number(at) < KEPT_MS ? { xid, seq } : undefined;
}
