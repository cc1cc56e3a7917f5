import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';
import type { ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import type { Environment } from '@fieldstone/metadata/language/evaluate.js';
import { fieldScreen } from '../fields/registry.js';
import { judge, pathsRead } from './conditions.js';
import type { Screen } from './screen.js';

export type PlannedField = { readonly field: ScreenField; readonly wide: boolean; readonly required: boolean; readonly readOnly: boolean };
export type PlannedSection = {
  readonly id: string;
  readonly label: string;
  readonly columns: number;
  readonly collapsed: boolean;
  readonly fields: readonly PlannedField[];
};

/** The layout of an object's records, or of those of one type; one with all its fields where none was made. */
export function layoutOf(object: ScreenObject, otherFields: string, recordType?: unknown): LayoutDocument {
  const own = object.recordTypes?.find((type) => type.id === recordType)?.layout;
  const named = (name: string | undefined) => object.layouts.find((layout) => layout.name === name);
  const made = (own === undefined ? undefined : named(own)) ?? named('record') ?? object.layouts[0];
  if (made) return made;
  const fields = object.fields
    .filter((field) => !field.system)
    .map((field) => ({ field: field.name, ...(fieldScreen(field).isWide ? { wide: true } : {}) }));
  return {
    kind: 'layout',
    id: `${object.id}.all`,
    object: object.name,
    name: 'record',
    label: object.label,
    sections: [{ id: 'all', label: otherFields, columns: 2, fields }],
  };
}

/**
 * What of a layout is shown for a record, and how.
 *
 * Shape: a condition that can not be judged counts as not met, so what depends on it is hidden; the server decides at the write all the same.
 */
export function planLayout(screen: Screen, object: ScreenObject, layout: LayoutDocument, environment: Environment): PlannedSection[] {
  const meets = (json: unknown) => judge(screen, object.name, json, environment) === true;
  const shown = (visible: unknown) => visible === undefined || meets(visible);
  return layout.sections.flatMap((section): PlannedSection[] => {
    if (!shown(section.visible)) return [];
    const fields = section.fields.flatMap((entry): PlannedField[] => {
      const field = screen.field(object.name, entry.field);
      if (!field || !shown(entry.visible)) return [];
      const readOnly = !field.editable || (entry.readOnly !== undefined && meets(entry.readOnly));
      const required = field.required || (entry.required !== undefined && meets(entry.required));
      return [{ field, wide: entry.wide ?? false, required: required && !readOnly, readOnly }];
    });
    if (fields.length === 0) return [];
    const { id, label, columns = 2, collapsed = false } = section;
    return [{ id, label, columns, collapsed, fields }];
  });
}

/** Paths over lookups that the conditions of a layout and of the object's validations read. */
export function layoutPaths(screen: Screen, object: ScreenObject, layout: LayoutDocument): string[] {
  const ofLayout = layout.sections.flatMap((section) => [
    section.visible,
    ...section.fields.flatMap((field) => [field.visible, field.required, field.readOnly]),
  ]);
  return pathsRead(screen, object.name, [...ofLayout, ...object.validations.map((validation) => validation.errorWhen)]);
}
