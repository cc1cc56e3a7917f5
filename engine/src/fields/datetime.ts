import { instantOf, instantText } from '@fieldstone/metadata/language/literals.js';
import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

/** An instant, to the millisecond. It is written with any offset and read in UTC: "2026-01-31T09:00:00.000Z". */
export const datetime: FieldType = {
  name: 'datetime',
  valueType: 'datetime',
  properties: ['stampedBy'],
  columns: () => [{ suffix: '', pgType: 'timestamptz' }],
  jsonSchema: () => ({ type: 'string', maxLength: 40 }),
  answerSchema: { type: 'string', format: 'date-time' },
  normalize(value) {
    if (value === null || value === '') return ok(null);
    const ms = instantOf(value);
    if (ms === undefined) return bad('not_an_instant', told('value.not_an_instant'));
    return ok(instantText(ms));
  },
  encode: (value) => [value],
  jsonSql: ([column = 'null']) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'default'],
};
