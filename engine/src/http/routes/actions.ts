import { AppError } from '../../kernel/errors.js';
import type { RequestContext } from '../../records/context.js';
import { readRecord } from '../../records/read-record.js';
import { runAction } from '../../records/run-action.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { recordExchanges } from '../schemas/records.js';
import { savedAnswer } from './record-answers.js';

/** Actions that the metadata declares for an object. */
export const actionRoute = (contextOf: (scope: RequestScope) => RequestContext): Route => ({
  method: 'POST',
  path: '/records/{object}/{id}/actions/{action}',
  policy: signedIn,
  summary: 'Runs an action of the object on the record, with the values it asks for',
  exchange: recordExchanges.action,
  handler: async (scope) => {
    const ctx = contextOf(scope);
    const place = [param(scope, 'object'), param(scope, 'id')] as const;
    const saved = await runAction(ctx, ...place, param(scope, 'action'), scope.body === undefined ? {} : bodyObject(scope));
    // What was done may take the record out of the caller's sight.
    const found = await readRecord(ctx, ...place).catch((error: unknown) => {
      if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return undefined;
      throw error;
    });
    return savedAnswer({ ...saved, json: found?.json ?? null }, 200);
  },
});
