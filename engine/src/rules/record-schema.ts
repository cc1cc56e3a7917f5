import { Ajv, type ValidateFunction } from 'ajv';
import { nearest } from '@fieldstone/metadata/language/nearest.js';
import type { NormalizeContext } from '../fields/field-type.js';
import { fieldType, isComputed } from '../fields/registry.js';
import { bareRecord } from '../kernel/bare-record.js';
import type { Issue } from '../kernel/errors.js';
import type { Sentence } from '../texts/sentence.js';
import { pointer } from '../kernel/json-pointer.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { fieldAccess, isWritable, type ObjectAccess } from './access.js';
import { sentence, told } from '../texts/told.js';

export type ShapeContext = NormalizeContext & {
  /** Rights of the writer; left out for the system, which is held to the shape only. */
  readonly access?: ObjectAccess;
  /** Keys the writer gave, where defaults were added since: only these are held to the rights. All keys when left out. */
  readonly given?: ReadonlySet<string>;
  /** Whether there is an object for the writer: a link to one of several objects leads to no others. All when left out. */
  readonly isThere?: (object: string) => boolean;
  /** The list of records that goes by a name, where the writer may know of it; it is no value of the record. */
  listOf?(name: string): { readonly label: string; readonly mayCreate: boolean } | undefined;
};

export type Shape = { readonly issues: readonly Issue[]; readonly values: Readonly<Record<string, unknown>> };

type Compiled = {
  readonly validate: ValidateFunction;
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly required: readonly FieldModel[];
};

const known = new WeakMap<ObjectModel, Compiled>();

/** One ajv for each object: it goes with the model, and no cache outlives a publish. Schemas of fields hold no patterns from people. */
function compile(object: ObjectModel): Compiled {
  let compiled = known.get(object);
  if (compiled === undefined) {
    const fields = new Map([...object.fields].filter(([, field]) => isWritable(field)));
    const properties = Object.fromEntries([...fields].map(([name, field]) => [name, fieldType(field.type).jsonSchema(field.options)]));
    const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, ownProperties: true, addUsedSchema: false });
    const required = [...fields.values()].filter((field) => field.required);
    compiled = { fields, required, validate: ajv.compile({ type: 'object', properties }) };
    known.set(object, compiled);
  }
  return compiled;
}

/** Names the writer may know of: suggestions come from these only. */
function* knownNames(object: ObjectModel, access: ObjectAccess | undefined): Generator<string> {
  for (const field of object.fields.values()) {
    if (isWritable(field) && (access === undefined || fieldAccess(access, field.name).read.kind !== 'none')) yield field.name;
  }
}

/** Whether the writer may set a field at all. A field one may not see is answered like one that does not exist. */
function checkName(
  object: ObjectModel,
  name: string,
  mode: 'create' | 'update',
  { access, given, listOf }: ShapeContext,
): Issue | undefined {
  const field = object.fields.get(name);
  const rules = access === undefined || given?.has(name) === false ? undefined : fieldAccess(access, name);
  const isVisible = rules === undefined || rules.read.kind !== 'none' || rules.create;
  const list = field === undefined ? listOf?.(name) : undefined;
  if (list !== undefined) {
    const text =
      mode === 'update'
        ? told('field.is_list', { list: list.label })
        : list.mayCreate
          ? told('field.is_list_of')
          : told('field.no_list', { list: list.label });
    return { path: pointer(name), code: mode === 'create' && list.mayCreate ? 'wrong_type' : 'not_writable', ...text };
  }
  if (field === undefined || !isVisible) {
    const guess = nearest(name, knownNames(object, access));
    const text = guess === undefined ? told('field.unknown') : told('field.unknown_guess', { guess });
    return { path: pointer(name), code: 'unknown_field', ...text };
  }
  if (!isWritable(field))
    return {
      path: pointer(name),
      code: 'not_writable',
      ...told(isComputed(field) ? 'field.computed' : 'field.by_system', { field: field.label }),
    };
  const may = rules === undefined || (mode === 'create' ? rules.create : rules.edit.kind !== 'none');
  return may ? undefined : { path: pointer(name), code: 'not_writable', ...told('field.no_set', { field: field.label }) };
}

/** Properties of a field, for somebody who can not know of every object. */
export function seenOptions({ options }: FieldModel, isThere: ShapeContext['isThere']): FieldModel['options'] {
  return options.targets === undefined || isThere === undefined ? options : { ...options, targets: options.targets.filter(isThere) };
}

const MAX_UNKNOWN = 50;

/**
 * Checks what was given for a record, field by field, and brings it to canonical form.
 *
 * Shape:  `values` has the fields that were given and are well formed, in the form of the API; it is of use only if there are no issues. On
 *         create, `input` comes from `applyDefaults`. Rights per row, rules and links are checked elsewhere.
 * Errors: every issue at once, `path` into `input`: unknown_field, not_writable, required, and the codes of the field types.
 */
export function checkShape(
  object: ObjectModel,
  input: Readonly<Record<string, unknown>>,
  mode: 'create' | 'update',
  context: ShapeContext = {},
): Shape {
  const { validate, fields, required } = compile(object);
  const issues: Issue[] = [];
  const candidates = bareRecord();
  const empty = new Set<string>();
  for (const name of Object.keys(input)) {
    // Looking for what might be meant takes time, and nobody reads so many.
    if (issues.length >= MAX_UNKNOWN && !object.fields.has(name)) continue;
    const issue = checkName(object, name, mode, context);
    if (issue !== undefined) issues.push(issue);
    else if (input[name] === null || input[name] === undefined) empty.add(name);
    else candidates[name] = input[name];
  }

  const refused = new Map<string, string | Sentence>();
  if (!validate(candidates)) {
    for (const error of validate.errors ?? [])
      refused.set(error.instancePath.split('/')[1] ?? '', error.message ?? sentence('field.not_well_formed.any'));
  }
  const values = bareRecord();
  for (const name of Object.keys(candidates)) {
    const field = fields.get(name);
    if (field === undefined) continue;
    const result = fieldType(field.type).normalize(candidates[name], seenOptions(field, context.isThere), context);
    const ajvSays = refused.get(name);
    if ('issue' in result) issues.push({ path: pointer(name), ...result.issue });
    else if (ajvSays !== undefined)
      issues.push({ path: pointer(name), code: 'wrong_type', ...told('field.not_well_formed', { reason: ajvSays }) });
    else if (result.value === null) empty.add(name);
    else values[name] = result.value;
  }
  for (const name of empty) values[name] = null;
  if (required.length > 0) issues.push(...missing(required, values, issues, mode));
  return { issues, values };
}

function missing(
  required: readonly FieldModel[],
  values: Readonly<Record<string, unknown>>,
  issues: readonly Issue[],
  mode: 'create' | 'update',
): Issue[] {
  const named = new Set(issues.map(({ path }) => path));
  return required
    .filter(({ name }) => !named.has(pointer(name)) && (mode === 'create' ? (values[name] ?? null) === null : values[name] === null))
    .map(({ name, label }) => ({ path: pointer(name), code: 'required', ...told('field.required', { field: label }) }));
}
