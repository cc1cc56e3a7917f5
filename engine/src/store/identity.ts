import type pg from 'pg';
import type { Reach } from '../kernel/actor.js';
import type { Full } from '../kernel/quota.js';
import { deletingSessions, sessionEnd } from './viewings.js';

/** Identity is platform data: it is read and written as the owner role, with the tenant in every statement that lists. */
export type IdentityPool = Pick<pg.Pool, 'query' | 'connect'>;

export type PersonRow = {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly tenantId: number;
  readonly tenantName: string;
  readonly space: number;
  /** Roles that are the person's own and those of their teams. */
  readonly roleIds: readonly string[];
  readonly reach: Reach;
  readonly epoch: number;
  readonly locale: string;
  /** What the user chose; null follows the browser, then the tenant. */
  readonly chosenLocale: string | null;
  readonly timeZone: string;
  readonly currency: string;
  readonly full: Full | null;
};

export type UserRow = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly roleIds: readonly string[];
  readonly managerId: string | null;
  readonly territories: readonly string[];
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
};

/** Element ids of the roles of user `u`: their own and those of their teams. */
export const ROLE_IDS = `array(select role_id from meta.user_role r where r.user_id = u.id
    union select role_id from meta.team_role r join meta.team_member m using (team_id) where m.user_id = u.id order by role_id)`;

/** Which ways to records user `u` has, see Reach. */
export const REACH = `json_build_object(
    'queues', exists (select 1 from meta.team_member m join meta.team q on q.id = m.team_id where m.user_id = u.id and q.kind = 'queue'),
    'team', exists (select 1 from meta.team_member m join meta.team q on q.id = m.team_id where m.user_id = u.id and q.kind = 'team'),
    'below', exists (select 1 from meta.user_below b where b.manager_id = u.id),
    'shared', array(select distinct s.object_id from meta.record_share s where s.principal_id = u.id
        or s.principal_id in (select team_id from meta.team_member m where m.user_id = u.id) order by 1))`;

/** Quotas of tenant `t` that are used up, as of the last look; null where there is room. */
export const FULL = `(select json_object_agg(k.name, json_build_object('used', k.used, 'max', k.max)) from meta.quota k
    where k.tenant_id = t.id and k.used >= k.max)`;

const PERSON = `u.id as "userId", u.name, u.email, u.tenant_id as "tenantId", t.name as "tenantName", t.space_id as space, u.epoch,
  ${ROLE_IDS} as "roleIds", ${REACH} as reach,
  coalesce(u.locale, t.locale) as locale, u.locale as "chosenLocale", coalesce(u.time_zone, t.time_zone) as "timeZone", t.currency::text as currency,
  ${FULL} as full`;

/**
 * The person behind a session that is neither ended nor idle for too long, and may still sign in; the one they look at the screens of, if any, with
 * themselves as `viewer`. Who is looked at must still be active, and whoever looks too.
 */
export async function personBySession(
  pool: IdentityPool,
  tokenHash: string,
  idleSeconds: number,
): Promise<(PersonRow & { viewer: { id: string; name: string; roleIds: string[] } | null }) | undefined> {
  const { rows } = await pool.query<PersonRow & { viewer: { id: string; name: string; roleIds: string[] } | null }>(
    `select ${PERSON}, case when w.id <> u.id then json_build_object('id', w.id, 'name', w.name, 'roleIds',
       (select coalesce(json_agg(x.role_id), '[]'::json) from (select role_id from meta.user_role r where r.user_id = w.id
         union select role_id from meta.team_role r join meta.team_member m using (team_id) where m.user_id = w.id) x)) end as viewer
     from meta.session s join meta.user w on w.id = s.user_id join meta.user u on u.id = coalesce(s.view_as, s.user_id)
       join meta.tenant t on t.id = u.tenant_id
     where s.token_hash = $1 and u.is_active and w.is_active and u.tenant_id = w.tenant_id
       and s.expires_at > now() and s.last_seen_at > now() - make_interval(secs => $2)`,
    [tokenHash, idleSeconds],
  );
  return rows[0];
}

export async function personByKey(pool: IdentityPool, keyHash: string): Promise<(PersonRow & { keyName: string }) | undefined> {
  const { rows } = await pool.query<PersonRow & { keyName: string }>(
    `select ${PERSON}, k.name as "keyName" from meta.api_key k join meta.user u on u.id = k.user_id join meta.tenant t on t.id = u.tenant_id
     where k.key_hash = $1 and u.is_active and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
    [keyHash],
  );
  return rows[0];
}

export async function personById(pool: IdentityPool, userId: string): Promise<PersonRow | undefined> {
  const { rows } = await pool.query<PersonRow>(
    `select ${PERSON} from meta.user u join meta.tenant t on t.id = u.tenant_id where u.id = $1 and u.is_active and u.kind = 'person'`,
    [userId],
  );
  return rows[0];
}

/** Written at most once a minute, so that reading is not writing. */
export async function touchSession(pool: IdentityPool, tokenHash: string): Promise<void> {
  await pool.query("update meta.session set last_seen_at = now() where token_hash = $1 and last_seen_at < now() - interval '1 minute'", [
    tokenHash,
  ]);
}

export async function insertSession(
  pool: IdentityPool,
  session: { tokenHash: string; userId: string; lifetimeSeconds: number; userAgent: string | null },
): Promise<void> {
  await pool.query(
    `insert into meta.session (token_hash, user_id, expires_at, user_agent) values ($1, $2, now() + make_interval(secs => $3), $4)`,
    [session.tokenHash, session.userId, session.lifetimeSeconds, session.userAgent],
  );
}

export async function deleteSession(pool: IdentityPool, tokenHash: string): Promise<void> {
  await pool.query(deletingSessions('token_hash = $1'), [tokenHash]);
}

/** Housekeeping: what has ended, and attempts that no limit looks at any more. */
export async function deleteEnded(pool: IdentityPool, idleSeconds: number): Promise<void> {
  const end = sessionEnd('$1');
  await pool.query(deletingSessions(`${end} < now()`, end), [idleSeconds]);
  await pool.query(
    "delete from meta.login_attempt where at < now() - (case when succeeded then interval '30 days' else interval '1 day' end)",
  );
}

export async function credentialsByEmail(
  pool: IdentityPool,
  email: string,
): Promise<{ userId: string; passwordHash: string | null; isActive: boolean; roleIds: string[] } | undefined> {
  const { rows } = await pool.query<{ userId: string; passwordHash: string | null; isActive: boolean; roleIds: string[] }>(
    `select id as "userId", password_hash as "passwordHash", is_active as "isActive",
       array(select role_id from meta.user_role r where r.user_id = u.id) as "roleIds"
     from meta.user u where lower(email) = lower($1)`,
    [email],
  );
  return rows[0];
}

export async function setPasswordHash(pool: IdentityPool, userId: string, hash: string): Promise<void> {
  await pool.query('update meta.user set password_hash = $2 where id = $1', [userId, hash]);
}
