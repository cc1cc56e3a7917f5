import { AppError } from '../kernel/errors.js';
import type { QuotaName, Use } from '../kernel/quota.js';
import type { ObjectModel } from '../model/types.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { startsRuns } from './run-write.js';

/**
 * Refuses what would take more of a quota that is used up: new records, and writes that begin runs while too many wait.
 *
 * Shape:  what is used is known from the last look (store/quotas.ts) and came with the caller, so that a write asks nothing more. Nothing keeps anybody from
 *         deleting, and from changing records in a tenant that has too many of them. Runs go on setting off others: what was begun shall end.
 * Errors: quota_exceeded.
 */
export function checkQuota(ctx: RequestContext, object: ObjectModel, operation: 'create' | 'update'): void {
  const { full, cause } = ctx.actor;
  if (full === undefined) return;
  if (full.records !== undefined && operation === 'create') throw quotaExceeded('records', full.records);
  const begins = startsRuns(ctx) && cause.kind !== 'workflow' && object.triggers.some(({ on }) => on.includes(operation));
  if (full.waiting_runs !== undefined && begins) throw quotaExceeded('waiting_runs', full.waiting_runs);
}

export function quotaExceeded(quota: QuotaName, { used, max }: Use): AppError {
  const text = told(`quota.${quota}`, { actual: used, max });
  return new AppError('quota_exceeded', text, {
    issues: [{ path: '', code: 'quota_exceeded', ...text }],
    extra: { quota, used, max },
  });
}
