import type {
  AppDocument,
  FieldDocument,
  LayoutDocument,
  ObjectDocument,
  PermissionDocument,
  ViewDocument,
} from '@fieldstone/metadata/types/documents.js';
import { targetsOf } from './field-types.js';
import { documentsOf, findObject, ofKind, put, putAll, type Draft, type StudioDocument } from './draft.js';
import { newId, randomCode } from './names.js';
import { withProperties, withoutUndefined } from './without-undefined.js';

/** What a role may do with an object, in the steps people think in. "role" leaves it to the role's own default. */
export type AccessPreset = 'role' | 'none' | 'read' | 'own' | 'edit' | 'full';

type Rights = Pick<PermissionDocument, 'create' | 'read' | 'update' | 'delete'>;

export const ACCESS_PRESETS: Record<Exclude<AccessPreset, 'role'>, Rights> = {
  none: { create: false, read: 'none', update: 'none', delete: 'none' },
  read: { create: false, read: 'all', update: 'none', delete: 'none' },
  own: { create: true, read: 'own', update: 'own', delete: 'own' },
  edit: { create: true, read: 'all', update: 'all', delete: 'none' },
  full: { create: true, read: 'all', update: 'all', delete: 'all' },
};

/** The same, as forms offer it. */
export const ACCESS_CHOICES: { value: AccessPreset; label: string }[] = [
  { value: 'role', label: 'As the role says' },
  { value: 'none', label: 'No access' },
  { value: 'read', label: 'Read all' },
  { value: 'own', label: 'Own records only' },
  { value: 'edit', label: 'Read and edit all' },
  { value: 'full', label: 'Everything' },
];

/** The preset a permission is equal to, or "custom". */
export function presetOf(permission: PermissionDocument | undefined): AccessPreset | 'custom' {
  if (permission === undefined) return 'role';
  for (const [preset, rights] of Object.entries(ACCESS_PRESETS)) {
    const same =
      (permission.create ?? false) === rights.create &&
      (permission.read ?? 'none') === rights.read &&
      (permission.update ?? 'none') === rights.update &&
      (permission.delete ?? 'none') === rights.delete;
    if (same) return preset as AccessPreset;
  }
  return 'custom';
}

export type NewObject = {
  label: string;
  pluralLabel: string;
  name: string;
  icon: string;
  description?: string;
  nameField: { label: string; name: string; type: 'text' | 'autonumber'; format?: string };
  /** Role name to what it may do. */
  access: Readonly<Record<string, AccessPreset>>;
  /** Id of the app that gets an entry; none when left out. */
  app?: string;
};

/** Adds an object with all it needs to stand on the screens at once: its name field, a layout, a list, permissions, an entry in an app. */
export function addObject(draft: Draft, wanted: NewObject): Draft {
  const object = withoutUndefined<ObjectDocument>({
    kind: 'object',
    id: newId('object'),
    name: wanted.name,
    label: wanted.label,
    pluralLabel: wanted.pluralLabel,
    description: wanted.description,
    icon: wanted.icon,
    nameField: wanted.nameField.name,
  });
  const field = withoutUndefined<FieldDocument>({
    kind: 'field',
    id: newId('field'),
    object: wanted.name,
    name: wanted.nameField.name,
    label: wanted.nameField.label,
    type: wanted.nameField.type,
    required: wanted.nameField.type === 'text' ? true : undefined,
    searchable: wanted.nameField.type === 'text' ? true : undefined,
    format: wanted.nameField.type === 'autonumber' ? (wanted.nameField.format ?? '{0000}') : undefined,
  });
  const documents: StudioDocument[] = [object, field, defaultLayout(wanted.name, [field.name]), defaultView(wanted)];
  for (const [role, preset] of Object.entries(wanted.access)) {
    if (preset === 'role') continue;
    documents.push({ kind: 'permission', id: newId('permission'), role, object: wanted.name, ...ACCESS_PRESETS[preset] });
  }
  const app = ofKind(draft, 'app').find((candidate) => candidate.id === wanted.app);
  if (app !== undefined) documents.push(withEntry(app, wanted.name));
  return putAll(draft, documents);
}

export function defaultLayout(object: string, fields: readonly string[]): LayoutDocument {
  return {
    kind: 'layout',
    id: newId('layout'),
    object,
    name: 'record',
    label: 'Record page',
    sections: [{ id: `s_${randomCode(6)}`, label: 'Details', columns: 2, fields: fields.map((field) => ({ field })) }],
  };
}

function defaultView(wanted: NewObject): ViewDocument {
  return {
    kind: 'view',
    id: newId('view'),
    object: wanted.name,
    name: 'all',
    label: `All ${wanted.pluralLabel.toLowerCase()}`.slice(0, 120),
    type: 'list',
    order: 0,
    columns: [{ field: wanted.nameField.name }, { field: 'owner' }, { field: 'updated_at' }],
    sort: [{ field: wanted.nameField.name, direction: 'asc' }],
  };
}

function withEntry(app: AppDocument, object: string): AppDocument {
  const taken = new Set(app.items.map((item) => item.id));
  const id = taken.has(object) || object.length < 2 || object.length > 40 ? `n_${randomCode(6)}` : object;
  return { ...app, items: [...app.items, { id, object }] };
}

export function editObject(
  draft: Draft,
  id: string,
  patch: {
    [K in 'label' | 'pluralLabel' | 'description' | 'icon' | 'nameField' | 'trackHistory' | 'timeline' | 'indexes']?:
      ObjectDocument[K] | undefined;
  },
): Draft {
  const object = ofKind(draft, 'object').find((candidate) => candidate.id === id);
  return object === undefined ? draft : put(draft, id, withProperties(object, patch));
}

/** Everything that goes with an object when it is retired: what belongs to it, and links to it from elsewhere. */
export function belongings(draft: Draft, object: string): { retired: StudioDocument[]; edited: StudioDocument[] } {
  const retired: StudioDocument[] = [];
  const edited: StudioDocument[] = [];
  for (const document of documentsOf(draft)) {
    if (document.kind === 'object' && document.name === object) retired.push(document);
    else if ('object' in document && document.object === object) retired.push(document);
    else if (document.kind === 'field' && targetsOf(document).every((name) => name === object) && targetsOf(document).length > 0)
      retired.push(document);
    else if (document.kind === 'field' && targetsOf(document).includes(object)) edited.push(document);
    else if (document.kind === 'app' && document.items.some((item) => item.object === object)) edited.push(document);
    else if (document.kind === 'layout' && document.related?.some((list) => list.object === object) === true) edited.push(document);
  }
  return { retired, edited };
}

/**
 * Retires an object and what belongs to it. Data stays in the database.
 *
 * Errors: not checked here: conditions of other objects that lead through a link to this one. The plan names them.
 */
export function retireObject(draft: Draft, name: string): Draft {
  if (findObject(draft, name) === undefined) return draft;
  const { retired } = belongings(draft, name);
  const others = retired.filter((document): document is FieldDocument => document.kind === 'field' && document.object !== name);
  let next = others.reduce((current, field) => retireField(current, field), draft);
  for (const document of retired) if (document.kind !== 'field' || document.object === name) next = put(next, document.id, null);
  for (const field of ofKind(next, 'field')) {
    const rest = field.targets?.filter((target) => target !== name);
    // A link to any of several points to the others from now on.
    if (rest !== undefined && rest.length < (field.targets?.length ?? 0)) next = put(next, field.id, { ...field, targets: rest });
  }
  for (const app of ofKind(next, 'app')) {
    if (!app.items.some((item) => item.object === name)) continue;
    const items = app.items.filter((item) => item.object !== name);
    // An app without an entry would not be valid, so it goes with its last object.
    next = put(next, app.id, items.length === 0 ? null : { ...app, items });
  }
  return next;
}

/** Retires a field and takes it off layouts, views and permissions. Conditions that read it are left for people to decide. */
export function retireField(draft: Draft, field: FieldDocument): Draft {
  let next = put(draft, field.id, null);
  for (const object of ofKind(next, 'object')) {
    if (object.name === field.object && (object.timeline ?? object.indexes))
      next = put(next, object.id, withoutFieldOnObject(object, field.name));
  }
  for (const layout of ofKind(next, 'layout')) next = put(next, layout.id, withoutFieldInLayout(layout, field));
  for (const view of ofKind(next, 'view'))
    if (view.object === field.object) next = put(next, view.id, withoutFieldInView(view, field.name));
  for (const permission of ofKind(next, 'permission')) {
    if (permission.object !== field.object || permission.fields?.only?.[field.name] === undefined) continue;
    const only = Object.fromEntries(Object.entries(permission.fields.only).filter(([name]) => name !== field.name));
    next = put(next, permission.id, {
      ...permission,
      fields: withProperties(permission.fields, { only: Object.keys(only).length === 0 ? undefined : only }),
    });
  }
  return next;
}

function withoutFieldOnObject(object: ObjectDocument, name: string): ObjectDocument {
  const { timeline } = object;
  const others = (fields?: string[]) => fields?.filter((field) => field !== name);
  const indexes = object.indexes?.filter(({ fields }) => !fields.includes(name));
  return withProperties(object, {
    timeline:
      timeline &&
      withProperties(timeline, {
        date: timeline.date === name ? undefined : timeline.date,
        summary: others(timeline.summary),
        changes: others(timeline.changes),
      }),
    indexes: indexes?.length === 0 ? undefined : indexes,
  });
}

const startsWith = (name: string) => (path: string) => path === name || path.startsWith(`${name}.`);

function withoutFieldInLayout(layout: LayoutDocument, field: FieldDocument): LayoutDocument {
  const related = layout.related
    ?.filter((list) => !(list.object === field.object && list.field === field.name))
    .map((list) => {
      if (list.object !== field.object) return list;
      const columns = list.columns.filter((path) => !startsWith(field.name)(path));
      const sort = list.sort?.filter((level) => !startsWith(field.name)(level.field));
      return withProperties(list, { columns, sort: sort?.length === 0 ? undefined : sort });
    })
    .filter((list) => list.columns.length > 0);
  const next = withProperties(layout, { related });
  if (layout.object !== field.object) return next;
  const highlights = layout.highlights?.filter((path) => !startsWith(field.name)(path));
  return withProperties(next, {
    highlights,
    path: layout.path === field.name ? undefined : layout.path,
    sections: layout.sections.map((section) => ({ ...section, fields: section.fields.filter((entry) => entry.field !== field.name) })),
  });
}

function withoutFieldInView(view: ViewDocument, name: string): ViewDocument {
  const is = startsWith(name);
  const card = view.board?.card.filter((path) => !is(path));
  return withProperties(view, {
    sort: view.sort?.filter((level) => !is(level.field)),
    columns: view.columns?.filter((column) => !is(column.field)),
    quickFilters: view.quickFilters?.filter((field) => field !== name),
    board:
      view.board === undefined || card === undefined || card.length === 0
        ? view.board
        : withProperties(view.board, { card, sums: view.board.sums?.filter((field) => field !== name) }),
  });
}
