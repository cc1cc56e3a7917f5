import { optionFromCell, optionToCell } from './cells.js';
import type { FieldOptions, FieldType, Normalized } from './field-type.js';
import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { bad, ok, plainSql } from './values.js';

/** Whether an option may be chosen. */
const isActive = ({ inactive, replacedBy }: NonNullable<FieldOptions['options']>[number]): boolean =>
  inactive !== true && replacedBy === undefined;

/** Checks one code. Options that were retired can be read but no longer chosen. */
export function checkOption(code: unknown, { options = [] }: FieldOptions): Normalized {
  const option = options.find(({ value }) => value === code);
  if (option === undefined) {
    const active = options.filter(isActive).map(({ value }) => value);
    const known = active.length <= 12 ? ` It is one of: ${active.join(', ')}.` : didYouMean(String(code).slice(0, 60), active);
    return bad('not_an_option', `There is no such option.${known}`);
  }
  return !isActive(option) ? bad('inactive_option', `"${option.label}" can no longer be chosen.`) : ok(code);
}

/** One of a list of choices, stored by its code. */
export const picklist: FieldType = {
  name: 'picklist',
  valueType: 'option',
  properties: ['options', 'dependsOn'],
  columns: () => [{ suffix: '', pgType: 'text' }],
  jsonSchema: () => ({ type: 'string', maxLength: 61 }),
  normalize: (value, options) => (value === null || value === '' ? ok(null) : checkOption(value, options)),
  encode: (value) => [value],
  jsonSql: plainSql,
  toCell: (value, options) => (typeof value === 'string' ? optionToCell(value, options) : ''),
  fromCell: (text, options) => (text.trim() === '' ? null : optionFromCell(text, options)),
  isSortable: true,
  isFilterable: true,
};
