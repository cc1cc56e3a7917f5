import type { Statement } from '../kernel/statement.js';

/**
 * A step of a plan.
 *
 * Shape: `builds` names the index (unquoted) that the step makes online. Such a step can leave an invalid index behind when it is cut off;
 *        whoever runs it drops that first. `undo` takes back what a step before the transaction made, when the publish does not get there; it may
 *        be run again, and although the step never was. A `batch` is run over and over until it has seen all `rows`, see changes/row-batch.ts.
 */
export type PlannedStatement = Statement & {
  readonly builds?: { readonly schema: string; readonly index: string };
  readonly undo?: readonly string[];
  readonly batch?: { readonly rows: number };
};

/** How much there is in a table when a change meets it: nothing can be wrong with no rows, and nobody waits for them. */
export type Fill = 'new' | 'empty' | 'filled';
