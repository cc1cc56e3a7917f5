import type { PermissionDocument, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { ofKind, put, putAll, type Draft } from './draft.js';
import { freeLabel, newId, suggestName } from './names.js';

export type Capability = NonNullable<RoleDocument['capabilities']>[number];

/** What a role may do besides working with records, in the words of the form. */
export const CAPABILITIES: readonly { value: Capability; label: string }[] = [
  { value: 'edit_metadata', label: 'Change objects, screens and rules, and publish them' },
  { value: 'manage_users', label: 'Manage users and teams' },
  { value: 'manage_settings', label: 'Manage settings, such as currencies' },
  { value: 'view_automation', label: 'See what workflows did' },
  { value: 'reveal_secrets', label: 'Reveal secrets that may be revealed' },
  { value: 'explain_access', label: 'Find out why somebody may see something' },
  { value: 'view_as', label: 'Look at the screens of others' },
];

export function addRole(draft: Draft, isSet: boolean): { draft: Draft; role: RoleDocument } {
  const roles = ofKind(draft, 'role');
  const [names, labels] = [new Set(roles.map(({ name }) => name)), new Set(roles.map(({ label }) => label))];
  const label = freeLabel(isSet ? 'New permission set' : 'New role', names, labels);
  const role: RoleDocument = { kind: 'role', id: newId('role'), name: suggestName(label), label, ...(isSet ? { set: true } : {}) };
  return { draft: put(draft, role.id, role), role };
}

/** Roles that have all that a role has, whether they name it themselves or something they include does. */
export function includersOf(draft: Draft, name: string): RoleDocument[] {
  const roles = ofKind(draft, 'role');
  const found = new Set([name]);
  // Each turn finds those one step further away.
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const role of roles) if (role.includes?.some((each) => found.has(each))) found.add(role.name);
  }
  return roles.filter((role) => role.name !== name && found.has(role.name));
}

/** Retires a role with its permissions, and takes it out of the roles that include it. */
export function retireRole(draft: Draft, role: RoleDocument): Draft {
  const others = ofKind(draft, 'role').filter(({ id, includes }) => id !== role.id && includes?.includes(role.name) === true);
  const without = others.map(({ includes = [], ...rest }): RoleDocument => {
    const left = includes.filter((name) => name !== role.name);
    return left.length === 0 ? rest : { ...rest, includes: left };
  });
  const permissions = permissionsOf(draft, role.name);
  return permissions.reduce((current, { id }) => put(current, id, null), put(putAll(draft, without), role.id, null));
}

export const permissionsOf = (draft: Draft, role: string): PermissionDocument[] =>
  ofKind(draft, 'permission').filter((permission) => permission.role === role);
