import type { Actor, Cause, Reach } from '../kernel/actor.js';
import type { Model, RoleModel } from '../model/types.js';
import { everyRole } from '../rules/access.js';
import type { PersonRow } from '../store/identity.js';

const rolesById = new WeakMap<Model, ReadonlyMap<string, RoleModel>>();

/** The roles and permission sets that were given to somebody and that the model still knows. One that was retired grants nothing. */
export function rolesOf(model: Model, roleIds: readonly string[]): RoleModel[] {
  let byId = rolesById.get(model);
  if (byId === undefined) rolesById.set(model, (byId = new Map([...model.roles.values()].map((role) => [role.id, role]))));
  return roleIds.flatMap((id) => byId.get(id) ?? []);
}

/** What somebody is in a model, made once for as long as they are remembered. */
const actors = new WeakMap<PersonRow, { readonly model: Model; readonly cause: Cause; readonly actor: Actor }>();

export function actorOf(person: PersonRow, model: Model, cause: Cause): Actor {
  const known = actors.get(person);
  if (known?.model === model && known.cause === cause) return known.actor;
  const actor = Object.freeze(makeActor(person, model, cause));
  actors.set(person, { model, cause, actor });
  return actor;
}

function makeActor(person: PersonRow, model: Model, cause: Cause): Actor {
  return {
    kind: 'user',
    userId: person.userId,
    name: person.name,
    tenantId: person.tenantId,
    roles: everyRole(
      model,
      rolesOf(model, person.roleIds).map((role) => role.name),
    ),
    reach: person.reach,
    epoch: person.epoch,
    locale: person.locale,
    timeZone: person.timeZone,
    currency: person.currency,
    ...(person.full === null ? {} : { full: person.full }),
    cause,
  };
}

/** Makes of what is kept of somebody the rights they have. */
export const rightsIn =
  (model: Model) =>
  ({
    id,
    name,
    roleIds,
    reach,
  }: {
    readonly id: string;
    readonly name: string;
    readonly roleIds: readonly string[];
    readonly reach: Reach;
  }) => ({
    id,
    name,
    rights: {
      kind: 'user' as const,
      roles: everyRole(
        model,
        rolesOf(model, roleIds).map((role) => role.name),
      ),
      reach,
    },
  });

export function capabilitiesOf(model: Model, roleIds: readonly string[]): string[] {
  return [...new Set(rolesOf(model, roleIds).flatMap((role) => [...role.capabilities]))].sort();
}
