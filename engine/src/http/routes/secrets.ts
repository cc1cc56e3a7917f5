import type { RequestContext } from '../../records/context.js';
import { listReveals, revealSecret } from '../../records/reveal-secret.js';
import { may, param, signedIn, type RequestScope, type Route } from '../route.js';
import { entriesQuery } from './page-query.js';
import { gives } from '../exchange.js';
import { pageParameters } from '../schemas/page.js';
import { reveals } from '../schemas/people.js';
import { recordExchanges } from '../schemas/records.js';

/** Secrets of records, and who opened them. */
export function secretRoutes(contextOf: (scope: RequestScope) => RequestContext): Route[] {
  return [
    {
      method: 'POST',
      path: '/records/{object}/{id}/reveal/{field}',
      policy: signedIn,
      summary: 'The value of an encrypted_text field, for people who may reveal secrets; each call is written down',
      exchange: recordExchanges.reveal,
      handler: async (scope) => ({
        headers: { 'Cache-Control': 'no-store' },
        value: { value: await revealSecret(contextOf(scope), param(scope, 'object'), param(scope, 'id'), param(scope, 'field')) },
      }),
    },
    {
      method: 'GET',
      path: '/reveals',
      policy: may('manage_users'),
      summary: 'Who revealed which secret, newest first: limit, cursor',
      exchange: gives(reveals, { query: pageParameters }),
      handler: async (scope) => ({ value: await listReveals(contextOf(scope), entriesQuery(scope)) }),
    },
  ];
}
