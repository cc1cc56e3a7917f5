import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { AppError } from '../kernel/errors.js';
import { quote } from '../kernel/statement.js';
import { setupConnection } from './connection.js';
import { hasCatalogImage, takeCatalogImage } from './catalog-image.js';
import { createRoles } from './create-roles.js';
import type { DatabaseConfig } from './database.js';
import { setupFailure } from './setup-failure.js';

/** The same depth from src/store and dist/store. */
const MIGRATIONS = fileURLToPath(new URL('../../../migrations/', import.meta.url));
const OLDEST_SERVER = 150_000;
const LOCK = 7_000;

/**
 * Brings the platform tables to the newest form. Safe to call from several processes at once: one works, the others wait.
 *
 * Shape:  `migrations/NNNN-*.sql` in order, each in its own transaction with the row that says it was applied; never edited afterwards.
 * Errors: setup_failed, with one line that says what to do.
 */
export async function migrate(config: DatabaseConfig, folder: string = MIGRATIONS): Promise<void> {
  const client = new pg.Client(setupConnection(config));
  // Without a listener a connection that breaks between two statements would end the process; the next statement reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refuseOldServer(client);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await createRoles(client, config);
    await grantDatabase(client, config);
    await closeLargeObjects(client);
    await prepareSchema(client, config);
    const count = await applyMissing(client, config, folder);
    await recordCatalog(client, config, count > 0);
  } catch (error) {
    throw setupFailure(error, config.url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (server && server.number >= OLDEST_SERVER) return;
  throw new AppError('setup_failed', `PostgreSQL ${server?.version ?? ''} is too old: Fieldstone needs version 15 or newer.`, {
    hint: 'Upgrade the server, or leave DATABASE_URL unset to use the embedded one.',
  });
}

/** A database may hold other things; a schema named meta that is not ours is left alone. */
async function prepareSchema(client: pg.Client, config: DatabaseConfig): Promise<void> {
  const { rows } = await client.query<{ found: boolean; ours: boolean }>(
    `select to_regnamespace('meta') is not null as found, to_regclass('meta.migration') is not null as ours`,
  );
  if (rows[0]?.ours) return;
  if (rows[0]?.found) {
    throw new AppError('setup_failed', 'The database has a schema "meta" that Fieldstone did not make.', {
      hint: 'Use a database of its own for Fieldstone.',
    });
  }
  const owner = quote(config.roles.owner);
  await client.query(`
    begin;
    create schema meta authorization ${owner};
    set local role ${owner};
    create table meta.migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());
    commit`);
}

/** Rights on the database itself do not come along when it is copied or restored, so they are looked at on every start. */
async function grantDatabase(client: pg.Client, config: DatabaseConfig): Promise<void> {
  const { rows } = await client.query<{ may: boolean; name: string }>(
    `select has_database_privilege($1, current_database(), 'create') as may, current_database() as name`,
    [config.roles.owner],
  );
  const database = rows[0];
  if (!database || database.may) return;
  await client.query(`grant create on database ${quote(database.name)} to ${quote(config.roles.owner)}`);
}

/**
 * Everybody may make large objects, past every table and every limit, until Postgres is told otherwise. Only a superuser can tell it; and where
 * there are some already, somebody else uses them in this database.
 */
async function closeLargeObjects(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ isOpen: boolean }>(
    `select current_setting('is_superuser') = 'on' and has_function_privilege('public', 'pg_catalog.lo_create(oid)', 'execute')
        and not exists (select 1 from pg_catalog.pg_largeobject_metadata) as "isOpen"`,
  );
  if (!rows[0]?.isOpen) return;
  await client.query(
    'revoke execute on function pg_catalog.lo_creat(int), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea) from public',
  );
}

/** Only while no migration runs is what is there what should be there. A folder of other migrations, as tests use, may have no image. */
async function recordCatalog(client: pg.Client, config: DatabaseConfig, isChanged: boolean): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(`select to_regclass('meta.catalog_image') is not null as known`);
  if (!rows[0]?.known || (!isChanged && (await hasCatalogImage(client)))) return;
  await client.query(`begin; set local role ${quote(config.roles.owner)}`);
  await takeCatalogImage(client, config.roles);
  await client.query('commit');
}

/** Answers how many were applied. */
async function applyMissing(client: pg.Client, config: DatabaseConfig, folder: string): Promise<number> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const applied = await client.query<{ name: string; checksum: string }>('select name, checksum from meta.migration order by name');
  const checksums = new Map(applied.rows.map((row) => [row.name, row.checksum]));
  const unknown = applied.rows.find((row) => !files.includes(row.name));
  if (unknown) {
    throw new AppError('setup_failed', 'The database was set up by a newer version of Fieldstone.', {
      hint: 'Start that version or a newer one.',
    });
  }
  let count = 0;
  for (const name of files) {
    const text = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r\n', '\n');
    const checksum = createHash('sha256').update(text).digest('hex');
    const known = checksums.get(name);
    if (known === checksum) continue;
    if (known !== undefined) {
      throw new AppError('setup_failed', `Migration ${name} was changed after it had been applied.`, {
        hint: 'Restore the file; add a new one instead.',
      });
    }
    await applyOne(client, config, name, text, checksum);
    count += 1;
  }
  return count;
}

async function applyOne(client: pg.Client, config: DatabaseConfig, name: string, text: string, checksum: string): Promise<void> {
  const sql = text.replace(/\$\{(owner|app|bi)\}/g, (_all, role: 'owner' | 'app' | 'bi') => quote(config.roles[role]));
  try {
    await client.query('begin');
    await client.query(`set local role ${quote(config.roles.owner)}`);
    await client.query('insert into meta.migration (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query(sql);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  config.logger.info({ migration: name }, 'migration applied');
}
