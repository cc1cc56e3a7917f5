import type { FieldDocument, LayoutDocument, ProcessDocument, RecordTypeDocument } from '@fieldstone/metadata/types/documents.js';
import { ofObject, put, putAll, type Draft } from './draft.js';
import { freeLabel, newId, suggestName } from './names.js';
import { defaultLayout } from './object-commands.js';
import { withProperties } from './without-undefined.js';

/** Name of the field that holds the type of a record, in objects that have types. */
export const RECORD_TYPE_FIELD = 'record_type';

/** Types of an object in the order people see them. */
export const typesOf = (draft: Draft, object: string): RecordTypeDocument[] =>
  ofObject(draft, 'record_type', object).sort((a, b) => (a.order ?? 1_000) - (b.order ?? 1_000) || (a.id < b.id ? -1 : 1));

/** The field that comes with the types of an object, as a document; undefined for an object without types. */
export function typeField(draft: Draft, object: string): FieldDocument | undefined {
  const types = typesOf(draft, object);
  if (types.length === 0) return undefined;
  const options = types.map(({ id, label }) => ({ value: id, label }));
  return {
    kind: 'field',
    id: `fld_${RECORD_TYPE_FIELD}`,
    object,
    name: RECORD_TYPE_FIELD,
    label: 'Record type',
    type: 'picklist',
    options,
  };
}

export function addRecordType(draft: Draft, object: string): { draft: Draft; type: RecordTypeDocument } {
  const types = typesOf(draft, object);
  const taken = new Set(types.map(({ name }) => name));
  const label = freeLabel(types.length === 0 ? 'Standard' : 'New type', taken);
  const type: RecordTypeDocument = {
    kind: 'record_type',
    id: newId('record_type'),
    object,
    name: suggestName(label),
    label,
    order: Math.max(0, ...types.map(({ order }) => order ?? 0)) + 10,
    ...(types.length === 0 ? { default: true } : {}),
  };
  return { draft: put(draft, type.id, type), type };
}

/** Makes one type the default of its object, and no other. */
export function setDefaultType(draft: Draft, type: RecordTypeDocument, isDefault: boolean): Draft {
  const others = typesOf(draft, type.object).filter(({ id, default: was }) => id !== type.id && was === true);
  const cleared = isDefault ? others.map((other) => withProperties(other, { default: undefined })) : [];
  return putAll(draft, [...cleared, withProperties(type, { default: isDefault ? true : undefined })]);
}

/** Gives a type a layout of its own: a copy of the one its records have now. */
export function addLayoutOfType(draft: Draft, type: RecordTypeDocument): { draft: Draft; layout: LayoutDocument } {
  const layouts = ofObject(draft, 'layout', type.object);
  const named = (name: string | undefined) => layouts.find((layout) => layout.name === name);
  const taken = new Set(layouts.map(({ name }) => name));
  let name = type.name;
  for (let number = 2; taken.has(name); number += 1) name = `${type.name.slice(0, 36)}_${number}`;
  const fields = ofObject(draft, 'field', type.object).map((field) => field.name);
  const former = named(type.layout) ?? named('record') ?? layouts[0] ?? defaultLayout(type.object, fields);
  const layout: LayoutDocument = { ...former, id: newId('layout'), name, label: type.label };
  return { draft: putAll(draft, [layout, { ...type, layout: name }]), layout };
}

/** Changes the API name of a process, and of it in the types that name it. */
export function renameProcess(draft: Draft, process: ProcessDocument, to: string): Draft {
  const types = typesOf(draft, process.object).filter(({ processes }) => processes?.[process.field] === process.name);
  return putAll(draft, [
    { ...process, name: to },
    ...types.map((type) => ({ ...type, processes: { ...type.processes, [process.field]: to } })),
  ]);
}
