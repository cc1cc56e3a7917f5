import type { Expression, PathStep } from '@fieldstone/metadata/language/expression.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { firstColumn, isReference } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/**
 * How the rows of a page are reached, besides walking along the index of its order.
 *
 * Shape:  each gives SQL over alias `d` when it is asked, since a statement may not have parameters that it does not use. `predicate` always holds of the
 *         rows. `arms` are predicates that together mean the same as the rule of the caller, each of which an index answers. `listed` is what the rows have
 *         in one of their fields.
 */
export type RowAccess = { predicate(): string; arms?(): string[]; listed?: Listed };

/** A field of which the rows have one of a few values: owners, or options of a picklist. `values` is the array of them. */
export type Listed = { readonly field: FieldModel; values(): string };

const MAX_ARMS = 8;
/** Beyond so many owners their rows are no small part of all, and walking along the order is as good. */
const MAX_OWNERS = 50;

type Call = Extract<Expression, { kind: 'call' }>;
type Field = Extract<Expression, { kind: 'field' }>;

/**
 * Where to look for the rows that a rule or a filter names, by its form and the indexes there are.
 *
 * Shape:  "own or shared with me" is two ranges of two indexes, which no single index gives; "owned by one of my team" is as many ranges as there are
 *         people. A rule whose alternatives are not all answered by an index has its predicate alone, and so has a list whose filter an index answers.
 */
export function rowAccess(scope: QueryScope, object: ObjectModel, expressions: readonly Expression[]): RowAccess {
  const { read } = scope.access(object.name);
  let known: string | undefined;
  const predicate = () => (known ??= scope.rule(read, 'd'));
  const rule = read.kind === 'where' ? read.where : undefined;
  const owners = [rule, ...expressions].flatMap((part) => (part === undefined ? [] : ownersOf(object, part)))[0];
  const listed = owners ?? (rule === undefined ? expressions.flatMap((part) => fewOptions(object, part))[0] : undefined);
  if (listed !== undefined) {
    const { field, values } = listed;
    return { predicate, listed: { field, values: () => `${scope.params.constant(values)}::${firstColumn(scope.active, field).pgType}[]` } };
  }
  if (rule === undefined) return { predicate };
  if (expressions.some((part) => isIndexed(scope.active.model, part))) return { predicate };
  // Of what must hold, one part that indexes answer is enough to look by: the rest is asked of what it finds.
  const arms = conjuncts(rule)
    .map(alternatives)
    .find((parts) => isChoice(parts) && parts.length <= MAX_ARMS && parts.every((part) => isIndexed(scope.active.model, part)));
  if (arms === undefined) return { predicate };
  return { predicate, arms: () => arms.map((where) => scope.rule({ kind: 'where', where }, 'd')) };
}

/** Several things, or one of which Postgres can not know beforehand how much it is: the records of a team, or those that were shared. */
const isChoice = ([first, ...others]: readonly Expression[]): boolean =>
  others.length > 0 || first?.kind === 'shared' || (first?.kind === 'call' && first.args.some(({ kind }) => kind === 'people'));

/** "a or (b or c)" is a, b and c. */
const alternatives = (expression: Expression): readonly Expression[] =>
  expression.kind === 'call' && expression.op === 'or' ? expression.args.flatMap(alternatives) : [expression];

const conjuncts = (expression: Expression): readonly Expression[] =>
  expression.kind === 'call' && expression.op === 'and' ? expression.args.flatMap(conjuncts) : [expression];

type FieldList = { readonly field: FieldModel; readonly values: readonly string[] };

/** Fields of the record itself that have to have one of some texts, each text once. */
function lists(object: ObjectModel, expression: Expression): FieldList[] {
  return conjuncts(expression).flatMap((part) => {
    if (part.kind !== 'call' || part.op !== 'in') return [];
    const [sought, list] = part.args;
    if (sought?.kind !== 'field' || sought.root !== 'record' || sought.path.length !== 1) return [];
    const [step] = sought.path;
    const field = step === undefined || step.part !== undefined || step.words !== undefined ? undefined : object.fields.get(step.field);
    if (field === undefined || list?.kind !== 'literal' || !Array.isArray(list.value)) return [];
    const values = [...new Set(list.value.map(String))];
    return list.value.includes(null) ? [] : [{ field, values }];
  });
}

/** The people that a condition wants as owners, if it names several. */
const ownersOf = (object: ObjectModel, expression: Expression): FieldList[] =>
  lists(object, expression).filter(({ field, values }) => isOwner(field) && values.length > 1 && values.length <= MAX_OWNERS);

/** The field that says whose a record is. */
export const isOwner = (field: FieldModel): boolean => field.system && field.name === 'owner';

/**
 * Picklists of which a condition wants so few options that a page of each of them, one after the other, is less than what a walk over all records passes:
 * with records spread over the options, n of m wanted ones take n pages, and the walk m / n.
 */
const fewOptions = (object: ObjectModel, expression: Expression): FieldList[] =>
  lists(object, expression).filter(
    ({ field, values }) =>
      field.computed === undefined &&
      fieldType(field.type).choice === 'one' &&
      values.length > 0 &&
      values.length ** 2 < (field.options.options?.length ?? 0),
  );

/** Whether an index finds the records that a condition is true of: one of the things that must hold is a column of one, equal to something given. */
function isIndexed(model: Model, expression: Expression): boolean {
  return conjuncts(expression).some((part) => {
    if (part.kind === 'related') {
      // A share, a membership: found by what it says of the person, and then the record it is about.
      return part.quantifier === 'any' && part.by !== 'id' && isIndexed(model, part.where);
    }
    return part.kind === 'shared' || (part.kind === 'call' && isSought(model, part));
  });
}

function isSought(model: Model, { op, args }: Call): boolean {
  const field = args.find((arg): arg is Field => arg.kind === 'field' && arg.root === 'record' && arg.path.length === 1);
  const other = args.find((arg) => arg !== field);
  const isGiven = other?.kind === 'user' || other?.kind === 'people' || (other?.kind === 'literal' && other.value !== null);
  const found = field && columnOf(model, field.path[0]);
  if (found === undefined || !isGiven) return false;
  if (op === 'contains') return fieldType(found.type).memberIndex === 'always';
  return (op === 'eq' || op === 'in') && hasIndex(found);
}

const columnOf = (model: Model, step: PathStep | undefined): FieldModel | undefined =>
  step === undefined || step.part !== undefined || step.words !== undefined
    ? undefined
    : model.objects.get(step.object)?.fields.get(step.field);

const hasIndex = (field: FieldModel): boolean =>
  field.computed === undefined && (field.system ? isOwner(field) : isReference(field) || field.indexed || field.unique);
