import { parseFormulaField, valueTypeOfResult } from '@fieldstone/metadata/language/formula-field.js';
import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import { AGGREGATE_TYPES } from '@fieldstone/metadata/language/operators.js';
import { partsOf, partTypes, type PartInfo } from '@fieldstone/metadata/language/field-parts.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { Scope, ScopeField } from '@fieldstone/metadata/language/parse-condition.js';
import { aggregatePath, readAggregatePath, type AggregateName, type AggregatePath } from './condition-model.js';
import { ofKind, ofObject, type Draft } from './draft.js';
import { fieldTypeInfo, knownType, targetsOf } from './field-types.js';
import { typeField } from './record-type-commands.js';

export type KnownField = ScopeField & { readonly name: string; readonly label: string; readonly document?: FieldDocument };

const system = (name: string, label: string, type: ValueType, fieldType: string, target?: string): KnownField => ({
  name,
  label,
  type,
  fieldType,
  ...(target === undefined ? {} : { target }),
});

const SYSTEM_FIELDS: readonly KnownField[] = [
  system('id', 'Id', 'reference', 'id'),
  system('owner', 'Owner', 'reference', 'user', 'user'),
  system('created_at', 'Created', 'datetime', 'datetime'),
  system('created_by', 'Created by', 'reference', 'user', 'user'),
  system('updated_at', 'Last changed', 'datetime', 'datetime'),
  system('updated_by', 'Last changed by', 'reference', 'user', 'user'),
];

const USER_FIELDS: readonly KnownField[] = [
  system('id', 'Id', 'reference', 'id', 'user'),
  system('name', 'Name', 'text', 'text'),
  system('is_active', 'Active', 'boolean', 'boolean'),
];

/** Object whose records the people of the installation are. */
export const USER_OBJECT = 'user';

/** Formulas whose type is being found out: one that reads itself has none. */
const open = new Set<string>();

/** Type of the values of a field: of a computed one, that of its result. */
export function typeOfField(draft: Draft, field: FieldDocument): { readonly type: ValueType; readonly fieldType: string } {
  const { givenBy, valueType = 'null' } = fieldTypeInfo(field.type);
  if (givenBy === 'formula') return typeOfFormula(draft, field);
  if (givenBy !== 'rollup') return { type: valueType, fieldType: field.type };
  const { function: made, field: name } = field.rollup ?? {};
  if (made === undefined || made === 'count' || name === undefined) return { type: 'decimal', fieldType: 'integer' };
  const from = relationsOf(draft, field.object).find((relation) => relation.name === field.rollup?.relation)?.from;
  const of =
    from === undefined || open.has(field.id)
      ? undefined
      : within(field.id, () => knownFields(draft, from).find((each) => each.name === name));
  return of === undefined
    ? { type: 'decimal', fieldType: 'decimal' }
    : { type: of.type, fieldType: knownType(of.fieldType)?.input === 'whole' ? 'decimal' : of.fieldType };
}

function typeOfFormula(draft: Draft, field: FieldDocument): { readonly type: ValueType; readonly fieldType: string } {
  const declared = field.returns;
  if (declared !== undefined) return { type: valueTypeOfResult(declared), fieldType: declared };
  const found = open.has(field.id) ? undefined : within(field.id, () => parseFormulaField(field, scopeOf(draft, field.object, ['user'])));
  const returns = found?.ok === true ? found.definition.returns : 'text';
  return { type: valueTypeOfResult(returns), fieldType: returns };
}

function within<T>(id: string, work: () => T): T {
  open.add(id);
  try {
    return work();
  } finally {
    open.delete(id);
  }
}

export type KnownRelation = { readonly name: string; readonly label: string; readonly from: string; readonly by: string };

/** Relations of an object: the links that point to it and have a name there. */
export const relationsOf = (draft: Draft, object: string): readonly KnownRelation[] =>
  ofKind(draft, 'field').flatMap((field) =>
    targetsOf(field).includes(object) && field.inverse !== undefined
      ? [{ name: field.inverse.name, label: field.inverse.label, from: field.object, by: field.name }]
      : [],
  );

/** Fields of an object that conditions may read, the system's own last. */
export function knownFields(draft: Draft, object: string): readonly KnownField[] {
  if (object === USER_OBJECT) return USER_FIELDS;
  const types = typeField(draft, object);
  const own = [...ofObject(draft, 'field', object), ...(types ? [types] : [])].map((field): KnownField => {
    const parts = partTypes(field.type);
    const { link, linksTo } = fieldTypeInfo(field.type);
    const target = linksTo ?? field.target;
    return {
      name: field.name,
      label: field.label,
      ...typeOfField(draft, field),
      document: field,
      ...(parts === undefined ? {} : { parts }),
      ...(target === undefined ? {} : { target }),
      ...(link === 'any' && field.targets ? { targets: field.targets } : {}),
      ...(field.options === undefined ? {} : { options: field.options.map((option) => option.value) }),
    };
  });
  return [...own, ...SYSTEM_FIELDS.map((field) => (field.name === 'id' ? { ...field, target: object } : field))];
}

export type Allowed = 'previous' | 'outer' | 'user' | 'people' | 'changed';

/** The names a condition about an object may use, as the draft has them now. */
export function scopeOf(draft: Draft, object: string, allow: readonly Allowed[]): Scope {
  const fields = new Map<string, ReadonlyMap<string, KnownField>>();
  const of = (name: string) => {
    const known = fields.get(name) ?? new Map(knownFields(draft, name).map((field) => [field.name, field]));
    fields.set(name, known);
    return known;
  };
  return {
    object,
    field: (name, field) => of(name).get(field),
    relation: (name, relation) => {
      const field = ofKind(draft, 'field').find((candidate) => targetsOf(candidate).includes(name) && candidate.inverse?.name === relation);
      return field === undefined ? undefined : { from: field.object, by: field.name };
    },
    names: (name) => of(name).keys(),
    allow: new Set(allow),
  };
}

const AGGREGATE_WORDS: Readonly<Record<AggregateName, string>> = {
  count: 'Number of',
  sum: 'Sum of',
  min: 'Smallest',
  max: 'Largest',
  avg: 'Average',
};

const aggregateLabel = ({ name }: AggregatePath, relation: string, field: string | undefined): string =>
  field === undefined
    ? `${AGGREGATE_WORDS[name]} ${relation.toLowerCase()}`
    : `${AGGREGATE_WORDS[name]} ${field} of ${relation.toLowerCase()}`;

/** Values over related records that a test can be about, with their labels. */
export function aggregatesOf(
  draft: Draft,
  object: string,
): { readonly path: string; readonly label: string; readonly relation: KnownRelation }[] {
  return relationsOf(draft, object).flatMap((relation) => {
    const fields = knownFields(draft, relation.from);
    const over = (name: Exclude<AggregateName, 'count'>) =>
      fields
        .filter(({ type }) => AGGREGATE_TYPES[name].includes(type))
        .map((field): AggregatePath => ({ name, relation: relation.name, field: field.name }));
    const all: AggregatePath[] = [{ name: 'count', relation: relation.name }, ...(['sum', 'min', 'max', 'avg'] as const).flatMap(over)];
    return all.map((path) => ({
      path: aggregatePath(path),
      label: aggregateLabel(path, relation.label, fields.find(({ name }) => name === path.field)?.label),
      relation,
    }));
  });
}

/** A part of a value as a field of its own: the city of an address. */
export const partField = (field: KnownField, { name, label, type }: PartInfo): KnownField => ({
  name: `${field.name}.${name}`,
  label: `${field.label}: ${label}`,
  type,
  fieldType: type,
});

/** Fields of an object, and after each field of several parts its parts. */
export const withParts = (fields: readonly KnownField[]): readonly KnownField[] =>
  fields.flatMap((field) => [field, ...partsOf(field.fieldType).map((part) => partField(field, part))]);

/** Follows a path such as "account.industry" or "$previous.stage"; undefined when it leads nowhere. */
export function fieldAt(draft: Draft, object: string, path: string): KnownField | undefined {
  const over = readAggregatePath(path);
  if (over !== undefined) {
    const relation = relationsOf(draft, object).find((each) => each.name === over.relation);
    if (relation === undefined) return undefined;
    const field = over.field === undefined ? undefined : fieldAt(draft, relation.from, over.field);
    if (over.field !== undefined && field === undefined) return undefined;
    return {
      name: path,
      label: aggregateLabel(over, relation.label, field?.label),
      type: field?.type ?? 'decimal',
      fieldType: 'aggregate',
    };
  }
  const names = path.replace(/^\$(previous|record)\./, '').split('.');
  let from: string | undefined = object;
  let found: KnownField | undefined;
  for (const name of names) {
    const part = found && partsOf(found.fieldType).find((each) => each.name === name);
    if (found && part) return partField(found, part);
    if (from === undefined) return undefined;
    found = knownFields(draft, from).find((field) => field.name === name);
    if (found === undefined) return undefined;
    from = found.target;
  }
  return found;
}
