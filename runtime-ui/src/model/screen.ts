import type { Me, ScreenField, ScreenMetadata, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { partsOf, type PartInfo } from '@fieldstone/metadata/language/field-parts.js';
import type { AppDocument } from '@fieldstone/metadata/types/documents.js';
import { countryChoices } from '../fields/country-names.js';
import { t } from '../texts/text.js';

type PartName = 'street' | 'city' | 'state' | 'postal_code' | 'country' | 'lat' | 'lng';

/** What every screen is drawn from. A published change gives a new one; elements draw again because the object is another. */
export type Screen = {
  readonly me: Me;
  readonly revision: number;
  readonly apps: readonly AppDocument[];
  readonly capabilities: ReadonlySet<string>;
  object(name: string): ScreenObject | undefined;
  field(object: string, name: string): ScreenField | undefined;
};

export function makeScreen(me: Me, metadata: ScreenMetadata): Screen {
  const objects = new Map(metadata.objects.map((object) => [object.name, object]));
  const fields = new Map(metadata.objects.map((object) => [object.name, new Map(object.fields.map((field) => [field.name, field]))]));
  const apps = [...metadata.apps]
    .map((app) => ({ ...app, items: app.items.filter((item) => objects.get(item.object)?.access.read) }))
    .filter((app) => app.items.length > 0)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.label.localeCompare(b.label));
  return {
    me,
    revision: metadata.revision,
    apps,
    capabilities: new Set([...me.capabilities, ...metadata.capabilities]),
    object: (name) => objects.get(name),
    field: (object, name) => fields.get(object)?.get(name),
  };
}

/** The field a path such as "account.name" ends at, with a label that says where it comes from. */
export type FieldAt = { readonly path: string; readonly label: string; readonly field: ScreenField; readonly object: string };

/** A part of a value as a field of its own: countries are chosen by name, everything else is text or a number. */
function partField(screen: Screen, { id, sortable, editable, system }: ScreenField, { name, type }: PartInfo): ScreenField {
  const common = { id: `${id}.${name}`, name, label: t(`part.${name as PartName}`), sortable, editable, system };
  const rest = { required: false, unique: false, searchable: false };
  if (name !== 'country') return { ...common, ...rest, type };
  const options = countryChoices(screen.me.locale).map(({ value, label }) => ({ value, label }));
  return { ...common, ...rest, type: 'picklist', options };
}

export function fieldAt(screen: Screen, object: string, path: string): FieldAt | undefined {
  const steps = path.split('.');
  let from = object;
  const labels: string[] = [];
  for (const [index, step] of steps.entries()) {
    const field = screen.field(from, step);
    if (!field) return undefined;
    labels.push(field.label);
    const part = index === steps.length - 2 ? partsOf(field.type).find(({ name }) => name === steps[index + 1]) : undefined;
    if (part) {
      const shown = partField(screen, field, part);
      return { path, label: [...labels, shown.label].join(' › '), field: shown, object: from };
    }
    if (index === steps.length - 1) {
      const target = screen.object(from);
      // "Account › Name" says no more than "Account".
      if (index > 0 && target?.nameField === step) labels.pop();
      // A value of several parts has no order; its parts have.
      const isSortable = field.sortable && partsOf(field.type).length === 0;
      return {
        path,
        label: labels.join(' › '),
        field: isSortable === field.sortable ? field : { ...field, sortable: false },
        object: from,
      };
    }
    if (field.target === undefined) return undefined;
    from = field.target;
  }
  return undefined;
}

export const fieldsAt = (screen: Screen, object: string, paths: readonly string[]): FieldAt[] =>
  paths.flatMap((path) => fieldAt(screen, object, path) ?? []);

/** Value at a path of a record as the API answers it. */
export function valueAt(record: Readonly<Record<string, unknown>> | undefined, path: string): unknown {
  let value: unknown = record;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[step];
  }
  return value ?? null;
}

/** The system field that says whose record it is, where the caller may see it. */
export const ownerField = (object: ScreenObject): ScreenField | undefined => object.fields.find((field) => field.id === 'sys_owner');

export const viewsOf = (object: ScreenObject) => [...object.views].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));

/** Name of a record for people. */
export const titleOf = (object: ScreenObject, record: Readonly<Record<string, unknown>>): string => {
  const name = record[object.nameField];
  return typeof name === 'string' && name !== '' ? name : object.label;
};
