import { fieldType } from '../fields/registry.js';
import type { Actor } from '../kernel/actor.js';
import type { FieldModel, Model, ObjectModel, PermissionModel, RowRule } from '../model/types.js';
import { computedRead } from './computed-access.js';
import { ALL, intersection, NONE, union } from './row-rules.js';

/**
 * What an actor may do with one field.
 *
 * Shape:  `read` and `edit` "all" mean every row that the actor may read (or update); "where" is a further mask per row. `create`: may be
 *         given when a record is created.
 */
export type FieldRules = { readonly read: RowRule; readonly edit: RowRule; readonly create: boolean };

/** What an actor may do with the records of one object. `update` and `delete` never reach rows that `read` does not. */
export type ObjectAccess = {
  readonly create: boolean;
  readonly read: RowRule;
  readonly update: RowRule;
  readonly delete: RowRule;
  /** Every field of the object, by name. */
  readonly fields: ReadonlyMap<string, FieldRules>;
};

const NO_FIELD: FieldRules = { read: NONE, edit: NONE, create: false };

const isSame = (a: RowRule, b: RowRule): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Fields that no screen works without: a record that may be read always has its id and version. */
const ALWAYS_READ: ReadonlySet<string> = new Set(['id', 'version']);

/** Fields that people may write at all. Of the system fields that is the owner; an autonumber gives its own values, and others are computed. */
export const isWritable = (field: FieldModel): boolean =>
  fieldType(field.type).givenBy === undefined && (!field.system || field.name === 'owner');

function fieldRules(field: FieldModel, permissions: readonly PermissionModel[], rows: Omit<ObjectAccess, 'fields'>): FieldRules {
  const grants = permissions.filter(({ fields }) => (fields.get(field.name) ?? 'none') !== 'none');
  const reading = ALWAYS_READ.has(field.name) ? rows.read : union(grants.map(({ read }) => read));
  const editing = isWritable(field) ? grants.filter(({ fields }) => fields.get(field.name) === 'edit') : [];
  const edit = union(editing.map(({ update }) => update));
  const updatable = union(permissions.map(({ update }) => update));
  return {
    // The same rule as for the row itself masks nothing.
    read: isSame(reading, rows.read) && reading.kind !== 'none' ? ALL : reading,
    edit: rows.update.kind === 'none' ? NONE : isSame(edit, updatable) && edit.kind !== 'none' ? ALL : edit,
    create: rows.create && editing.some(({ create }) => create),
  };
}

function accessOfRoles(object: ObjectModel, permissions: readonly PermissionModel[]): ObjectAccess {
  const read = union(permissions.map((permission) => permission.read));
  const may = !object.system;
  const rows = {
    create: may && permissions.some(({ create }) => create),
    read,
    update: may ? intersection(union(permissions.map(({ update }) => update)), read) : NONE,
    delete: may ? intersection(union(permissions.map((permission) => permission.delete)), read) : NONE,
  };
  return { ...rows, fields: new Map([...object.fields.values()].map((field) => [field.name, fieldRules(field, permissions, rows)])) };
}

function accessOfSystem(object: ObjectModel): ObjectAccess {
  const change = object.system ? NONE : ALL;
  const fields = [...object.fields.values()].map((field): [string, FieldRules] => {
    const writes = !object.system && isWritable(field);
    return [field.name, { read: ALL, edit: writes ? ALL : NONE, create: writes }];
  });
  return { create: !object.system, read: ALL, update: change, delete: change, fields: new Map(fields) };
}

const NOTHING: ObjectAccess = { create: false, read: NONE, update: NONE, delete: NONE, fields: new Map() };

type Known = { readonly granted: Map<string, ObjectAccess>; readonly whole: Map<string, ObjectAccess> };
const known = new WeakMap<Model, Known>();

/** The roles that count, and a name for them together. */
function rolesOf(model: Model, actor: Pick<Actor, 'kind' | 'roles'>, object: string) {
  const roles = [...new Set(actor.roles)].filter((role) => model.roles.has(role)).sort();
  return { roles, key: actor.kind === 'system' ? `system ${object}` : `user ${object} ${roles.join(' ')}` };
}

/** What the permissions say, before a computed field is held to what it is made of. */
function grantedOf(model: Model, actor: Pick<Actor, 'kind' | 'roles'>, object: string, { granted }: Known): ObjectAccess {
  const found = model.objects.get(object);
  if (found === undefined) return NOTHING;
  const { roles, key } = rolesOf(model, actor, object);
  let access = granted.get(key);
  if (access === undefined) {
    const permissions = roles.flatMap((role) => model.roles.get(role)?.permissions.get(object) ?? []);
    access = actor.kind === 'system' ? accessOfSystem(found) : accessOfRoles(found, permissions);
    granted.set(key, access);
  }
  return access;
}

/**
 * What an actor may do with an object: the sum of the actor's roles. Order never matters, and there is no "deny".
 *
 * Shape:  worked out once per model, object and set of roles. An unknown object or role gives nothing. Of a computed field no more can be read than
 *         of what it is made of.
 */
export function accessOf(model: Model, actor: Pick<Actor, 'kind' | 'roles'>, object: string): ObjectAccess {
  let caches = known.get(model);
  if (caches === undefined) known.set(model, (caches = { granted: new Map(), whole: new Map() }));
  const { key } = rolesOf(model, actor, object);
  let access = caches.whole.get(key);
  if (access === undefined) {
    const reads = caches;
    const granted = grantedOf(model, actor, object, reads);
    const fields = new Map(granted.fields);
    for (const field of model.objects.get(object)?.fields.values() ?? []) {
      const rules = fields.get(field.name);
      if (field.computed === undefined || rules === undefined || actor.kind === 'system') continue;
      fields.set(field.name, { ...rules, read: computedRead(model, (of) => grantedOf(model, actor, of, reads), field) });
    }
    access = { ...granted, fields };
    caches.whole.set(key, access);
  }
  return access;
}

/** Rules of one field; nothing for a name that the object does not have. */
export const fieldAccess = (access: ObjectAccess, field: string): FieldRules => access.fields.get(field) ?? NO_FIELD;
