import { fieldType } from '../fields/registry.js';
import { literal, quote } from '../kernel/statement.js';
import { LIMITS } from '../model/limits.js';
import type { FieldModel } from '../model/types.js';
import type { BlobFolder } from './blob-folder.js';
import type { Database } from './open-database.js';
import { Parameters } from './parameters.js';
import type { QueryScope } from './query-scope.js';

/** Types of files that are shown as pictures: raster formats that hold no script. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

/**
 * Notes an upload. Inputs `id`, `sha256`, `size`, `type` and `name`, and `quota`: what all files of a tenant may have that has no value of its own, 0 for no
 * limit. The answer is 'kept', or what it would exceed, by how much there would be, and what there may be.
 */
export function insertFile(): { text: string; params: Parameters } {
  const params = new Parameters();
  const size = params.input('size', '::bigint');
  const values = [params.input('id', '::uuid'), params.tenant, params.input('sha256', '::text'), size, params.input('type', '::text')];
  const own = `f.created_by = ${params.user} and f.created_at > now() - interval '1 day'`;
  const sums = `coalesce(sum(f.size), 0) as stored, coalesce(sum(f.size) filter (where ${own}), 0) as today`;
  const quota = `select q.own_max from "meta_v"."quota" q where q.tenant_id = ${params.tenant} and q.name = 'file_bytes'`;
  const over = (sum: string, what: string, max: string) =>
    `when ${sum} + ${size} > ${max} then concat_ws(' ', ${literal(what)}, ${sum} + ${size}, ${max})`;
  const text =
    `with had as materialized (select ${sums} from "meta_v"."file" f where f.tenant_id = ${params.tenant}), ` +
    `may as (select nullif(coalesce((${quota}), ${params.input('quota', '::bigint')}), 0) as stored), ` +
    `judged as (select case ${over('had.today', 'uploaded_bytes', String(LIMITS.uploaded_bytes.max))} ` +
    `${over('had.stored', 'file_bytes', 'may.stored')} else 'kept' end as outcome from had, may), ` +
    `made as (insert into "meta_v"."file" (id, tenant_id, sha256, size, type, name, created_by) ` +
    `select ${[...values, params.input('name', '::text'), params.user].join(', ')} from judged where judged.outcome = 'kept') ` +
    `select outcome from judged`;
  return { text, params };
}

/** Where the bytes of a file are. Input `id`. */
export function selectFile(): { text: string; params: Parameters } {
  const params = new Parameters();
  return {
    text: `select f.sha256 from "meta_v"."file" f where f.tenant_id = ${params.tenant} and f.id = ${params.input('id', '::uuid')}`,
    params,
  };
}

/** What an answer tells of a file whose id is the SQL `id`. */
export const fileJson = (scope: QueryScope, id: string): string =>
  `(select json_build_object('id', f.id, 'name', f.name, 'type', f.type, 'size', f.size) from "meta_v"."file" f where f.tenant_id = ${scope.params.tenant} and f.id = ${id})`;

/**
 * Whether a file that a record is to hold is there and the caller's own upload, or one of the input `files`; of an image field also that it is an image.
 */
export function fitsFile(scope: QueryScope, field: FieldModel, id: string): { own: string; kind: string } {
  const found = (more: string) =>
    `exists (select 1 from "meta_v"."file" f where f.tenant_id = ${scope.params.tenant} and f.id = ${id}${more})`;
  const types = IMAGE_TYPES.map(literal).join(', ');
  return {
    own: found(
      scope.isSystem ? '' : ` and (f.created_by = ${scope.params.user} or f.id = any(${scope.params.input('files', '::uuid[]')}))`,
    ),
    kind: fieldType(field.type).holds === 'picture' ? found(` and f.type in (${types})`) : 'true',
  };
}

const LOCK = 7_003;
const HOUR_MS = 3_600_000;

/**
 * Takes away files that no record has held for `keepDays`, live, deleted or retired, and then the bytes that no file is left for. One process does
 * it, the others pass.
 *
 * Source: the foreign keys say where files are held, so nothing has to be kept in step with them; they also refuse to lose one that was attached
 *         meanwhile.
 */
export async function sweepFiles(database: Database, blobs: BlobFolder, keepDays: number): Promise<void> {
  const client = await database.pool.connect();
  try {
    const { rows: locks } = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) ok', [LOCK]);
    if (locks[0]?.ok !== true) return;
    const { rows: holders } = await client.query<{ schema: string; table: string; column: string }>(
      `select n.nspname as schema, c.relname as table, a.attname as column from pg_constraint k
         join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) and a.attname <> 'tenant_id'
        where k.contype = 'f' and k.confrelid = 'meta.file'::regclass`,
    );
    const used = holders.map(
      ({ schema, table, column }) =>
        `exists (select 1 from ${quote(schema)}.${quote(table)} h where h.tenant_id = f.tenant_id and h.${quote(column)} = f.id)`,
    );
    const isUsed = used.length === 0 ? 'false' : `(${used.join(' or ')})`;
    await client.query(
      `update meta.file f set unused_since = case when ${isUsed} then null else now() end where ${isUsed} = (f.unused_since is not null)`,
    );
    const { rows: gone } = await client.query<{ sha256: string }>(
      `delete from meta.file f where f.unused_since < now() - make_interval(days => $1) and not ${isUsed} returning f.sha256`,
      [keepDays],
    );
    await removeUnnamed(
      gone.map(({ sha256 }) => sha256),
      HOUR_MS,
    );
    await blobs.sweepLeft(HOUR_MS);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    client.release();
  }

  async function removeUnnamed(names: readonly string[], olderThanMs: number): Promise<void> {
    if (names.length === 0) return;
    const { rows } = await client.query<{ sha256: string }>(
      'select n.sha256 from unnest($1::text[]) n(sha256) where not exists (select 1 from meta.file f where f.sha256 = n.sha256)',
      [[...new Set(names)]],
    );
    for (const { sha256 } of rows) await blobs.remove(sha256, olderThanMs);
  }
}

/** Takes away bytes that were stored and never noted, as when a process ended between the two. */
export async function sweepOrphans(database: Database, blobs: BlobFolder): Promise<void> {
  for await (const names of blobs.names()) {
    if (names.length === 0) continue;
    const { rows } = await database.pool.query<{ sha256: string }>(
      'select n.sha256 from unnest($1::text[]) n(sha256) where not exists (select 1 from meta.file f where f.sha256 = n.sha256)',
      [names],
    );
    for (const { sha256 } of rows) await blobs.remove(sha256, 24 * HOUR_MS);
  }
}
