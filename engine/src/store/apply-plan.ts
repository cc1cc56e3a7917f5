import type pg from 'pg';
import { AppError, planStale } from '../kernel/errors.js';
import { failpoint } from '../kernel/failpoint.js';
import type { PlannedStatement } from '../planner/planned-statement.js';
import { dropAbandonedIndexes } from './abandoned-indexes.js';
import { headRevision } from './applied-model.js';
import { draftDigest, lockDraft, removeDraft } from './drafts.js';
import { CHANNEL } from './metadata-channel.js';
import type { Database } from './open-database.js';
import { dropLeftover, runPendingSteps, type PendingStep } from './pending-steps.js';
import type { PlannedDraft, StoredPlan } from './plans.js';
import { withPublishLease } from './publish-lease.js';
import { shortTransaction } from './short-transaction.js';
import { stepFailure } from './sql-state.js';

export type InstalledPack = { readonly pack: string; readonly version: string; readonly checksum: string };
export type Publication = {
  readonly space: number;
  readonly stored: StoredPlan;
  /** Who publishes; null for the installation itself. */
  readonly publisher: string | null;
  readonly packs?: readonly InstalledPack[];
};
export type Published = { readonly revision: number; readonly pending: readonly PendingStep[] };

/**
 * Makes a plan true: what can be done online first, then one short transaction that is all or nothing, then what can be done online after it.
 *
 * Shape:  the lease and the head revision are checked before anything is touched, and the head again inside the transaction. A step after
 *         the transaction that fails does not take the revision back; it is kept, tried again, and named in `pending`.
 * Errors: plan_stale, conflict. After any error the former revision is whole.
 * Source: docs/decisions/0003-publish-in-phases.md.
 */
export async function applyPlan(database: Database, publication: Publication): Promise<Published> {
  const { space, stored } = publication;
  return withPublishLease(database, space, async () => {
    if ((await headRevision(database.pool, space)) !== stored.plan.fromRevision) throw planStale();
    failpoint('leased');
    const before = stored.plan.statements.filter(({ phase }) => phase === 'PRE');
    await dropAbandonedIndexes(database, space, new Set(before.flatMap(({ builds }) => builds?.index ?? [])));
    // An index that an earlier revision still has to drop must be gone before this one builds it anew.
    await runPendingSteps(database, space);
    const made: PlannedStatement[] = [];
    try {
      for (const statement of before) {
        made.push(statement);
        await runOnline(database, statement, 'Nothing was published.');
        failpoint('before-step-done');
      }
      await shortTransaction(database, 'Nothing was published.', (client) => inTransaction(client, publication));
    } catch (error) {
      // The connection may have broken after the transaction was through: then this is the live revision, and keeps what was built for it.
      if (!(await wentLive(database, publication))) {
        for (const statement of made) await undo(database, statement);
        throw error;
      }
    }
    const pending = await runPendingSteps(database, space);
    return { revision: stored.plan.fromRevision + 1, pending };
  });
}

/** Runs one step outside any transaction. `outcome` begins the message of a failure. */
export async function runOnline(database: Database, statement: PlannedStatement, outcome: string): Promise<void> {
  if (statement.builds) await dropLeftover(database, statement.builds);
  try {
    await database.pool.query(statement.sql);
  } catch (error) {
    throw new AppError('conflict', `${outcome} ${stepFailure(error)}`, {
      hint: 'Put it right, then make the plan again.',
      cause: error,
    });
  }
}

async function wentLive(database: Database, { space, stored }: Publication): Promise<boolean> {
  const found = await database.pool.query('select 1 from meta.revision where space_id = $1 and rev = $2 and checksum = $3', [
    space,
    stored.plan.fromRevision + 1,
    stored.checksum,
  ]);
  return found.rowCount !== 0;
}

export async function undo(database: Database, statement: PlannedStatement): Promise<void> {
  if (!statement.builds) return;
  const { schema, index } = statement.builds;
  // Names come from the planner and are plain; see planner/physical-name.ts.
  await database.pool.query(`drop index concurrently if exists "${schema}"."${index}"`).catch((error: unknown) => {
    database.config.logger.warn({ error: String(error), index }, 'an index was left behind; the next publish drops it');
  });
}

async function inTransaction(client: pg.PoolClient, { space, stored, publisher, packs }: Publication): Promise<void> {
  const { plan } = stored;
  const revision = plan.fromRevision + 1;
  await client.query('select pg_advisory_xact_lock(7001, $1)', [space]);
  const head = await client.query<{ head: number }>('select head_rev as head from meta.space where id = $1 for update', [space]);
  if (head.rows[0]?.head !== plan.fromRevision) throw planStale();
  if (stored.draft !== null) await closeDraft(client, space, stored.draft);

  const ddl = plan.statements.filter(({ phase }) => phase === 'TX').map(({ sql }) => sql);
  if (ddl.length > 0) await client.query(ddl.join(';\n'));
  failpoint('statements-run');

  await client.query(
    `insert into meta.revision (space_id, rev, parent_rev, snapshot, checksum, changes, comment, published_by) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [space, revision, plan.fromRevision, stored.snapshot, stored.checksum, JSON.stringify(plan.changes), stored.comment, publisher],
  );
  await client.query(
    `insert into meta.binding (space_id, element_id, kind, table_name, column_name, pg_type, columns, object_number, state, since_rev)
     select $1, b."elementId", b.kind, b."table", b."column", b."pgType", b.columns, b."objectNumber", b.state, $3
       from jsonb_to_recordset($2::jsonb) as b("elementId" text, kind text, "table" text, "column" text, "pgType" text, columns jsonb, "objectNumber" int, state text)
     on conflict (space_id, element_id) do update set state = excluded.state, pg_type = excluded.pg_type, columns = excluded.columns,
       until_rev = case when excluded.state = 'retired' then $3 end`,
    [space, JSON.stringify(plan.bindings), revision],
  );
  await client.query(
    `insert into meta.step (space_id, rev, ord, phase, lock_class, risk_class, sql, builds, status)
     select $1, $3, ord, s.phase, s.lock, s.risk, s.sql, s.builds, case when s.phase = 'POST' then 'pending' else 'done' end
       from jsonb_array_elements($2::jsonb) with ordinality as e(value, ord),
            jsonb_to_record(e.value) as s(phase text, lock text, risk text, sql text, builds jsonb)`,
    [space, JSON.stringify(plan.statements), revision],
  );
  failpoint('steps-stored');
  for (const { pack, version, checksum } of packs ?? []) {
    await client.query(
      `insert into meta.pack_install (space_id, pack, version, checksum) values ($1, $2, $3, $4)
       on conflict (space_id, pack) do update set version = excluded.version, checksum = excluded.checksum, installed_at = now()`,
      [space, pack, version, checksum],
    );
  }
  await client.query('update meta.space set head_rev = $2 where id = $1', [space, revision]);
  await client.query('delete from meta.plan where space_id = $1 and base_rev < $2', [space, revision]);
  await client.query('delete from meta.allocation where space_id = $1 and base_rev < $2', [space, revision]);
  await client.query(
    `insert into meta.audit (tenant_id, actor, action, subject, detail)
     select t.id, $2, 'metadata.published', 'metadata', $3 from meta.tenant t where t.space_id = $1 order by t.id limit 1`,
    [space, publisher, JSON.stringify({ revision, statements: plan.statements.length, changes: plan.changes.length })],
  );
  await client.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify({ space, rev: revision })]);
}

/** The draft goes into the revision, so it must still be the one that was reviewed. Edits wait for this transaction. */
async function closeDraft(client: pg.PoolClient, space: number, { id, digest }: PlannedDraft): Promise<void> {
  const draft = await lockDraft(client, space, id);
  if (draft === null || draftDigest(draft) !== digest) throw planStale();
  await removeDraft(client, id);
}
