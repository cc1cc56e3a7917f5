import type { Actor } from '../kernel/actor.js';
import { AppError, forbidden, notFound, type Issue } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import type { Model } from '../model/types.js';
import { missingFor } from '../rules/covers.js';
import { personById, type IdentityPool } from '../store/identity.js';
import { told } from '../texts/told.js';
import { capabilitiesOf, rolesOf } from './actor.js';
import type { Viewed } from './sessions.js';

export const MAX_REASON = 500;
const KEYS: ReadonlySet<string> = new Set(['user', 'reason']);

/**
 * Checks that somebody may look at the screens of another person, and why: { user, reason }.
 *
 * Errors: record_invalid without a reason; not_found; forbidden for a person who sees what the caller does not: looking must not show more than one may
 *         see oneself.
 */
export async function checkViewAs(
  pool: IdentityPool,
  model: Model,
  actor: Actor,
  input: Readonly<Record<string, unknown>>,
): Promise<Viewed> {
  const { user: userId, reason } = input;
  const issues = checkReason(input);
  if (issues.length > 0) throw new AppError('record_invalid', told('view.not_begun'), { issues });
  const person = isUuid(userId) ? await personById(pool, userId) : undefined;
  if (person?.tenantId !== actor.tenantId) throw notFound(told('user.unknown'));
  if (person.userId === actor.userId) throw forbidden(told('view.own'));
  const missing = missingFor(model, actor.roles, namesOf(model, person.roleIds), true);
  if (missing !== undefined) throw forbidden(told('view.may_more', { right: missing }));
  return { person: person.userId, reason: String(reason).trim() };
}

function checkReason(input: Readonly<Record<string, unknown>>): Issue[] {
  const { reason } = input;
  const issues: Issue[] = Object.keys(input)
    .filter((key) => !KEYS.has(key))
    .map((key) => ({ path: pointer(key.slice(0, 100)), code: 'unknown_field', ...told('view.unknown_field') }));
  const text = typeof reason === 'string' ? reason.trim() : '';
  if (text === '') issues.push({ path: '/reason', code: 'required', ...told('view.reason') });
  else if (text.length > MAX_REASON) issues.push({ path: '/reason', code: 'too_long', ...told('view.long_reason', { max: MAX_REASON }) });
  return issues;
}

const namesOf = (model: Model, roleIds: readonly string[]): string[] => rolesOf(model, roleIds).map(({ name }) => name);

/** Whether somebody may still look at the screens they look at: rights of both may have changed since. */
export const mayStillView = (model: Model, viewerRoles: readonly string[], personRoles: readonly string[]): boolean =>
  capabilitiesOf(model, viewerRoles).includes('view_as') &&
  missingFor(model, namesOf(model, viewerRoles), namesOf(model, personRoles), true) === undefined;
