import { createSpace, findSpace } from './create-space.js';
import type { IdentityPool } from './identity.js';
import type { Database } from './open-database.js';

export type Tenant = {
  readonly id: number;
  readonly space: number;
  readonly locale: string;
  readonly timeZone: string;
  readonly currency: string;
};

const LOCK = 7_001;

/**
 * The first space and tenant, made on the first start. Safe from several processes at once: one makes it, the others wait. Where there are more tenants,
 * the pool of connections is told: each of them has its share.
 */
export async function ensureTenant(database: Database, name: string): Promise<Tenant> {
  const client = await database.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const space = (await findSpace(database)) ?? (await createSpace(database, { name }));
    const { rows } = await client.query<Tenant & { others: boolean }>(
      `select id, space_id as space, locale, time_zone as "timeZone", currency::text as currency,
         exists (select 1 from meta.tenant o where o.id <> t.id) as others from meta.tenant t where id = $1`,
      [space.tenantId],
    );
    if (rows[0] === undefined) throw new Error('no tenant after making one');
    const { others, ...tenant } = rows[0];
    if (others) database.data.share();
    return tenant;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    client.release();
  }
}

export async function hasUsers(pool: IdentityPool, tenantId: number): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>('select exists (select from meta.user where tenant_id = $1) as found', [tenantId]);
  return rows[0]?.found ?? false;
}
