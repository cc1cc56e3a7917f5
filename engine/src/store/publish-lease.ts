import { AppError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { Database } from './open-database.js';

/** `check` throws when the lease was lost: somebody else may be publishing by now. */
export type Lease = { check(): void };

const LEASE_SECONDS = 60;
const RENEW_MS = 20_000;

/**
 * Runs `work` as the only publisher of a space. The lease ends by itself when its holder dies.
 *
 * Errors: conflict while somebody else holds it.
 */
export async function withPublishLease<T>(database: Database, space: number, work: (lease: Lease) => Promise<T>): Promise<T> {
  const owner = newId();
  const taken = await database.pool.query(
    `insert into meta.publish_lease (space_id, owner, until) values ($1, $2, now() + make_interval(secs => $3))
     on conflict (space_id) do update set owner = excluded.owner, until = excluded.until where meta.publish_lease.until < now()`,
    [space, owner, LEASE_SECONDS],
  );
  if (!taken.rowCount) {
    throw new AppError('conflict', 'Somebody else is publishing at this moment.', { hint: 'Wait a moment, then make the plan again.' });
  }
  let isLost = false;
  const lease: Lease = {
    check() {
      if (isLost) throw new AppError('conflict', 'Somebody else took over publishing.', { hint: 'Make the plan again.' });
    },
  };
  const renewal = setInterval(() => {
    database.pool
      .query('update meta.publish_lease set until = now() + make_interval(secs => $3) where space_id = $1 and owner = $2', [
        space,
        owner,
        LEASE_SECONDS,
      ])
      .then(({ rowCount }) => (isLost = rowCount === 0))
      .catch((error: unknown) => database.config.logger.warn({ error: String(error) }, 'the publish lease was not renewed'));
  }, RENEW_MS);
  try {
    return await work(lease);
  } finally {
    clearInterval(renewal);
    await database.pool.query('delete from meta.publish_lease where space_id = $1 and owner = $2', [space, owner]);
  }
}
