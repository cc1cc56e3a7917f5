import type { IdentityPool } from './identity.js';

type CallKey = { readonly tenantId: number; readonly userId: string; readonly key: string };
type StoredAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
type Claim =
  | { readonly state: 'mine' }
  | { readonly state: 'running'; readonly requestHash: string }
  | { readonly state: 'done'; readonly requestHash: string; readonly answer: StoredAnswer };

/** Units: keys are forgotten after 24 hours. */
const KEPT = "interval '24 hours'";

/** First answers of calls with an Idempotency-Key, in meta.idempotency. The primary key decides who is first. */
export function createIdempotencyStore(pool: Pick<IdentityPool, 'query'>) {
  return {
    async claim({ tenantId, userId, key }: CallKey, requestHash: string): Promise<Claim> {
      const { rowCount } = await pool.query(
        `insert into meta.idempotency as i (tenant_id, user_id, key, request_hash) values ($1, $2, $3, $4)
         on conflict (tenant_id, user_id, key) do update
           set request_hash = excluded.request_hash, status = null, headers = null, body = null, created_at = now()
           where i.created_at < now() - ${KEPT}`,
        [tenantId, userId, key, requestHash],
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

    async settle({ tenantId, userId, key }: CallKey, answer: StoredAnswer): Promise<void> {
      await pool.query(
        'update meta.idempotency set status = $4, headers = $5, body = $6 where tenant_id = $1 and user_id = $2 and key = $3',
        [tenantId, userId, key, answer.status, JSON.stringify(answer.headers), answer.body],
      );
    },

    async release({ tenantId, userId, key }: CallKey): Promise<void> {
      await pool.query('delete from meta.idempotency where tenant_id = $1 and user_id = $2 and key = $3', [tenantId, userId, key]);
    },

    async sweep(): Promise<void> {
      await pool.query(`delete from meta.idempotency where created_at < now() - ${KEPT}`);
    },
  };
}
