import type { FieldType, Normalized, ValueIssue } from './field-type.js';
import { bad, isStorable, ok, plainSql } from './values.js';
import { told } from '../texts/told.js';

const MAX_BYTES = 65_536;
const MAX_DEPTH = 20;

/** What of a value could not be stored and read back as it is. */
function faultOf(value: unknown, depth: number): ValueIssue | undefined {
  if (depth > MAX_DEPTH) return { code: 'too_deep', ...told('value.json_too_deep', { count: MAX_DEPTH }) };
  if (typeof value === 'string') return isStorable(value) ? undefined : { code: 'bad_characters', ...told('value.bad_characters') };
  if (typeof value === 'number') {
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return isExact ? undefined : { code: 'not_exact', ...told('value.json_not_exact') };
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
  if (fault !== undefined) return bad(fault.code, fault);
  const size = Buffer.byteLength(JSON.stringify(value));
  return size > MAX_BYTES ? bad('too_long', told('value.too_long_kb', { size: MAX_BYTES / 1024 })) : ok(value);
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
  uses: ['default'],
  isWide: true,
};
