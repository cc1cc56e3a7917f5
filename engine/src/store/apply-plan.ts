import type pg from 'pg';
import { AppError, planStale } from '../kernel/errors.js';
import { failpoint } from '../kernel/failpoint.js';
import { headRevision } from './applied-model.js';
import { draftDigest, lockDraft, removeDraft } from './drafts.js';
import { CHANNEL } from './metadata-channel.js';
import type { Database } from './open-database.js';
import { packStepsOf, recordPacks, rememberPacks } from './pack-versions.js';
import { runPendingSteps, type PendingStep } from './pending-steps.js';
import { findPlan, type PlannedDraft, type StoredPlan } from './plans.js';
import { runBefore, undoSteps } from './pre-steps.js';
import { atStep, beginPublication, isUnfinished, readPublication, setState } from './publications.js';
import { withPublishLease, type Lease } from './publish-lease.js';
import { shortTransaction } from './short-transaction.js';
import { stepFailure } from './sql-state.js';

export type Publication = {
  readonly space: number;
  readonly stored: StoredPlan;
  /** Who publishes; null for the installation itself. */
  readonly publisher: string | null;
};
export type Published = { readonly revision: number; readonly pending: readonly PendingStep[] };

/**
 * Makes a plan true: what can be done online first, then one short transaction that is all or nothing, then what can be done online after it.
 *
 * Shape:  the lease, the head revision and the draft are checked before anything is touched, and head and draft again inside the transaction.
 *         What is being done is written down, so that `takeUp` can go on with it when this process dies. A step after the transaction that fails
 *         does not take the revision back; it is kept, tried again, and named in `pending`.
 * Errors: plan_stale, conflict. After any error the former revision is whole.
 * Source: docs/decisions/0003-publish-in-phases.md.
 */
export async function applyPlan(database: Database, publication: Publication): Promise<Published> {
  return withPublishLease(database, publication.space, (lease) => publish(database, publication, lease));
}

async function publish(database: Database, publication: Publication, lease: Lease): Promise<Published> {
  const { space, stored, publisher } = publication;
  const { plan } = stored;
  if ((await headRevision(database.pool, space)) !== plan.fromRevision || !(await isDraftAsReviewed(database, publication)))
    throw planStale();
  failpoint('leased');
  const former = await readPublication(database, space);
  const goesOn = former?.state === 'running' && former.hash === plan.hash;
  if (isUnfinished(former) && !goesOn) await undoSteps(database, space, former, former.error ?? 'Another version was published instead.');
  // An index that an earlier revision still has to drop must be gone before this one builds it anew.
  await runPendingSteps(database, space, lease);
  const { comment } = stored;
  const packs = stored.packs ? await packStepsOf(database.pool, space, stored.packs) : [];
  const wanted = { hash: plan.hash, baseRevision: plan.fromRevision, publisher, comment, packs, steps: plan.statements };
  await beginPublication(database, space, wanted, goesOn);
  failpoint('written-down');
  try {
    await runBefore(database, space, plan.fromRevision + 1, plan.statements, lease);
    lease.check();
    await atStep(
      database,
      space,
      plan.statements.findIndex(({ phase }) => phase === 'TX'),
    );
    await shortTransaction(database, 'Nothing was published.', (client) => inTransaction(client, publication));
    failpoint('committed');
  } catch (error) {
    // The connection may have broken after the transaction was through: then this is the live revision, and keeps what was built for it.
    if (!(await wentLive(database, publication))) {
      const reason = error instanceof AppError ? error.message : stepFailure(error);
      await undoSteps(database, space, wanted, reason).catch((undo: unknown) => {
        database.config.logger.warn(
          { error: String(undo), space },
          'a publish that failed is not taken back yet; that is tried again by itself',
        );
      });
      throw error;
    }
  }
  const pending = await runPendingSteps(database, space, lease);
  await setState(database, space, 'done');
  return { revision: plan.fromRevision + 1, pending };
}

/** Tries after which a publish that ends its process every time is taken back. */
const MOST_ATTEMPTS = 5;

/**
 * Goes on with a publish that was cut off, or takes it back when it can not be any more: its plan is stale, it was stopped, or it fails. Then
 * does the steps that live revisions still have to do. Call it when no publisher is alive.
 */
export async function takeUp(database: Database, space: number): Promise<PendingStep[]> {
  return withPublishLease(database, space, async (lease) => {
    const former = await readPublication(database, space);
    if (isUnfinished(former)) {
      const stored =
        former.state === 'running' && !former.isCancelled && former.attempts < MOST_ATTEMPTS
          ? await findPlan(database, space, former.hash)
          : null;
      if (stored === null) {
        await undoSteps(database, space, former, former.error ?? (former.isCancelled ? 'It was stopped.' : 'It was cut off too often.'));
      } else {
        const { publisher, comment } = former;
        try {
          await publish(database, { space, stored: { ...stored, comment }, publisher }, lease);
        } catch (error) {
          database.config.logger.warn({ error: String(error), space }, 'a publish that was cut off could not be finished');
          const now = await readPublication(database, space);
          if (isUnfinished(now)) await undoSteps(database, space, now, error instanceof AppError ? error.message : null);
        }
      }
    }
    const pending = await runPendingSteps(database, space, lease);
    if (pending.length === 0 && (await readPublication(database, space))?.state === 'live') await setState(database, space, 'done');
    return pending;
  });
}

async function isDraftAsReviewed(database: Database, { space, stored }: Publication): Promise<boolean> {
  if (stored.draft === null) return true;
  const draft = await lockDraft(database.pool, space, stored.draft.id);
  return draft !== null && draftDigest(draft) === stored.draft.digest;
}

async function wentLive(database: Database, { space, stored }: Publication): Promise<boolean> {
  const found = await database.pool.query('select 1 from meta.revision where space_id = $1 and rev = $2 and checksum = $3', [
    space,
    stored.plan.fromRevision + 1,
    stored.checksum,
  ]);
  return found.rowCount !== 0;
}

async function inTransaction(client: pg.PoolClient, { space, stored, publisher }: Publication): Promise<void> {
  const { plan } = stored;
  const revision = plan.fromRevision + 1;
  failpoint('transaction-begun');
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
  await client.query('delete from meta.binding where space_id = $1 and element_id = any($2)', [space, plan.goneBindings]);
  // Row by row in their order: a column may pass from one row to another.
  await client.query(
    `insert into meta.binding (space_id, element_id, kind, table_name, column_name, pg_type, columns, object_number, state, since_rev, kept)
     select $1, b."elementId", b.kind, b."table", b."column", b."pgType", b.columns, b."objectNumber", b.state, $3, b.kept
       from jsonb_array_elements($2::jsonb) with ordinality as e(value, ord),
            jsonb_to_record(e.value) as b("elementId" text, kind text, "table" text, "column" text, "pgType" text, columns jsonb, "objectNumber" int, state text, kept jsonb)
      order by e.ord
     on conflict (space_id, element_id) do update set table_name = excluded.table_name, column_name = excluded.column_name, state = excluded.state,
       pg_type = excluded.pg_type, columns = excluded.columns, kept = excluded.kept, until_rev = case when excluded.state = 'retired' then $3 end`,
    [space, JSON.stringify(plan.bindings), revision],
  );
  await client.query(
    `insert into meta.step (space_id, rev, ord, phase, lock_class, risk_class, sql, builds, batch, status)
     select $1, $3, ord, s.phase, s.lock, s.risk, s.sql, s.builds, s.batch, case when s.phase = 'POST' then 'pending' else 'done' end
       from jsonb_array_elements($2::jsonb) with ordinality as e(value, ord),
            jsonb_to_record(e.value) as s(phase text, lock text, risk text, sql text, builds jsonb, batch jsonb)`,
    [space, JSON.stringify(plan.statements), revision],
  );
  failpoint('steps-stored');
  if (stored.packs) await recordPacks(client, space, stored.packs, publisher);
  await rememberPacks(client, space, revision);
  await client.query(`update meta.publication set state = 'live' where space_id = $1`, [space]);
  await client.query('update meta.space set head_rev = $2 where id = $1', [space, revision]);
  await client.query('delete from meta.plan where space_id = $1 and base_rev < $2', [space, revision]);
  await client.query('delete from meta.allocation where space_id = $1 and base_rev < $2', [space, revision]);
  await client.query(
    `insert into meta.audit (tenant_id, actor, action, subject, detail)
     select t.id, $2, 'metadata.published', 'metadata', $3 from meta.tenant t where t.space_id = $1 order by t.id limit 1`,
    [space, publisher, JSON.stringify({ revision, statements: plan.statements.length, changes: plan.changes.length })],
  );
  await client.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify({ space, rev: revision })]);
  failpoint('before-commit');
}

/** The draft goes into the revision, so it must still be the one that was reviewed. Edits wait for this transaction. */
async function closeDraft(client: pg.PoolClient, space: number, { id, digest }: PlannedDraft): Promise<void> {
  const draft = await lockDraft(client, space, id);
  if (draft === null || draftDigest(draft) !== digest) throw planStale();
  await removeDraft(client, id);
}
