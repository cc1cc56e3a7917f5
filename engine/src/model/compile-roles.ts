import { didYouMean } from '@fieldstone/metadata/language/nearest.js';
import type { PermissionDocument, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { pointer } from '../kernel/json-pointer.js';
import { ALL, compileRule, NONE, type RulePlace } from './compile-rule.js';
import { unknownField, unknownObject, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { USER_OBJECT } from './system-fields.js';
import type { Capability, DenyModel, FieldGrant, PermissionModel, RoleModel } from './types.js';

type FieldRule = NonNullable<NonNullable<PermissionDocument['fields']>['only']>[string];
type FieldDeny = NonNullable<NonNullable<PermissionDocument['deny']>['fields']>[string];

/** What can be done with records of every object besides reading and writing them one by one; objects have actions of their own besides. */
export const ACTIONS = ['export', 'import', 'bulk', 'merge', 'share', 'purge'] as const;
export type RecordAction = (typeof ACTIONS)[number];

const ACCESS: Readonly<Record<'none' | 'read' | 'edit', FieldGrant>> = {
  none: { read: NONE, edit: NONE },
  read: { read: ALL, edit: NONE },
  edit: { read: ALL, edit: ALL },
};
/** Id and version are the handle of a record, not content: who may read the row may read them. */
const HANDLE = ['id', 'version'];

/** Every role with what it may do with every object: from its permission document where there is one, else from the role's default. */
export function compileRoles(linked: Linked, problems: Problems): Map<string, RoleModel> {
  const documents = new Map<string, Sourced<'permission'>>();
  const byName = new Map(linked.byKind.role.map((source) => [source.document.name, source.document]));
  for (const source of linked.byKind.permission) {
    const { role, object } = source.document;
    if (!byName.has(role)) problems.add(source, '/role', 'unknown_role', `There is no role "${role}".`);
    if (!linked.objects.get(object)?.source) problems.add(source, '/object', 'unknown_object', unknownObject(object, linked.objects));
    documents.set(`${role}.${object}`, source);
  }
  const roles = new Map<string, RoleModel>();
  for (const source of linked.byKind.role) {
    const role = source.document;
    role.includes?.forEach((name, index) => {
      if (byName.has(name)) return;
      const message = `There is no role "${name}".${didYouMean(name, byName.keys())}`;
      problems.add(source, pointer('includes', index), 'unknown_role', message);
    });
    checkActions(role.default?.actions, [...linked.objects.values()], { source, problems }, '/default/actions');
    const permissions = new Map<string, PermissionModel>();
    for (const object of linked.objects.values()) {
      const own = documents.get(`${role.name}.${object.name}`);
      if (object.name === USER_OBJECT) permissions.set(object.name, userPermission(object, role));
      else if (own) permissions.set(object.name, fromDocument(own.document, role, { linked, object, source: own, problems }));
      else permissions.set(object.name, fromDefault(role, { linked, object, source, problems }));
    }
    const includes = withIncluded(role.name, byName);
    roles.set(role.name, {
      id: role.id,
      name: role.name,
      label: role.label,
      isSet: role.set === true,
      includes,
      capabilities: new Set(includes.flatMap((name): readonly Capability[] => byName.get(name)?.capabilities ?? [])),
      permissions,
    });
  }
  return roles;
}

/** A role and all that it includes, each once: roles that include each other have the same rights. */
function withIncluded(name: string, byName: ReadonlyMap<string, RoleDocument>): string[] {
  const found = new Set([name]);
  for (const role of found) for (const next of byName.get(role)?.includes ?? []) if (byName.has(next)) found.add(next);
  return [...found];
}

/** What every object has, and what was made for these. */
const actionsOf = (objects: readonly LinkedObject[]): string[] => [
  ...ACTIONS,
  ...objects.flatMap(({ actions }) => actions.map(({ document }) => document.name)),
];

function checkActions(
  actions: readonly string[] | undefined,
  objects: readonly LinkedObject[],
  { source, problems }: Pick<RulePlace, 'source' | 'problems'>,
  path: string,
): void {
  const known = new Set([EVERY, ...actionsOf(objects)]);
  actions?.forEach((name, index) => {
    if (known.has(name)) return;
    const message = `There is no action "${name}".${didYouMean(name, known)} The actions are ${[...known].join(', ')}.`;
    problems.add(source, `${path}${pointer(index)}`, 'unknown_action', message);
  });
}

function fromDocument(permission: PermissionDocument, role: RoleDocument, place: RulePlace): PermissionModel {
  const fields = new Map<string, FieldGrant>();
  const fallback = ACCESS[permission.fields?.default ?? 'edit'];
  for (const name of place.object.fields.keys()) fields.set(name, fallback);
  for (const [name, access] of Object.entries(permission.fields?.only ?? {})) {
    const path = pointer('fields', 'only', name);
    if (place.object.fields.has(name)) fields.set(name, fieldGrant(access, path, place));
    else place.problems.add(place.source, path, 'unknown_field', unknownField(name, place.object));
  }
  checkActions(permission.actions, [place.object], place, '/actions');
  return {
    from: permission.id,
    create: permission.create ?? false,
    read: compileRule(permission.read, '/read', place, 'read'),
    update: compileRule(permission.update, '/update', place, 'edit'),
    delete: compileRule(permission.delete, '/delete', place),
    fields: withHandle(fields),
    actions: named(permission.actions ?? role.default?.actions, place),
    ...(permission.deny === undefined ? {} : { deny: denied(permission.deny, place) }),
  };
}

const fieldGrant = (access: FieldRule, path: string, place: RulePlace): FieldGrant =>
  typeof access === 'string'
    ? ACCESS[access]
    : { read: compileRule(access.read ?? 'all', `${path}/read`, place), edit: compileRule(access.edit, `${path}/edit`, place) };

/** What may not be read may not be changed either. */
const fieldDeny = (deny: FieldDeny, path: string, place: RulePlace): FieldGrant =>
  typeof deny === 'string'
    ? { read: deny === 'read' ? ALL : NONE, edit: ALL }
    : { read: compileRule(deny.read, `${path}/read`, place), edit: compileRule(deny.edit, `${path}/edit`, place) };

function denied(deny: NonNullable<PermissionDocument['deny']>, place: RulePlace): DenyModel {
  const fields = new Map<string, FieldGrant>();
  for (const [name, taken] of Object.entries(deny.fields ?? {})) {
    const path = pointer('deny', 'fields', name);
    if (HANDLE.includes(name)) {
      place.problems.add(place.source, path, 'not_allowed', `"${name}" is how a record is named: who may read the record may read it.`);
    } else if (place.object.fields.has(name)) fields.set(name, fieldDeny(taken, path, place));
    else place.problems.add(place.source, path, 'unknown_field', unknownField(name, place.object));
  }
  checkActions(deny.actions, [place.object], place, '/deny/actions');
  return {
    create: deny.create === true,
    read: compileRule(deny.read, '/deny/read', place),
    update: compileRule(deny.update, '/deny/update', place),
    delete: compileRule(deny.delete, '/deny/delete', place),
    fields,
    actions: named(deny.actions, place),
  };
}

const EVERY = '*';

/** The actions that are meant of an object. A default holds for many objects: of each, what it has. */
function named(names: readonly string[] | undefined, { object }: RulePlace): ReadonlySet<string> {
  const known = actionsOf([object]);
  return new Set(names?.includes(EVERY) ? known : known.filter((name) => names?.includes(name)));
}

function fromDefault(role: RoleDocument, place: RulePlace): PermissionModel {
  const fallback = ACCESS[role.default?.fields ?? 'edit'];
  return {
    from: role.id,
    create: role.default?.create ?? false,
    read: compileRule(role.default?.read, '/default/read', place, 'read'),
    update: compileRule(role.default?.update, '/default/update', place, 'edit'),
    delete: compileRule(role.default?.delete, '/default/delete', place),
    fields: withHandle(new Map([...place.object.fields.keys()].map((name) => [name, fallback]))),
    actions: named(role.default?.actions, place),
  };
}

function withHandle(fields: Map<string, FieldGrant>): Map<string, FieldGrant> {
  for (const name of HANDLE) fields.set(name, ACCESS.read);
  return fields;
}

/** Names of people are seen by everybody who signs in: owners and authors stand in every record. */
const userPermission = (object: LinkedObject, role: RoleDocument): PermissionModel => ({
  from: role.id,
  create: false,
  read: ALL,
  update: NONE,
  delete: NONE,
  fields: new Map([...object.fields.keys()].map((name) => [name, ACCESS.read])),
  actions: new Set(),
});
