import { AppError, forbidden, withIssues, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import { accessOf } from '../rules/access.js';
import { hasLists } from '../rules/child-lists.js';
import type { BulkRequest } from './bulk-operations.js';
import { nextRound, soughtIn, type Placed } from './bulk-plan.js';
import { writeRound, type Written } from './bulk-round.js';
import { countIn, createWhole } from './create-whole.js';
import { aside, type RequestContext } from './context.js';
import { findMatches } from './find-matches.js';
import { objectFor } from './object-access.js';
import { inOneTransaction } from './one-transaction.js';
import { withRevision } from './run-write.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { lockRecords } from '../store/lock-records.js';
import { QueryScope } from '../store/query-scope.js';
import { told } from '../texts/told.js';
import { runStatement, type Compiled } from './run-statement.js';

const locks = new CompiledCache<Compiled>();

/** What came of a call: of each operation, in their order, what was saved or why it was not. `operation` is the id of all of it. */
export type BulkOutcome = { readonly operation?: string; readonly results: readonly (Written | AppError)[] };

/**
 * Writes many records of one object: what as many single calls would do, in their order, in one transaction and with few statements.
 *
 * Shape:  with mode "all" one failure takes back everything, and every problem of every operation is told. With "each" what fails is left out.
 * Errors: not_found (object); forbidden without the right to write many at once; in mode "all" what the operations failed with, see `notDone`.
 */
export function bulkRecords(ctx: RequestContext, objectName: string, request: BulkRequest): Promise<BulkOutcome> {
  return withRevision({ ...ctx, operation: ctx.operation ?? newId() }, async (now) => {
    const object = knownObject(now, objectName);
    if (now.actor.kind !== 'system' && !accessOf(now.active.model, now.actor, object.name).actions.has('bulk')) {
      throw forbidden(told('object.no_bulk', { objects: object.pluralLabel }));
    }
    countAll(now, object, request);
    return inOneTransaction(now, (within) => writeAll(within, object, request));
  });
}

/** Errors: limit_exceeded, where there are more records than one call takes, those in lists of others among them. */
function countAll(ctx: RequestContext, object: ObjectModel, { operations }: BulkRequest): void {
  const nested = operations.map((operation, index) =>
    'values' in operation && hasLists(object, operation.values) ? countIn(ctx, object, operation.values, `/operations/${index}/values`) : 0,
  );
  const count = nested.reduce((sum, each) => sum + each, operations.length);
  if (count > LIMITS.bulk_operations.max) throw limitExceeded('bulk_operations', count, '/operations');
}

/** An object that the caller may do anything with: which of it is asked of every operation. */
function knownObject(ctx: RequestContext, name: string): ObjectModel {
  const mayCreate = accessOf(ctx.active.model, ctx.actor, name).create;
  return objectFor(ctx, name, mayCreate ? 'create' : 'read');
}

async function writeAll(ctx: RequestContext, object: ObjectModel, { mode, operations }: BulkRequest): Promise<BulkOutcome | 'stale'> {
  const results: (Written | AppError | undefined)[] = operations.map(() => undefined);
  let rest: readonly Placed[] = operations.map((operation, index) => ({ index, operation }));
  const here = aside(ctx);
  await lockAll(ctx, object, operations);
  while (rest.length > 0) {
    const round = await nextRound(here, object, rest);
    for (const { index, error } of round.failed) results[index] = at(index, error);
    const written = await writeRound(here, object, round.found, createWhole);
    if (written === 'stale') return 'stale';
    for (const [index, result] of written) results[index] = result instanceof AppError ? at(index, result, '/values') : result;
    rest = round.rest;
  }
  const all = results.flatMap((result) => result ?? []);
  if (mode === 'all' && all.some((result) => result instanceof AppError)) throw notDone(object, all);
  const isWritten = all.some((result) => !(result instanceof AppError) && result.operation !== undefined);
  return { ...(isWritten && ctx.operation !== undefined ? { operation: ctx.operation } : {}), results: all };
}

/**
 * Records that more than one statement will change are locked at once, in the order of their ids: else two calls could wait for each other. Those named by a
 * value are looked up for it; what they are when their turn comes is looked up again then.
 */
async function lockAll(ctx: RequestContext, object: ObjectModel, operations: BulkRequest['operations']): Promise<void> {
  const targets = operations.flatMap((operation) => ('target' in operation ? operation.target : []));
  const shapes = new Set(
    operations.map((operation) => JSON.stringify([operation.op, 'values' in operation && Object.keys(operation.values)])),
  );
  if (targets.length < 2 || shapes.size < 2) return;
  const sought = targets.flatMap((target) => {
    const found = soughtIn(ctx, object, target);
    return found === undefined || found instanceof AppError ? [] : found;
  });
  const matched = sought.length === 0 ? [] : await findMatches(ctx, object, sought);
  const ids = [...targets.flatMap((target) => ('id' in target ? target.id : [])).filter(isUuid), ...matched.flatMap((id) => id ?? [])];
  if (ids.length < 2) return;
  const compiled = locks.get(ctx.active, object.name, () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: lockRecords(scope, object), params: scope.params };
  });
  await runStatement(ctx, compiled, { ids });
}

/** The error of an operation, with its issues where they stand in the call. */
function at(index: number, error: AppError, below = ''): AppError {
  const issues = error.issues.map((issue) => ({
    ...issue,
    path: `/operations/${index}${issue.path === '' || isOfMatch(issue) ? '' : below}${issue.path}`,
  }));
  return withIssues(error, issues);
}

const isOfMatch = ({ path }: Issue): boolean => path.startsWith('/match/');

/** All that failed in one problem: with the code of the failures where it is one, else record_invalid. */
function notDone(object: ObjectModel, results: readonly (Written | AppError)[]): AppError {
  const failed = results.flatMap((result, index) => (result instanceof AppError ? [{ index, error: result }] : []));
  const codes = new Set(failed.map(({ error }) => error.code));
  const [only] = codes;
  const code = codes.size === 1 && only !== undefined ? only : 'record_invalid';
  const issues = failed.flatMap(({ index, error }): readonly Issue[] => {
    if (error.issues.length > 0) return error.issues;
    const { detail } = error.said;
    return [{ path: `/operations/${index}`, code: error.code, message: error.message, ...(detail === undefined ? {} : { said: detail }) }];
  });
  return new AppError(code, told('bulk.not_done', { objects: object.pluralLabel, count: failed.length }), { issues });
}
