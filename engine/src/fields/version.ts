import { integer } from './integer.js';
import type { FieldType } from './field-type.js';

/** Counts the writes of a record; what If-Match names. Set by the write path alone. */
export const version: FieldType = { ...integer, name: 'version', properties: [] };
