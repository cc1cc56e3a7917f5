import type { BinPurgeAnswer } from '@fieldstone/metadata/types/wire.js';
import type { RequestContext } from '../../records/context.js';
import { parsePurge, type PurgeRequest } from '../../records/parse-purge.js';
import { previewPurge } from '../../records/purge-records.js';
import { bodyObject, signedIn, type RequestScope, type Route } from '../route.js';
import { binExchanges } from '../schemas/recycle-bin.js';

/** Destroys records: by the owner of the tables, in transactions of its own. See decision 58. */
export type Purge = (ctx: RequestContext, request: PurgeRequest) => Promise<BinPurgeAnswer>;

/** Deleting for good what lies in the recycle bin. */
export function purgeRoutes(contextOf: (scope: RequestScope) => RequestContext, purge: Purge): Route[] {
  return [
    {
      method: 'POST',
      path: '/recycle-bin/purge/preview',
      policy: signedIn,
      summary: 'How many records deleting for good would destroy, and what would go with them; changes nothing',
      exchange: binExchanges.purgePreview,
      handler: async (scope) => ({ value: await previewPurge(contextOf(scope), parsePurge(bodyObject(scope))) }),
    },
    {
      method: 'POST',
      path: '/recycle-bin/purge',
      policy: signedIn,
      summary: 'Deletes records of the bin for good, with all that belongs to them and their history; takes the action "purge"',
      exchange: binExchanges.purge,
      handler: async (scope) => ({ value: await purge(contextOf(scope), parsePurge(bodyObject(scope))) }),
    },
  ];
}
