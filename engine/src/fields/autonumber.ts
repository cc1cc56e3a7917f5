import { literal } from '../kernel/statement.js';
import { plainCell } from './cells.js';
import type { FieldOptions, FieldType } from './field-type.js';
import { ok } from './values.js';

/** The parts of a display format: "INV-{0000}" is "INV-", four digits, "". Without a format, the number stands alone. */
function formatParts({ format = '{0}' }: FieldOptions): { readonly before: string; readonly width: number; readonly after: string } {
  const open = format.indexOf('{');
  const close = format.indexOf('}', open);
  if (open < 0 || close < 0) return { before: format, width: 1, after: '' };
  return { before: format.slice(0, open), width: close - open - 1, after: format.slice(close + 1) };
}

/**
 * A number that the system gives to each new record, without gaps. Stored as the bare number; in JSON and in conditions it is the text that
 * people see. Nobody writes it.
 */
export const autonumber: FieldType = {
  name: 'autonumber',
  valueType: 'text',
  properties: ['format', 'start'],
  columns: () => [{ suffix: '', pgType: 'bigint' }],
  jsonSchema: () => ({ type: 'integer' }),
  answerSchema: { type: 'string' },
  normalize: (value) => ok(value),
  encode: (value) => [value],
  jsonSql([column = 'null'], options) {
    const { before, width, after } = formatParts(options);
    return `(${literal(before)} || lpad(${column}::text, greatest(${String(width)}, length(${column}::text)), '0') || ${literal(after)})`;
  },
  // What people see of it is its text; its column is the bare number.
  conditionSql: (columns, options) => autonumber.jsonSql(columns, options),
  ...plainCell,
  isSortable: true,
  isFilterable: true,
  uses: ['unique', 'indexed', 'searchable', 'name'],
  givenBy: 'counter',
  checkOptions: ({ format }) =>
    format === undefined
      ? { property: 'format', code: 'missing_property', message: 'An autonumber needs a format, such as "D-{00000}".' }
      : undefined,
};
