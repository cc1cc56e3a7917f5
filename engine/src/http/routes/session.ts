import type { Me } from '@fieldstone/metadata/types/wire.js';
import { AppError, forbidden, malformed, type Issue } from '../../kernel/errors.js';
import { pointer } from '../../kernel/json-pointer.js';
import { localesOf } from '../../model/localise.js';
import { capabilitiesOf } from '../../people/actor.js';
import type { Sessions, Viewed } from '../../people/sessions.js';
import { cookieName, sessionCookie, sessionToken } from '../middleware/authenticate.js';
import { bodyObject, may, open, signedIn, type RequestScope, type Route } from '../route.js';
import { told, type Told } from '../../texts/told.js';
import { does, gives } from '../exchange.js';
import { orNull, shape, text } from '../schema.js';
import { pageParameters } from '../schemas/page.js';
import { me, viewings } from '../schemas/people.js';
import { entriesQuery } from './page-query.js';

export type SessionParts = {
  readonly sessions: Pick<Sessions, 'login' | 'logout' | 'viewAs' | 'viewings'>;
  /** Errors: record_invalid, not_found, forbidden when the caller may not look at the screens of that person. */
  readonly checkViewAs: (scope: RequestScope, input: Readonly<Record<string, unknown>>) => Promise<Viewed>;
  readonly isSecure: boolean;
  /** Keeps what somebody says about themselves. Errors: record_invalid. */
  readonly changeSelf: (scope: RequestScope, input: Readonly<Record<string, unknown>>) => Promise<void>;
};

export function sessionRoutes(parts: SessionParts): Route[] {
  const { sessions, isSecure, changeSelf, checkViewAs } = parts;
  const tokenOf = (scope: RequestScope) => sessionToken({ cookie: scope.header('cookie') }, isSecure);
  return [
    {
      method: 'POST',
      path: '/auth/login',
      atLimit: 'reserved',
      policy: open,
      // Whoever signs in leaves the session they came with, and what they look at in it.
      whileViewing: true,
      summary: 'Signs in with e-mail address and password and sets the session cookie',
      exchange: does({ body: shape({ email: text, password: text }) }),
      handler: async (scope) => {
        const { email, password } = credentials(bodyObject(scope));
        const formerToken = tokenOf(scope);
        const { token, maxAgeSeconds } = await sessions.login({
          email,
          password,
          source: scope.clientAddress,
          userAgent: scope.header('user-agent') ?? null,
          ...(formerToken === undefined ? {} : { formerToken }),
        });
        return { status: 204, headers: { 'Set-Cookie': sessionCookie(token, maxAgeSeconds, isSecure) } };
      },
    },
    {
      method: 'POST',
      path: '/auth/logout',
      atLimit: 'reserved',
      policy: open,
      whileViewing: true,
      summary: 'Ends the session',
      exchange: does({ body: null }),
      handler: async (scope) => {
        const token = tokenOf(scope);
        if (token !== undefined) await sessions.logout(token);
        const expired = `${cookieName(isSecure)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
        return { status: 204, headers: { 'Set-Cookie': expired, 'Clear-Site-Data': '"cache", "storage"' } };
      },
    },
    {
      method: 'POST',
      path: '/auth/view-as',
      policy: may('view_as'),
      summary: "Shows this session another person's screens, to look at and not to change: { user, reason }; the reason is kept",
      exchange: does({ body: shape({ user: text, reason: text }) }),
      handler: async (scope) => {
        const token = tokenOf(scope);
        if (token === undefined || scope.caller?.via !== 'session') throw forbidden(told('view.session'));
        await sessions.viewAs(token, await checkViewAs(scope, bodyObject(scope)));
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/auth/view-as',
      policy: signedIn,
      whileViewing: true,
      summary: 'Goes back to the own screens',
      exchange: does(),
      handler: async (scope) => {
        const token = tokenOf(scope);
        if (token !== undefined) await sessions.viewAs(token, null);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/viewings',
      policy: may('manage_users'),
      summary: 'Who looked at the screens of whom, when, how long and why, newest first: limit, cursor',
      exchange: gives(viewings, { query: pageParameters }),
      handler: async (scope) => ({ value: await sessions.viewings(scope.actor.tenantId, entriesQuery(scope)) }),
    },
    {
      method: 'GET',
      path: '/me',
      policy: signedIn,
      summary: 'Who is signed in, with roles and capabilities',
      exchange: gives(me),
      handler: (scope) => ({ value: meOf(scope) }),
    },
    {
      method: 'PATCH',
      path: '/me',
      policy: signedIn,
      summary: "Sets the caller's own language and time zone: { locale?, timeZone? }; null goes back to the browser's and the tenant's",
      exchange: does({ body: shape({ 'locale?': orNull(text), 'timeZone?': orNull(text) }) }),
      handler: async (scope) => {
        const input = bodyObject(scope);
        const others = Object.keys(input).filter((key) => key !== 'locale' && key !== 'timeZone');
        refuseMembers(others, told('user.own_settings'), 'not_writable');
        await changeSelf(scope, input);
        return { status: 204 };
      },
    },
  ];
}

/** Errors: malformed, naming every member of a body that is not known. */
function refuseMembers(names: readonly string[], text: Told, code: string): void {
  const issues = names.map((name): Issue => ({ path: pointer(name.slice(0, 100)), code, ...text }));
  if (issues.length > 0) throw malformed(told('call.body'), issues);
}

/** Errors: unauthenticated, when nobody is signed in. */
export function meOf({ caller, actor, active }: RequestScope): Me {
  if (caller === undefined) throw new AppError('unauthenticated', told('call.sign_in'));
  const { person, viewer } = caller;
  return {
    ...(viewer === undefined ? {} : { viewedBy: { id: viewer.id, name: viewer.name } }),
    user: { id: person.userId, name: person.name, email: person.email },
    roles: [...actor.roles],
    tenant: { id: person.tenantId, name: person.tenantName },
    locale: person.locale,
    chosenLocale: person.chosenLocale,
    locales: localesOf(active.model),
    timeZone: person.timeZone,
    currency: person.currency,
    capabilities: capabilitiesOf(active.model, person.roleIds),
  };
}

function credentials(body: Record<string, unknown>): { email: string; password: string } {
  const issues: Issue[] = [];
  for (const key of Object.keys(body)) {
    if (key !== 'email' && key !== 'password') issues.push({ path: `/${key.slice(0, 100)}`, code: 'unknown_field', ...told('login.send') });
  }
  for (const key of ['email', 'password']) {
    const value = body[key];
    if (typeof value !== 'string' || value === '' || value.length > 1000)
      issues.push({ path: `/${key}`, code: 'required', ...told('user.required') });
  }
  if (issues.length > 0) throw malformed(told('login.send'), issues);
  return { email: body['email'] as string, password: body['password'] as string };
}
