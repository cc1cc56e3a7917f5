import type { PermissionDocument, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { pointer } from '../kernel/json-pointer.js';
import { unknownField, unknownObject, type Linked, type LinkedObject, type Sourced } from './link.js';
import type { Problems } from './problems.js';
import { parseAt, scopeOf } from './scope.js';
import { USER_OBJECT } from './system-fields.js';
import type { FieldAccess, PermissionModel, RoleModel, RowRule, SourceDocument } from './types.js';

type Rule = PermissionDocument['read'];
type Place = { readonly linked: Linked; readonly object: LinkedObject; readonly source: SourceDocument; readonly problems: Problems };

const NONE: RowRule = { kind: 'none' };
const ALL: RowRule = { kind: 'all' };

/** Every role with what it may do with every object: from its permission document where there is one, else from the role's default. */
export function compileRoles(linked: Linked, problems: Problems): Map<string, RoleModel> {
  const documents = new Map<string, Sourced<'permission'>>();
  const names = new Set(linked.byKind.role.map((role) => role.document.name));
  for (const source of linked.byKind.permission) {
    const { role, object } = source.document;
    if (!names.has(role)) problems.add(source, '/role', 'unknown_role', `There is no role "${role}".`);
    if (!linked.objects.get(object)?.source) problems.add(source, '/object', 'unknown_object', unknownObject(object, linked.objects));
    documents.set(`${role}.${object}`, source);
  }
  const roles = new Map<string, RoleModel>();
  for (const source of linked.byKind.role) {
    const role = source.document;
    checkDefault(role, source, problems);
    const permissions = new Map<string, PermissionModel>();
    for (const object of linked.objects.values()) {
      const own = documents.get(`${role.name}.${object.name}`);
      if (object.name === USER_OBJECT) permissions.set(object.name, userPermission(object));
      else if (own) permissions.set(object.name, fromDocument(own.document, { linked, object, source: own, problems }));
      else permissions.set(object.name, fromDefault(role, { linked, object, source, problems }));
    }
    roles.set(role.name, { id: role.id, name: role.name, label: role.label, capabilities: new Set(role.capabilities ?? []), permissions });
  }
  return roles;
}

/** A condition in a role's default would have to mean something for every object, so only the fixed rules may stand there. */
function checkDefault(role: RoleDocument, source: SourceDocument, problems: Problems): void {
  for (const operation of ['read', 'update', 'delete'] as const) {
    if (typeof role.default?.[operation] === 'object') {
      problems.add(
        source,
        `/default/${operation}`,
        'not_allowed',
        'A condition belongs into a permission of one object; expected none, own or all.',
      );
    }
  }
}

function fromDocument(permission: PermissionDocument, place: Place): PermissionModel {
  const fields = new Map<string, FieldAccess>();
  const fallback = permission.fields?.default ?? 'edit';
  for (const name of place.object.fields.keys()) fields.set(name, fallback);
  for (const [name, access] of Object.entries(permission.fields?.only ?? {})) {
    if (place.object.fields.has(name)) fields.set(name, access);
    else place.problems.add(place.source, pointer('fields', 'only', name), 'unknown_field', unknownField(name, place.object));
  }
  return {
    create: permission.create ?? false,
    read: rowRule(permission.read, place, '/read'),
    update: rowRule(permission.update, place, '/update'),
    delete: rowRule(permission.delete, place, '/delete'),
    fields: readableIdentity(fields),
  };
}

function fromDefault(role: RoleDocument, place: Place): PermissionModel {
  const fallback = role.default?.fields ?? 'edit';
  const fixed = (rule: Rule): RowRule => (typeof rule === 'object' ? NONE : rowRule(rule, place, ''));
  return {
    create: role.default?.create ?? false,
    read: fixed(role.default?.read),
    update: fixed(role.default?.update),
    delete: fixed(role.default?.delete),
    fields: readableIdentity(new Map([...place.object.fields.keys()].map((name) => [name, fallback]))),
  };
}

/** Id and version are the handle of a record, not content: who may read the row may read them. */
function readableIdentity(fields: Map<string, FieldAccess>): Map<string, FieldAccess> {
  fields.set('id', 'read');
  fields.set('version', 'read');
  return fields;
}

/** Names of people are seen by everybody who signs in: owners and authors stand in every record. */
const userPermission = (object: LinkedObject): PermissionModel => ({
  create: false,
  read: ALL,
  update: NONE,
  delete: NONE,
  fields: new Map([...object.fields.keys()].map((name) => [name, 'read'])),
});

function rowRule(rule: Rule, { linked, object, source, problems }: Place, path: string): RowRule {
  switch (rule) {
    case undefined:
    case 'none':
      return NONE;
    case 'all':
      return ALL;
    case 'own':
      return {
        kind: 'where',
        where: {
          kind: 'call',
          op: 'eq',
          type: 'boolean',
          args: [
            { kind: 'field', root: 'record', path: [{ object: object.name, field: 'owner' }], type: 'reference' },
            { kind: 'user', type: 'reference' },
          ],
        },
      };
    default: {
      const where = parseAt(problems, source, `${path}/where`, rule.where, scopeOf(linked, object.name, { allow: ['user'] }));
      return where ? { kind: 'where', where } : NONE;
    }
  }
}
