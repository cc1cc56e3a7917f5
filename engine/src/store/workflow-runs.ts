import type { Full } from '../kernel/quota.js';
import type { DataTransaction } from './data-pool.js';

/** An external call that was decided, with all it needs. After a crash it is made again exactly as it stands here. */
export type PendingCall = { readonly node: string; readonly key: string; readonly input: unknown };

/** What the steps of a run left behind for the steps after them. */
export type RunVariables = { readonly steps?: Readonly<Record<string, { readonly output: unknown }>> };

/**
 * Where a run stands. `node` is the next node, null when the end is reached, absent before the first; `base` is the number of attempts made
 * before somebody asked for another round.
 */
export type RunCursor = { readonly node?: string | null; readonly base?: number };

/** The change that started a run; values by field id, as the field types give them in JSON. */
export type RunTrigger = {
  readonly event?: 'record.created' | 'record.updated' | 'record.deleted' | 'record.restored' | 'schedule' | 'action';
  /** action: what was filled in, by the names of the inputs. */
  readonly input?: Readonly<Record<string, unknown>>;
  readonly version?: number;
  readonly actor?: string;
  readonly new?: Readonly<Record<string, unknown>> | null;
  readonly old?: Readonly<Record<string, unknown>> | null;
  /** schedule: the occurrence, and whether records are still to be selected. */
  readonly at?: string;
  readonly select?: boolean;
};

/** A run this process holds, as it was when it was claimed. `epoch` is its fencing token. */
export type ClaimedRun = {
  readonly id: string;
  readonly epoch: number;
  readonly tenant: {
    readonly id: number;
    readonly space: number;
    readonly locale: string;
    readonly timeZone: string;
    readonly currency: string;
    readonly full: Full | null;
  };
  readonly workflowId: string;
  readonly revision: number;
  readonly kind: 'record' | 'schedule' | 'manual';
  readonly cursor: RunCursor;
  readonly vars: RunVariables;
  readonly pending: PendingCall | null;
  readonly seq: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly trigger: RunTrigger;
  readonly objectId: string | null;
  readonly recordId: string | null;
  readonly rootId: string | null;
  readonly depth: number;
  readonly runAs: string | null;
  readonly createdAt: string;
};

export type StepRow = {
  readonly seq: number;
  readonly attempt: number;
  readonly node: string;
  readonly status: 'pending' | 'done' | 'failed';
  readonly port: string | null;
  readonly key: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Milliseconds the step took, up to the checkpoint that stores it. */
  readonly tookMs: number;
};

/** All that a checkpoint stores: the steps since the last one and where the run goes on. */
export type Checkpoint = {
  readonly status: 'leased' | 'ready' | 'blocked' | 'done' | 'failed' | 'dead';
  readonly cursor: RunCursor;
  readonly vars: RunVariables;
  readonly pending: PendingCall | null;
  readonly seq: number;
  readonly attempt: number;
  readonly error: { readonly node?: string; readonly code: string; readonly message: string } | null;
  /** ready: how long to wait before the next attempt. */
  readonly wakeInMs: number;
  readonly steps: readonly StepRow[];
};

/** The worker was thought dead and its run given to another: nothing it did since may stay. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Stores steps and moves the run on, in the transaction of the records they wrote, as the app role.
 *
 * Shape:  answers the status the run now has: 'cancelled' instead of the one asked for when somebody cancelled it meanwhile.
 * Errors: LeaseLost when the fencing token is no longer ours; the caller lets the transaction fail.
 */
export async function storeCheckpoint(
  tx: DataTransaction,
  run: { readonly id: string; readonly epoch: number },
  to: Checkpoint,
): Promise<Checkpoint['status'] | 'cancelled'> {
  const steps = to.steps.map((step) => ({
    seq: step.seq,
    attempt: step.attempt,
    node: step.node,
    status: step.status,
    port: step.port,
    key: step.key,
    input: step.input ?? null,
    output: step.output ?? null,
    error: step.error,
    took: Math.round(step.tookMs),
  }));
  const text = await tx.query({
    text: `
      with moved as (
        update meta_v.wf_run
           set status = case when cancel_requested and $3 in ('leased', 'ready', 'blocked') then 'cancelled' else $3 end,
               cursor = $4::jsonb, vars = $5::jsonb, pending = $6::jsonb, seq = $7, attempt = $8, crashes = case when $7 > seq then 0 else crashes end, error = $9::jsonb,
               wake_at = now() + $10::float8 * interval '1 millisecond',
               owner = case when $3 = 'leased' and not cancel_requested then owner end,
               lease_until = case when $3 = 'leased' and not cancel_requested then lease_until end,
               ended_at = case when $3 in ('done', 'failed', 'dead') or (cancel_requested and $3 in ('leased', 'ready', 'blocked')) then clock_timestamp() end
         where id = $1::bigint and epoch = $2 and status = 'leased' and seq <= $7
        returning id, tenant_id, status
      ), kept as (
        insert into meta_v.wf_step (tenant_id, run_id, seq, attempt, node_id, status, port, idem_key, input, output, error, started_at, ended_at)
        select m.tenant_id, m.id, s.seq, s.attempt, s.node, s.status, s.port, s.key, s.input, s.output, s.error,
               clock_timestamp() - s.took * interval '1 millisecond', case when s.status <> 'pending' then clock_timestamp() end
          from moved m cross join jsonb_to_recordset($11::jsonb) as s(seq int, attempt smallint, node text, status text, port text, key text,
               input jsonb, output jsonb, error jsonb, took int)
        on conflict (run_id, seq, attempt) do update
           set status = excluded.status, port = excluded.port, output = excluded.output, error = excluded.error, ended_at = excluded.ended_at
      )
      select status from moved`,
    values: [
      run.id,
      run.epoch,
      to.status,
      JSON.stringify(to.cursor),
      JSON.stringify(to.vars),
      to.pending === null ? null : JSON.stringify(to.pending),
      to.seq,
      to.attempt,
      to.error === null ? null : JSON.stringify(to.error),
      to.wakeInMs,
      JSON.stringify(steps),
    ],
  });
  if (text === null) throw new LeaseLost('the run was given to another worker');
  return text as Checkpoint['status'] | 'cancelled';
}

/** Starts a run of each workflow that an action starts, in the transaction of what it sets. */
export async function insertActionRuns(
  tx: DataTransaction,
  run: {
    readonly workflows: readonly string[];
    readonly revision: number;
    readonly action: string;
    readonly objectId: string;
    readonly recordId: string;
    readonly version: number;
    readonly actor: string;
    readonly input: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { action, version, actor, input } = run;
  await tx.query({
    text: `
      insert into meta_v.wf_run (tenant_id, workflow_id, revision, kind, trigger, object_id, record_id, run_as)
      select current_setting('app.tenant_id')::int, w.id, $2, 'manual', $3::jsonb, $4, $5::uuid, $6::uuid from unnest($1::text[]) as w(id)`,
    values: [
      run.workflows,
      run.revision,
      JSON.stringify({ event: 'action', action, version, actor, input }),
      run.objectId,
      run.recordId,
      actor,
    ],
  });
}

/** Starts one run for each record a schedule selected; a record that has its run for this occurrence gets no second one. */
export async function insertScheduledRuns(
  tx: DataTransaction,
  runs: { workflowId: string; revision: number; objectId: string; occurrence: string; parentId: string; recordIds: readonly string[] },
): Promise<number> {
  const text = await tx.query({
    text: `
      with made as (
        insert into meta_v.wf_run (tenant_id, workflow_id, revision, kind, priority, trigger, object_id, record_id, dedupe_key, parent_id, root_id)
        select current_setting('app.tenant_id')::int, $1, $2, 'schedule', 20, jsonb_build_object('event', 'schedule', 'at', $3::text), $4, r.id,
               'sched:' || $1 || ':' || $3 || ':' || r.id, $5::bigint, $5::bigint
          from unnest($6::uuid[]) as r(id)
        on conflict (tenant_id, dedupe_key) do nothing
        returning 1
      )
      select count(*)::text from made`,
    values: [runs.workflowId, runs.revision, runs.occurrence, runs.objectId, runs.parentId, runs.recordIds],
  });
  return Number(text ?? 0);
}
