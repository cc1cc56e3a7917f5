import type { IdentityPool } from './identity.js';

export type Tenant = { readonly id: number; readonly space: number };

/** The first space and tenant, made on the first start. Safe from several processes at once. */
export async function ensureTenant(pool: IdentityPool, name: string): Promise<Tenant> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('lock table meta.space in exclusive mode');
    await client.query("insert into meta.space (name) select 'main' where not exists (select from meta.space)");
    await client.query(
      'insert into meta.tenant (space_id, name) select min(id), $1 from meta.space where not exists (select from meta.tenant) having min(id) is not null',
      [name],
    );
    const { rows } = await client.query<Tenant>('select id, space_id as space from meta.tenant order by id limit 1');
    await client.query('commit');
    const tenant = rows[0];
    if (tenant === undefined) throw new Error('no tenant after making one');
    return tenant;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

export async function hasUsers(pool: IdentityPool, tenantId: number): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>('select exists (select from meta.user where tenant_id = $1) as found', [tenantId]);
  return rows[0]?.found ?? false;
}
