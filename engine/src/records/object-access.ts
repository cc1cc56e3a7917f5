import { forbidden, notFound } from '../kernel/errors.js';
import type { ObjectModel } from '../model/types.js';
import { abilityOf } from '../rules/ability.js';
import type { RequestContext } from './context.js';
import { told } from '../texts/told.js';

const unknownObject = () => notFound(told('object.not_found'));

/**
 * The object a call is about.
 *
 * Errors: not_found when there is none or the caller may do nothing with it, the same for both; forbidden when the caller knows it but may not do
 *         this with any of its records.
 */
export function objectFor(ctx: RequestContext, name: string, operation: 'read' | 'create' | 'update' | 'delete'): ObjectModel {
  const object = ctx.active.model.objects.get(name);
  if (object === undefined) throw unknownObject();
  const ability = abilityOf(ctx.active.model, ctx.actor);
  if (!ability.can('read', name) && !ability.can('create', name)) throw unknownObject();
  if (!ability.can(operation, name)) throw forbidden(told(`object.no_${operation}`, { objects: object.pluralLabel }));
  return object;
}
