import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { normalizeInteger } from './numbers.js';
import { plainSql } from './values.js';

/** A whole number within ±2^53, a JSON number on the wire. A string of digits is read too. */
export const integer: FieldType = {
  name: 'integer',
  valueType: 'decimal',
  properties: ['min', 'max'],
  columns: () => [{ suffix: '', pgType: 'bigint' }],
  jsonSchema: () => ({ type: ['integer', 'string'], maxLength: 130 }),
  answerSchema: { type: 'integer' },
  normalize: normalizeInteger,
  encode: (value) => [value],
  jsonSql: plainSql,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'default', 'sum'],
  toWritten: (value) => (typeof value === 'string' && /^-?\d{1,15}(\.0+)?$/.test(value) ? Number(value) : value),
};
