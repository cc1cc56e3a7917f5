import { randomBytes } from 'node:crypto';
import { pageHeaders } from '../middleware/security-headers.js';
import { describeApi } from '../openapi.js';
import { apiPage, type Description } from '../docs/api-page.js';
import { open, type RequestScope, type Route } from '../route.js';
import { bytes, gives } from '../exchange.js';
import { make } from '../schema.js';

/** `routes` gives all routes of the API, this one included. */
export function descriptionRoute(routes: () => readonly Route[], base: string): Route {
  return {
    method: 'GET',
    path: '/openapi.json',
    policy: open,
    summary: 'This API as OpenAPI 3.1, with the objects and fields the caller may use',
    exchange: gives(make({ type: 'object', required: ['openapi', 'info', 'paths', 'components'] })),
    handler: (scope) => ({ value: describeApi(routes(), base, whoOf(scope)) }),
  };
}

const whoOf = (scope: RequestScope) => (scope.caller === undefined ? undefined : { model: scope.active.model, actor: scope.actor });

/** The same for people: a page to read, search and try. */
export function documentationRoute(routes: () => readonly Route[], base: string, isSecure: boolean): Route {
  return {
    method: 'GET',
    path: '/docs/api',
    policy: open,
    summary: 'This API as a page to read, search and try',
    exchange: { answers: { 200: bytes('text/html') } },
    handler: (scope) => {
      const nonce = randomBytes(16).toString('base64');
      const headers = Object.fromEntries([...pageHeaders(isSecure, nonce), ['Content-Type', 'text/html; charset=utf-8']]);
      return { text: apiPage(describeApi(routes(), base, whoOf(scope)) as Description, base, nonce, scope.caller !== undefined), headers };
    },
  };
}
