import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok, plainSql, storeText, textSchema } from './values.js';
import { told } from '../texts/told.js';

const MAX = 32_000;

/** Text of many lines, kept as written but for its line ends, which become "\n". Only blanks is no value. */
export const longText: FieldType = {
  name: 'long_text',
  valueType: 'text',
  properties: ['maxLength'],
  columns: () => [{ suffix: '', pgType: 'text' }],
  jsonSchema: ({ maxLength = MAX }) => textSchema(maxLength),
  normalize(value, { maxLength = MAX }) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_text'));
    return value.trim() === '' ? ok(null) : storeText(value.replace(/\r\n?/g, '\n'), maxLength);
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  ...plainCell,
  // Ordering a list by pages of text helps nobody and needs the whole text of every row.
  isSortable: false,
  isFilterable: true,
  uses: ['searchable', 'default'],
  isWide: true,
};
