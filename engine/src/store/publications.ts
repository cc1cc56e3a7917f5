import type { PackStep } from '@fieldstone/metadata/types/wire.js';
import type { PlannedStatement } from '../planner/planned-statement.js';
import type { Database } from './open-database.js';

/** The last publish of a space: what it was asked to do, and how far it is. `step` is the place of the step it is at, from zero. */
export type Publication = {
  readonly hash: string;
  readonly baseRevision: number;
  readonly publisher: string | null;
  readonly publisherName: string | null;
  readonly comment: string;
  readonly packs: readonly PackStep[];
  readonly steps: readonly PlannedStatement[];
  readonly step: number;
  readonly state: 'running' | 'undoing' | 'failed' | 'live' | 'done';
  readonly attempts: number;
  readonly isCancelled: boolean;
  readonly error: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
};

const instant = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export async function readPublication(database: Database, space: number): Promise<Publication | null> {
  const { rows } = await database.pool.query<Publication>(
    `select plan_hash as hash, base_rev as "baseRevision", publisher, u.name as "publisherName", comment, packs, steps, step, state, attempts, is_cancelled as "isCancelled", error,
       ${instant('started_at')} as "startedAt", ${instant('ended_at')} as "endedAt" from meta.publication p left join meta.user u on u.id = p.publisher where p.space_id = $1`,
    [space],
  );
  return rows[0] ?? null;
}

/** Whether a publish of the space was begun and is neither live nor taken back. */
export const isUnfinished = (publication: Publication | null): publication is Publication =>
  publication?.state === 'running' || publication?.state === 'undoing';

/** Writes down what is about to be done. The same plan that was cut off before goes on where it was. */
export async function beginPublication(
  database: Database,
  space: number,
  wanted: Pick<Publication, 'hash' | 'baseRevision' | 'publisher' | 'comment' | 'packs' | 'steps'>,
  goesOn: boolean,
): Promise<void> {
  if (goesOn) {
    await database.pool.query('update meta.publication set attempts = attempts + 1, is_cancelled = false where space_id = $1', [space]);
    return;
  }
  const { hash, baseRevision, publisher, comment, packs, steps } = wanted;
  await database.pool.query(
    `with p as (delete from meta.step_progress where space_id = $1 and rev = $3 + 1)
     insert into meta.publication (space_id, plan_hash, base_rev, publisher, comment, steps, packs, state) values ($1, $2, $3, $4, $5, $6, $7, 'running')
     on conflict (space_id) do update set plan_hash = $2, base_rev = $3, publisher = $4, comment = $5, steps = $6, packs = $7, state = 'running', step = 0,
       attempts = 1, is_cancelled = false, error = null, started_at = now(), ended_at = null`,
    [space, hash, baseRevision, publisher, comment, JSON.stringify(steps), JSON.stringify(packs)],
  );
}

export async function atStep(database: Database, space: number, step: number): Promise<void> {
  await database.pool.query('update meta.publication set step = $2 where space_id = $1', [space, step]);
}

export async function setState(database: Database, space: number, state: Publication['state'], error: string | null = null): Promise<void> {
  await database.pool.query(
    `update meta.publication set state = $2, error = coalesce($3, error), ended_at = case when $2 in ('failed', 'done') then now() end where space_id = $1`,
    [space, state, error],
  );
}

/** Asks the process that publishes to stop. It is heard before the transaction only. */
export async function cancelPublication(database: Database, space: number): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `update meta.publication set is_cancelled = true where space_id = $1 and state = 'running'`,
    [space],
  );
  return rowCount !== 0;
}

export async function isCancelled(database: Database, space: number): Promise<boolean> {
  const { rows } = await database.pool.query<{ is: boolean }>('select is_cancelled as is from meta.publication where space_id = $1', [
    space,
  ]);
  return rows[0]?.is === true;
}

/** Rows seen by the batches of a revision, by the place of their step counted from one. */
export async function readProgress(
  database: Database,
  space: number,
  rev: number,
): Promise<Map<number, { seen: number; isDone: boolean }>> {
  const { rows } = await database.pool.query<{ ord: number; seen: string; isDone: boolean }>(
    'select ord, seen, is_done as "isDone" from meta.step_progress where space_id = $1 and rev = $2',
    [space, rev],
  );
  return new Map(rows.map(({ ord, seen, isDone }) => [ord, { seen: Number(seen), isDone }]));
}

/** Places, counted from one, of the steps of a live revision that are not done, with what went wrong. */
export async function openSteps(database: Database, space: number, rev: number): Promise<Map<number, string | null>> {
  const { rows } = await database.pool.query<{ ord: number; error: string | null }>(
    `select ord, error from meta.step where space_id = $1 and rev = $2 and status <> 'done'`,
    [space, rev],
  );
  return new Map(rows.map(({ ord, error }) => [ord, error]));
}
