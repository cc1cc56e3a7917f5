import type { Expression } from '@fieldstone/metadata/language/expression.js';
import type { Actor } from '../kernel/actor.js';
import type { FieldModel, Model, ObjectModel, PermissionModel, RowRule } from '../model/types.js';

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

const NONE: RowRule = { kind: 'none' };
const ALL: RowRule = { kind: 'all' };
const NO_FIELD: FieldRules = { read: NONE, edit: NONE, create: false };

const both = (op: 'and' | 'or', conditions: readonly Expression[]): RowRule => {
  const [only] = conditions;
  if (only === undefined) return NONE;
  return { kind: 'where', where: conditions.length === 1 ? only : { kind: 'call', op, args: conditions, type: 'boolean' } };
};

/** Any of the rules: roles add up. Rules that say the same are kept once, so that two roles with "own" are one condition. */
export function union(rules: readonly RowRule[]): RowRule {
  if (rules.some((rule) => rule.kind === 'all')) return ALL;
  const distinct = new Map<string, Expression>();
  for (const rule of rules) if (rule.kind === 'where') distinct.set(JSON.stringify(rule.where), rule.where);
  return both('or', [...distinct.values()]);
}

function intersection(a: RowRule, b: RowRule): RowRule {
  if (a.kind === 'none' || b.kind === 'none') return NONE;
  if (a.kind === 'all') return b;
  if (b.kind === 'all' || JSON.stringify(a.where) === JSON.stringify(b.where)) return a;
  return both('and', [a.where, b.where]);
}

const isSame = (a: RowRule, b: RowRule): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Fields that no screen works without: a record that may be read always has its id and version. */
const ALWAYS_READ: ReadonlySet<string> = new Set(['id', 'version']);

/** Fields that people may write at all. Of the system fields that is the owner; an autonumber gives its own values. */
export const isWritable = (field: FieldModel): boolean => field.type !== 'autonumber' && (!field.system || field.name === 'owner');

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

const known = new WeakMap<Model, Map<string, ObjectAccess>>();

/**
 * What an actor may do with an object: the sum of the actor's roles. Order never matters, and there is no "deny".
 *
 * Shape:  worked out once per model, object and set of roles. An unknown object or role gives nothing.
 */
export function accessOf(model: Model, actor: Pick<Actor, 'kind' | 'roles'>, object: string): ObjectAccess {
  const found = model.objects.get(object);
  if (found === undefined) return NOTHING;
  let cache = known.get(model);
  if (cache === undefined) known.set(model, (cache = new Map()));
  const roles = [...new Set(actor.roles)].filter((role) => model.roles.has(role)).sort();
  const key = actor.kind === 'system' ? `system ${object}` : `user ${object} ${roles.join(' ')}`;
  let access = cache.get(key);
  if (access === undefined) {
    const permissions = roles.flatMap((role) => model.roles.get(role)?.permissions.get(object) ?? []);
    access = actor.kind === 'system' ? accessOfSystem(found) : accessOfRoles(found, permissions);
    cache.set(key, access);
  }
  return access;
}

/** Rules of one field; nothing for a name that the object does not have. */
export const fieldAccess = (access: ObjectAccess, field: string): FieldRules => access.fields.get(field) ?? NO_FIELD;
