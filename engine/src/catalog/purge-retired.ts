import { AppError } from '../kernel/errors.js';
import { planPurge, purgeCode, type PurgePlan, type Retired } from '../planner/purge.js';
import { readApplied } from '../store/applied-model.js';
import type { Database } from '../store/open-database.js';
import { isUnfinished, readPublication } from '../store/publications.js';
import { withPublishLease } from '../store/publish-lease.js';
import { retiredElements } from '../store/retired-elements.js';
import { runPurge } from '../store/run-purge.js';

/** What is retired can be brought back with its data for at least so long. */
export const FEWEST_DAYS = 30;

export type PlannedPurge = PurgePlan & { readonly due: readonly Retired[] };

/** What purging would destroy, and how. Changes nothing. `only` are codes; without it, everything that was retired so many days ago. */
export async function planSpacePurge(database: Database, space: number, days: number, only?: readonly string[]): Promise<PlannedPurge> {
  if (days < FEWEST_DAYS) throw new AppError('malformed', `What is retired is kept for at least ${String(FEWEST_DAYS)} days.`);
  const { bindings } = await readApplied(database, space);
  const due = (await retiredElements(database, space, bindings, days)).filter(
    ({ row }) => only === undefined || only.includes(purgeCode(row.elementId)),
  );
  return { ...planPurge(space, due, bindings, database.config.roles), due };
}

/**
 * Destroys the data of the elements whose codes are named, and of no other.
 *
 * Errors: hazard_unconfirmed when none is named; not_found for a code that is not due; conflict while somebody publishes.
 */
export async function purgeSpace(database: Database, space: number, days: number, confirm: readonly string[]): Promise<PlannedPurge> {
  return withPublishLease(database, space, async () => {
    if (isUnfinished(await readPublication(database, space))) {
      throw new AppError('conflict', 'A publish was cut off. It goes on by itself within a minute: purge then.');
    }
    if (confirm.length === 0) {
      const { hazards } = await planSpacePurge(database, space, days);
      throw new AppError('hazard_unconfirmed', 'Purging needs to be confirmed, element by element.', {
        hint: 'Read the plan, then name what is to go in --confirm.',
        extra: { hazards },
      });
    }
    const plan = await planSpacePurge(database, space, days, confirm);
    const known = new Set(plan.hazards.map(({ code }) => code));
    const unknown = confirm.filter((code) => !known.has(code));
    if (unknown.length > 0) throw new AppError('not_found', `Nothing that may be purged is called ${unknown.join(', ')}.`);
    await runPurge(database, space, plan);
    return plan;
  });
}
