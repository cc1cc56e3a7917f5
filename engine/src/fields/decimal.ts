import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { decimalAnswer, decimalSchema, normalizeDecimal, precisionOf, scaleOf } from './numbers.js';
import { textOfColumn } from './values.js';

/** A decimal number of fixed scale, a string on the wire: JSON numbers lose digits. */
export const decimal: FieldType = {
  name: 'decimal',
  valueType: 'decimal',
  properties: ['precision', 'scale', 'min', 'max'],
  columns: (options) => [{ suffix: '', pgType: `numeric(${String(precisionOf(options))},${String(scaleOf(options))})` }],
  jsonSchema: () => decimalSchema,
  answerSchema: decimalAnswer,
  normalize: (value, options) => normalizeDecimal(value, options, precisionOf(options), scaleOf(options)),
  encode: (value) => [value],
  ...textOfColumn,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'default', 'sum'],
  toWritten: (value) => (typeof value === 'number' ? String(value) : value),
};
