import type { IdentityPool } from './identity.js';

export type ApiKeyRow = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
};

export async function insertApiKey(
  pool: IdentityPool,
  key: { id: string; keyHash: string; userId: string; name: string; lifetimeSeconds: number | null },
): Promise<void> {
  await pool.query(
    'insert into meta.api_key (id, key_hash, user_id, name, expires_at) values ($1, $2, $3, $4, now() + make_interval(secs => $5))',
    [key.id, key.keyHash, key.userId, key.name, key.lifetimeSeconds],
  );
}

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;

/** Keys that have neither ended nor been revoked, newest first. */
export async function listApiKeys(pool: IdentityPool, tenantId: number): Promise<ApiKeyRow[]> {
  const { rows } = await pool.query<ApiKeyRow>(
    `select k.id, k.name, u.email, to_char(k.created_at at time zone 'UTC', ${INSTANT}) as "createdAt",
       to_char(k.expires_at at time zone 'UTC', ${INSTANT}) as "expiresAt"
     from meta.api_key k join meta.user u on u.id = k.user_id
     where u.tenant_id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) order by k.created_at desc, k.id`,
    [tenantId],
  );
  return rows;
}

/** Whether there was such a key to end. */
export async function endApiKey(pool: IdentityPool, tenantId: number, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update meta.api_key k set revoked_at = now() from meta.user u
     where u.id = k.user_id and u.tenant_id = $1 and k.id = $2 and k.revoked_at is null`,
    [tenantId, id],
  );
  return rowCount === 1;
}

/** Whose key it is. */
export async function ownerOfKey(pool: IdentityPool, tenantId: number, id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ userId: string }>(
    'select u.id as "userId" from meta.api_key k join meta.user u on u.id = k.user_id where u.tenant_id = $1 and k.id = $2 and k.revoked_at is null',
    [tenantId, id],
  );
  return rows[0]?.userId;
}

export async function activeUserByEmail(pool: IdentityPool, tenantId: number, email: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from meta.user where tenant_id = $1 and lower(email) = lower($2) and is_active',
    [tenantId, email],
  );
  return rows[0]?.id;
}
