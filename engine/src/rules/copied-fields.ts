import { fieldType } from '../fields/registry.js';
import type { FieldModel } from '../model/types.js';

/**
 * Whether a copy of a record takes over the value of a field, apart from whether the caller may: not who owns it, what only one record can have, secrets,
 * files and the moments that are kept of changes.
 */
export function isCopied(field: FieldModel): boolean {
  const { isSecret, holds, givenBy } = fieldType(field.type);
  const isGiven = givenBy !== undefined || field.computed !== undefined || field.options.stampedBy !== undefined;
  return !field.system && !field.unique && isSecret !== true && holds === undefined && !isGiven;
}
