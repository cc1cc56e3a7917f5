import { bodyObject, may, param, signedIn, type RequestScope, type Route } from '../route.js';
import { pageQuery } from './page-query.js';
import { gives } from '../exchange.js';
import { pageParameters } from '../schemas/page.js';
import { accessAnswer, accessQuestion, whoAnswer } from '../schemas/rights.js';

export type AccessParts = {
  readonly explain: (scope: RequestScope, body: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly who: (scope: RequestScope, object: string, id: string, page: { limit: number; skip: number }) => Promise<unknown>;
};

/** Why somebody may or may not do something, and who may. */
export function accessRoutes({ explain, who }: AccessParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/access/explain',
      policy: signedIn,
      summary:
        'Why somebody may or may not do something: { user | role | key, object, record?, field?, do }; without one of the three, the caller. Others need the right "explain_access"',
      exchange: gives(accessAnswer, { body: accessQuestion }),
      handler: async (scope) => ({ value: await explain(scope, bodyObject(scope)) }),
    },
    {
      method: 'GET',
      path: '/records/{object}/{id}/access',
      policy: may('explain_access'),
      summary: 'Who may see a record, and why: limit, cursor',
      exchange: gives(whoAnswer, { query: pageParameters }),
      handler: async (scope) => {
        const { limit, cursor } = pageQuery(scope);
        return { value: await who(scope, param(scope, 'object'), param(scope, 'id'), { limit, skip: Number(cursor ?? 0) || 0 }) };
      },
    },
  ];
}
