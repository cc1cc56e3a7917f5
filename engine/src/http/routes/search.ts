import type { RequestContext } from '../../records/context.js';
import { parseSearchQuery, searchRecords } from '../../records/search-records.js';
import type { Exchange } from '../exchange.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { recentExchanges, searchExchange } from '../schemas/search.js';

type Input = Readonly<Record<string, unknown>>;

/** What people opened and looked for, see records/recent.ts. */
export type RecentParts = {
  readonly read: (ctx: RequestContext) => Promise<unknown>;
  readonly forget: (ctx: RequestContext) => Promise<void>;
  readonly opened: (ctx: RequestContext, input: Input) => Promise<void>;
  readonly keep: (ctx: RequestContext, input: Input, isKept: boolean) => Promise<unknown>;
  readonly drop: (ctx: RequestContext, id: string) => Promise<void>;
};

/** The search over all objects, and what each person opened and looked for. */
export function searchRoutes(contextOf: (scope: RequestScope) => RequestContext, recent: RecentParts): Route[] {
  const route = (method: Route['method'], path: string, summary: string, exchange: Exchange, handler: Route['handler']): Route => ({
    method,
    path: `/search${path}`,
    policy: signedIn,
    summary,
    exchange,
    handler,
  });
  return [
    route('GET', '', 'Records of all objects that have a text: q, objects, limit', searchExchange, async (scope) => ({
      value: await searchRecords(contextOf(scope), parseSearchQuery(scope.query)),
    })),
    route(
      'GET',
      '/recent',
      'What the caller opened and looked for lately, and the searches they keep',
      recentExchanges.read,
      async (scope) => ({
        // Who looks at the screens of somebody else sees what they may see, and not what they did.
        value: scope.caller?.viewer === undefined ? await recent.read(contextOf(scope)) : { records: [], searches: [], saved: [] },
      }),
    ),
    route(
      'DELETE',
      '/recent',
      'Forgets what the caller opened and looked for; kept searches stay',
      recentExchanges.dropped,
      async (scope) => {
        await recent.forget(contextOf(scope));
        return { status: 204 };
      },
    ),
    route('POST', '/recent/records', 'Remembers that the caller opened a record: object, id', recentExchanges.opened, async (scope) => {
      await recent.opened(contextOf(scope), bodyObject(scope));
      return { status: 204 };
    }),
    route('POST', '/recent/searches', 'Remembers a search of the caller: q, object', recentExchanges.made, async (scope) => {
      await recent.keep(contextOf(scope), bodyObject(scope), false);
      return { status: 204 };
    }),
    route('POST', '/saved', 'Keeps a search of the caller by a name: q, object, name', recentExchanges.kept, async (scope) => ({
      status: 201,
      value: await recent.keep(contextOf(scope), bodyObject(scope), true),
    })),
    route('DELETE', '/saved/{id}', 'Forgets a search of the caller, kept or only made', recentExchanges.dropped, async (scope) => {
      await recent.drop(contextOf(scope), param(scope, 'id'));
      return { status: 204 };
    }),
  ];
}
