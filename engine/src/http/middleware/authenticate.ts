import type { IncomingHttpHeaders } from 'node:http';
import { AppError, forbidden } from '../../kernel/errors.js';
import type { Caller, Sessions } from '../../people/sessions.js';
import { told } from '../../texts/told.js';

/** `__Host-` binds the cookie to https and this host; plain http, on loopback, cannot have it. */
export const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-sid' : 'sid');

export function sessionToken(headers: IncomingHttpHeaders, isSecure: boolean): string | undefined {
  const wanted = `${cookieName(isSecure)}=`;
  for (const part of headers.cookie?.split(';') ?? []) {
    const cookie = part.trim();
    if (cookie.startsWith(wanted)) return cookie.slice(wanted.length);
  }
  return undefined;
}

export const sessionCookie = (token: string, maxAgeSeconds: number, isSecure: boolean): string =>
  `${cookieName(isSecure)}=${token}; Path=/; Max-Age=${String(maxAgeSeconds)}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

/**
 * Who calls. A key wins over a cookie; a key that is wrong is not forgiven because a cookie came along.
 *
 * Errors: unauthenticated for a wrong key. A cookie that is no longer good is the same as none.
 */
export async function callerOf(
  headers: IncomingHttpHeaders,
  sessions: Pick<Sessions, 'bySession' | 'byKey'>,
  isSecure: boolean,
): Promise<Caller | undefined> {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const caller = /^bearer /i.test(authorization) ? await sessions.byKey(authorization.slice(7).trim()) : undefined;
    if (caller === undefined) throw new AppError('unauthenticated', told('call.bad_key'));
    return caller;
  }
  const token = sessionToken(headers, isSecure);
  return token === undefined ? undefined : sessions.bySession(token);
}

/**
 * Refuses an unsafe call that a page of somebody else made a browser send (CSRF). Browsers say where such a call comes from; with a cookie,
 * one that says nothing is refused too. Keys are not sent by browsers on their own.
 *
 * Errors: forbidden.
 */
export function checkOrigin(headers: IncomingHttpHeaders, publicOrigin: string | undefined, hasCookieSession: boolean): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined) {
    const expected = publicOrigin === undefined ? [`http://${host ?? ''}`, `https://${host ?? ''}`] : [publicOrigin];
    if (expected.includes(origin)) return;
    throw forbidden(told('call.other_site'));
  }
  if (site === 'same-origin' || site === 'none') return;
  if (site !== undefined || hasCookieSession) throw forbidden(told('call.say_origin'));
}
