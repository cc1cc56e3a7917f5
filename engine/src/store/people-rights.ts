import type { Reach } from '../kernel/actor.js';
import { REACH, ROLE_IDS, type IdentityPool } from './identity.js';

export type PersonRightsRow = { readonly id: string; readonly name: string; readonly roleIds: readonly string[]; readonly reach: Reach };

/** Everybody of a tenant who may sign in, with what their rights come from. */
export async function rightsOfPeople(pool: IdentityPool, tenantId: number): Promise<PersonRightsRow[]> {
  const { rows } = await pool.query<PersonRightsRow>(
    `select u.id, u.name, ${ROLE_IDS} as "roleIds", ${REACH} as reach from meta.user u where u.tenant_id = $1 and u.is_active and u.kind = 'person'`,
    [tenantId],
  );
  return rows;
}

/** How many active people of a space have each role, alone or through a team, by element id. */
export async function peopleByRole(pool: IdentityPool, space: number): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ role: string; people: number }>(
    `select role_id as role, count(distinct user_id)::int as people from (
       select role_id, user_id from meta.user_role
       union select r.role_id, m.user_id from meta.team_role r join meta.team_member m using (team_id)) x
     join meta.user u on u.id = x.user_id join meta.tenant t on t.id = u.tenant_id where u.is_active and t.space_id = $1 group by 1`,
    [space],
  );
  return new Map(rows.map(({ role, people }) => [role, people]));
}
