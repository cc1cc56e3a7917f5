import { malformed } from '../../kernel/errors.js';
import { told } from '../../texts/told.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { does, gives } from '../exchange.js';
import { about, text } from '../schema.js';
import { candidates as candidateList, newShare, share as shareSchema, shares } from '../schemas/rights.js';

type Of<Result> = (scope: RequestScope, object: string, id: string) => Promise<Result>;

export type ShareParts = {
  readonly list: Of<unknown>;
  readonly candidates: (scope: RequestScope, object: string, id: string, search: string) => Promise<unknown>;
  readonly share: (scope: RequestScope, object: string, id: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly unshare: (scope: RequestScope, object: string, id: string, to: string) => Promise<void>;
};

/** Errors: malformed for any other parameter. */
function searchOf({ query }: RequestScope): string {
  const unknown = [...query.keys()].filter((name) => name !== 'q');
  if (unknown.length > 0) {
    const issues = unknown.map((name) => ({
      path: `/${name.slice(0, 100)}`,
      code: 'unknown_parameter',
      ...told('list.unknown_parameter'),
    }));
    throw malformed(told('list.parameters'), issues);
  }
  return query.get('q') ?? '';
}

/** Records shared one by one. */
export function shareRoutes({ list, candidates, share, unshare }: ShareParts): Route[] {
  const place = (scope: RequestScope) => [scope, param(scope, 'object'), param(scope, 'id')] as const;
  return [
    {
      method: 'GET',
      path: '/records/{object}/{id}/shares',
      policy: signedIn,
      summary: 'Whom the record is shared with',
      exchange: gives(shares),
      handler: async (scope) => ({ value: { data: await list(...place(scope)) } }),
    },
    {
      method: 'GET',
      path: '/records/{object}/{id}/share-candidates',
      policy: signedIn,
      summary: 'People, teams and queues that the record can be shared with: q',
      exchange: gives(candidateList, { query: { q: about('Beginning of a word of the name', text) } }),
      handler: async (scope) => ({ value: { data: await candidates(...place(scope), searchOf(scope)) } }),
    },
    {
      method: 'POST',
      path: '/records/{object}/{id}/shares',
      policy: signedIn,
      summary: 'Shares the record with a person, a team or a queue: to, mayEdit, expiresAt, reason',
      exchange: gives(shareSchema, { body: newShare }),
      handler: async (scope) => ({ value: await share(...place(scope), bodyObject(scope)) }),
    },
    {
      method: 'DELETE',
      path: '/records/{object}/{id}/shares/{to}',
      policy: signedIn,
      summary: 'Takes a share back',
      exchange: does(),
      handler: async (scope) => {
        await unshare(...place(scope), param(scope, 'to'));
        return { status: 204 };
      },
    },
  ];
}
