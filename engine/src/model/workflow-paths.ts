import { fieldType } from '../fields/registry.js';
import type { FieldModel } from './types.js';

export type FieldOf = (object: string, name: string) => FieldModel | undefined;

/**
 * A path over a record as workflows write it: `account.industry`, `owner.label`, `amount.currency`.
 *
 * Shape:  `read` are the field names to ask the query compiler for; the rest of the path, if any, is a part of that value.
 */
export type RecordPath =
  | { readonly ok: true; readonly read: readonly string[]; readonly field: FieldModel; readonly part: string | undefined }
  | { readonly ok: false; readonly object: string; readonly name: string };

/** Follows a path from an object over its lookups. */
export function followPath(fieldOf: FieldOf, object: string, parts: readonly string[]): RecordPath {
  const read: string[] = [];
  let at = object;
  for (const [index, name] of parts.entries()) {
    const field = fieldOf(at, name);
    if (!field) return { ok: false, object: at, name };
    read.push(name);
    const rest = parts.slice(index + 1);
    const [next] = rest;
    if (next === undefined) return { ok: true, read, field, part: undefined };
    if (rest.length === 1 && isPart(field, next)) return { ok: true, read, field, part: next };
    if (field.target === undefined) return { ok: false, object: at, name: `${name}.${next}` };
    at = field.target;
  }
  return { ok: false, object: at, name: '' };
}

/** Parts of a value that is more than one: money, and what a lookup points to. */
export function isPart(field: FieldModel, name: string): boolean {
  const { parts, members } = fieldType(field.type);
  if (parts?.has(name) === true || members?.includes(name) === true) return true;
  return field.target !== undefined && (name === 'id' || name === 'label');
}
