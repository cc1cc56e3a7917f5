import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { decimalAnswer, decimalSchema, normalizeDecimal, scaleOf } from './numbers.js';
import { textOfColumn } from './values.js';

/** Percentages are stored as people say them: 12.5 % is "12.50". Twelve digits before the point are more than any growth rate needs. */
const BEFORE_POINT = 12;

export const percent: FieldType = {
  name: 'percent',
  valueType: 'decimal',
  properties: ['scale', 'min', 'max'],
  columns: (options) => [{ suffix: '', pgType: `numeric(${String(BEFORE_POINT + scaleOf(options))},${String(scaleOf(options))})` }],
  jsonSchema: () => decimalSchema,
  answerSchema: decimalAnswer,
  normalize: (value, options) => normalizeDecimal(value, options, BEFORE_POINT + scaleOf(options), scaleOf(options)),
  encode: (value) => [value],
  ...textOfColumn,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['indexed', 'default', 'sum'],
  toWritten: (value) => (typeof value === 'number' ? String(value) : value),
};
