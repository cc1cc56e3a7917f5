import { evaluate, type RecordValues } from '@fieldstone/metadata/language/evaluate.js';
import type { PathStep } from '@fieldstone/metadata/language/expression.js';
import { fieldsRead, referencesOf, type RelationReference } from '@fieldstone/metadata/language/references.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ObjectModel, ValidationModel } from '../model/types.js';

export type ValidationEnvironment = { readonly userId: string | null; readonly now: Date; readonly timeZone: string };

type Mode = 'create' | 'update';

const rulesFor = (object: ObjectModel, mode: Mode): readonly ValidationModel[] => object.validations.filter(({ on }) => on.includes(mode));

/** What the rules look at besides the record's own fields: whoever calls `checkValidations` must put it into the records. */
export type ValidationNeeds = {
  /** Paths over links, for the record after the change and for the one before. */
  readonly record: readonly (readonly PathStep[])[];
  readonly previous: readonly (readonly PathStep[])[];
  /** Relations, whose records belong under the relation's name. */
  readonly relations: readonly RelationReference[];
};

export function validationNeeds(object: ObjectModel, mode: Mode): ValidationNeeds {
  const conditions = rulesFor(object, mode).map(({ errorWhen }) => errorWhen);
  const paths = (root: 'record' | 'previous') =>
    conditions.flatMap((condition) => fieldsRead(condition, root)).filter((path) => path.length > 1);
  const distinct = (list: readonly (readonly PathStep[])[]) => [
    ...new Map(list.map((path) => [path.map(({ field }) => field).join('.'), path])).values(),
  ];
  return {
    record: distinct(paths('record')),
    previous: distinct(paths('previous')),
    relations: conditions.flatMap((condition) => referencesOf(condition).relations),
  };
}

/**
 * Holds a record to the rules of its object.
 *
 * Shape:  `next` is the whole record as it would be saved; `previous` as it was, or null when it is new. Fields of the object that are not
 *         there count as empty; what a path over a link needs must be there (see `validationNeeds`).
 * Errors: every broken rule at once. A rule that can not be decided, because a value is missing or makes no sense, refuses the write too.
 */
export function checkValidations(
  object: ObjectModel,
  next: RecordValues,
  previous: RecordValues | null,
  { userId, now, timeZone }: ValidationEnvironment,
): Issue[] {
  const rules = rulesFor(object, previous === null ? 'create' : 'update');
  if (rules.length === 0) return [];
  const environment = { record: complete(object, next), previous: previous && complete(object, previous), userId, now, timeZone };
  return rules.flatMap((rule): Issue[] => {
    const broken = evaluate(rule.errorWhen, environment);
    if (broken !== true && broken !== undefined) return [];
    const path = rule.field === undefined ? '' : pointer(rule.field);
    if (broken === undefined)
      return [{ path, code: 'rule_undecided', message: `The rule "${rule.name}" could not be checked, so nothing was saved.` }];
    return [{ path, code: 'rule_broken', message: rule.message }];
  });
}

/** Every field of the object, empty where it is not set. */
function complete(object: ObjectModel, values: RecordValues): RecordValues {
  const empty = Object.fromEntries([...object.fields.keys()].map((name): [string, unknown] => [name, null]));
  for (const [name, value] of Object.entries(values)) if (value !== undefined) empty[name] = value;
  return empty;
}
