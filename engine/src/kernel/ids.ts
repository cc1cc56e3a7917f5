import { randomFillSync } from 'node:crypto';
import { v5, v7, validate } from 'uuid';

/** Random bytes for the ids to come: asked of the system one id at a time, they took longer than all else about an id. */
const pool = new Uint8Array(16 * 128);
let used = pool.length;

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

let msecs = 0;
let seq = 0;

/** A new record id: UUIDv7, so that rows made together lie together in the primary key (RFC 9562). Monotonic within the process. */
export function newId(): string {
  const random = randomBytes();
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    // Begins in the lower half, so that there is room to count on.
    seq = new DataView(random.buffer, random.byteOffset).getUint32(6) & 0x7fff_ffff;
  } else {
    seq = (seq + 1) | 0;
    if (seq === 0) msecs += 1;
  }
  return v7({ random, msecs, seq });
}

/** An id that is a pure function of its name: the same in every installation, for records that packs ship. */
export const derivedId = (name: string): string => v5(name, 'b2f7c1de-6a0e-4c52-9d1b-3f6f0a1c9e44');

export const isUuid = (value: unknown): value is string => typeof value === 'string' && validate(value);

/** When an id was made, in milliseconds: a UUIDv7 begins with it. */
export const timeOfId = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
