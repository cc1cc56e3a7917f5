import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import { parseExpression } from '@fieldstone/metadata/language/parse-condition.js';
import { referencesOf } from '@fieldstone/metadata/language/references.js';
import type { ActionDocument, FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType, resultType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { ACTIONS } from './compile-roles.js';
import { fieldModel, unknownField, unknownObject, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { parseAt, scopeOf } from './scope.js';
import type { ActionModel, ActionValue, FieldModel } from './types.js';

type Input = NonNullable<ActionDocument['inputs']>[number];
type Place = { readonly linked: Linked; readonly object: LinkedObject; readonly source: Sourced<'action'>; readonly problems: Problems };

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Whether people write a field at all: the same test as for a write. */
const isWritten = (field: FieldModel): boolean => fieldType(field.type).givenBy === undefined && (!field.system || field.name === 'owner');

/** The actions of an object by name, in order; those that are inactive are checked and left out. */
export function compileActions(linked: Linked, object: LinkedObject, problems: Problems): ReadonlyMap<string, ActionModel> {
  const sorted = object.actions.toSorted((a, b) => (a.document.order ?? 1_000) - (b.document.order ?? 1_000));
  const models = sorted.map((source): [string, ActionModel] => [source.document.name, compileAction({ linked, object, source, problems })]);
  return new Map(models.filter(([, { document }]) => document.inactive !== true));
}

function compileAction(place: Place): ActionModel {
  const { linked, object, source, problems } = place;
  const { id, name, label, when, runAs, inputs = [], set = {} } = source.document;
  if ((ACTIONS as readonly string[]).includes(name)) {
    problems.add(source, '/name', 'reserved_name', `"${name}" is an action that every object has; choose another name.`);
  }
  const fields = inputs.flatMap((input, index) => inputField(place, input, pointer('inputs', index), inputs.slice(0, index)) ?? []);
  const values = Object.entries(set).map(([field, value]) => [field, setValue(place, field, value, fields)] as const);
  const condition = when && parseAt(problems, source, '/when', when, scopeOf(linked, object.name, { allow: ['user'] }));
  const workflows = linked.byKind.workflow.filter(
    ({ document }) => document.object === object.name && document.trigger.type === 'action' && document.trigger.action === name,
  );
  if (values.length === 0 && workflows.length === 0) {
    const message = `It does nothing: say what it sets, or make a workflow of ${object.name} that the action "${name}" starts.`;
    problems.add(source, '', 'missing_property', message);
  }
  return {
    id,
    name,
    label,
    document: source.document,
    ...(condition ? { when: condition } : {}),
    inputs: fields,
    set: new Map(values.flatMap(([field, value]) => (value ? [[field, value]] : []))),
    isSystem: runAs === 'system',
    workflows: workflows.flatMap(({ document }) => (document.inactive === true ? [] : [document.id])),
  };
}

/** What is filled in must be one plain value: what a secret, a file or a link to one of several objects is, only the write of a record can judge. */
function canBeAsked({ type }: FieldModel): boolean {
  const { isSecret, holds, link } = fieldType(type);
  return isSecret !== true && holds === undefined && (link === undefined || link === 'one');
}

/** An input as a field: that of the object it is like, or one of its own. */
function inputField(place: Place, input: Input, at: string, before: readonly Input[]): FieldModel | undefined {
  const { linked, object, source, problems } = place;
  const { name, field: likeName, type, label, help, required = false, target } = input;
  if (before.some((each) => each.name === name)) problems.add(source, `${at}/name`, 'duplicate_name', `There are two inputs "${name}".`);
  if ((likeName === undefined) === (type === undefined)) {
    problems.add(source, at, 'malformed', 'An input is like a field of the object ("field"), or has a type of its own ("type").');
    return undefined;
  }
  const id = `${source.document.id}.${name}`;
  if (likeName !== undefined) {
    const like = object.fields.get(likeName)?.model;
    if (like === undefined) return void problems.add(source, `${at}/field`, 'unknown_field', unknownField(likeName, object));
    if (!isWritten(like) || !canBeAsked(like)) {
      return void problems.add(source, `${at}/field`, 'not_for_type', `"${likeName}" is a ${like.type}: no action asks for such a value.`);
    }
    const options = { ...like.options, ...(label === undefined ? {} : { label }), ...(help === undefined ? {} : { help }) };
    // What a new record begins with is not what an action begins with.
    return { ...like, id, name, label: label ?? like.label, required, options: { ...options, default: undefined } };
  }
  if (label === undefined) problems.add(source, `${at}/label`, 'missing_property', 'Property "label" is missing.');
  if ((type === 'lookup') !== (target !== undefined)) {
    problems.add(
      source,
      `${at}/target`,
      type === 'lookup' ? 'missing_property' : 'unknown_property',
      'A lookup, and nothing else, has a target.',
    );
  }
  if (target !== undefined && !linked.objects.has(target)) {
    problems.add(source, `${at}/target`, 'unknown_object', unknownObject(target, linked.objects));
  }
  const document = { kind: 'field', id, object: object.name, name, label: label ?? name, type, help, required, target };
  // Made of a checked document: the same members as a field of that type has.
  const own = document as unknown as FieldDocument;
  return fieldModel(object, own, fieldType(own.type).linksTo ?? target);
}

function setValue(place: Place, name: string, json: unknown, inputs: readonly FieldModel[]): ActionValue | undefined {
  const { object, source, problems } = place;
  const at = pointer('set', name);
  const field = object.fields.get(name)?.model;
  if (field === undefined) return void problems.add(source, at, 'unknown_field', unknownField(name, object));
  if (!isWritten(field)) return void problems.add(source, at, 'not_for_type', `Nobody sets "${name}": the platform does.`);
  if (isObject(json) && '$input' in json) return fromInput(place, field, json, at, inputs);
  if (isObject(json) && '$expr' in json) return fromExpression(place, field, json['$expr'], `${at}/$expr`);
  if (json === null) return { kind: 'literal', value: null };
  const type = fieldType(field.type);
  const normal = type.normalize(json, field.options);
  if ('issue' in normal) return void problems.add(source, at, normal.issue.code, normal.issue.message);
  return { kind: 'literal', value: json };
}

function fromInput(
  { source, problems }: Place,
  field: FieldModel,
  json: Record<string, unknown>,
  at: string,
  inputs: readonly FieldModel[],
): ActionValue | undefined {
  const { $input: wanted } = json;
  const input = inputs.find(({ name }) => name === wanted);
  if (Object.keys(json).length > 1 || typeof wanted !== 'string' || input === undefined) {
    const known = inputs.map(({ name }) => name);
    const hint = typeof wanted === 'string' ? didYouMean(wanted, known) : '';
    return void problems.add(source, `${at}/$input`, 'unknown_name', `There is no input "${String(wanted)}".${hint}`);
  }
  const fits = resultType(input).valueType === resultType(field).valueType && input.target === field.target;
  if (!fits)
    return void problems.add(source, `${at}/$input`, 'wrong_type', `"${wanted}" is a ${input.type}, "${field.name}" a ${field.type}.`);
  return { kind: 'input', name: wanted };
}

/** Over what the record itself holds: values of other records are the business of workflows. */
function fromExpression(
  { linked, object, source, problems }: Place,
  field: FieldModel,
  json: unknown,
  at: string,
): ActionValue | undefined {
  const parsed = parseExpression(json, scopeOf(linked, object.name, { allow: ['user'] }), fieldType(field.type).valueType);
  if (!parsed.ok) {
    for (const issue of parsed.issues) problems.add(source, at + issue.path, issue.code, issue.message);
    return undefined;
  }
  const { objects, relations } = referencesOf(parsed.expression);
  if (objects.length > 0 || relations.length > 0) {
    return void problems.add(source, at, 'not_allowed', 'It may read fields of the record itself, but not of others; a workflow can.');
  }
  return { kind: 'expression', expression: parsed.expression };
}
