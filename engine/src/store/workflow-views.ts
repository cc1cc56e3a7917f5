import type pg from 'pg';
import type { DataPool } from './data-pool.js';

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const instant = (column: string) => `to_char(${column} at time zone 'UTC', ${INSTANT})`;

const SUMMARY = `'id', r.id::text, 'workflowId', r.workflow_id, 'status', r.status, 'startedAt', ${instant('r.created_at')},
  'endedAt', ${instant('r.ended_at')}, 'objectId', r.object_id, 'recordId', r.record_id, 'error', r.error`;

export type RunRow = {
  readonly id: string;
  readonly workflowId: string;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly objectId: string | null;
  readonly recordId: string | null;
  readonly error: { readonly node?: string; readonly code: string; readonly message: string } | null;
};

export type RunStepRow = {
  readonly seq: number;
  readonly attempt: number;
  readonly node: string;
  readonly status: 'done' | 'failed' | 'pending';
  readonly port: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
};

/** How many runs of the last 30 days each workflow has, by status. */
export async function countRuns(data: DataPool, tenantId: number): Promise<{ workflowId: string; status: string; runs: number }[]> {
  const text = await data.query(tenantId, {
    text: `select coalesce(json_agg(json_build_object('workflowId', c.workflow_id, 'status', c.status, 'runs', c.runs)), '[]')::text
             from (select workflow_id, status, count(*)::int as runs from meta_v.wf_run
                    where created_at > now() - interval '30 days' group by workflow_id, status) c`,
    values: [],
  });
  return JSON.parse(text ?? '[]') as { workflowId: string; status: string; runs: number }[];
}

/** Runs of one workflow, newest first, before the run named by `before`. */
export async function listRuns(
  data: DataPool,
  tenantId: number,
  { workflowId, status, before, limit }: { workflowId: string; status: string | null; before: string | null; limit: number },
): Promise<RunRow[]> {
  const text = await data.query(tenantId, {
    text: `select coalesce(json_agg(json_build_object(${SUMMARY}) order by r.id desc), '[]')::text
             from (select * from meta_v.wf_run
                    where workflow_id = $1 and ($2::text is null or status = $2) and ($3::bigint is null or id < $3::bigint)
                    order by id desc limit $4) r`,
    values: [workflowId, status, before, limit],
  });
  return JSON.parse(text ?? '[]') as RunRow[];
}

/** One run with its steps in order. */
export async function readRun(data: DataPool, tenantId: number, id: string): Promise<(RunRow & { steps: RunStepRow[] }) | undefined> {
  const text = await data.query(tenantId, {
    text: `
      select json_build_object(${SUMMARY}, 'steps', (
        select coalesce(json_agg(json_build_object('seq', s.seq, 'attempt', s.attempt, 'node', s.node_id, 'status', s.status, 'port', s.port,
                 'input', s.input, 'output', s.output, 'error', s.error, 'startedAt', ${instant('s.started_at')},
                 'endedAt', ${instant('s.ended_at')}) order by s.seq, s.attempt), '[]')
          from meta_v.wf_step s where s.run_id = r.id))::text
        from meta_v.wf_run r where r.id = $1::bigint`,
    values: [id],
  });
  return text === null ? undefined : (JSON.parse(text) as RunRow & { steps: RunStepRow[] });
}

type Steering = { readonly tenantId: number; readonly userId: string; readonly runId: string };

/** Lets a run that gave up try its failed step again, with the same stored call if there is one. Noted in the audit log. */
export async function retryRun(pool: pg.Pool, { tenantId, userId, runId }: Steering): Promise<'done' | 'refused' | 'missing'> {
  return steer(pool, [tenantId, userId, runId], 'run.retried', {
    set: `status = 'ready', wake_at = now(), crashes = 0, error = null, ended_at = null, cancel_requested = false,
          cursor = cursor || jsonb_build_object('base', attempt)`,
    when: `status in ('failed', 'dead', 'blocked')`,
  });
}

/** Ends a run: at once when nobody works on it, otherwise before its next step. Noted in the audit log. */
export async function cancelRun(pool: pg.Pool, { tenantId, userId, runId }: Steering): Promise<'done' | 'refused' | 'missing'> {
  return steer(pool, [tenantId, userId, runId], 'run.cancelled', {
    set: `cancel_requested = true, status = case when status = 'leased' then status else 'cancelled' end,
          ended_at = case when status = 'leased' then null else now() end`,
    when: `status in ('ready', 'leased', 'waiting', 'blocked')`,
  });
}

async function steer(
  pool: pg.Pool,
  values: readonly [number, string, string],
  action: string,
  { set, when }: { set: string; when: string },
): Promise<'done' | 'refused' | 'missing'> {
  const { rows } = await pool.query<{ outcome: 'done' | 'refused' | 'missing' }>(
    `with steered as (update meta.wf_run set ${set} where tenant_id = $1 and id = $3::bigint and ${when} returning id),
          noted as (insert into meta.audit (tenant_id, actor, action, subject) select $1, $2::uuid, $4, 'run:' || id from steered)
     select case when exists (select 1 from steered) then 'done'
                 when exists (select 1 from meta.wf_run where tenant_id = $1 and id = $3::bigint) then 'refused' else 'missing' end as outcome`,
    [...values, action],
  );
  return rows[0]?.outcome ?? 'missing';
}
