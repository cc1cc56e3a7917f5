import { AppError } from '../kernel/errors.js';
import type { Viewing } from '@fieldstone/metadata/types/wire.js';
import type { Cause } from '../kernel/actor.js';
import {
  credentialsByEmail,
  deleteEnded,
  deleteSession,
  insertSession,
  personByKey,
  personBySession,
  setPasswordHash,
  touchSession,
  type IdentityPool,
  type PersonRow,
} from '../store/identity.js';
import { listViewings, setViewedPerson } from '../store/viewings.js';
import { admitAttempt, attemptSucceeded, type AttemptLimits } from '../store/login-attempts.js';
import { issueKey } from './api-keys.js';
import { hashPassword, isOutdated, verifyPassword } from './passwords.js';
import { digest, KEY_PREFIX, newSecret, SECRET } from './secrets.js';
import { told } from '../texts/told.js';

/** Who a request comes from. */
export type Caller = {
  readonly person: PersonRow;
  readonly cause: Cause;
  readonly via: 'session' | 'api_key';
  /** Who really sits there, where somebody looks at the screens of `person`: nothing may be changed then. */
  readonly viewer?: { readonly id: string; readonly name: string; readonly roleIds: readonly string[] };
};

/** Whose screens are looked at, and why. */
export type Viewed = { readonly person: string; readonly reason: string };
export type ViewingPage = { readonly data: Viewing[]; readonly page: { readonly next: string | null } };

export type Sessions = {
  bySession(token: string): Promise<Caller | undefined>;
  byKey(key: string): Promise<Caller | undefined>;
  /** The same as bySession for a connection that stays open: looking again is no use of the session and does not keep it from ending idle. */
  watch(token: string): Promise<Caller | undefined>;
  /** Errors: unauthenticated (whatever was wrong), rate_limited. The session that came with the request, if any, ends. */
  login(given: {
    email: string;
    password: string;
    source: string;
    userAgent: string | null;
    formerToken?: string;
  }): Promise<{ token: string; maxAgeSeconds: number }>;
  logout(token: string): Promise<void>;
  /** Shows the session another person's screens, or its own again. The caller has checked the right to it. Written down in the audit. */
  viewAs(token: string, viewed: Viewed | null): Promise<void>;
  /** Who looked at the screens of whom, newest first: before the one named, or from the last one on. */
  viewings(tenantId: number, page: { limit: number; before: string | null }): Promise<ViewingPage>;
  /** A new key for machines; the key itself is shown this once. */
  issueKey(userId: string, name: string, lifetimeSeconds: number | null): Promise<{ id: string; key: string }>;
  sweep(): Promise<void>;
  /** Looks everybody up anew at their next request: somebody changed what is kept of them. */
  forget(): void;
};

export type SessionSettings = {
  readonly idleSeconds: number;
  readonly limits: AttemptLimits;
  /** Whether somebody with these roles has the short absolute limit. */
  readonly isAdministrator: (roleIds: readonly string[]) => boolean;
};

export const DEFAULT_LIMITS: AttemptLimits = { accountAndSource: 10, source: 60, account: 100 };
const ABSOLUTE_SECONDS = { administrator: 12 * 3600, other: 7 * 24 * 3600 };
/** What was found is believed for this long: the end of a session, a lost role or a deactivation works everywhere within 5 s. */
const BELIEVE_MS = 2_500;
const MAX_CACHED = 10_000;

/**
 * Sessions and API keys. Tokens are opaque; only their digests are stored, so a stolen table signs nobody in.
 *
 * Source: limits follow OWASP ASVS 5.0 chapter 7 (idle and absolute end, new token at each sign-in, end on the server).
 */
export function createSessions(pool: IdentityPool, settings: SessionSettings): Sessions {
  const cache = new Map<string, { found: Promise<Caller | undefined>; until: number }>();

  /** By the token itself, which is here with every request: its digest is worked out for the table alone. */
  const remember = (token: string, find: () => Promise<Caller | undefined>): Promise<Caller | undefined> => {
    const now = Date.now();
    const held = cache.get(token);
    if (held !== undefined && held.until > now) return held.found;
    const entry = { found: find(), until: now + BELIEVE_MS };
    entry.found.then(
      (caller) => {
        if (caller === undefined) cache.delete(token);
      },
      () => cache.delete(token),
    );
    // Oldest first: what has been looked up least recently goes.
    cache.delete(token);
    cache.set(token, entry);
    const oldest = cache.size > MAX_CACHED ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    return entry.found;
  };

  return {
    forget: () => {
      cache.clear();
    },

    bySession: (token) => {
      if (!SECRET.test(token)) return Promise.resolve(undefined);
      return remember(token, async () => {
        const hash = digest(token);
        const caller = await find(hash);
        if (caller !== undefined) await touchSession(pool, hash);
        return caller;
      });
    },

    watch: (token) => {
      if (!SECRET.test(token)) return Promise.resolve(undefined);
      return remember(watched(token), () => find(digest(token)));
    },

    byKey: (key) => {
      if (!key.startsWith(KEY_PREFIX) || !SECRET.test(key.slice(KEY_PREFIX.length))) return Promise.resolve(undefined);
      return remember(key, async () => {
        const found = await personByKey(pool, digest(key));
        if (found === undefined) return undefined;
        const { keyName, ...person } = found;
        return { person, cause: { kind: 'api_key', label: keyName }, via: 'api_key' };
      });
    },

    async login({ email, password, source, userAgent, formerToken }) {
      const account = digest(email.trim().toLowerCase());
      const admission = await admitAttempt(pool, account, networkOf(source), settings.limits);
      if (!admission.ok) {
        throw new AppError('rate_limited', told('login.too_many'), {
          extra: { retryAfter: admission.retryAfterSeconds },
        });
      }
      const found = await credentialsByEmail(pool, email.trim());
      const isRight = await verifyPassword(found?.passwordHash ?? null, password);
      if (found === undefined || !isRight || !found.isActive) {
        throw new AppError('unauthenticated', told('login.wrong'));
      }
      await attemptSucceeded(pool, admission.attempt);
      if (found.passwordHash !== null && isOutdated(found.passwordHash))
        await setPasswordHash(pool, found.userId, await hashPassword(password));
      if (formerToken !== undefined && SECRET.test(formerToken)) await end(formerToken);
      const token = newSecret();
      const lifetimeSeconds = settings.isAdministrator(found.roleIds) ? ABSOLUTE_SECONDS.administrator : ABSOLUTE_SECONDS.other;
      await insertSession(pool, {
        tokenHash: digest(token),
        userId: found.userId,
        lifetimeSeconds,
        userAgent: userAgent?.slice(0, 300) ?? null,
      });
      return { token, maxAgeSeconds: lifetimeSeconds };
    },

    logout: (token) => end(token),

    async viewAs(token, viewed) {
      await setViewedPerson(pool, digest(token), viewed);
      cache.delete(token);
      cache.delete(watched(token));
    },

    async viewings(tenantId, { limit, before }) {
      const rows = await listViewings(pool, tenantId, { before, limit: limit + 1, idleSeconds: settings.idleSeconds });
      const data = rows.slice(0, limit);
      return { data, page: { next: rows.length > limit ? (data.at(-1)?.id ?? null) : null } };
    },

    issueKey: (userId, name, lifetimeSeconds) => issueKey(pool, userId, name, lifetimeSeconds),

    sweep: () => deleteEnded(pool, settings.idleSeconds),
  };

  async function end(token: string): Promise<void> {
    cache.delete(token);
    cache.delete(watched(token));
    await deleteSession(pool, digest(token));
  }

  async function find(hash: string): Promise<Caller | undefined> {
    const person = await personBySession(pool, hash, settings.idleSeconds);
    if (person === undefined) return undefined;
    const { viewer, ...rest } = person;
    return { person: rest, cause: { kind: 'user' }, via: 'session', ...(viewer === null ? {} : { viewer }) };
  }
}

const watched = (token: string): string => `watch ${token}`;

/** Who has one IPv6 address has its whole /64: counting single addresses would count nothing. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
