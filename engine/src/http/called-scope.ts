import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Actor } from '../kernel/actor.js';
import { AppError, malformed } from '../kernel/errors.js';
import type { ActiveModel } from '../model/active.js';
import { actorOf } from '../people/actor.js';
import type { Caller } from '../people/sessions.js';
import { told } from '../texts/told.js';
import type { Body } from './middleware/body.js';
import type { DataTransaction, Method, RequestScope } from './route.js';
import type { Match } from './router.js';

export type Known = {
  readonly path: string;
  readonly requestId: string;
  readonly caller: Caller | undefined;
  readonly active: ActiveModel | undefined;
  readonly body: Body;
};

const nobody = () => new AppError('unauthenticated', told('call.sign_in'));

/**
 * What a handler knows of one request; what few handlers ask for is made when it is asked for.
 *
 * Source: as an object literal with getters each scope had a shape of its own, and V8 kept everything that its closures held until the next full
 *         collection: 4 KB a request, and a tenth of the time of the process.
 */
export class CalledScope implements RequestScope {
  readonly requestId: string;
  readonly method: Method;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly caller: Caller | undefined;
  declare readonly stream?: Readable;
  declare readonly tx?: DataTransaction;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #active: ActiveModel | undefined;
  readonly #trustedProxies: number;
  #actor: Actor | undefined;
  #query: ReadonlyMap<string, string> | undefined;
  #abort: AbortController | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { route, params }: Match,
    known: Known,
    trustedProxies: number,
    tx?: DataTransaction,
  ) {
    this.requestId = known.requestId;
    this.method = request.method as Method;
    this.path = known.path;
    this.params = params;
    this.body = known.body.value;
    this.caller = known.caller;
    this.#request = request;
    this.#response = response;
    this.#active = known.active;
    this.#trustedProxies = trustedProxies;
    if (route.body === 'stream') this.stream = request;
    if (tx !== undefined) this.tx = tx;
  }

  get query(): ReadonlyMap<string, string> {
    return (this.#query ??= queryOf(this.#request.url ?? ''));
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  get actor(): Actor {
    if (this.caller === undefined || this.#active === undefined) throw nobody();
    return (this.#actor ??= actorOf(this.caller.person, this.#active.model, this.caller.cause));
  }

  get active(): ActiveModel {
    if (this.#active === undefined) throw nobody();
    return this.#active;
  }

  get clientAddress(): string {
    return clientAddress(this.#request, this.#trustedProxies);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const controller = (this.#abort = new AbortController());
      this.#response.once('close', () => {
        controller.abort();
      });
    }
    return this.#abort.signal;
  }
}

/** Queries that came before, by their text: people ask the same of one record after the other. */
const queries = new Map<string, ReadonlyMap<string, string>>();
const MAX_QUERIES = 1_000;
const MAX_QUERY_CHARACTERS = 1_000;

export function queryOf(url: string): ReadonlyMap<string, string> {
  const at = url.indexOf('?');
  const text = at < 0 ? '' : url.slice(at + 1);
  const known = queries.get(text);
  if (known !== undefined) return known;
  const query = readQuery(text);
  if (text.length > MAX_QUERY_CHARACTERS) return query;
  if (queries.size >= MAX_QUERIES) queries.clear();
  queries.set(text, query);
  return query;
}

/** Errors: malformed for a parameter that is sent twice. */
function readQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (query.has(name)) {
      const text = told('list.repeated');
      throw malformed(text, [{ path: `/${name.slice(0, 100)}`, code: 'repeated', ...text }]);
    }
    query.set(name, value);
  }
  return query;
}

/** The address before the last trusted proxy; what a client wrote further left proves nothing. */
function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const socket = request.socket.remoteAddress ?? '';
  const forwarded = request.headers['x-forwarded-for'];
  if (trustedProxies === 0 || forwarded === undefined) return socket;
  const chain = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').map((part) => part.trim());
  return chain.at(-trustedProxies) ?? chain[0] ?? socket;
}
