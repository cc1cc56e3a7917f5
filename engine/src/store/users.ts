import type { IdentityPool, UserRow } from './identity.js';
import { transaction, type Query } from './identity-transaction.js';
import { refreshLines } from './teams.js';
import { deletingSessions } from './viewings.js';

export type NewUser = {
  readonly id: string;
  readonly tenantId: number;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly roleIds: readonly string[];
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly managerId?: string | null;
  readonly territories?: readonly string[];
};
export type UserChange = {
  readonly name?: string;
  readonly isActive?: boolean;
  readonly roleIds?: readonly string[];
  readonly passwordHash?: string;
  readonly locale?: string | null;
  readonly timeZone?: string | null;
  readonly managerId?: string | null;
  readonly territories?: readonly string[];
};

const USER = `u.id, u.email, u.name, u.is_active as "isActive", u.locale, u.time_zone as "timeZone",
  to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "createdAt",
  (select to_char(max(s.last_seen_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from meta.session s where s.user_id = u.id) as "lastSeenAt",
  u.manager_id as "managerId", u.territories,
  array(select role_id from meta.user_role r where r.user_id = u.id order by role_id) as "roleIds"`;

export async function listUsers(pool: IdentityPool, tenantId: number): Promise<UserRow[]> {
  const { rows } = await pool.query<UserRow>(
    `select ${USER} from meta.user u where tenant_id = $1 and kind = 'person' order by lower(name), id`,
    [tenantId],
  );
  return rows;
}

/** Undefined when somebody has that e-mail address already. */
export async function insertUser(pool: IdentityPool, user: NewUser): Promise<UserRow | undefined> {
  return transaction(pool, async (query) => {
    const inserted = await query(
      `insert into meta.user (id, tenant_id, email, name, password_hash, locale, time_zone) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (lower(email)) do nothing returning id`,
      [user.id, user.tenantId, user.email, user.name, user.passwordHash, user.locale, user.timeZone],
    );
    if (inserted.length === 0) return undefined;
    await query('insert into meta.user_role (user_id, role_id) select $1, unnest($2::text[])', [user.id, user.roleIds]);
    await keepPlace(query, user.tenantId, user.id, user);
    return one(query, user.tenantId, user.id);
  });
}

/**
 * Changes a user and raises the epoch, so that every process forgets what it cached about them. Deactivation and a new password end their
 * sessions; deactivation also revokes their API keys.
 *
 * Shape: `keepsRole` names the role that at least one active user has to keep; `last_holder` when the change would leave none.
 */
export async function updateUser(
  pool: IdentityPool,
  tenantId: number,
  userId: string,
  change: UserChange,
  keepsRole: readonly string[],
): Promise<UserRow | 'not_found' | 'last_holder'> {
  return transaction(pool, async (query, undo) => {
    // One change of users at a time in a tenant, so that two administrators cannot remove each other.
    await query('select pg_advisory_xact_lock(7203, $1)', [tenantId]);
    const found = await query(
      `update meta.user set name = coalesce($3, name), is_active = coalesce($4, is_active), password_hash = coalesce($5, password_hash),
         locale = case when $6 then $7 else locale end, time_zone = case when $8 then $9 else time_zone end, epoch = epoch + 1
       where tenant_id = $1 and id = $2 and kind = 'person' returning id`,
      [
        tenantId,
        userId,
        change.name ?? null,
        change.isActive ?? null,
        change.passwordHash ?? null,
        change.locale !== undefined,
        change.locale ?? null,
        change.timeZone !== undefined,
        change.timeZone ?? null,
      ],
    );
    if (found.length === 0) return 'not_found';
    await keepPlace(query, tenantId, userId, change);
    if (change.roleIds !== undefined) {
      await query('delete from meta.user_role where user_id = $1', [userId]);
      await query('insert into meta.user_role (user_id, role_id) select $1, unnest($2::text[])', [userId, change.roleIds]);
    }
    if (change.isActive === false || change.passwordHash !== undefined) await query(deletingSessions('user_id = $1'), [userId]);
    if (change.isActive === false)
      await query('update meta.api_key set revoked_at = now() where user_id = $1 and revoked_at is null', [userId]);
    const holders = await query(
      `select u.id from meta.user u join meta.user_role r on r.user_id = u.id where u.tenant_id = $1 and u.is_active and r.role_id = any($2) limit 1`,
      [tenantId, keepsRole],
    );
    if (holders.length === 0) return undo('last_holder');
    return one(query, tenantId, userId);
  });
}

/** Who somebody reports to and which territories are theirs. */
async function keepPlace(
  query: Query,
  tenantId: number,
  userId: string,
  { managerId, territories }: Pick<UserChange, 'managerId' | 'territories'>,
): Promise<void> {
  if (territories !== undefined) await query('update meta.user set territories = $2 where id = $1', [userId, territories]);
  if (managerId === undefined) return;
  await query('update meta.user set manager_id = $2 where id = $1', [userId, managerId]);
  await refreshLines(query, tenantId);
}

/** Whether `managerId` is a person of the tenant who does not report to `userId`: nobody is above themselves. */
export async function canManage(
  pool: IdentityPool,
  tenantId: number,
  managerId: string,
  userId: string | null,
): Promise<'yes' | 'unknown' | 'circle'> {
  const { rows } = await pool.query<{ circle: boolean }>(
    `select u.id = $3 or exists (select 1 from meta.user_below b where b.manager_id = $3 and b.user_id = u.id) as circle
     from meta.user u where u.tenant_id = $1 and u.id = $2 and u.kind = 'person' and u.is_active`,
    [tenantId, managerId, userId],
  );
  return rows[0] === undefined ? 'unknown' : rows[0].circle ? 'circle' : 'yes';
}

/** Whether somebody reports to somebody else, directly or not. */
export async function reportsTo(pool: IdentityPool, tenantId: number, userId: string, managerId: string): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>(
    'select exists (select 1 from meta.user_below where tenant_id = $1 and user_id = $2 and manager_id = $3) as found',
    [tenantId, userId, managerId],
  );
  return rows[0]?.found === true;
}

async function one(query: Query, tenantId: number, userId: string): Promise<UserRow> {
  const [row] = await query(`select ${USER} from meta.user u where tenant_id = $1 and id = $2`, [tenantId, userId]);
  return row as unknown as UserRow;
}
