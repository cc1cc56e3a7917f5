import type { RequestContext } from '../../records/context.js';
import { readOperation } from '../../records/read-operation.js';
import { undoOperation } from '../../records/undo-operation.js';
import { param, signedIn, type RequestScope, type Route } from '../route.js';
import { operationExchanges } from '../schemas/operations.js';
import { operationHeader } from './record-answers.js';

/** What somebody did in one go, by the `Operation-Id` of its answer or of the history. */
export function operationRoutes(contextOf: (scope: RequestScope) => RequestContext): Route[] {
  return [
    {
      method: 'GET',
      path: '/operations/{id}',
      policy: signedIn,
      summary: 'What an operation did, and whether it can still be undone',
      exchange: operationExchanges.get,
      handler: async (scope) => ({ value: await readOperation(contextOf(scope), param(scope, 'id')) }),
    },
    {
      method: 'POST',
      path: '/operations/{id}/undo',
      policy: signedIn,
      summary: 'Takes an operation back where nobody changed since what it left, and says where it could not',
      exchange: operationExchanges.undo,
      handler: async (scope) => {
        const value = await undoOperation(contextOf(scope), param(scope, 'id'));
        return { headers: value.operation === null ? {} : operationHeader({ operation: value.operation }), value };
      },
    },
  ];
}
