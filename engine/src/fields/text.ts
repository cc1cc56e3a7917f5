import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok, plainSql, storeText, textSchema } from './values.js';
import { told } from '../texts/told.js';

const MAX = 255;

/** One line of text. Line breaks and tabs become spaces, spaces at the ends are dropped, nothing left is no value. */
export const text: FieldType = {
  name: 'text',
  valueType: 'text',
  properties: ['maxLength'],
  columns: () => [{ suffix: '', pgType: 'text' }],
  jsonSchema: ({ maxLength = MAX }) => textSchema(maxLength),
  normalize(value, { maxLength = MAX }) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_text'));
    return storeText(value.replace(/[\r\n\t]+/g, ' ').trim(), maxLength);
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'searchable', 'default', 'name'],
  ignoresCase: true,
};
