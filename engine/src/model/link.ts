import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { DocumentByKind, DocumentKind, FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType } from '../fields/registry.js';
import { pointer } from '../kernel/json-pointer.js';
import { elementId, elementName } from './element.js';
import { fileOf, type Problems } from './problems.js';
import { inTypeOrder, RECORD_TYPE_FIELD, recordTypeField } from './record-type-field.js';
import { SYSTEM_FIELD_NAMES, systemFields, USER_OBJECT, USER_OBJECT_ID, userFields } from './system-fields.js';
import type { FieldModel, RelationModel, SourceDocument } from './types.js';

/** A document of one kind with where it comes from. */
export type Sourced<K extends DocumentKind> = SourceDocument & { readonly document: DocumentByKind[K] };

export type LinkedField = { readonly source?: Sourced<'field'>; readonly model: FieldModel };

/** An object with everything that belongs to it, whichever pack it comes from. Names are resolved, conditions not yet parsed. */
export type LinkedObject = {
  readonly name: string;
  readonly id: string;
  readonly source?: Sourced<'object'>;
  readonly fields: Map<string, LinkedField>;
  readonly relations: Map<string, RelationModel>;
  readonly validations: Sourced<'validation'>[];
  readonly processes: Sourced<'process'>[];
  readonly recordTypes: Sourced<'record_type'>[];
  readonly actions: Sourced<'action'>[];
  readonly layouts: Sourced<'layout'>[];
  readonly views: Sourced<'view'>[];
};

export type Linked = {
  readonly objects: Map<string, LinkedObject>;
  readonly byKind: { readonly [K in DocumentKind]: readonly Sourced<K>[] };
};

/** Puts documents of all origins together by name. A pack's field may belong to another pack's object. */
export function link(sources: readonly SourceDocument[], problems: Problems): Linked {
  const ofKind = <K extends DocumentKind>(kind: K) => sources.filter((source): source is Sourced<K> => source.document.kind === kind);
  checkUnique(sources, problems);

  const objects = new Map<string, LinkedObject>();
  objects.set(USER_OBJECT, {
    ...emptyObject(USER_OBJECT, USER_OBJECT_ID),
    fields: new Map(userFields().map((model) => [model.name, { model }])),
  });
  for (const source of ofKind('object')) {
    if (source.document.name === USER_OBJECT) problems.add(source, '/name', 'reserved_name', 'The object "user" is built in.');
    else objects.set(source.document.name, { ...emptyObject(source.document.name, source.document.id), source });
  }

  /** The object a document belongs to, or a problem. */
  const ownerOf = (source: SourceDocument & { document: { object: string } }): LinkedObject | undefined => {
    const object = objects.get(source.document.object);
    if (object?.source) return object;
    problems.add(source, '/object', 'unknown_object', unknownObject(source.document.object, objects));
    return undefined;
  };
  for (const source of ofKind('field')) linkField(source, ownerOf(source), objects, problems);
  for (const source of ofKind('record_type')) ownerOf(source)?.recordTypes.push(source);
  for (const object of objects.values()) {
    linkRecordTypes(object, problems);
    if (object.source) for (const model of systemFields(object.name)) object.fields.set(model.name, { model });
  }
  for (const source of ofKind('field')) linkRelation(source, objects, problems);
  for (const source of ofKind('validation')) ownerOf(source)?.validations.push(source);
  for (const source of ofKind('process')) ownerOf(source)?.processes.push(source);
  for (const source of ofKind('action')) ownerOf(source)?.actions.push(source);
  for (const source of ofKind('layout')) ownerOf(source)?.layouts.push(source);
  for (const source of ofKind('view')) ownerOf(source)?.views.push(source);
  for (const object of objects.values()) {
    object.views.sort((a, b) => (a.document.order ?? 1_000) - (b.document.order ?? 1_000));
    object.layouts.sort((a, b) => Number(b.document.name === 'record') - Number(a.document.name === 'record'));
  }

  const byKind = {} as { [K in DocumentKind]: readonly Sourced<K>[] };
  for (const kind of [
    'action',
    'app',
    'data',
    'field',
    'layout',
    'object',
    'pack',
    'permission',
    'process',
    'record_type',
    'role',
    'template',
    'translation',
    'validation',
    'view',
    'workflow',
  ] as const) {
    (byKind as Record<DocumentKind, readonly SourceDocument[]>)[kind] = ofKind(kind);
  }
  return { objects, byKind };
}

const emptyObject = (name: string, id: string): LinkedObject => ({
  name,
  id,
  fields: new Map(),
  relations: new Map(),
  validations: [],
  processes: [],
  recordTypes: [],
  actions: [],
  layouts: [],
  views: [],
});

function checkUnique(sources: readonly SourceDocument[], problems: Problems): void {
  const ids = new Map<string, SourceDocument>();
  const names = new Map<string, SourceDocument>();
  for (const source of sources) {
    const { kind } = source.document;
    if (kind === 'data') continue;
    const id = elementId(source.document);
    const sameId = ids.get(id);
    if (sameId) problems.add(source, '/id', 'duplicate_id', `The id "${id}" is already used by ${fileOf(sameId)}.`);
    else ids.set(id, source);
    const name = `${kind} ${elementName(source.document)}`;
    const sameName = names.get(name);
    if (sameName) problems.add(source, '/name', 'duplicate_name', `There is already a ${name}, in ${fileOf(sameName)}.`);
    else names.set(name, source);
  }
}

function linkField(
  source: Sourced<'field'>,
  object: LinkedObject | undefined,
  objects: ReadonlyMap<string, LinkedObject>,
  problems: Problems,
): void {
  const field = source.document;
  if (SYSTEM_FIELD_NAMES.has(field.name)) {
    problems.add(source, '/name', 'reserved_name', `Every object has a built-in field "${field.name}"; choose another name.`);
    return;
  }
  const { link, linksTo } = fieldType(field.type);
  const target = linksTo ?? field.target;
  if (linksTo === undefined && (link === 'one' || link === 'many')) {
    if (target === undefined) problems.add(source, '/target', 'missing_property', 'A link needs a target: the object it points to.');
    else if (!objects.has(target)) problems.add(source, '/target', 'unknown_object', unknownObject(target, objects));
  }
  const targets = link === 'any' ? targetsOf(source, objects, problems) : {};
  if (!object || object.fields.has(field.name)) return;
  const model = fieldModel(object, field, target);
  object.fields.set(field.name, {
    source,
    model: link === 'any' ? { ...model, targets: Object.keys(targets), options: { ...field, targetIds: targets } } : model,
  });
}

/** The objects that a field of several may point to, with their ids. */
function targetsOf(source: Sourced<'field'>, objects: ReadonlyMap<string, LinkedObject>, problems: Problems): Record<string, string> {
  const { targets = [] } = source.document;
  if (targets.length === 0) problems.add(source, '/targets', 'missing_property', 'Say which objects it may point to.');
  const found = targets.map((name, index): [string, string] => {
    const object = objects.get(name);
    if (object === undefined) problems.add(source, pointer('targets', index), 'unknown_object', unknownObject(name, objects));
    return [name, object?.id ?? ''];
  });
  return Object.fromEntries(found);
}

export const fieldModel = (object: LinkedObject, field: FieldDocument, target: string | undefined): FieldModel => ({
  id: field.id,
  object: object.name,
  name: field.name,
  label: field.label,
  type: field.type,
  system: false,
  required: field.required ?? fieldType(field.type).isPart ?? false,
  unique: field.unique ?? false,
  indexed: field.indexed ?? false,
  searchable: field.searchable ?? false,
  tracked: field.track ?? object.source?.document.trackHistory ?? true,
  options: field,
  ...linkOf(field, target),
});

function linkOf({ type }: FieldDocument, target: string | undefined): Pick<FieldModel, 'target' | 'targets'> {
  if (target === undefined) return {};
  return fieldType(type).link === 'many' ? { targets: [target] } : { target };
}

/** Gives an object with record types the field that holds them. */
function linkRecordTypes(object: LinkedObject, problems: Problems): void {
  object.recordTypes.sort(inTypeOrder);
  const [first] = object.recordTypes;
  if (first === undefined) return;
  if (object.fields.has(RECORD_TYPE_FIELD)) {
    const message = `${object.name} has a field "${RECORD_TYPE_FIELD}" of its own; rename it before the object gets record types.`;
    problems.add(first, '/object', 'reserved_name', message);
    return;
  }
  const tracked = object.source?.document.trackHistory ?? true;
  object.fields.set(RECORD_TYPE_FIELD, { model: recordTypeField(object, object.recordTypes, tracked) });
}

/** A link with an inverse name gives each of its targets a relation. */
function linkRelation(source: Sourced<'field'>, objects: ReadonlyMap<string, LinkedObject>, problems: Problems): void {
  const { inverse, target, targets, object, name } = source.document;
  const from = objects.get(object);
  if (!inverse || from?.fields.get(name)?.source !== source) return;
  for (const each of targets ?? [target]) {
    const to = each === undefined ? undefined : objects.get(each);
    if (!to) continue;
    if (to.relations.has(inverse.name) || to.fields.has(inverse.name)) {
      problems.add(source, '/inverse/name', 'duplicate_name', `${to.name} already has a field or relation "${inverse.name}".`);
      continue;
    }
    to.relations.set(inverse.name, { name: inverse.name, label: inverse.label, object, field: name });
  }
}

export const unknownObject = (name: string, objects: ReadonlyMap<string, unknown>): string =>
  `There is no object "${name}".${didYouMean(name, objects.keys())}`;

export const unknownField = (name: string, object: LinkedObject): string =>
  `${object.name} has no field "${name}".${didYouMean(name, object.fields.keys())}`;
