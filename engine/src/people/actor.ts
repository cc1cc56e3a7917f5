import type { Actor, Cause } from '../kernel/actor.js';
import type { Model, RoleModel } from '../model/types.js';
import type { PersonRow } from '../store/identity.js';

const rolesById = new WeakMap<Model, ReadonlyMap<string, RoleModel>>();

/** The roles somebody has that the model still knows. A role that was retired grants nothing. */
export function rolesOf(model: Model, roleIds: readonly string[]): RoleModel[] {
  let byId = rolesById.get(model);
  if (byId === undefined) rolesById.set(model, (byId = new Map([...model.roles.values()].map((role) => [role.id, role]))));
  return roleIds.flatMap((id) => byId.get(id) ?? []);
}

export function actorOf(person: PersonRow, model: Model, cause: Cause): Actor {
  return {
    kind: 'user',
    userId: person.userId,
    name: person.name,
    tenantId: person.tenantId,
    roles: rolesOf(model, person.roleIds).map((role) => role.name),
    epoch: person.epoch,
    locale: person.locale,
    timeZone: person.timeZone,
    currency: person.currency,
    cause,
  };
}

export function capabilitiesOf(model: Model, roleIds: readonly string[]): string[] {
  return [...new Set(rolesOf(model, roleIds).flatMap((role) => [...role.capabilities]))].sort();
}
