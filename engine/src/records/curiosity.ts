import type { Capability } from '../model/types.js';
import type { Curiosity } from '../store/change-parts.js';
import type { RequestContext } from './context.js';

/** What somebody may hear about how changes came about, by what their roles let them look after. */
export function curiosityOf({ actor, active }: Pick<RequestContext, 'actor' | 'active'>): Curiosity {
  const may = (...wanted: Capability[]) =>
    actor.kind === 'system' ||
    actor.roles.some((role) => wanted.some((each) => active.model.roles.get(role)?.capabilities.has(each) === true));
  return { runs: may('view_automation', 'edit_metadata'), keys: may('manage_users'), retired: may('edit_metadata') };
}
