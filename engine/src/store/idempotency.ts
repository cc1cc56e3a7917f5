import type { DataStatement } from './data-pool.js';
import type { IdentityPool } from './identity.js';

type CallKey = { readonly tenantId: number; readonly userId: string; readonly key: string };
/** A call that somebody works on: nobody else has the same `claim`. */
type Claimed = CallKey & { readonly claim: string };
type StoredAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
type Found =
  | { readonly state: 'mine' }
  | { readonly state: 'running'; readonly requestHash: string }
  | { readonly state: 'done'; readonly requestHash: string; readonly answer: StoredAnswer };

/** Units: keys are forgotten after 24 hours. */
const KEPT = "interval '24 hours'";
/** Who works on a call says so every two seconds; after this they are taken for dead. */
const SILENT = "interval '6 seconds'";

/** First answers of calls with an Idempotency-Key, in meta.idempotency. The primary key decides who is first. */
export function createIdempotencyStore(pool: Pick<IdentityPool, 'query'>) {
  return {
    /**
     * Shape: with `isWhole` the answer is noted together with what the call does, so a call that has no answer did nothing and is taken over from whoever is
     *        silent. Should they be alive after all, they can not note their answer any more, and what they did is undone.
     */
    async claim({ tenantId, userId, key, claim }: Claimed, requestHash: string, isWhole: boolean): Promise<Found> {
      const { rowCount } = await pool.query(
        `insert into meta.idempotency as i (tenant_id, user_id, key, request_hash, claim) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, user_id, key) do update
           set request_hash = excluded.request_hash, claim = excluded.claim, status = null, headers = null, body = null, created_at = now(), alive_at = now()
           where i.created_at < now() - ${KEPT}
              or ($6 and i.status is null and i.request_hash = excluded.request_hash and i.alive_at < now() - ${SILENT})`,
        [tenantId, userId, key, requestHash, claim, isWhole],
      );
      if (rowCount === 1) return { state: 'mine' };
      const { rows } = await pool.query<{ request_hash: string; status: number | null; headers: Record<string, string>; body: string }>(
        'select request_hash, status, headers, body from meta.idempotency where tenant_id = $1 and user_id = $2 and key = $3',
        [tenantId, userId, key],
      );
      const row = rows[0];
      // Released between the two statements: the next try will claim it.
      if (row === undefined) return { state: 'running', requestHash };
      if (row.status === null) return { state: 'running', requestHash: row.request_hash };
      return { state: 'done', requestHash: row.request_hash, answer: { status: row.status, headers: row.headers, body: row.body } };
    },

    /** Says that the call is being worked on. */
    async beat({ tenantId, userId, key, claim }: Claimed): Promise<void> {
      await pool.query('update meta.idempotency set alive_at = now() where tenant_id = $1 and user_id = $2 and key = $3 and claim = $4', [
        ...[tenantId, userId, key, claim],
      ]);
    },

    async settle({ tenantId, userId, key, claim }: Claimed, answer: StoredAnswer): Promise<void> {
      await pool.query(
        `update meta.idempotency set status = $5, headers = $6, body = $7
          where tenant_id = $1 and user_id = $2 and key = $3 and claim = $4 and status is null`,
        [tenantId, userId, key, claim, answer.status, JSON.stringify(answer.headers), answer.body],
      );
    },

    /** The same as a statement of the transaction that does what the call is about; it gives nothing when the claim is no longer theirs. */
    note: ({ tenantId, userId, key, claim }: Claimed, answer: StoredAnswer): DataStatement => ({
      text: `update "meta_v"."idempotency" set status = $5::int, headers = $6::jsonb, body = $7::text
              where tenant_id = $1::int and user_id = $2::uuid and key = $3::text and claim = $4::uuid and status is null returning 'noted'`,
      values: [tenantId, userId, key, claim, answer.status, JSON.stringify(answer.headers), answer.body],
    }),

    /** Nothing happened: the next one may try. An answer that was noted after all stays. */
    async release({ tenantId, userId, key, claim }: Claimed): Promise<void> {
      await pool.query(
        'delete from meta.idempotency where tenant_id = $1 and user_id = $2 and key = $3 and claim = $4 and status is null',
        [tenantId, userId, key, claim],
      );
    },

    async sweep(): Promise<void> {
      await pool.query(`delete from meta.idempotency where created_at < now() - ${KEPT}`);
    },
  };
}
