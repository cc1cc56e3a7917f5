import type { Database } from './open-database.js';

/** Sources (files of packs) whose records were loaded for a tenant. */
export async function installedSources(database: Database, tenantId: number): Promise<ReadonlySet<string>> {
  const rows = await database.knex('meta.data_install').where({ tenant_id: tenantId }).select<{ source: string }[]>('source');
  return new Set(rows.map((row) => row.source));
}

/** Remembers that all records of a source are there. */
export async function markInstalled(database: Database, tenantId: number, source: string, checksum: string): Promise<void> {
  await database.knex('meta.data_install').insert({ tenant_id: tenantId, source, checksum }).onConflict(['tenant_id', 'source']).ignore();
}
