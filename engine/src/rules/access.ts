import { fieldType } from '../fields/registry.js';
import type { Reach, Rights } from '../kernel/actor.js';
import type { FieldModel, Model, ObjectModel, PermissionModel, RowRule } from '../model/types.js';
import { computedRead } from './computed-access.js';
import { ALL, intersection, isSame, NONE, reachable, union, without } from './row-rules.js';

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
  /** Actions besides these, by name. */
  readonly actions: ReadonlySet<string>;
};

const NO_FIELD: FieldRules = { read: NONE, edit: NONE, create: false };
const NO_ACTION: ReadonlySet<string> = new Set();

/** Fields that no screen works without: a record that may be read always has its id and version. */
const ALWAYS_READ: ReadonlySet<string> = new Set(['id', 'version']);

/** Fields that people may write at all. Of the system fields that is the owner; an autonumber gives its own values, and others are computed. */
export const isWritable = (field: FieldModel): boolean =>
  fieldType(field.type).givenBy === undefined && (!field.system || field.name === 'owner');

type Rows = Pick<ObjectAccess, 'create' | 'read' | 'update' | 'delete'>;

/** What the grants of a field come to, of all that the permissions grant: the same rule as for the row itself masks nothing. */
const maskOf = (granted: RowRule, rows: RowRule): RowRule => (isSame(granted, rows) && granted.kind !== 'none' ? ALL : granted);

/** The rules of a field: what any permission grants, without what any takes away. */
function fieldRules(field: FieldModel, permissions: readonly PermissionModel[], rows: Rows, reach: Reach | undefined): FieldRules {
  if (ALWAYS_READ.has(field.name)) return { read: rows.read.kind === 'none' ? NONE : ALL, edit: NONE, create: false };
  const granted = (operation: 'read' | 'edit', of: 'read' | 'update') =>
    union(permissions.map(({ fields, ...rule }) => intersection(rule[of], fields.get(field.name)?.[operation] ?? NONE)));
  const taken = (operation: 'read' | 'edit') =>
    reachable(union(permissions.map(({ deny }) => deny?.fields.get(field.name)?.[operation] ?? NONE)), reach);
  const read = maskOf(granted('read', 'read'), union(permissions.map((permission) => permission.read)));
  const edit = isWritable(field) ? maskOf(granted('edit', 'update'), union(permissions.map(({ update }) => update))) : NONE;
  const mayGive = ({ create, fields }: PermissionModel) => create && (fields.get(field.name)?.edit.kind ?? 'none') !== 'none';
  return {
    read: rows.read.kind === 'none' ? NONE : without(reachable(read, reach), taken('read')),
    edit: rows.update.kind === 'none' ? NONE : without(reachable(edit, reach), union([taken('edit'), taken('read')])),
    create: rows.create && isWritable(field) && permissions.some(mayGive) && taken('edit').kind === 'none' && taken('read').kind === 'none',
  };
}

function accessOfRoles(object: ObjectModel, permissions: readonly PermissionModel[], reach: Reach | undefined): ObjectAccess {
  const may = !object.system;
  const denies = permissions.flatMap(({ deny }) => deny ?? []);
  const rule = (operation: 'read' | 'update' | 'delete'): RowRule =>
    without(
      reachable(union(permissions.map((permission) => permission[operation])), reach),
      reachable(union(denies.map((deny) => deny[operation])), reach),
    );
  const read = rule('read');
  const rows: Rows = {
    create: may && permissions.some(({ create }) => create) && !denies.some(({ create }) => create),
    read,
    update: may ? intersection(rule('update'), read) : NONE,
    delete: may ? intersection(rule('delete'), read) : NONE,
  };
  const denied = new Set(denies.flatMap(({ actions }) => [...actions]));
  return {
    ...rows,
    fields: new Map([...object.fields.values()].map((field) => [field.name, fieldRules(field, permissions, rows, reach)])),
    actions: new Set(permissions.flatMap(({ actions }) => [...actions]).filter((name) => !denied.has(name))),
  };
}

function accessOfSystem(object: ObjectModel): ObjectAccess {
  const change = object.system ? NONE : ALL;
  const fields = [...object.fields.values()].map((field): [string, FieldRules] => {
    const writes = !object.system && isWritable(field);
    return [field.name, { read: ALL, edit: writes ? ALL : NONE, create: writes }];
  });
  return { create: !object.system, read: ALL, update: change, delete: change, fields: new Map(fields), actions: NO_ACTION };
}

const NOTHING: ObjectAccess = { create: false, read: NONE, update: NONE, delete: NONE, fields: new Map(), actions: NO_ACTION };

type Known = { readonly granted: Map<string, ObjectAccess>; readonly whole: Map<string, ObjectAccess> };
const known = new WeakMap<Model, Known>();

const MAX_KNOWN = 10_000;

/** People with ways to records that nobody else has make entries of their own: the oldest go. */
function remember(entries: Map<string, ObjectAccess>, key: string, access: ObjectAccess): void {
  entries.set(key, access);
  const oldest = entries.size > MAX_KNOWN ? entries.keys().next().value : undefined;
  if (oldest !== undefined) entries.delete(oldest);
}

/** All roles somebody has, those that others include among them, in one order. */
export function everyRole(model: Model, roles: readonly string[]): string[] {
  return [...new Set(roles.flatMap((role) => model.roles.get(role)?.includes ?? []))].sort();
}

/** What rights depend on, as a text: the same for everybody with the same roles and the same ways to records. */
export function rightsKey(rights: Rights): string {
  let key = rightsKeys.get(rights);
  if (key === undefined) rightsKeys.set(rights, (key = rightsText(rights)));
  return key;
}

/** A request asks several times. */
const rightsKeys = new WeakMap<Rights, string>();

function rightsText({ kind, roles, reach }: Rights): string {
  if (kind === 'system') return '*';
  const ways = [reach?.queues === true ? 'q' : '', reach?.team === true ? 't' : '', reach?.below === true ? 'b' : ''].join('');
  return `${[...new Set(roles)].sort().join(' ')}|${ways}|${(reach?.shared ?? []).toSorted().join(' ')}`;
}

/** What the permissions say, before a computed field is held to what it is made of. */
function grantedOf(model: Model, actor: Rights, object: string, { granted }: Known): ObjectAccess {
  const found = model.objects.get(object);
  if (found === undefined) return NOTHING;
  const key = `${object} ${rightsKey(actor)}`;
  let access = granted.get(key);
  if (access === undefined) {
    const permissions = everyRole(model, actor.roles).flatMap((role) => model.roles.get(role)?.permissions.get(object) ?? []);
    const reach = actor.reach && { ...actor.reach, shared: actor.reach.shared.includes(found.id) ? [object] : [] };
    access = actor.kind === 'system' ? accessOfSystem(found) : accessOfRoles(found, permissions, reach);
    remember(granted, key, access);
  }
  return access;
}

/**
 * What an actor may do with an object: the sum of what the actor's roles and permission sets grant, without what any of them denies. Order never matters.
 *
 * Shape:  worked out once per model, object and rights. An unknown object or role gives nothing. Of a computed field no more can be read than
 *         of what it is made of.
 */
export function accessOf(model: Model, actor: Rights, object: string): ObjectAccess {
  let caches = known.get(model);
  if (caches === undefined) known.set(model, (caches = { granted: new Map(), whole: new Map() }));
  const key = `${object} ${rightsKey(actor)}`;
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
    remember(caches.whole, key, access);
  }
  return access;
}

/** Rules of one field; nothing for a name that the object does not have. */
export const fieldAccess = (access: ObjectAccess, field: string): FieldRules => access.fields.get(field) ?? NO_FIELD;
