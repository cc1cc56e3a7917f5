import type { PackStep } from '@fieldstone/metadata/types/wire.js';
import type pg from 'pg';
import { packContents, type PackContent, type PackFile } from '../model/pack-content.js';
import type { Decision } from '../planner/pack-decisions.js';

/** Name, version and identity of the content of a pack. */
export type PackVersion = { readonly pack: string; readonly version: string; readonly checksum: string };
export type InstalledPack = PackVersion & { readonly installedAt: string };

/** What a publish does to the list of installed packs, in its transaction. */
export type PackWork = {
  readonly install: readonly PackVersion[];
  readonly remove: readonly string[];
  readonly decisions: readonly Decision[];
};

type Queryable = Pick<pg.Pool, 'query'>;

export async function installedPacks(db: Queryable, space: number): Promise<InstalledPack[]> {
  const { rows } = await db.query<InstalledPack>(
    `select pack, version, checksum, to_char(installed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "installedAt"
       from meta.pack_install where space_id = $1 order by pack`,
    [space],
  );
  return rows;
}

/** Keeps every file of pack versions, once each: they are the base of later upgrades. Safe to call for a version that is kept already. */
export async function keepPackVersions(db: Queryable, contents: readonly PackContent[]): Promise<void> {
  for (const { checksum, name, version, files } of contents) {
    await db.query(
      `insert into meta.pack_version (checksum, pack, version, files) values ($1, $2, $3, $4) on conflict (checksum) do nothing`,
      [checksum, name, version, JSON.stringify(files)],
    );
  }
}

/** Kept versions by checksum. */
export async function packVersions(db: Queryable, checksums: readonly string[]): Promise<Map<string, PackContent>> {
  if (checksums.length === 0) return new Map();
  const { rows } = await db.query<{ checksum: string; files: string }>(
    'select checksum, files from meta.pack_version where checksum = any($1)',
    [checksums],
  );
  // Written by keepPackVersions from a pack that was read.
  return new Map(
    rows.flatMap(({ checksum, files }) => packContents(JSON.parse(files) as PackFile[]).map((content) => [checksum, content])),
  );
}

/** Writes the list of installed packs anew where it changes, with the decisions that were taken. */
export async function recordPacks(db: Queryable, space: number, work: PackWork, decidedBy: string | null): Promise<void> {
  for (const { pack, version, checksum } of work.install) {
    await db.query(
      `insert into meta.pack_install (space_id, pack, version, checksum) values ($1, $2, $3, $4)
       on conflict (space_id, pack) do update set version = excluded.version, checksum = excluded.checksum, installed_at = now()`,
      [space, pack, version, checksum],
    );
  }
  if (work.remove.length > 0) {
    await db.query('delete from meta.pack_install where space_id = $1 and pack = any($2)', [space, work.remove]);
  }
  for (const { element, path, take, yours, theirs } of work.decisions) {
    await db.query(
      `insert into meta.pack_decision (space_id, element_id, path, take, yours, theirs, decided_by) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (space_id, element_id, path) do update set take = excluded.take, yours = excluded.yours, theirs = excluded.theirs,
         decided_by = excluded.decided_by, decided_at = now()`,
      [space, element, path, take, JSON.stringify(yours ?? null), JSON.stringify(theirs ?? null), decidedBy],
    );
  }
}

/** What is about to happen to packs, with the versions there are before it. */
export async function packStepsOf(db: Queryable, space: number, { install, remove }: PackWork): Promise<PackStep[]> {
  const now = new Map((await installedPacks(db, space)).map(({ pack, version }) => [pack, version]));
  return [
    ...install.map(({ pack, version }) => ({ name: pack, from: now.get(pack) ?? null, to: version })),
    ...remove.map((name) => ({ name, from: now.get(name) ?? null, to: null })),
  ];
}

/** Notes at a revision which packs are installed, so that a return to it can put them back. */
export async function rememberPacks(db: Queryable, space: number, revision: number): Promise<void> {
  await db.query(
    `update meta.revision set packs = (
       select coalesce(jsonb_object_agg(p.pack, jsonb_build_object('version', p.version, 'checksum', p.checksum)), '{}')
         from meta.pack_install p where p.space_id = $1)
      where space_id = $1 and rev = $2`,
    [space, revision],
  );
}

/** The packs that were installed at a revision; null for one from before they were noted. */
export async function packsAtRevision(db: Queryable, space: number, revision: number): Promise<PackVersion[] | null> {
  const { rows } = await db.query<{ packs: Record<string, { version: string; checksum: string }> | null }>(
    'select packs from meta.revision where space_id = $1 and rev = $2',
    [space, revision],
  );
  const packs = rows[0]?.packs;
  return packs ? Object.entries(packs).map(([pack, { version, checksum }]) => ({ pack, version, checksum })) : null;
}

/** A decision of an earlier upgrade, with who took it. */
export type KeptPackDecision = Decision & { readonly take: 'yours' | 'theirs'; readonly by: string | null; readonly at: string };

export async function packDecisions(db: Queryable, space: number): Promise<KeptPackDecision[]> {
  const { rows } = await db.query<KeptPackDecision>(
    `select d.element_id as element, d.path, d.take, d.yours, d.theirs, u.name as by,
            to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
       from meta.pack_decision d left join meta.user u on u.id = d.decided_by where d.space_id = $1 order by d.decided_at desc, d.element_id, d.path`,
    [space],
  );
  return rows;
}

/** A version that a start dealt with, or left for people: then `waits` says why. */
export type PackOffer = { readonly pack: string; readonly checksum: string; readonly waits: readonly string[] | null };

export async function offeredPacks(db: Queryable, space: number): Promise<ReadonlyMap<string, PackOffer>> {
  const { rows } = await db.query<PackOffer>('select pack, checksum, waits from meta.pack_offer where space_id = $1', [space]);
  return new Map(rows.map((row) => [row.pack, row]));
}

export async function noteOffers(db: Queryable, space: number, offers: readonly PackOffer[]): Promise<void> {
  for (const { pack, checksum, waits } of offers) {
    await db.query(
      `insert into meta.pack_offer (space_id, pack, checksum, waits) values ($1, $2, $3, $4)
       on conflict (space_id, pack) do update set checksum = excluded.checksum, waits = excluded.waits, offered_at = now()`,
      [space, pack, checksum, waits === null ? null : JSON.stringify(waits)],
    );
  }
}
