import type { FieldType } from './field-type.js';
import { bad, ok, plainSql } from './values.js';
import { told } from '../texts/told.js';

/** What spreadsheets and people write. */
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'no', '0'].map((word) => [word, false] as const),
]);

export const boolean: FieldType = {
  name: 'boolean',
  valueType: 'boolean',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'boolean' }],
  jsonSchema: () => ({ type: 'boolean' }),
  normalize: (value) => (value === null || typeof value === 'boolean' ? ok(value) : bad('not_boolean', told('value.not_boolean'))),
  encode: (value) => [value],
  jsonSql: plainSql,
  toCell: (value) => (value === null ? '' : String(value)),
  fromCell: (text) => (text === '' ? null : (WORDS.get(text.trim().toLowerCase()) ?? text)),
  isSortable: true,
  isFilterable: true,
  uses: ['indexed', 'default'],
};
