import type { IdentityPool } from './identity.js';
import { transaction } from './identity-transaction.js';

/** Whom a record is shared with: a person, a team or a queue. `expiresAt` in UTC. */
export type ShareRow = {
  readonly to: { readonly id: string; readonly name: string; readonly kind: 'person' | 'team' | 'queue' };
  readonly mayEdit: boolean;
  readonly expiresAt: string | null;
  readonly reason: string;
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly at: string;
};

export type RecordPlace = { readonly tenantId: number; readonly objectId: string; readonly recordId: string };
export type NewShare = {
  readonly to: string;
  readonly mayEdit: boolean;
  readonly expiresAt: string | null;
  readonly reason: string;
  readonly by: string;
};

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;
const SHARE = `select json_build_object('id', s.principal_id, 'name', coalesce(t.name, u.name), 'kind', coalesce(t.kind, u.kind)) as to,
    s.may_edit as "mayEdit", to_char(s.expires_at at time zone 'UTC', ${INSTANT}) as "expiresAt", s.reason,
    case when b.id is not null then json_build_object('id', b.id, 'name', b.name) end as by, to_char(s.shared_at at time zone 'UTC', ${INSTANT}) as at
  from meta.record_share s left join meta.team t on t.id = s.principal_id left join meta.user u on u.id = s.principal_id left join meta.user b on b.id = s.shared_by
  where s.tenant_id = $1 and s.object_id = $2 and s.record_id = $3`;

/** Shares of a record, those that have ended too, until somebody takes them back. */
export async function listShares(pool: IdentityPool, { tenantId, objectId, recordId }: RecordPlace): Promise<ShareRow[]> {
  const { rows } = await pool.query<ShareRow>(`${SHARE} order by lower(coalesce(t.name, u.name)), s.principal_id`, [
    tenantId,
    objectId,
    recordId,
  ]);
  return rows;
}

export type PrincipalRow = ShareRow['to'];

/** People, teams and queues whose name begins with a text or has a word that does, in the order of their names. */
export async function findPrincipals(pool: IdentityPool, tenantId: number, search: string, limit: number): Promise<PrincipalRow[]> {
  const pattern = search.replaceAll(/[\\%_]/g, '\\$&');
  const { rows } = await pool.query<PrincipalRow>(
    `select id, name, kind from (
       select id, name, kind from meta.user where tenant_id = $1 and is_active and kind = 'person'
       union all select id, name, kind from meta.team where tenant_id = $1) p
     where $2 = '' or name ilike $2 || '%' or name ilike '% ' || $2 || '%' order by lower(name), id limit $3`,
    [tenantId, pattern, limit],
  );
  return rows;
}

/** Shares a record, or changes how it is shared. Undefined when there is nobody with that id. Written down in the audit. */
export async function putShare(pool: IdentityPool, place: RecordPlace, share: NewShare): Promise<ShareRow | undefined> {
  return transaction(pool, async (query) => {
    const values = [place.tenantId, place.objectId, place.recordId, share.to];
    const kept = await query(
      `insert into meta.record_share (tenant_id, object_id, record_id, principal_id, may_edit, expires_at, shared_by, reason)
       select $1, $2, $3, p.id, $5, $6::timestamptz, $7, $8
       from (select id from meta.user where tenant_id = $1 and is_active union select id from meta.team where tenant_id = $1) p where p.id = $4
       on conflict (tenant_id, object_id, record_id, principal_id) do update
         set may_edit = excluded.may_edit, expires_at = excluded.expires_at, shared_by = excluded.shared_by, shared_at = now(), reason = excluded.reason, operation = null
       returning 1`,
      [...values, share.mayEdit, share.expiresAt, share.by, share.reason],
    );
    if (kept.length === 0) return undefined;
    await writeDown(query, place, share.by, 'record.share', { to: share.to, mayEdit: share.mayEdit, expiresAt: share.expiresAt });
    const [row] = await query(`${SHARE} and s.principal_id = $4`, values);
    return row as unknown as ShareRow;
  });
}

/** Whether there was such a share to take back. */
export async function deleteShare(pool: IdentityPool, place: RecordPlace, to: string, by: string): Promise<boolean> {
  return transaction(pool, async (query) => {
    const gone = await query(
      'delete from meta.record_share where tenant_id = $1 and object_id = $2 and record_id = $3 and principal_id = $4 returning 1',
      [place.tenantId, place.objectId, place.recordId, to],
    );
    if (gone.length > 0) await writeDown(query, place, by, 'record.unshare', { to });
    return gone.length > 0;
  });
}

const writeDown = (
  query: (text: string, values: readonly unknown[]) => Promise<unknown>,
  { tenantId, objectId, recordId }: RecordPlace,
  actor: string,
  action: string,
  detail: object,
) =>
  query('insert into meta.audit (tenant_id, actor, action, subject, detail) values ($1, $2, $3, $4, $5)', [
    tenantId,
    actor,
    action,
    `${objectId}:${recordId}`,
    JSON.stringify(detail),
  ]);
