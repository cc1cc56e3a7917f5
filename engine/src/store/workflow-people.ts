import type pg from 'pg';

/** A user as automation needs one: to act with their rights, or to write to. Roles by element id. */
export type WorkflowPerson = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly isActive: boolean;
  readonly epoch: number;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly roleIds: readonly string[];
};

export async function readPerson(pool: pg.Pool, tenantId: number, userId: string): Promise<WorkflowPerson | undefined> {
  const { rows } = await pool.query<WorkflowPerson>(
    `select u.id::text as id, u.name, u.email, u.is_active as "isActive", u.epoch, u.locale, u.time_zone as "timeZone",
            array(select r.role_id from meta.user_role r where r.user_id = u.id order by 1) as "roleIds"
       from meta.user u where u.tenant_id = $1 and u.id = $2`,
    [tenantId, userId],
  );
  return rows[0];
}
