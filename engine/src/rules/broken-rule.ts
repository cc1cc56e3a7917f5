import type { Actor } from '../kernel/actor.js';
import type { Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ValidationModel } from '../model/types.js';

/** Whether a rule holds an actor. One that is for some roles only does not hold what runs as the system. */
export const isHeldBy = ({ exceptRoles }: ValidationModel, actor: Pick<Actor, 'kind' | 'roles'>): boolean =>
  exceptRoles === undefined || (actor.kind !== 'system' && !exceptRoles.some((role) => actor.roles.includes(role)));

/** What whoever broke a rule is told. */
export const issueOf = ({ field, code = 'rule_broken', message }: ValidationModel): Issue => ({
  path: field === undefined ? '' : pointer(field),
  code,
  message,
});
