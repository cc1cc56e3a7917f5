import type { Me, ScreenField, ScreenMetadata, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import type { AppDocument } from '@fieldstone/metadata/types/documents.js';

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

export function fieldAt(screen: Screen, object: string, path: string): FieldAt | undefined {
  const steps = path.split('.');
  let from = object;
  const labels: string[] = [];
  for (const [index, step] of steps.entries()) {
    const field = screen.field(from, step);
    if (!field) return undefined;
    labels.push(field.label);
    if (index === steps.length - 1) {
      const target = screen.object(from);
      // "Account › Name" says no more than "Account".
      if (index > 0 && target?.nameField === step) labels.pop();
      return { path, label: labels.join(' › '), field, object: from };
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
