import type { Plan } from '../planner/plan.js';
import type { Database } from './open-database.js';
import type { PackWork } from './pack-versions.js';

/** A draft at one moment: the digest is of its changes. */
export type PlannedDraft = { readonly id: string; readonly digest: string };

/** A plan as it was shown, with all that publishing it needs: what was reviewed is what is applied. */
export type StoredPlan = {
  readonly plan: Plan;
  /** The documents of the new revision. */
  readonly snapshot: string;
  readonly checksum: string;
  /** The draft it was made from; null for a roll-back or a pack. */
  readonly draft: PlannedDraft | null;
  readonly comment: string;
  /** What becomes of the installed packs; absent when nothing does. */
  readonly packs?: PackWork;
};

export async function savePlan(database: Database, space: number, stored: StoredPlan, madeBy: string | null): Promise<void> {
  const { plan } = stored;
  await database.pool.query(
    `insert into meta.plan (hash, space_id, base_rev, body, made_by) values ($1, $2, $3, $4, $5) on conflict (hash) do update set body = excluded.body`,
    [plan.hash, space, plan.fromRevision, JSON.stringify(stored), madeBy],
  );
}

export async function findPlan(database: Database, space: number, hash: string): Promise<StoredPlan | null> {
  const { rows } = await database.pool.query<{ body: StoredPlan }>('select body from meta.plan where space_id = $1 and hash = $2', [
    space,
    hash,
  ]);
  return rows[0]?.body ?? null;
}

/**
 * Numbers for the names of new elements, by element id. Whoever plans the same element on the same revision again gets the same number, so a
 * plan does not change by being made twice.
 */
export async function allocateNumbers(
  database: Database,
  space: number,
  baseRevision: number,
  elementIds: readonly string[],
): Promise<Map<string, number>> {
  if (elementIds.length === 0) return new Map();
  const { rows } = await database.pool.query<{ id: string; number: number }>(
    `with kept as (
       select element_id, number from meta.allocation where space_id = $1 and base_rev = $2 and element_id = any($3)
     ), made as (
       insert into meta.allocation (space_id, base_rev, element_id, number)
       select $1, $2, id, nextval('meta.phys_seq') from unnest($3::text[]) id where id not in (select element_id from kept)
       on conflict (space_id, base_rev, element_id) do update set number = meta.allocation.number
       returning element_id, number
     )
     select element_id as id, number::int as number from kept union all select element_id, number::int from made`,
    [space, baseRevision, elementIds],
  );
  return new Map(rows.map((row) => [row.id, row.number]));
}
