import { v5, v7, validate } from 'uuid';

/** A new record id: UUIDv7, so that rows made together lie together in the primary key (RFC 9562). Monotonic within the process. */
export const newId = (): string => v7();

/** An id that is a pure function of its name: the same in every installation, for records that packs ship. */
export const derivedId = (name: string): string => v5(name, 'b2f7c1de-6a0e-4c52-9d1b-3f6f0a1c9e44');

export const isUuid = (value: unknown): value is string => typeof value === 'string' && validate(value);

/** When an id was made, in milliseconds: a UUIDv7 begins with it. */
export const timeOfId = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
