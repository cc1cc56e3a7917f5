import { optionFromCell, optionToCell, splitCell } from './cells.js';
import type { FieldType } from './field-type.js';
import { checkOption, needsOptions } from './picklist.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

/** Several of a list of choices: codes without repeats, in the order of the list. None is no value. */
export const multiPicklist: FieldType = {
  name: 'multi_picklist',
  valueType: 'options',
  properties: ['options'],
  columns: () => [{ suffix: '', pgType: 'text[]' }],
  jsonSchema: () => ({ type: 'array', items: { type: 'string', maxLength: 61 }, maxItems: 1000 }),
  normalize(value, options) {
    if (value === null) return ok(null);
    if (!Array.isArray(value)) return bad('not_a_list', told('value.not_options'));
    for (const code of value) {
      const result = checkOption(code, options);
      if ('issue' in result) return result;
    }
    const chosen = new Set<unknown>(value);
    return ok(chosen.size === 0 ? null : (options.options ?? []).map((option) => option.value).filter((code) => chosen.has(code)));
  },
  encode: (value) => [value],
  jsonSql: ([column = 'null']) => `to_json(${column})`,
  toCell: (value, options) => (Array.isArray(value) ? value.map((code) => optionToCell(String(code), options)).join('; ') : ''),
  fromCell: (text, options) => splitCell(text).map((item) => optionFromCell(item, options)),
  isSortable: false,
  isFilterable: true,
  uses: ['default'],
  choice: 'many',
  memberType: 'picklist',
  checkOptions: needsOptions,
};
