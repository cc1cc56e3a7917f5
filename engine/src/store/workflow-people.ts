import type pg from 'pg';
import type { Reach } from '../kernel/actor.js';
import { REACH, ROLE_IDS } from './identity.js';

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
  readonly reach: Reach;
};

export async function readPerson(pool: pg.Pool, tenantId: number, userId: string): Promise<WorkflowPerson | undefined> {
  const { rows } = await pool.query<WorkflowPerson>(
    `select u.id::text as id, u.name, u.email, u.is_active as "isActive", u.epoch, u.locale, u.time_zone as "timeZone",
            ${ROLE_IDS} as "roleIds", ${REACH} as reach
       from meta.user u where u.tenant_id = $1 and u.id = $2 and u.kind = 'person'`,
    [tenantId, userId],
  );
  return rows[0];
}
