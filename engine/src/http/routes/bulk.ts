import type { BulkAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError } from '../../kernel/errors.js';
import { LIMITS } from '../../model/limits.js';
import { parseBulk } from '../../records/bulk-operations.js';
import { bulkRecords, type BulkOutcome } from '../../records/bulk-records.js';
import type { RequestContext } from '../../records/context.js';
import { problemMembers } from '../middleware/error-response.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { bulkExchange } from '../schemas/bulk.js';
import { operationHeader } from './record-answers.js';

/** Many records of one object in one call. */
export const bulkRoute = (contextOf: (scope: RequestScope) => RequestContext): Route => ({
  method: 'POST',
  path: '/records/{object}/bulk',
  policy: signedIn,
  summary: 'Writes many records: all of them or none, or each by itself',
  exchange: bulkExchange,
  maxBytes: LIMITS.bulk_bytes.max,
  async handler(scope) {
    const outcome = await bulkRecords(contextOf(scope), param(scope, 'object'), parseBulk(bodyObject(scope)));
    return { headers: operationHeader(outcome), value: bulkAnswer(outcome, scope.actor.locale) };
  },
});

/** What became of each operation, in their order: a failure with the problem that a single call would have been answered with. */
function bulkAnswer({ operation, results }: BulkOutcome, locale: string): BulkAnswer {
  const answers = results.map((result, index): BulkAnswer['results'][number] => {
    if (!(result instanceof AppError)) return { index, status: result.status, id: result.id, version: result.version };
    const problem = problemMembers(result, locale);
    return { index, status: problem.status, problem };
  });
  const failed = answers.filter(({ problem }) => problem !== undefined).length;
  return { ...(operation === undefined ? {} : { operation }), succeeded: answers.length - failed, failed, results: answers };
}
