import { timeOf, timeText } from '@fieldstone/metadata/language/literals.js';
import { plainCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

/** A time of day, without date or zone: "09:30:00". The seconds may be left out when it is written. */
export const time: FieldType = {
  name: 'time',
  valueType: 'time',
  properties: [],
  columns: () => [{ suffix: '', pgType: 'time' }],
  jsonSchema: () => ({ type: 'string', maxLength: 8 }),
  answerSchema: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$' },
  normalize(value) {
    if (value === null || value === '') return ok(null);
    const seconds = timeOf(value);
    return seconds === undefined ? bad('not_a_time', told('value.not_a_time')) : ok(timeText(seconds));
  },
  encode: (value) => [value],
  jsonSql: ([column = 'null']) => `to_char(${column}, 'HH24:MI:SS')`,
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['indexed', 'default'],
};
