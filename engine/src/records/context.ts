import type { Actor } from '../kernel/actor.js';
import type { Clock } from '../kernel/clock.js';
import type { ActiveModel } from '../model/active.js';
import type { DataPool, DataTransaction } from '../store/data-pool.js';

/**
 * All that one call of a use case works with. The model is the one that was current when the call came in and stays the same until it ends.
 */
export type RequestContext = {
  readonly actor: Actor;
  readonly active: ActiveModel;
  readonly data: DataPool;
  readonly clock: Clock;
  /** Key for the signatures of cursors: from the secret of the installation, the same in every process. */
  readonly cursorKey: string;
  /** Loads the newest revision: a write that was refused because the metadata moved on is tried again with it, once. */
  refresh(): Promise<ActiveModel>;
  /** Called when a write was committed that started workflow runs. */
  readonly runsStarted?: (() => void) | undefined;
  /**
   * Id of the operation that the writes of this call are part of: one id for all that somebody did in one go, by which it can be undone. A use case that
   * writes several records (many at once, a merge, a run of a workflow) sets it before the first; without, every write is an operation of its own.
   *
   * Shape:  a UUIDv7, made here and never by a caller: operations are found by the time in their ids.
   */
  readonly operation?: string;
  /** Set when several writes share one transaction. */
  readonly tx?: DataTransaction | undefined;
};

/** The same call, where each statement that fails undoes itself alone and leaves the transaction of the others as it was. */
export function aside(ctx: RequestContext): RequestContext {
  const { tx } = ctx;
  if (tx === undefined) return ctx;
  const attempt: DataTransaction['attempt'] = (statement) => tx.attempt(statement);
  return { ...ctx, tx: { query: attempt, attempt, undoable: (work) => tx.undoable(work) } };
}
