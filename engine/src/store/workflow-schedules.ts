import type pg from 'pg';

/** A schedule as the active model states it. */
export type WantedSchedule = { readonly workflowId: string; readonly cron: string; readonly timeZone: string; readonly misfire: string };

export type DueSchedule = {
  readonly tenantId: number;
  readonly space: number;
  readonly workflowId: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly misfire: string;
  /** The occurrence that is due, and the time of the database. */
  readonly dueAt: Date;
  readonly now: Date;
};

export type ScheduleDecision = {
  /** Occurrences to start a run for, and the occurrence to wait for next; null when there is none in the calendar. */
  readonly fire: readonly Date[];
  readonly next: Date | null;
};

/**
 * Makes the stored schedules of a space those of one revision. A schedule whose rule changed starts anew from now; any other keeps its place.
 *
 * Shape:  `first` gives the first occurrence after a time. A process that is behind the head leaves the rows alone.
 */
export async function syncSchedules(
  pool: pg.Pool,
  {
    space,
    revision,
    wanted,
    first,
  }: { space: number; revision: number; wanted: readonly WantedSchedule[]; first: (s: WantedSchedule, after: Date) => Date | null },
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const head = await client.query<{ head_rev: number; now: Date }>(
      'select head_rev, now() as now from meta.space where id = $1 for share',
      [space],
    );
    const at = head.rows[0];
    if (at?.head_rev === revision) {
      const rows = wanted.flatMap((schedule) => {
        const next = first(schedule, new Date(at.now));
        return next === null
          ? []
          : [{ id: schedule.workflowId, cron: schedule.cron, zone: schedule.timeZone, misfire: schedule.misfire, next }];
      });
      await client.query(
        `delete from meta.wf_schedule where tenant_id in (select id from meta.tenant where space_id = $1) and not workflow_id = any ($2)`,
        [space, rows.map((row) => row.id)],
      );
      await client.query(
        `insert into meta.wf_schedule as s (tenant_id, workflow_id, cron, time_zone, misfire, next_fire_at)
         select t.id, w.id, w.cron, w.zone, w.misfire, w.next
           from meta.tenant t cross join jsonb_to_recordset($2::jsonb) as w(id text, cron text, zone text, misfire text, next timestamptz)
          where t.space_id = $1
          order by t.id, w.id
         on conflict (tenant_id, workflow_id) do update
            set cron = excluded.cron, time_zone = excluded.time_zone, misfire = excluded.misfire,
                next_fire_at = case when s.cron = excluded.cron and s.time_zone = excluded.time_zone then s.next_fire_at else excluded.next_fire_at end
          where (s.cron, s.time_zone, s.misfire) is distinct from (excluded.cron, excluded.time_zone, excluded.misfire)`,
        [space, JSON.stringify(rows)],
      );
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/**
 * Takes one due schedule, lets `decide` choose its occurrences, inserts their runs and moves the row on, all in one transaction. A row another
 * process holds is skipped.
 *
 * Shape:  answers whether a schedule was due; the caller goes on until there is none. `decide` sees the revision the runs belong to as head.
 */
export async function fireDueSchedule(
  pool: pg.Pool,
  decide: (due: DueSchedule) => { decision: ScheduleDecision; run: { revision: number; objectId: string | null; select: boolean } | null },
  beforeCommit: () => void = () => undefined,
): Promise<{ fired: number } | null> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<Omit<DueSchedule, 'dueAt' | 'now'> & { dueAt: string; now: string }>(
      `select s.tenant_id as "tenantId", t.space_id as space, s.workflow_id as "workflowId", s.cron, s.time_zone as "timeZone", s.misfire,
              s.next_fire_at::text as "dueAt", clock_timestamp()::text as now
         from meta.wf_schedule s join meta.tenant t on t.id = s.tenant_id
        where s.next_fire_at <= now() order by s.next_fire_at limit 1 for update of s skip locked`,
    );
    const due = rows[0] && { ...rows[0], dueAt: new Date(rows[0].dueAt), now: new Date(rows[0].now) };
    let fired = 0;
    if (due) {
      const { decision, run } = decide(due);
      for (const occurrence of run === null ? [] : decision.fire) {
        const at = occurrence.toISOString();
        const { rowCount } = await client.query(
          `insert into meta.wf_run (tenant_id, workflow_id, revision, kind, trigger, object_id, dedupe_key)
           values ($1, $2, $3, 'schedule', $4::jsonb, $5, $6) on conflict (tenant_id, dedupe_key) do nothing`,
          [
            due.tenantId,
            due.workflowId,
            run?.revision,
            JSON.stringify({ event: 'schedule', at, select: run?.select ?? false }),
            run?.objectId,
            `sched:${due.workflowId}:${at}`,
          ],
        );
        fired += rowCount ?? 0;
      }
      if (decision.next === null) {
        await client.query('delete from meta.wf_schedule where tenant_id = $1 and workflow_id = $2', [due.tenantId, due.workflowId]);
      } else {
        await client.query(
          `update meta.wf_schedule set next_fire_at = $3, last_fire_at = coalesce($4, last_fire_at) where tenant_id = $1 and workflow_id = $2`,
          [due.tenantId, due.workflowId, decision.next, decision.fire.at(-1) ?? null],
        );
      }
    }
    if (due) beforeCommit();
    await client.query('commit');
    return due ? { fired } : null;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
