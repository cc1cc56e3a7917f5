import { plainCell } from './cells.js';
import { currency } from './currency.js';
import type { FieldOptions, FieldType } from './field-type.js';
import { bad } from './values.js';
import { told } from '../texts/told.js';

/** Columns of a stored roll-up by the type of its value. Sums outgrow what they are made of, so they have no limit of digits. */
const STORED: Readonly<Record<string, readonly { readonly suffix: string; readonly pgType: string }[]>> = {
  integer: [{ suffix: '', pgType: 'bigint' }],
  decimal: [{ suffix: '', pgType: 'numeric' }],
  percent: [{ suffix: '', pgType: 'numeric' }],
  currency: [
    { suffix: '', pgType: 'numeric' },
    { suffix: '_cur', pgType: 'char(3)' },
  ],
  date: [{ suffix: '', pgType: 'date' }],
  datetime: [{ suffix: '', pgType: 'timestamptz' }],
};

/** Whether a roll-up is a column, or worked out whenever it is read. */
export const isStoredRollup = ({ materialized, indexed }: FieldOptions): boolean => materialized === true || indexed === true;

/**
 * A field whose value is computed: nobody writes it. Its type is that of its result, see `resultType`; what is said here holds for any.
 */
const computed = (name: 'formula' | 'rollup', properties: readonly string[]): FieldType => ({
  name,
  valueType: 'null',
  properties,
  columns: (options) => (name === 'rollup' && isStoredRollup(options) ? (STORED[options.returns ?? 'integer'] ?? []) : []),
  jsonSchema: () => ({ not: {} }),
  normalize: () => bad('not_writable', told('value.computed')),
  encode: () => [],
  jsonSql: () => {
    throw new Error('a computed value is written by its result type');
  },
  ...plainCell,
  toCell: (value, options) => (options.returns === 'currency' ? currency : plainCell).toCell(value, options),
  isSortable: true,
  isFilterable: true,
  uses: ['indexed'],
  givenBy: name,
});

/** A value that follows from the record and from records it links to. */
export const formula = computed('formula', ['formula', 'returns', 'scale', 'currencyOf']);
/** A value brought together from the records that point to this one. */
export const rollup = computed('rollup', ['rollup', 'scale', 'materialized']);
