import { whyNotIndexed } from '@fieldstone/metadata/language/formula-field.js';
import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { fieldType } from '../fields/registry.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { at, firstColumn, pgTypeOf } from './physical-names.js';

/**
 * What stands before and after each value in the words of a record. Nobody can type the sign, so no search text runs from one value into another;
 * the spaces let a word at the beginning or the end of a value be told from one in the middle of a word.
 */
export const EDGE = '\u001F';
const EDGE_SQL = String.raw`E' \x1f '`;

/** Of a long text, so much is searched: an index of whole books would cost more than all else together. */
export const SEARCHED_CHARACTERS = 2_000;

/** The fields of an object that a search text is looked for in: its name first, then those that the metadata names. */
export function searchedFields(active: ActiveModel, object: ObjectModel): FieldModel[] {
  const name = object.fields.get(object.nameField);
  const others = [...object.fields.values()].filter((field) => field.searchable && field !== name);
  return [...(name === undefined ? [] : [name]), ...others].filter(
    (field) => fieldType(field.type).isSecret !== true && pgTypeOf(active, field) === 'text',
  );
}

/** Whether a value follows from the row alone, by what an index can hold: then the index of words has it too. */
function isOfRow(model: Model, { computed, object }: FieldModel): boolean {
  if (computed === undefined) return true;
  if (computed.kind === 'rollup' || whyNotIndexed(computed.expression) !== undefined) return false;
  return fieldsRead(computed.expression).every(([step]) => {
    const read = step && model.objects.get(object)?.fields.get(step.field);
    return read !== undefined && isOfRow(model, read);
  });
}

export const indexedFields = (active: ActiveModel, object: ObjectModel): FieldModel[] =>
  searchedFields(active, object).filter((field) => isOfRow(active.model, field));

/** Whether the digits of a value are what is looked for, however it was written. */
export const isOfDigits = (field: FieldModel): boolean => fieldType(field.type).searchedBy === 'digits';

/**
 * The text of a field that searches look in, not yet folded. `computed` gives the value of a field without a column.
 *
 * Shape:  formatted text without its markup, which stands in a column of its own; of a long text its beginning; of a telephone number its digits.
 */
export function searchedText(
  active: ActiveModel,
  field: FieldModel,
  alias: string,
  computed: (field: FieldModel) => string,
  how: 'compared' | 'as written' = 'compared',
): string {
  const { searchSuffix = '', isWide } = fieldType(field.type);
  const value = field.computed === undefined ? at(alias, firstColumn(active, field).name + searchSuffix) : computed(field);
  if (how === 'as written') return value;
  if (isOfDigits(field)) return `regexp_replace(${value}, '[^0-9]+', '', 'g')`;
  return isWide === true ? `left(${value}, ${SEARCHED_CHARACTERS})` : value;
}

export const folded = (sql: string): string => `"meta_v"."fold"(${sql})`;

/** The words of a record in one text, as their index has them: of all its searched fields, whoever may read them. Undefined when it has none. */
export function recordWords(
  active: ActiveModel,
  object: ObjectModel,
  alias: string,
  computed: (field: FieldModel) => string,
): string | undefined {
  const texts = indexedFields(active, object).map((field) => `coalesce(${searchedText(active, field, alias, computed)}, '')`);
  if (texts.length === 0) return undefined;
  return folded(`${EDGE_SQL} || ${texts.join(` || ${EDGE_SQL} || `)} || ${EDGE_SQL}`);
}
