import type { PackStep } from '@fieldstone/metadata/types/wire.js';
import type { Database } from './open-database.js';

type PacksAt = Readonly<Record<string, { readonly version: string; readonly checksum: string }>>;

/**
 * What happened to packs between two notes of what was installed.
 *
 * Shape: by name. A null side is a revision from before packs were noted: then nothing is known. The same version twice is other content.
 */
export function packSteps(before: PacksAt | null, after: PacksAt | null): PackStep[] {
  if (before === null || after === null) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((name) => before[name]?.checksum !== after[name]?.checksum)
    .map((name) => ({ name, from: before[name]?.version ?? null, to: after[name]?.version ?? null }));
}

/** Of a revision `r`: the packs at it, and at the one it followed. The very first one follows on nothing. */
export const PACKS_OF_REVISION = `r.packs, case when r.parent_rev = 0 then '{}'::jsonb else (select b.packs from meta.revision b where b.space_id = r.space_id and b.rev = r.parent_rev) end as "packsBefore"`;

export type PackRevision = PackStep & {
  readonly revision: number;
  readonly at: string;
  readonly by: string | null;
  readonly comment: string;
};

/** Revisions that installed, upgraded or took away one pack, newest first. */
export async function packRevisions({ pool }: Database, space: number, pack: string): Promise<PackRevision[]> {
  const { rows } = await pool.query<PackRevision & { packs: PacksAt | null; packsBefore: PacksAt | null }>(
    `select * from (
       select r.rev as revision, to_char(r.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, u.name as by, r.comment, ${PACKS_OF_REVISION}
         from meta.revision r left join meta.user u on u.id = r.published_by where r.space_id = $1) h
      where packs -> $2 is distinct from "packsBefore" -> $2 order by revision desc limit 100`,
    [space, pack],
  );
  return rows.flatMap(({ packs, packsBefore, revision, at, by, comment }) =>
    packSteps(packsBefore, packs)
      .filter(({ name }) => name === pack)
      .map((step) => ({ ...step, revision, at, by, comment })),
  );
}
