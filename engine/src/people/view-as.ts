import type { Actor } from '../kernel/actor.js';
import { forbidden, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { Model } from '../model/types.js';
import { missingFor } from '../rules/covers.js';
import { personById, type IdentityPool } from '../store/identity.js';
import { told } from '../texts/told.js';
import { capabilitiesOf, rolesOf } from './actor.js';

/**
 * Checks that somebody may look at the screens of another person, and gives that person's id.
 *
 * Errors: not_found; forbidden for a person who sees what the caller does not: looking must not show more than one may see oneself.
 */
export async function checkViewAs(pool: IdentityPool, model: Model, actor: Actor, userId: unknown): Promise<string> {
  const person = isUuid(userId) ? await personById(pool, userId) : undefined;
  if (person?.tenantId !== actor.tenantId) throw notFound(told('user.unknown'));
  if (person.userId === actor.userId) throw forbidden(told('view.own'));
  const missing = missingFor(model, actor.roles, namesOf(model, person.roleIds), true);
  if (missing !== undefined) throw forbidden(told('view.may_more', { right: missing }));
  return person.userId;
}

const namesOf = (model: Model, roleIds: readonly string[]): string[] => rolesOf(model, roleIds).map(({ name }) => name);

/** Whether somebody may still look at the screens they look at: rights of both may have changed since. */
export const mayStillView = (model: Model, viewerRoles: readonly string[], personRoles: readonly string[]): boolean =>
  capabilitiesOf(model, viewerRoles).includes('view_as') &&
  missingFor(model, namesOf(model, viewerRoles), namesOf(model, personRoles), true) === undefined;
