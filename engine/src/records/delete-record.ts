import { rightsKey } from '../rules/access.js';
import { AppError, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { deleteRecord as deleteStatement, restoreRecord as restoreStatement } from '../store/delete-record.js';
import { QueryScope } from '../store/query-scope.js';
import type { RequestContext } from './context.js';
import { objectFor } from './object-access.js';
import { runWrite, startsRuns, withRevision, writeInputs, type CompiledWrite } from './run-write.js';
import { versionAfter, writtenBy, type Saved } from './write-record.js';
import { told } from '../texts/told.js';

const statements = new CompiledCache<CompiledWrite>();

/**
 * Moves a record to the recycle bin, with the records that belong to it.
 *
 * Errors: not_found, forbidden, version_conflict; conflict when other records refuse to lose their link to it.
 */
export const deleteRecord = (
  ctx: RequestContext,
  objectName: string,
  id: string,
  options: { expectedVersion?: number } = {},
): Promise<Saved> => move(ctx, 'delete', objectName, id, options.expectedVersion);

/**
 * Brings a record back from the recycle bin, with what went there with it. Whoever may delete it may restore it.
 *
 * Errors: not_found, forbidden; duplicate when a unique value was taken meanwhile; conflict when what it belongs to is still deleted.
 */
export const restoreRecord = (ctx: RequestContext, objectName: string, id: string): Promise<Saved> => move(ctx, 'restore', objectName, id);

/** What stands in the way are other records, not the values of this one. */
export function notMoved(object: ObjectModel, operation: 'delete' | 'restore', error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'record_invalid') return error;
  const text = told(operation === 'delete' ? 'record.no_delete' : 'record.no_restore', { object: object.label });
  return new AppError('conflict', text, { issues: error.issues, cause: error });
}

function move(ctx: RequestContext, operation: 'delete' | 'restore', objectName: string, id: string, expected?: number): Promise<Saved> {
  return withRevision(ctx, async (now) => {
    const object = objectFor(now, objectName, 'delete');
    if (!isUuid(id)) throw notFound();
    const statement = statements.get(now.active, JSON.stringify([operation, rightsKey(now.actor), objectName, startsRuns(now)]), () => {
      const scope = new QueryScope(now.active, now.actor);
      return { ...(operation === 'delete' ? deleteStatement : restoreStatement)(scope, object, startsRuns(now)), params: scope.params };
    });
    const inputs = { ...writeInputs(now, id), expected: expected ?? null };
    const { outcome } = await runWrite(now, object, statement, inputs).catch((error: unknown) => {
      throw notMoved(object, operation, error);
    });
    if (!outcome.revision) return 'stale';
    return { id, version: await versionAfter(now, object, id, outcome, expected), ...writtenBy(outcome, inputs) };
  });
}
