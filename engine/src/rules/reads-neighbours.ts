import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { referencesOf } from '@fieldstone/metadata/language/references.js';
import type { FieldModel, Model, ObjectModel, RowRule } from '../model/types.js';
import type { ObjectAccess } from './access.js';

/**
 * Whether what is judged of a record when it is written may depend on other records of the same objects: "at most three open ones of an account". Then
 * many of them have to be written one after another, for each sees those before it.
 *
 * Shape:  `written` are names of the objects that the write changes. `more` are further conditions, such as those of default links.
 */
export function readsNeighbours(
  model: Model,
  object: ObjectModel,
  access: ObjectAccess,
  written: ReadonlySet<string>,
  more: readonly (Expression | undefined)[] = [],
): boolean {
  const seen = new Set<string>();
  const reads = (expression: Expression | undefined): boolean => {
    if (expression === undefined) return false;
    const { fields, objects } = referencesOf(expression);
    if (objects.some((name) => written.has(name))) return true;
    return fields.some((step) => readsComputed(model.objects.get(step.object)?.fields.get(step.field)));
  };
  const readsComputed = (field: FieldModel | undefined): boolean => {
    if (field?.computed === undefined || seen.has(field.id)) return false;
    seen.add(field.id);
    if (field.computed.kind === 'formula') return reads(field.computed.expression);
    // What a stored one holds is worked out later, behind all of them.
    const { from, isStored, where, of } = field.computed;
    if (isStored) return false;
    return (
      written.has(from) || reads(where) || readsComputed(of === undefined ? undefined : model.objects.get(of.object)?.fields.get(of.field))
    );
  };
  const ruleReads = (rule: RowRule) => rule.kind === 'where' && reads(rule.where);
  const fields = [...object.fields.values()];
  return (
    more.some(reads) ||
    object.validations.some(({ errorWhen }) => reads(errorWhen)) ||
    object.triggers.some(({ when }) => reads(when)) ||
    // A run keeps the record as it was, with all that is computed of it.
    (object.triggers.length > 0 && fields.some(readsComputed)) ||
    fields.some(({ where }) => reads(where)) ||
    [access.read, access.update, access.delete].some(ruleReads) ||
    [...access.fields.values()].some(({ edit }) => ruleReads(edit))
  );
}
