import type { FieldType, Normalized, ValueIssue } from './field-type.js';
import { bad, isStorable, ok, plainSql } from './values.js';

const MAX_BYTES = 65_536;
const MAX_DEPTH = 20;

/** What of a value could not be stored and read back as it is. */
function faultOf(value: unknown, depth: number): ValueIssue | undefined {
  if (depth > MAX_DEPTH) return { code: 'too_deep', message: `May be nested at most ${String(MAX_DEPTH)} levels deep.` };
  if (typeof value === 'string')
    return isStorable(value) ? undefined : { code: 'bad_characters', message: 'Contains characters that can not be stored.' };
  if (typeof value === 'number') {
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return isExact
      ? undefined
      : { code: 'not_exact', message: 'Holds a number with more digits than a JSON number keeps; write it as a string.' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const fault = (isStorable(name) ? undefined : faultOf(name, 0)) ?? faultOf(inner, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function checked(value: unknown): Normalized {
  const fault = faultOf(value, 0);
  if (fault !== undefined) return bad(fault.code, fault.message);
  const size = Buffer.byteLength(JSON.stringify(value));
  return size > MAX_BYTES ? bad('too_long', `May take up at most ${String(MAX_BYTES / 1024)} KB.`) : ok(value);
}

/**
 * Any JSON value: settings and answers of other systems, kept as they are. Nothing is known of what is inside, so conditions can only ask
 * whether there is a value.
 */
export const json: FieldType = {
  name: 'json',
  valueType: 'structure',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'jsonb' }],
  jsonSchema: () => ({ type: ['object', 'array', 'string', 'number', 'boolean'] }),
  normalize: (value) => (value === null ? ok(null) : checked(value)),
  encode: (value) => [value === null ? null : JSON.stringify(value)],
  jsonSql: plainSql,
  toCell: (value) => (value === null ? '' : JSON.stringify(value)),
  fromCell(text) {
    if (text.trim() === '') return null;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  },
  isSortable: false,
  isFilterable: true,
};
