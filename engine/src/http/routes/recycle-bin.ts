import type { RequestContext } from '../../records/context.js';
import { parseBinQuery, parseRestore, readBin, restoreFromBin } from '../../records/recycle-bin.js';
import { bodyObject, signedIn, type RequestScope, type Route } from '../route.js';
import { binExchanges } from '../schemas/recycle-bin.js';
import { operationHeader } from './record-answers.js';

/**
 * The recycle bin of all objects. One record is restored at its own address, too; all that went there together by undoing the operation. `keepDays` are
 * the days after which what lies in it goes for good by itself; null for never.
 */
export function binRoutes(contextOf: (scope: RequestScope) => RequestContext, keepDays: number | null): Route[] {
  return [
    {
      method: 'GET',
      path: '/recycle-bin',
      policy: signedIn,
      summary: 'What was deleted and may be restored, last deleted first: object, q, mine, limit, cursor',
      exchange: binExchanges.list,
      handler: async (scope) => ({ json: await readBin(contextOf(scope), parseBinQuery(scope.query), keepDays) }),
    },
    {
      method: 'POST',
      path: '/recycle-bin/restore',
      policy: signedIn,
      summary: 'Brings records back, each with what went with it',
      exchange: binExchanges.restore,
      handler: async (scope) => {
        const value = await restoreFromBin(contextOf(scope), parseRestore(bodyObject(scope)));
        return { headers: value.operation === null ? {} : operationHeader({ operation: value.operation }), value };
      },
    },
  ];
}
