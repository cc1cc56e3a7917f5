import type { IdentityPool } from './identity.js';

/**
 * Limits on guessing passwords. Attempts are checks of a password that failed, or that have not ended yet.
 *
 * Units: counts in the last 15 minutes (account and source; source) and in the last hour (account, from sources it was never used from).
 */
export type AttemptLimits = { readonly accountAndSource: number; readonly source: number; readonly account: number };

export type Admission = { readonly ok: true; readonly attempt: string } | { readonly ok: false; readonly retryAfterSeconds: number };

/**
 * Writes the attempt down before the password is looked at, so that parallel guesses count each other. The count and the insert are one
 * transaction under a lock on the account and one on the source.
 *
 * A source from which the account was signed in to in the last 30 days is not held to the limit of the account: strangers cannot lock its
 * owner out.
 */
export async function admitAttempt(pool: IdentityPool, account: string, source: string, limits: AttemptLimits): Promise<Admission> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `select pg_advisory_xact_lock(k) from (select distinct hashtextextended(k, 1) as k from unnest($1::text[]) k order by 1) ordered`,
      [[account, source]],
    );
    const { rows } = await client.query<{ both: number; source: number; account: number; known: boolean; wait: number }>(
      `select count(*) filter (where account = $1 and source = $2 and recent)::int as both,
         count(*) filter (where source = $2 and recent)::int as source,
         count(*) filter (where account = $1)::int as account,
         exists (select from meta.login_attempt where account = $1 and source = $2 and succeeded and at > now() - interval '30 days') as known,
         coalesce(ceil(extract(epoch from min(at) + interval '15 minutes' - now())), 60)::int as wait
       from (select *, at > now() - interval '15 minutes' as recent from meta.login_attempt
             where not succeeded and at > now() - interval '1 hour' and (account = $1 or source = $2)) a`,
      [account, source],
    );
    const seen = rows[0];
    if (seen === undefined) throw new Error('an aggregate without a row');
    if (seen.both >= limits.accountAndSource || seen.source >= limits.source || (seen.account >= limits.account && !seen.known)) {
      await client.query('rollback');
      return { ok: false, retryAfterSeconds: Math.min(900, Math.max(10, seen.wait)) };
    }
    const inserted = await client.query<{ id: string }>('insert into meta.login_attempt (account, source) values ($1, $2) returning id', [
      account,
      source,
    ]);
    await client.query('commit');
    return { ok: true, attempt: inserted.rows[0]?.id ?? '' };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** The password was right: the attempt no longer counts, and the source is known from now on. */
export async function attemptSucceeded(pool: IdentityPool, attempt: string): Promise<void> {
  await pool.query('update meta.login_attempt set succeeded = true where id = $1', [attempt]);
}
