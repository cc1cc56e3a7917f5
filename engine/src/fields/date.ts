import { dayOf } from '@fieldstone/metadata/language/literals.js';
import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok, plainSql } from './values.js';
import { told } from '../texts/told.js';

/** A day of the calendar, without time or zone: "YYYY-MM-DD". */
export const date: FieldType = {
  name: 'date',
  valueType: 'date',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'date' }],
  jsonSchema: () => ({ type: 'string', maxLength: 10 }),
  answerSchema: { type: 'string', format: 'date' },
  normalize(value) {
    if (value === null || value === '') return ok(null);
    return dayOf(value) === undefined ? bad('not_a_date', told('value.not_a_date')) : ok(value);
  },
  encode: (value) => [value],
  // JSON writes a date as the API has it, whatever the settings; to_char takes as long as the rest of a short row.
  jsonSql: plainSql,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'default'],
};
