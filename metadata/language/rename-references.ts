import type {
  AppDocument,
  ConditionJson,
  DataDocument,
  DocumentByKind,
  FieldDocument,
  LayoutDocument,
  MetadataDocument,
  ObjectDocument,
  PermissionRule,
  RoleDocument,
  ViewDocument,
  WorkflowDocument,
} from '../types/documents.js';
import { renameFormula } from './rename-formula.js';
import { renameCondition, renamePath, renameTemplate, renameValues, type Names, type Roots } from './rename-paths.js';

type Rename<Kind extends keyof DocumentByKind> = (document: DocumentByKind[Kind], names: Names) => DocumentByKind[Kind];

/** A copy with some properties changed; what was not there is not added. */
function change<T extends object>(value: T, edits: { readonly [K in keyof T]?: (now: NonNullable<T[K]>) => T[K] }): T {
  const copy = { ...value };
  for (const key of Object.keys(edits) as (keyof T)[]) {
    const now = value[key];
    if (now !== undefined && now !== null) copy[key] = edits[key]?.(now) ?? now;
  }
  return copy;
}

/** Entries of a record with other keys; "__proto__" stays a plain key. */
const withKeys = <V>(record: Readonly<Record<string, V>>, rename: (key: string) => string): Record<string, V> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [rename(key), value]));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ways to rename that are bound to one object. */
function at(names: Names, object: string, outer?: string) {
  const roots: Roots = outer === undefined ? { record: object } : { record: object, outer };
  return {
    object: (name: string) => names.object(name),
    name: (name: string) => names.field(object, name),
    names: (list: string[]) => list.map((name) => names.field(object, name)),
    path: (path: string) => renamePath(names, object, path),
    paths: (list: string[]) => list.map((path) => renamePath(names, object, path)),
    condition: (json: ConditionJson) => renameCondition(names, roots, json),
    sorts: <S extends { field: string }>(list: S[]) => list.map((sort) => ({ ...sort, field: renamePath(names, object, sort.field) })),
  };
}

function renameDefault(names: Names, field: FieldDocument, value: unknown): unknown {
  if (!isObject(value)) return value;
  if ('$expr' in value) return { ...value, $expr: renameCondition(names, { record: field.object, outer: field.object }, value['$expr']) };
  const lookup = value['$lookup'];
  const target = names.target(field.object, field.name);
  if (!isObject(lookup) || target === undefined) return renameLink(names, value);
  const { sort } = lookup;
  const isDown = typeof sort === 'string' && sort.startsWith('-');
  const sorted = typeof sort === 'string' ? { sort: (isDown ? '-' : '') + names.field(target, isDown ? sort.slice(1) : sort) } : {};
  const where = 'where' in lookup ? { where: renameCondition(names, { record: target, outer: field.object }, lookup['where']) } : {};
  return { ...value, $lookup: { ...lookup, ...where, ...sorted } };
}

function renameRollup(names: Names, object: string, rollup: NonNullable<FieldDocument['rollup']>): NonNullable<FieldDocument['rollup']> {
  const from = names.related(object, rollup.relation);
  return from === undefined ? rollup : change(rollup, { field: (name) => names.field(from, name), where: at(names, from).condition });
}

const field: Rename<'field'> = (document, names) => {
  const target = (document.type === 'many_to_many' ? document.target : names.target(document.object, document.name)) ?? document.object;
  return change(document, {
    object: (object) => names.object(object),
    name: (name) => names.field(document.object, name),
    target: (object) => names.object(object),
    targets: (objects) => objects.map((object) => names.object(object)) as typeof objects,
    where: at(names, target, document.object).condition,
    stampedBy: at(names, document.object).name,
    dependsOn: (now) => ({ ...now, field: names.field(document.object, now.field) }),
    default: (value) => renameDefault(names, document, value) as NonNullable<unknown>,
    formula: (text) => renameFormula(names, { record: document.object }, text),
    currencyOf: at(names, document.object).path,
    rollup: (rollup) => renameRollup(names, document.object, rollup),
  });
};

const layout: Rename<'layout'> = (document, names) => {
  const here = at(names, document.object);
  type Section = LayoutDocument['sections'][number];
  const fields = (list: Section['fields']) =>
    list.map((item) => change(item, { field: here.name, visible: here.condition, required: here.condition, readOnly: here.condition }));
  return change(document, {
    object: here.object,
    highlights: here.paths,
    path: here.name,
    sections: (list) => list.map((section) => change(section, { visible: here.condition, fields })),
    related: (list) =>
      list.map((item) => {
        const there = at(names, item.object);
        return change(item, { object: there.object, field: there.name, columns: there.paths, sort: there.sorts });
      }),
  });
};

const view: Rename<'view'> = (document, names) => {
  const here = at(names, document.object);
  const board = (now: NonNullable<ViewDocument['board']>) => {
    const there = at(names, names.target(document.object, now.by) ?? document.object);
    return change(now, {
      by: here.name,
      switcher: here.name,
      sums: here.names,
      card: here.paths,
      columns: (columns) => change(columns, { where: there.condition, sort: there.sorts, details: there.names, color: there.name }),
    });
  };
  return change(document, {
    object: here.object,
    filter: here.condition,
    sort: here.sorts,
    columns: (list) => list.map((column) => ({ ...column, field: here.path(column.field) })),
    quickFilters: here.names,
    board,
  });
};

const permission: Rename<'permission'> = (document, names) => {
  const here = at(names, document.object);
  const one = <One extends string | { where: ConditionJson }>(rule: One): One =>
    typeof rule === 'object' ? { ...rule, where: here.condition(rule.where) } : rule;
  const rows = (rule: PermissionRule): PermissionRule => (Array.isArray(rule) ? rule.map(one) : one(rule));
  const rule = { read: rows, update: rows, delete: rows };
  const onSome = <Of extends string | { read?: PermissionRule; edit?: PermissionRule }>(of: Readonly<Record<string, Of>>) =>
    Object.fromEntries(
      Object.entries(of).map(([name, access]) => [name, typeof access === 'string' ? access : change(access, { read: rows, edit: rows })]),
    );
  return change(document, {
    object: here.object,
    ...rule,
    fields: (fields) => change(fields, { only: (only) => withKeys(onSome(only), here.name) }),
    deny: (deny) => change(deny, { ...rule, fields: (fields) => withKeys(onSome(fields), here.name) }),
  });
};

const data: Rename<'data'> = (document, names) => {
  const here = at(names, document.object);
  const reference = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reference);
    if (!isObject(value) || typeof value['$ref'] !== 'string') return value;
    const [object = '', ...key] = value['$ref'].split(':');
    return { ...value, $ref: [names.object(object), ...key].join(':') };
  };
  const values = (record: DataDocument['records'][number]['values']) =>
    withKeys(Object.fromEntries(Object.entries(record).map(([key, value]): [string, unknown] => [key, reference(value)])), here.name);
  return change(document, { object: here.object, records: (list) => list.map((record) => change(record, { values })) });
};

/** A link to a record of one of several objects names its object. */
function renameLink(names: Names, value: unknown): unknown {
  if (!isObject(value) || typeof value['object'] !== 'string' || !('id' in value) || Object.keys(value).length !== 2) return value;
  return { ...value, object: names.object(value['object']) };
}

/** Input of a node: `set` is keyed by fields of the object it names, or of the workflow's; the conditions of a branch are about the record. */
function renameInput(names: Names, workflow: WorkflowDocument, node: WorkflowDocument['nodes'][number]): WorkflowDocument['nodes'][number] {
  const input = renameValues(names, workflow.object, node.input) as Record<string, unknown>;
  const given: Readonly<Record<string, unknown>> = { ...node.input };
  const object = typeof given['object'] === 'string' ? given['object'] : workflow.object;
  if (typeof input['object'] === 'string' && node.type.startsWith('record.')) input['object'] = names.object(object);
  if (isObject(input['set']) && node.type.startsWith('record.')) {
    const values = Object.fromEntries(Object.entries(input['set']).map(([key, value]) => [key, renameLink(names, value)]));
    input['set'] = withKeys(values, (key) => names.field(object, key));
  }
  if (Array.isArray(input['cases'])) {
    input['cases'] = input['cases'].map((item: unknown) =>
      isObject(item) && 'if' in item ? { ...item, if: renameCondition(names, { record: workflow.object }, item['if']) } : item,
    );
  }
  return { ...node, input };
}

const workflow: Rename<'workflow'> = (document, names) => {
  const here = at(names, document.object);
  const trigger = (now: WorkflowDocument['trigger']): WorkflowDocument['trigger'] =>
    now.type === 'record'
      ? change(now, { fields: here.names, when: here.condition })
      : now.type === 'schedule'
        ? change(now, { when: here.condition })
        : now;
  return change(document, { object: here.object, trigger, nodes: (list) => list.map((node) => renameInput(names, document, node)) });
};

const action: Rename<'action'> = (document, names) => {
  const here = at(names, document.object);
  return change(document, {
    object: here.object,
    when: here.condition,
    inputs: (list) => list.map((input) => change(input, { field: here.name, target: here.object })),
    set: (values) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          here.name(name),
          isObject(value) && '$expr' in value
            ? { ...value, $expr: renameCondition(names, { record: document.object }, value['$expr']) }
            : value,
        ]),
      ),
  });
};

const template: Rename<'template'> = (document, names) => {
  const text = (value: string) => renameTemplate(names, document.object, value);
  return change(document, { object: (object) => names.object(object), subject: text, text, html: text });
};

/** Every kind, so that a new one can not be forgotten: the compiler asks for it here. */
const RENAME: { readonly [Kind in keyof DocumentByKind]: Rename<Kind> } = {
  object: (document, names) => {
    const own = at(names, document.name);
    const timeline = (shown: NonNullable<ObjectDocument['timeline']>) =>
      change(shown, { date: own.name, summary: own.names, changes: own.names });
    const indexes = (all: NonNullable<ObjectDocument['indexes']>) => all.map((index) => change(index, { fields: own.names }));
    return change(document, { name: (name) => names.object(name), nameField: own.name, timeline, indexes });
  },
  field,
  layout,
  view,
  action,
  permission,
  // The default of a role holds for many objects, so its conditions can only name what all of them have: the system fields.
  role: (document: RoleDocument) => document,
  validation: (document, names) => {
    const here = at(names, document.object);
    return change(document, { object: here.object, errorWhen: here.condition, field: here.name });
  },
  // Texts are kept by the ids of their elements, which stay; what a translated template names is renamed in it.
  translation: (document, names) => ({
    ...document,
    texts: Object.fromEntries(
      Object.entries(document.texts).map(([id, texts]) => {
        const object = names.ofTemplate(id);
        if (object === undefined) return [id, texts];
        return [id, Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, renameTemplate(names, object, text)]))];
      }),
    ),
  }),
  process: (document, names) => {
    const here = at(names, document.object);
    const states = at(names, names.target(document.object, document.field) ?? document.object);
    return change(document, {
      object: here.object,
      field: here.name,
      initialWhere: states.condition,
      transitions: (list) =>
        list.map((move) =>
          change(move, { fromWhere: states.condition, toWhere: states.condition, when: here.condition, required: here.names }),
        ),
      enter: (list) => list.map((entry) => change(entry, { toWhere: states.condition, required: here.names })),
    });
  },
  record_type: (document, names) => {
    const here = at(names, document.object);
    return change(document, {
      object: here.object,
      picklists: (fields) => withKeys(fields, here.name),
      processes: (fields) => withKeys(fields, here.name),
    });
  },
  app: (document: AppDocument, names) => ({
    ...document,
    items: document.items.map((item) => ({ ...item, object: names.object(item.object) })),
  }),
  data,
  template,
  workflow,
  pack: (document) => document,
};

const SYSTEM_LINKS: ReadonlyMap<string, string> = new Map(['owner', 'created_by', 'updated_by'].map((name) => [name, 'user']));

/** How paths lead through the objects of these documents. */
function linksOf(documents: readonly MetadataDocument[]): Pick<Names, 'target' | 'related' | 'ofTemplate'> {
  const templates = new Map(
    documents.flatMap((each) => (each.kind === 'template' && each.object !== undefined ? [[each.id, each.object]] : [])),
  );
  const targets = new Map<string, string>();
  const relations = new Map<string, string>();
  const lists = new Map<string, string>();
  for (const document of documents) {
    if (document.kind !== 'field') continue;
    const target = document.type === 'user' ? 'user' : document.target;
    for (const each of document.targets ?? [target]) {
      if (document.inverse !== undefined && each !== undefined) relations.set(`${each}.${document.inverse.name}`, document.object);
    }
    if (target === undefined) continue;
    (document.type === 'many_to_many' ? lists : targets).set(`${document.object}.${document.name}`, target);
  }
  return {
    target: (object, name) => targets.get(`${object}.${name}`) ?? (object === 'user' ? undefined : SYSTEM_LINKS.get(name)),
    ofTemplate: (id) => templates.get(id),
    related: (object, relation) => relations.get(`${object}.${relation}`) ?? lists.get(`${object}.${relation}`),
  };
}

function renameIn(documents: readonly MetadataDocument[], names: Names): MetadataDocument[] {
  return documents.map((document) => {
    // The table is keyed by kind, which the compiler can not follow through a lookup.
    const renamed = (RENAME[document.kind] as Rename<typeof document.kind>)(document as never, names);
    return JSON.stringify(renamed) === JSON.stringify(document) ? document : renamed;
  });
}

/**
 * Renames a field, with every reference to it in every kind of document. Ids stay, so nothing happens to tables or history.
 *
 * Shape:  `documents` are all documents of the space; those that do not change come back as the same objects.
 */
export function renameField(documents: readonly MetadataDocument[], object: string, from: string, to: string): MetadataDocument[] {
  const field = (of: string, name: string) => (of === object && name === from ? to : name);
  return renameIn(documents, { ...linksOf(documents), field, object: (name) => name });
}

/** Renames an object, with every reference to it. */
export function renameObject(documents: readonly MetadataDocument[], from: string, to: string): MetadataDocument[] {
  return renameIn(documents, { ...linksOf(documents), field: (_of, name) => name, object: (name) => (name === from ? to : name) });
}

/** New names, all of them at once: a name may go to what another one gives up. Fields are keyed "object.field", by the names from before. */
export type NewNames = { readonly objects: ReadonlyMap<string, string>; readonly fields: ReadonlyMap<string, string> };

/** Gives objects and fields other names, with every reference to them. */
export function renameAll(documents: readonly MetadataDocument[], { objects, fields }: NewNames): MetadataDocument[] {
  if (objects.size === 0 && fields.size === 0) return [...documents];
  const field = (of: string, name: string) => fields.get(`${of}.${name}`) ?? name;
  return renameIn(documents, { ...linksOf(documents), field, object: (name) => objects.get(name) ?? name });
}

/** Objects and fields ("object.field") that a document names. */
export type NamedIn = { readonly objects: ReadonlySet<string>; readonly fields: ReadonlySet<string> };

/**
 * What each document refers to, found by the same walk that renames: a reference that a rename would follow is one.
 *
 * Shape: by document, in their order. The object and the field that a document defines are among them.
 */
export function namesIn(documents: readonly MetadataDocument[]): NamedIn[] {
  const links = linksOf(documents);
  return documents.map((document) => {
    const objects = new Set<string>();
    const fields = new Set<string>();
    const names: Names = {
      ...links,
      object: (name) => {
        objects.add(name);
        return name;
      },
      field: (of, name) => {
        fields.add(`${of}.${name}`);
        return name;
      },
    };
    renameIn([document], names);
    return { objects, fields };
  });
}
