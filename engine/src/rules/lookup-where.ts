import { bindOuter } from '@fieldstone/metadata/language/bind-outer.js';
import type { RecordValues } from '@fieldstone/metadata/language/evaluate.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { fieldsRead, referencesOf } from '@fieldstone/metadata/language/references.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import type { ValidationEnvironment } from './validations.js';

/**
 * The condition that the target of a link must meet, with the values of the record being written put in: to be added to the query that looks
 * the target up, in the write as in the picker.
 *
 * Shape:  `values` is the whole record as it would be saved. Undefined when the field has no `where`.
 * Errors: "undecided" when `where` needs a value that is not there; the link must then be refused.
 */
export function lookupCondition(
  field: Pick<FieldModel, 'where'>,
  values: RecordValues,
  environment: ValidationEnvironment,
): Expression | 'undecided' | undefined {
  if (field.where === undefined) return undefined;
  return bindOuter(field.where, { ...environment, record: {}, outer: values }) ?? 'undecided';
}

/**
 * Links to check again when some fields change: those whose `where` reads one of them from the record, even if the link itself stays.
 */
export function linksThatDependOn(object: ObjectModel, changed: ReadonlySet<string>): readonly FieldModel[] {
  return [...object.fields.values()].filter(
    ({ where }) => where !== undefined && fieldsRead(where, 'outer').some(([first]) => first !== undefined && changed.has(first.field)),
  );
}

/** Fields of the target that a `where` reads: what a picker must know of a candidate. */
export const targetFieldsRead = (where: Expression): readonly string[] => referencesOf(where).fields.map(({ field }) => field);
