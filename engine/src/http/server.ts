import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type Koa from 'koa';
import type { Context } from 'koa';
import { AppError, forbidden, malformed, notFound, type ErrorCode } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { ActiveModel } from '../model/active.js';
import { capabilitiesOf } from '../people/actor.js';
import { mayStillView } from '../people/view-as.js';
import type { Caller, Sessions } from '../people/sessions.js';
import { localised } from '../model/localise.js';
import { LeanKoa } from './lean-koa.js';
import { callerLocale, strangersLocale } from './locale.js';
import type { Metrics } from './metrics.js';
import { createGate, type Work } from './overload.js';
import { Pace } from './pace.js';
import { callerOf, checkOrigin, sessionToken } from './middleware/authenticate.js';
import { readBody, type Body } from './middleware/body.js';
import { problemOf } from './middleware/error-response.js';
import { once, type IdempotencyStore, type StoredAnswer } from './middleware/idempotency.js';
import { checkParameters } from './middleware/known-parameters.js';
import { apiHeaders } from './middleware/security-headers.js';
import { CalledScope, queryOf } from './called-scope.js';
import type { Answer, DataTransaction, Route } from './route.js';
import { createRouter, type Match } from './router.js';
import { baseHeaders, sendStream, sendWhole } from './send-answer.js';
import { createStaticFiles, type Site } from './static-files.js';
import { told } from '../texts/told.js';

export const API_BASE = '/api/v1';

export type HttpSettings = {
  /** Origin people reach the system at; undefined: whatever host they ask for. With https, cookies are bound to it. */
  readonly publicOrigin: string | undefined;
  /** How many proxies before us may name the client in X-Forwarded-For. */
  readonly trustedProxies: number;
  /** Requests answered at once; more are told to come back. */
  readonly maxInFlight: number;
};

export type ServerParts = {
  /** Below the API base. */
  readonly routes: readonly Route[];
  /** At the root: health, metrics, documentation. */
  readonly rootRoutes: readonly Route[];
  readonly sessions: Pick<Sessions, 'bySession' | 'byKey' | 'viewAs'>;
  readonly models: { current(space: number): ActiveModel };
  /** Whether there is more than one tenant: then each may have its share of the requests at work. */
  readonly isShared?: () => boolean;
  readonly idempotency: IdempotencyStore;
  readonly sites: readonly Site[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly settings: HttpSettings;
  /** Tells what is no bug of ours among what a handler throws: that the database is away for a moment. */
  readonly explain: (error: unknown) => unknown;
};

/** What is answered to calls that can not have been meant so. */
const MISTAKES: ReadonlySet<ErrorCode> = new Set(['malformed', 'limit_exceeded', 'payload_too_large', 'unsupported_media_type']);
/** Tenants are numbered from 1. */
const NO_TENANT = 0;
const UNSAFE: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const MAX_URL_BYTES = 8_192;

/** Who is answered: until it is known who they are, in the language that their browser asks for. `work` is what they have at work, where that is counted. */
type Reader = { locale?: string; work?: Work };

export type Server = { readonly app: Koa; inFlight(): number };

/** Builds the Koa app from its parts; it does not listen. */
export function createServer(parts: ServerParts): Server {
  const { settings, logger, metrics } = parts;
  const isSecure = settings.publicOrigin?.startsWith('https:') ?? false;
  const api = createRouter(API_BASE, parts.routes);
  const root = createRouter('', parts.rootRoutes);
  const statics = createStaticFiles(parts.sites, isSecure);
  const dataHeaders = baseHeaders(apiHeaders(isSecure));
  const app = new LeanKoa({ proxy: false });
  // Koa reports what the client broke off; our own failures are answered and logged below.
  app.silent = true;
  const gate = createGate(settings.maxInFlight, logger, parts.isShared);
  const pace = new Pace();
  let inFlight = 0;

  app.use(async (ctx) => {
    const requestId = randomUUID();
    const started = performance.now();
    let pattern = 'static';
    let status = 200;
    const reader: Reader = {};
    let isInside = true;
    inFlight++;
    /** Whoever is turned away is not at work while it is held back. */
    const turnedAway = async () => {
      inFlight--;
      isInside = false;
      await pace.wait(started);
    };
    try {
      const path = pathOf(ctx.req.url ?? '/');
      if (isApi(path)) {
        const match = (path.startsWith('/api/') ? api : root).match(ctx.method, path);
        pattern = match.pattern;
        if (gate.isOpen(inFlight, match.route.atLimit)) {
          status = send(ctx, requestId, await answer(ctx, match, path, requestId, reader));
        } else {
          // Before anybody is looked up and any body is read.
          await turnedAway();
          const { headers, json, ...refused } = gate.refusal(requestId, localeOf(ctx, reader), started);
          status = refused.status;
          sendWhole(ctx, requestId, dataHeaders, { status, headers, body: json });
        }
      } else {
        status = await sendStatic(ctx, requestId, path);
      }
    } catch (error) {
      const problem = parts.explain(error);
      if (problem instanceof AppError && problem.code === 'share_exceeded') await turnedAway();
      else if (isMistake(problem)) await slowDown(reader);
      const { status: refused, headers, json } = problemOf(problem, requestId, logger, localeOf(ctx, reader));
      status = refused;
      sendWhole(ctx, requestId, dataHeaders, { status, headers, body: json });
    } finally {
      if (isInside) inFlight--;
      if (reader.work !== undefined) gate.leave(reader.work);
      metrics.observe(ctx.method, pattern, status, (performance.now() - started) / 1_000);
    }
  });

  return { app, inFlight: () => inFlight };

  /** Before a mistake is answered; of whom nobody knows whose it is there is no pace. */
  async function slowDown({ work }: Reader): Promise<void> {
    if (work !== undefined) await gate.slowDown(work);
  }

  function isApi(path: string): boolean {
    return path.startsWith('/api/') || path.startsWith('/health/') || path === '/metrics' || path.startsWith('/docs/');
  }

  async function answer(ctx: Context, match: Match, path: string, requestId: string, reader: Reader): Promise<Answer> {
    const { route } = match;
    const { headers } = ctx.req;
    if ((ctx.req.url ?? '').length > MAX_URL_BYTES) throw malformed(told('call.long_address'));
    const isUnsafe = UNSAFE.has(ctx.method);
    const signedIn = await callerOf(headers, parts.sessions, isSecure);
    if (gate.isShared()) reader.work = gate.enter(signedIn?.person.tenantId ?? NO_TENANT, route.atLimit);
    const found = signedIn?.viewer === undefined ? signedIn : await stillViewing(signedIn, headers);
    if (isUnsafe) checkOrigin(headers, settings.publicOrigin, found?.via === 'session');
    const { caller, active } = inLanguage(found, headers['accept-language']);
    if (caller !== undefined) reader.locale = caller.person.locale;
    permit(route, caller, active);
    if (isUnsafe && caller?.viewer !== undefined && !READS.has(route.path) && route.whileViewing !== true) throw viewing(caller);
    const isStream = route.body === 'stream';
    const body: Body = isUnsafe && !isStream ? await readBody(ctx.req, route.maxBytes) : { text: '', value: undefined };
    if (isUnsafe) checkParameters(route, ctx.req.url?.includes('?') === true ? queryOf(ctx.req.url) : undefined, body.value);
    const known = { path, requestId, caller, active, body };
    const scopeIn = (tx?: DataTransaction) => new CalledScope(ctx.req, ctx.res, match, known, settings.trustedProxies, tx);
    const key = headers['idempotency-key'];
    if (!isUnsafe || isStream || caller === undefined || typeof key !== 'string') return route.handler(scopeIn());
    const { within } = route;
    let mistaken = false;
    const stored = await once(
      parts.idempotency,
      { tenantId: caller.person.tenantId, userId: caller.person.userId, key },
      { method: ctx.method, url: ctx.req.url ?? '', bodyText: body.text },
      {
        run: async (tx) => settled(await route.handler(scopeIn(tx))),
        failed: (error) => {
          mistaken = isMistake(error);
          return settled(failure(error, requestId, localeOf(ctx, reader)));
        },
        ...(within === undefined ? {} : { within: (work) => within(scopeIn(), work) }),
      },
    );
    if (mistaken) await slowDown(reader);
    const replayed = stored.replayed ? { 'Idempotent-Replayed': 'true' } : {};
    return { status: stored.status, headers: { ...stored.headers, ...replayed }, text: stored.body };
  }

  /** Rights may have changed since somebody began to look at the screens of another: then they are back at their own. */
  async function stillViewing(found: Caller, headers: IncomingHttpHeaders): Promise<Caller | undefined> {
    if (found.viewer === undefined) return found;
    const { model } = parts.models.current(found.person.space);
    const token = sessionToken(headers, isSecure);
    if (mayStillView(model, found.viewer.roleIds, found.person.roleIds) || token === undefined) return found;
    await parts.sessions.viewAs(token, null);
    return callerOf(headers, parts.sessions, isSecure);
  }

  /** The caller with the language they are answered in, and the model in that language. */
  function inLanguage(
    found: Caller | undefined,
    accepted: string | undefined,
  ): { caller: Caller | undefined; active: ActiveModel | undefined } {
    if (found === undefined) return { caller: undefined, active: undefined };
    const { space, locale: usual, chosenLocale } = found.person;
    const base = parts.models.current(space);
    const locale = callerLocale(base, usual, chosenLocale, accepted);
    const caller = locale === usual ? found : { ...found, person: { ...found.person, locale } };
    return { caller, active: localised(base, locale) };
  }

  function failure(error: unknown, requestId: string, locale: string): Answer {
    const { status, headers, json } = problemOf(parts.explain(error), requestId, logger, locale);
    return { status, headers, text: json };
  }

  /** Sends an answer; gives its status. */
  function send(ctx: Context, requestId: string, { status: given, headers, value, json, text, stream }: Answer): number {
    const body = text ?? json ?? (value === undefined ? null : JSON.stringify(value));
    const status = given ?? (body === null && stream === undefined ? 204 : 200);
    if (stream !== undefined) {
      sendStream(ctx, requestId, dataHeaders, { status, headers, stream });
      return status;
    }
    const tag = headers?.['ETag'];
    if (tag !== undefined && status === 200 && ctx.req.headers['if-none-match'] === tag && !UNSAFE.has(ctx.method)) {
      sendWhole(ctx, requestId, dataHeaders, { status: 304, headers, body: null });
      return 304;
    }
    const isJson = json !== undefined || value !== undefined;
    const typed = isJson ? { 'Content-Type': 'application/json; charset=utf-8', ...headers } : headers;
    sendWhole(ctx, requestId, dataHeaders, { status, headers: typed, body: status === 204 ? null : (body ?? '') });
    return status;
  }

  /** Errors: not_found. */
  async function sendStatic(ctx: Context, requestId: string, path: string): Promise<number> {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw notFound(told('call.no_address'));
    const { accept = '', 'accept-encoding': encoding = '', 'if-none-match': ifNoneMatch } = ctx.req.headers;
    const found = await statics({ path, accept, acceptEncoding: String(encoding), ifNoneMatch });
    if (found === undefined) throw notFound(told('call.no_address'));
    sendWhole(ctx, requestId, NO_HEADERS, { status: found.status, headers: Object.fromEntries(found.headers), body: found.body });
    return found.status;
  }
}

const NO_HEADERS = baseHeaders([]);

const isMistake = (problem: unknown): boolean => problem instanceof AppError && MISTAKES.has(problem.code);

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

const localeOf = (ctx: Context, { locale }: Reader): string => locale ?? strangersLocale(ctx.req.headers['accept-language']);

/** Calls that read with a body. */
const READS: ReadonlySet<string> = new Set([
  '/records/{object}/query',
  '/records/{object}/aggregate',
  '/access/explain',
  '/recycle-bin/purge/preview',
]);

const viewing = ({ person }: Caller) => forbidden(told('view.only', { person: person.name }));

/** Errors: unauthenticated before forbidden: who is nobody learns nothing about what there is. */
function permit({ policy }: Route, caller: Caller | undefined, active: ActiveModel | undefined): void {
  if (policy.kind === 'public') return;
  if (caller === undefined || active === undefined) throw new AppError('unauthenticated', told('call.sign_in'));
  if (policy.kind === 'capability' && !capabilitiesOf(active.model, caller.person.roleIds).includes(policy.capability)) {
    throw forbidden(told('call.no_role'));
  }
}

function settled({ status, headers = {}, value, json, text, stream }: Answer): StoredAnswer {
  if (stream !== undefined) throw new Error('a stream cannot be repeated');
  const body = text ?? json ?? (value === undefined ? '' : JSON.stringify(value));
  const type = text === undefined && body !== '' ? { 'Content-Type': 'application/json; charset=utf-8' } : {};
  return { status: status ?? (body === '' ? 204 : 200), headers: { ...type, ...headers }, body };
}
