import { canonicalJson } from '../kernel/hash.js';

/** Stands for a property or an item that a document does not have. */
export const absent: unique symbol = Symbol('absent');

/** Any value of a document, or none. */
export type Json = string | number | boolean | null | typeof absent | Json[] | { [name: string]: Json };

export const isPlain = (value: unknown): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Equal as JSON: the order of properties means nothing. */
export const same = (one: Json, other: Json): boolean =>
  one === other || (one !== absent && other !== absent && canonicalJson(one) === canonicalJson(other));
