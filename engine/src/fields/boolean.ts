import type { FieldType } from './field-type.js';
import { bad, ok, plainSql } from './values.js';

export const boolean: FieldType = {
  name: 'boolean',
  valueType: 'boolean',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'boolean' }],
  jsonSchema: () => ({ type: 'boolean' }),
  normalize: (value) => (value === null || typeof value === 'boolean' ? ok(value) : bad('not_boolean', 'Must be true or false.')),
  encode: (value) => [value],
  jsonSql: plainSql,
  isSortable: true,
  isFilterable: true,
};
