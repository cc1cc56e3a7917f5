import { plainCell } from './cells.js';
import { currency } from './currency.js';
import type { FieldOptions, FieldType } from './field-type.js';
import { needsOptions, picklist } from './picklist.js';
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

/** Results whose cells are not those of a plain value. */
const CELLS: Readonly<Record<string, Pick<FieldType, 'toCell'>>> = { currency, picklist };

const strayOptions: NonNullable<FieldType['checkOptions']> = ({ options }) =>
  options === undefined
    ? undefined
    : { property: 'options', code: 'not_for_type', message: 'Only a formula that returns a picklist has options.' };

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
  toCell: (value, options) => (CELLS[options.returns ?? ''] ?? plainCell).toCell(value, options),
  checkOptions: (options) => (options.returns === 'picklist' ? needsOptions(options) : strayOptions(options)),
  isSortable: true,
  isFilterable: true,
  uses: ['indexed'],
  givenBy: name,
});

/** A value that follows from the record and from records it links to. */
export const formula = computed('formula', ['formula', 'returns', 'scale', 'currencyOf', 'options']);
/** A value brought together from the records that point to this one. */
export const rollup = computed('rollup', ['rollup', 'scale', 'materialized']);
