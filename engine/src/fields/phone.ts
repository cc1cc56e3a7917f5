import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok, plainSql, storeText, textSchema } from './values.js';
import { told } from '../texts/told.js';

const MAX = 40;
const ALLOWED = /^[+]?[\d ()/.\-–]+(?:(?:x|ext[.]?|#) ?\d{1,8})?$/i;

/** A telephone number as people write it: digits with spaces and signs between, and perhaps an extension. */
export const phone: FieldType = {
  name: 'phone',
  valueType: 'text',
  properties: ['maxLength'],
  columns: () => [{ suffix: '', pgType: 'text' }],
  jsonSchema: ({ maxLength = MAX }) => textSchema(maxLength),
  normalize(value, { maxLength = MAX }) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return bad('not_text', told('value.not_text'));
    const number = value.replace(/\s+/g, ' ').trim();
    if (number === '') return ok(null);
    const digits = number.replace(/\D/g, '').length;
    if (number.length > 60 || digits < 3 || digits > 25 || !ALLOWED.test(number)) {
      return bad('not_a_phone_number', told('value.not_a_phone_number'));
    }
    return storeText(number, maxLength);
  },
  encode: (value) => [value],
  jsonSql: plainSql,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'searchable', 'default'],
  searchedBy: 'digits',
  ignoresCase: true,
};
