import type { Viewing } from '@fieldstone/metadata/types/wire.js';
import type pg from 'pg';

type Pool = Pick<pg.Pool, 'query'>;

/** Whom a session looks at the screens of and why; null for nobody but its own. What was looked at before ends. */
export async function setViewedPerson(
  pool: Pool,
  tokenHash: string,
  viewed: { readonly person: string; readonly reason: string } | null,
): Promise<void> {
  await pool.query(
    `with before as (
       select s.token_hash, s.view_as, s.view_entry, u.id as viewer, u.tenant_id from meta.session s join meta.user u on u.id = s.user_id
        where s.token_hash = $1 and s.view_as is distinct from $2::uuid for update of s),
     ended as (
       insert into meta.audit (tenant_id, actor, action, subject, detail)
       select tenant_id, viewer, 'view_as.end', 'user:' || view_as, jsonb_build_object('begin', view_entry) from before where view_entry is not null),
     begun as (
       insert into meta.audit (tenant_id, actor, action, subject, detail)
       select tenant_id, viewer, 'view_as.begin', 'user:' || $2::text, jsonb_build_object('reason', $3::text) from before where $2::uuid is not null
       returning id)
     update meta.session s set view_as = $2, view_entry = (select id from begun) from before where s.token_hash = before.token_hash`,
    [tokenHash, viewed?.person ?? null, viewed?.reason ?? null],
  );
}

/**
 * Deletes sessions; where one of them looks at the screens of somebody else, the audit is told when that ended.
 *
 * Shape: a statement. `which` is a condition on meta.session, `endedAt` the instant in its terms.
 */
export const deletingSessions = (which: string, endedAt = 'now()'): string =>
  `with gone as (delete from meta.session where ${which} returning user_id, view_as, view_entry, ${endedAt} as ended_at)
   insert into meta.audit (tenant_id, actor, action, subject, detail, at)
   select u.tenant_id, u.id, 'view_as.end', 'user:' || gone.view_as, jsonb_build_object('begin', gone.view_entry), gone.ended_at
   from gone join meta.user u on u.id = gone.user_id where gone.view_entry is not null`;

const instant = (at: string): string => `to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const person = (alias: string): string =>
  `case when ${alias}.id is not null then json_build_object('id', ${alias}.id, 'name', ${alias}.name) end`;
/** When a session that nobody uses any more ended. */
export const sessionEnd = (idleSeconds: string): string => `least(expires_at, last_seen_at + make_interval(secs => ${idleSeconds}))`;

/** Who looked at the screens of whom, newest first, before the entry named by `before`. */
export async function listViewings(
  pool: Pool,
  tenantId: number,
  { before, limit, idleSeconds }: { before: string | null; limit: number; idleSeconds: number },
): Promise<Viewing[]> {
  const { rows } = await pool.query<Viewing>(
    `select b.id::text as id, ${person('w')} as viewer, ${person('u')} as person, ${instant('b.at')} as "from",
       ${instant('coalesce(e.at, case when s.ends <= now() then s.ends end)')} as until, coalesce(e.at is null and s.ends > now(), false) as "isOn",
       b.detail ->> 'reason' as reason
     from (select * from meta.audit where tenant_id = $1 and action = 'view_as.begin' and ($2::bigint is null or id < $2) order by id desc limit $3) b
       left join meta.user w on w.id = b.actor and w.tenant_id = b.tenant_id
       left join meta.user u on u.id = substr(b.subject, 6)::uuid and u.tenant_id = b.tenant_id
       left join lateral (select at from meta.audit where action = 'view_as.end' and detail ->> 'begin' = b.id::text and tenant_id = b.tenant_id limit 1) e on true
       left join lateral (select ${sessionEnd('$4')} as ends from meta.session where view_entry = b.id) s on true
     order by b.id desc`,
    [tenantId, before, limit, idleSeconds],
  );
  return rows;
}
