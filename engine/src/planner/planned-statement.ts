import type { Statement } from '../kernel/statement.js';

/**
 * A step of a plan.
 *
 * Shape: `builds` names the index (unquoted) that the step makes online. Such a step can leave an invalid index behind when it is cut off;
 *        whoever runs it drops that first, and drops the index again when the publish fails afterwards.
 */
export type PlannedStatement = Statement & { readonly builds?: { readonly schema: string; readonly index: string } };

/** How much there is in a table when a change meets it: nothing can be wrong with no rows, and nobody waits for them. */
export type Fill = 'new' | 'empty' | 'filled';
