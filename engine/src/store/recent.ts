import type { IdentityPool } from './identity.js';
import { transaction } from './identity-transaction.js';

export type Person = { readonly tenantId: number; readonly userId: string };
export type RecentRecord = { readonly objectId: string; readonly recordId: string };
/** A search somebody made; with a name when they keep it. `objectId` is '' for all objects. */
export type SearchText = { readonly id: string; readonly q: string; readonly objectId: string; readonly name: string | null };

/** So many are remembered; what is shown of them may be less. */
const RECENT_RECORDS = 30;
const RECENT_SEARCHES = 20;

/** What somebody opened lately, latest first. */
export async function recentRecords(pool: IdentityPool, { userId }: Person): Promise<RecentRecord[]> {
  const { rows } = await pool.query<RecentRecord>(
    `select object_id as "objectId", record_id as "recordId" from meta.recent_record where user_id = $1 order by at desc limit ${RECENT_RECORDS}`,
    [userId],
  );
  return rows;
}

/** Remembers that somebody opened a record, and forgets what they opened longest ago. */
export async function noteRecord(pool: IdentityPool, { tenantId, userId }: Person, { objectId, recordId }: RecentRecord): Promise<void> {
  await transaction(pool, async (query) => {
    await query(
      `insert into meta.recent_record (tenant_id, user_id, object_id, record_id) values ($1, $2, $3, $4)
       on conflict (user_id, object_id, record_id) do update set at = clock_timestamp()`,
      [tenantId, userId, objectId, recordId],
    );
    await query(
      `delete from meta.recent_record r using (select at from meta.recent_record where user_id = $1 order by at desc offset ${RECENT_RECORDS} limit 1) old
       where r.user_id = $1 and r.at <= old.at`,
      [userId],
    );
  });
}

/** Searches of somebody: those they keep, by name, and then those they made, latest first. */
export async function searchTexts(pool: IdentityPool, { userId }: Person): Promise<SearchText[]> {
  const { rows } = await pool.query<SearchText>(
    `select id, q, object_id as "objectId", name from meta.search_text where user_id = $1 order by name is null, lower(name), at desc`,
    [userId],
  );
  return rows;
}

/** Remembers a search, and forgets the one made longest ago that nobody keeps. With a name it is kept. Undefined when too many are kept already. */
export async function noteSearch(
  pool: IdentityPool,
  { tenantId, userId }: Person,
  { id, q, objectId, name }: SearchText,
  mostKept: number,
): Promise<SearchText | undefined> {
  return transaction(pool, async (query) => {
    // One after the other: several at once would each see room for one more.
    if (name !== null) await query('select pg_advisory_xact_lock(hashtextextended($1, 2))', [userId]);
    const kept = await query(
      `insert into meta.search_text as t (id, tenant_id, user_id, q, object_id, name)
       select $1::uuid, $2, $3, $4, $5, $6 where $6::text is null
         or (select count(*) from meta.search_text where user_id = $3 and name is not null and (q, object_id) <> ($4, $5)) < $7
       on conflict (user_id, q, object_id) do update set at = clock_timestamp(), name = coalesce(excluded.name, t.name)
       returning id, q, object_id as "objectId", name`,
      [id, tenantId, userId, q, objectId, name, mostKept],
    );
    await query(
      `delete from meta.search_text t
         using (select at from meta.search_text where user_id = $1 and name is null order by at desc offset ${RECENT_SEARCHES} limit 1) old
       where t.user_id = $1 and t.name is null and t.at <= old.at`,
      [userId],
    );
    return kept[0] as SearchText | undefined;
  });
}

/** Forgets a search; one of somebody else is none. */
export async function forgetSearch(pool: IdentityPool, { userId }: Person, id: string): Promise<boolean> {
  const { rowCount } = await pool.query('delete from meta.search_text where user_id = $1 and id = $2', [userId, id]);
  return (rowCount ?? 0) > 0;
}

/** Forgets all records and searches that were only opened or made; what is kept stays. */
export async function forgetRecent(pool: IdentityPool, { userId }: Person): Promise<void> {
  await transaction(pool, async (query) => {
    await query('delete from meta.recent_record where user_id = $1', [userId]);
    await query('delete from meta.search_text where user_id = $1 and name is null', [userId]);
  });
}
