import type { Model } from '../model/types.js';
import type { IdentityPool } from '../store/identity.js';
import { hasUsers } from '../store/installation.js';
import { randomPassword } from './passwords.js';
import { createUser } from './users.js';

export type SignIn = { readonly email: string; readonly password: string; readonly role: string; readonly isGiven: boolean };
type Person = { readonly email: string; readonly name: string; readonly role: string };

/**
 * The people of a new installation: an administrator in any case, and those of the demo. Does nothing when there is anybody.
 *
 * Shape: answers the sign-ins to show, this once; `isGiven` marks a password that was configured and needs no showing.
 */
export async function createFirstUsers(
  pool: IdentityPool,
  model: Model,
  tenantId: number,
  given: { people: readonly Person[]; adminEmail: string | undefined; adminPassword: string | undefined },
): Promise<SignIn[]> {
  if (await hasUsers(pool, tenantId)) return [];
  const adminRole = administratorRole(model);
  const others = given.people.filter((person) => person.role !== adminRole);
  const shipped = given.people.find((person) => person.role === adminRole);
  const admin = {
    email: given.adminEmail ?? shipped?.email ?? 'admin@fieldstone.example',
    name: shipped?.name ?? 'Administrator',
    role: adminRole,
  };
  const signIns: SignIn[] = [];
  for (const person of [admin, ...others]) {
    const isGiven = person === admin && given.adminPassword !== undefined;
    const password = (isGiven ? given.adminPassword : undefined) ?? randomPassword();
    const input = { email: person.email, name: person.name, roles: [person.role], password };
    await createUser(pool, model, tenantId, input);
    signIns.push({ email: person.email, password, role: model.roles.get(person.role)?.label ?? person.role, isGiven });
  }
  return signIns;
}

/** The role that may do the most; packs decide what it is called. */
export function administratorRole(model: Model): string {
  const [role] = [...model.roles.values()].sort((a, b) => b.capabilities.size - a.capabilities.size);
  if (role === undefined || !role.capabilities.has('manage_users')) throw new Error('no role of the packs may manage users');
  return role.name;
}
