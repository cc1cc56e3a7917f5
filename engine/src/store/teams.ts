import type { IdentityPool } from './identity.js';
import { transaction, type Query } from './identity-transaction.js';

export type TeamKind = 'team' | 'queue';

/** A team, or a queue that owns records. Roles by element id. */
export type TeamRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: TeamKind;
  readonly members: readonly { readonly id: string; readonly name: string }[];
  readonly roleIds: readonly string[];
};

export type TeamChange = {
  readonly name?: string;
  /** All members, in place of those before. */
  readonly members?: readonly string[];
  readonly roleIds?: readonly string[];
};

const TEAM = `t.id, t.name, t.kind,
  coalesce((select json_agg(json_build_object('id', u.id, 'name', u.name) order by lower(u.name), u.id)
    from meta.team_member m join meta.user u on u.id = m.user_id where m.team_id = t.id), '[]'::json) as members,
  array(select role_id from meta.team_role r where r.team_id = t.id order by 1) as "roleIds"`;

export async function listTeams(pool: IdentityPool, tenantId: number): Promise<TeamRow[]> {
  const { rows } = await pool.query<TeamRow>(
    `select ${TEAM} from meta.team t where t.tenant_id = $1 order by t.kind desc, lower(t.name), t.id`,
    [tenantId],
  );
  return rows;
}

/** "name_taken" when another one is called so, "unknown_member" when somebody is not of the tenant. */
export async function insertTeam(
  pool: IdentityPool,
  tenantId: number,
  team: { readonly id: string; readonly name: string; readonly kind: TeamKind } & TeamChange,
): Promise<TeamRow | 'name_taken' | 'unknown_member'> {
  return transaction(pool, async (query, undo) => {
    if (team.kind === 'queue') {
      // A queue owns records, so it stands among the users: by the same id, and without a way to sign in.
      await query(`insert into meta.user (id, tenant_id, name, kind) values ($1, $2, $3, 'queue')`, [team.id, tenantId, team.name]);
    }
    const made = await query(
      'insert into meta.team (id, tenant_id, name, kind) values ($1, $2, $3, $4) on conflict do nothing returning id',
      [team.id, tenantId, team.name, team.kind],
    );
    if (made.length === 0) return undo('name_taken');
    if (!(await keepTeam(query, tenantId, team.id, team))) return undo('unknown_member');
    return one(query, tenantId, team.id);
  });
}

export async function updateTeam(
  pool: IdentityPool,
  tenantId: number,
  id: string,
  change: TeamChange,
): Promise<TeamRow | 'not_found' | 'name_taken' | 'unknown_member'> {
  return transaction(pool, async (query, undo) => {
    const [found] = await query('select kind from meta.team where tenant_id = $1 and id = $2 for update', [tenantId, id]);
    if (found === undefined) return 'not_found';
    if (change.name !== undefined) {
      const taken = await query('select 1 from meta.team where tenant_id = $1 and kind = $2 and lower(name) = lower($3) and id <> $4', [
        tenantId,
        found['kind'],
        change.name,
        id,
      ]);
      if (taken.length > 0) return undo('name_taken');
      await query('update meta.team set name = $2 where id = $1', [id, change.name]);
      await query(`update meta.user set name = $2 where id = $1 and kind = 'queue'`, [id, change.name]);
    }
    if (!(await keepTeam(query, tenantId, id, change))) return undo('unknown_member');
    return one(query, tenantId, id);
  });
}

/** A queue that goes can own nothing any more; what it owns keeps its name until somebody takes it. */
export async function deleteTeam(pool: IdentityPool, tenantId: number, id: string): Promise<boolean> {
  return transaction(pool, async (query) => {
    const found = await query('select 1 from meta.team where tenant_id = $1 and id = $2 for update', [tenantId, id]);
    if (found.length === 0) return false;
    await raiseEpochs(query, id);
    await query('delete from meta.team where tenant_id = $1 and id = $2', [tenantId, id]);
    await query('delete from meta.record_share where tenant_id = $1 and principal_id = $2', [tenantId, id]);
    await query(`update meta.user set is_active = false where tenant_id = $1 and id = $2 and kind = 'queue'`, [tenantId, id]);
    return true;
  });
}

async function keepTeam(query: Query, tenantId: number, id: string, { members, roleIds }: TeamChange): Promise<boolean> {
  await raiseEpochs(query, id);
  if (members !== undefined) {
    await query('delete from meta.team_member where team_id = $1', [id]);
    const added = await query(
      `insert into meta.team_member (team_id, user_id, tenant_id)
       select $1, u.id, $2 from meta.user u where u.tenant_id = $2 and u.kind = 'person' and u.id = any($3::uuid[]) returning user_id`,
      [id, tenantId, members],
    );
    if (added.length !== new Set(members).size) return false;
  }
  if (roleIds !== undefined) {
    await query('delete from meta.team_role where team_id = $1', [id]);
    await query('insert into meta.team_role (team_id, role_id) select $1, unnest($2::text[])', [id, roleIds]);
  }
  await raiseEpochs(query, id);
  return true;
}

/** What processes remember of the members is no longer right. */
const raiseEpochs = (query: Query, team: string) =>
  query('update meta.user u set epoch = epoch + 1 from meta.team_member m where m.team_id = $1 and m.user_id = u.id', [team]);

async function one(query: Query, tenantId: number, id: string): Promise<TeamRow> {
  const [row] = await query(`select ${TEAM} from meta.team t where t.tenant_id = $1 and t.id = $2`, [tenantId, id]);
  return row as unknown as TeamRow;
}

/** Works out anew who reports to whom, over any number of steps. */
export async function refreshLines(query: Query, tenantId: number): Promise<void> {
  await query('select pg_advisory_xact_lock(7203, $1)', [tenantId]);
  await query('delete from meta.user_below where tenant_id = $1', [tenantId]);
  await query(
    `insert into meta.user_below (manager_id, user_id, tenant_id)
     with recursive line as (
       select manager_id, id as user_id from meta.user where tenant_id = $1 and manager_id is not null
       union
       select u.manager_id, l.user_id from line l join meta.user u on u.id = l.manager_id where u.manager_id is not null
     ) select manager_id, user_id, $1 from line where manager_id <> user_id`,
    [tenantId],
  );
}
