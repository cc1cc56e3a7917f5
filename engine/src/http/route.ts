import type { Readable } from 'node:stream';
import type { Actor } from '../kernel/actor.js';
import { malformed } from '../kernel/errors.js';
import type { ActiveModel } from '../model/active.js';
import type { Capability } from '../model/types.js';
import type { Exchange, ExchangeOf } from './exchange.js';
import type { Caller } from '../people/sessions.js';
import type { RequestContext } from '../records/context.js';
import type { AtLimit } from './overload.js';
import { told } from '../texts/told.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call a route. There is no default: the router refuses to start when a route does not say.
 * `signed-in` means that the use case behind it decides by the caller's roles.
 */
export type Policy =
  { readonly kind: 'public' } | { readonly kind: 'signed-in' } | { readonly kind: 'capability'; readonly capability: Capability };

export const open: Policy = { kind: 'public' };
export const signedIn: Policy = { kind: 'signed-in' };
export const may = (capability: Capability): Policy => ({ kind: 'capability', capability });

/** What a handler knows of the request. On a public route `actor` and `active` throw `unauthenticated`: there is nobody. */
export type RequestScope = {
  readonly requestId: string;
  readonly method: Method;
  /** As sent, without the query. */
  readonly path: string;
  /** Decoded values of the `{name}` segments. */
  readonly params: Readonly<Record<string, string>>;
  /** Decoded query. A parameter sent twice is refused before the handler runs. */
  readonly query: ReadonlyMap<string, string>;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
  /** The body as it comes in, on a route that says so. */
  readonly stream?: Readable;
  /** The transaction that all it does is part of, on a route that says so. */
  readonly tx?: DataTransaction;
  /** Value of a request header; name in lower case. */
  header(name: string): string | undefined;
  readonly actor: Actor;
  /** Who signed in, and how; undefined for nobody. */
  readonly caller: Caller | undefined;
  /** The model that this request works with from beginning to end. */
  readonly active: ActiveModel;
  /** Address of the client, from the configured number of proxies. */
  readonly clientAddress: string;
  /** Aborted when the client goes away: for streams. */
  readonly signal: AbortSignal;
};

/**
 * Shape: at most one of `value` (sent as JSON), `json` (JSON text, sent as it is), `text` (with its Content-Type among the headers) and
 * `stream`; none is an empty answer. `status` is 200, or 204 when empty.
 */
export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly value?: unknown;
  readonly json?: string;
  readonly text?: string;
  readonly stream?: Readable;
};

export type DataTransaction = NonNullable<RequestContext['tx']>;

export type Route = {
  readonly method: Method;
  /** Below the base path given to the router, with `{name}` for one segment: `/records/{object}/{id}`. */
  readonly path: string;
  readonly policy: Policy;
  /** The body is passed on as it comes in, for the handler to read; JSON when left out. Such a call is not repeated by its Idempotency-Key. */
  readonly body?: 'stream';
  /** Where the JSON may be longer than elsewhere. */
  readonly maxBytes?: number;
  /** When the server is at its limit; such a call is turned away when left out. */
  readonly atLimit?: AtLimit;
  /** May be called while somebody looks at another person's screens, although it is no read: ending that. */
  readonly whileViewing?: true;
  readonly summary: string;
  /** What it takes and gives; of a route with `{object}`, by the name of the object where that matters. */
  readonly exchange: Exchange | ExchangeOf;
  readonly handler: (scope: RequestScope) => Answer | Promise<Answer>;
  /** Where all that the handler does can be one transaction, `scope.tx`: runs work in it. The answer to a call with an Idempotency-Key is stored in it too. */
  readonly within?: <T>(scope: RequestScope, work: (tx: DataTransaction) => Promise<T>) => Promise<T>;
};

export const param = (scope: RequestScope, name: string): string => {
  const value = scope.params[name];
  if (value === undefined) throw new Error(`route has no parameter ${name}`);
  return value;
};

/** The body of a call that needs an object. */
export function bodyObject(scope: RequestScope): Record<string, unknown> {
  if (scope.body === null || typeof scope.body !== 'object' || Array.isArray(scope.body)) {
    throw malformed(told('call.body_object'), [{ path: '', code: 'not_an_object', ...told('call.send_object') }]);
  }
  return scope.body as Record<string, unknown>;
}
