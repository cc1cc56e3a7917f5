import { optionFromCell, optionToCell } from './cells.js';
import type { FieldOptions, FieldType, Normalized } from './field-type.js';
import { nearest } from '@fieldstone/metadata/language/nearest.js';
import { bad, ok, plainSql } from './values.js';
import { told, type Told } from '../texts/told.js';

/** Whether an option may be chosen. */
const isActive = ({ inactive, replacedBy }: NonNullable<FieldOptions['options']>[number]): boolean =>
  inactive !== true && replacedBy === undefined;

/** As many options as are named when the one that was given is not among them. */
const MAX_NAMED = 12;

function unknownOption(code: string, active: readonly string[]): Told {
  if (active.length <= MAX_NAMED) return told('value.unknown_option_list', { options: active.join(', ') });
  const guess = nearest(code.slice(0, 60), active);
  return guess === undefined ? told('value.unknown_option') : told('value.unknown_option_guess', { guess });
}

/** Checks one code. Options that were retired can be read but no longer chosen. */
export function checkOption(code: unknown, { options = [] }: FieldOptions): Normalized {
  const option = options.find(({ value }) => value === code);
  if (option === undefined) {
    const active = options.filter(isActive).map(({ value }) => value);
    return bad('not_an_option', unknownOption(String(code), active));
  }
  return !isActive(option) ? bad('inactive_option', told('value.inactive_option', { option: option.label })) : ok(code);
}

export const needsOptions: NonNullable<FieldType['checkOptions']> = ({ options }) =>
  options === undefined ? { property: 'options', code: 'missing_property', message: 'A picklist needs its options.' } : undefined;

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
  uses: ['indexed', 'searchable', 'default'],
  choice: 'one',
  checkOptions: needsOptions,
};
