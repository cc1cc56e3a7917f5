import type { RequestContext } from '../../records/context.js';
import { parseSearchQuery, searchRecords } from '../../records/search-records.js';
import { signedIn, type RequestScope, type Route } from '../route.js';
import { searchExchange } from '../schemas/search.js';

/** The search over all objects. */
export const searchRoutes = (contextOf: (scope: RequestScope) => RequestContext): Route[] => [
  {
    method: 'GET',
    path: '/search',
    policy: signedIn,
    summary: 'Records of all objects that have a text: q, objects, limit',
    exchange: searchExchange,
    handler: async (scope) => ({ value: await searchRecords(contextOf(scope), parseSearchQuery(scope.query)) }),
  },
];
