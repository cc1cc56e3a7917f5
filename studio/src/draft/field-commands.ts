import { renameField } from '@fieldstone/metadata/language/rename-references.js';
import type { FieldDocument, MetadataDocument, PermissionDocument } from '@fieldstone/metadata/types/documents.js';
import { documentsOf, isEqual, ofKind, ofObject, put, type Draft, type StudioDocument } from './draft.js';
import { newId } from './names.js';
import { withProperties } from './without-undefined.js';

export type Placement = { layouts: boolean; lists: boolean };

/** Adds a field and, if asked, puts it at the end of the object's layouts and lists, so that it shows on the screens. */
export function addField(draft: Draft, field: FieldDocument, place: Placement): Draft {
  let next = put(draft, field.id, field);
  if (place.layouts) {
    for (const layout of ofObject(next, 'layout', field.object)) {
      const last = layout.sections.at(-1);
      if (last === undefined) continue;
      const sections = [...layout.sections.slice(0, -1), { ...last, fields: [...last.fields, { field: field.name }] }];
      next = put(next, layout.id, { ...layout, sections });
    }
  }
  if (place.lists) {
    for (const view of ofObject(next, 'view', field.object)) {
      if (view.type !== 'list') continue;
      next = put(next, view.id, { ...view, columns: [...(view.columns ?? []), { field: field.name }] });
    }
  }
  return next;
}

export const setField = (draft: Draft, field: FieldDocument): Draft => put(draft, field.id, field);

/** Changes the API name of a field and rewrites everything that names it, in every kind of document. */
export function renameFieldName(draft: Draft, field: FieldDocument, to: string): Draft {
  const documents = documentsOf(draft);
  const renamed = renameField(documents, field.object, field.name, to) as readonly MetadataDocument[];
  let next = draft;
  for (const document of renamed) if (document.kind !== 'data' && document.kind !== 'pack') next = put(next, document.id, document);
  return next;
}

export type Usage = { document: StudioDocument; label: string };

/**
 * Documents that name a field, besides the field itself. Found by renaming it on trial, so that what is listed here is exactly what a
 * rename would rewrite.
 */
export function usageOf(draft: Draft, field: FieldDocument): Usage[] {
  const documents = documentsOf(draft);
  const before = new Map(documents.map((document) => [document.id, document]));
  const probe = field.name.length < 40 ? `${field.name}_` : `${field.name.slice(0, 39)}_`;
  const renamed = renameField(documents, field.object, field.name, probe) as readonly MetadataDocument[];
  const usage: Usage[] = [];
  for (const document of renamed) {
    if (document.kind === 'data' || document.kind === 'pack' || document.id === field.id) continue;
    const original = before.get(document.id);
    if (original !== undefined && !isEqual(original, document)) usage.push({ document: original, label: labelOf(original) });
  }
  return usage;
}

/** Usages that a retired field would leave broken: conditions and workflows, which people have to change themselves. */
export function blocking(draft: Draft, field: FieldDocument, retire: (draft: Draft, field: FieldDocument) => Draft): Usage[] {
  const after = retire(draft, field);
  const probe = put(after, field.id, field);
  return usageOf(probe, field);
}

export function labelOf(document: StudioDocument): string {
  if (document.kind === 'permission') return `${document.role} on ${document.object}`;
  if (document.kind === 'translation') return `${document.locale}.${document.name}`;
  return document.label;
}

export type FieldAccess = 'none' | 'read' | 'edit';

/** "custom" stands for rules that say on which records. */
export function fieldAccess(permission: PermissionDocument | undefined, field: string): FieldAccess | 'custom' {
  const access = permission?.fields?.only?.[field] ?? permission?.fields?.default ?? 'edit';
  return typeof access === 'string' ? access : 'custom';
}

/**
 * Sets what one role may do with one field. A role without a permission file for the object gets one that says the same as its default,
 * plus this.
 */
export function setFieldAccess(draft: Draft, role: string, object: string, field: string, access: FieldAccess): Draft {
  const existing = ofObject(draft, 'permission', object).find((permission) => permission.role === role);
  const permission = existing ?? permissionFromRole(draft, role, object);
  const fallback = permission.fields?.default ?? 'edit';
  const only = Object.fromEntries(Object.entries(permission.fields?.only ?? {}).filter(([name]) => name !== field));
  if (access !== fallback) only[field] = access;
  const fields = withProperties(permission.fields ?? {}, { only: Object.keys(only).length === 0 ? undefined : only });
  return put(draft, permission.id, withProperties(permission, { fields: Object.keys(fields).length === 0 ? undefined : fields }));
}

/** A permission file that grants what the role's default grants. */
export function permissionFromRole(draft: Draft, role: string, object: string): PermissionDocument {
  const fallback = ofKind(draft, 'role').find((candidate) => candidate.name === role)?.default;
  return withProperties<PermissionDocument>(
    { kind: 'permission', id: newId('permission'), role, object },
    {
      create: fallback?.create ?? false,
      read: fallback?.read ?? 'none',
      update: fallback?.update ?? 'none',
      delete: fallback?.delete ?? 'none',
      fields: fallback?.fields === undefined || fallback.fields === 'edit' ? undefined : { default: fallback.fields },
    },
  );
}
