import { durationSeconds, durationText, typedDuration } from '@fieldstone/metadata/language/durations.js';
import { plainCell } from './cells.js';
import type { FieldOptions, FieldType, Normalized } from './field-type.js';
import { normalizeInteger } from './numbers.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

/** Bounds are seconds; a message says them as the value is said. */
function inBounds(seconds: number, { min, max }: FieldOptions): Normalized {
  if (min !== undefined && seconds < Number(min)) return bad('too_small', told('value.too_small', { min: durationText(Number(min)) }));
  if (max !== undefined && seconds > Number(max)) return bad('too_large', told('value.too_large', { max: durationText(Number(max)) }));
  return ok(durationText(seconds));
}

/**
 * A length of time, to the second: stored, ordered and added up as seconds, in the API as ISO 8601 ("PT1H30M").
 *
 * Shape:  written as ISO 8601, as people say it ("1h 30m"), or as a number of seconds. In conditions it is its seconds.
 */
export const duration: FieldType = {
  name: 'duration',
  valueType: 'decimal',
  properties: ['min', 'max'],
  columns: () => [{ suffix: '', pgType: 'bigint' }],
  jsonSchema: () => ({ type: ['string', 'number'], maxLength: 130 }),
  answerSchema: { type: 'string', pattern: '^(PT0S|-?PT(\\d+H)?(\\d+M)?(\\d+S)?)$' },
  normalize(value, options) {
    if (value === null) return ok(null);
    const text = typeof value === 'string' ? value.trim() : value;
    if (text === '') return ok(null);
    const seconds = durationSeconds(text) ?? (typeof text === 'string' ? typedDuration(text) : undefined);
    if (seconds !== undefined) return inBounds(seconds, options);
    // What a rule or a workflow computed is a number of seconds.
    const number = normalizeInteger(text, {});
    if ('issue' in number) return bad('not_a_duration', told('value.not_a_duration'));
    return inBounds(Number(number.value), options);
  },
  encode: (value) => [value === null ? null : durationSeconds(value)],
  jsonSql([column = 'null']) {
    const part = (count: string, unit: string) => `case when ${count} > 0 then (${count})::text || '${unit}' else '' end`;
    const left = `abs(${column})`;
    return (
      `case when ${column} is null then null when ${column} = 0 then 'PT0S' else case when ${column} < 0 then '-' else '' end || 'PT' || ` +
      `${part(`${left} / 3600`, 'H')} || ${part(`${left} / 60 % 60`, 'M')} || ${part(`${left} % 60`, 'S')} end`
    );
  },
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['indexed', 'default', 'sum'],
};
