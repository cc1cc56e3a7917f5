import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { ensureSpaceTables } from '../store/create-space.js';
import type { DatabaseConfig } from '../store/database.js';
import { unsafeSettings } from '../store/durability.js';
import { openDatabase, type Database } from '../store/open-database.js';
import { migrate } from '../store/run-migrations.js';
import { installationSecret, type Config } from './config.js';
import { holdDataFolder, type Hold } from './data-folder.js';
import { clusterOf, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { runningServer } from './postgres-process.js';

export type OpenSystem = { readonly database: Database; readonly embedded: EmbeddedPostgres | undefined; close(): Promise<void> };

const ROLES = { owner: 'fieldstone_owner', app: 'fieldstone_app', bi: 'fieldstone_bi' };

/**
 * The database of this installation, migrated and open. The embedded server is started for it.
 *
 * Errors: setup_failed with one line for every way in which a database can be out of reach.
 */
export async function openSystem(config: Config, logger: Logger): Promise<OpenSystem> {
  const secret = await installationSecret(config);
  const embedded = config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataFolder: config.dataFolder, logger }) : undefined;
  try {
    const database = await connect(config.databaseUrl ?? embedded?.url ?? '', secret, config, logger);
    if (embedded !== undefined) await refuseUnsafe(database);
    return {
      database,
      embedded,
      close: async () => {
        await database.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Our own server keeps what was confirmed, or does not start. */
async function refuseUnsafe(database: Database): Promise<void> {
  const [first, ...more] = await unsafeSettings(database).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  if (first === undefined) return;
  await database.close();
  const others = more.length === 0 ? '' : ` (and ${more.map(({ name }) => name).join(', ')})`;
  throw new AppError('setup_failed', `The embedded database is not safe: ${first.name} is ${first.found}${others}, so ${first.loses}.`, {
    hint: first.advice,
  });
}

/**
 * For commands: works beside a running server on the same data folder, and starts the embedded database for itself when none runs.
 */
export async function withDatabase<Result>(config: Config, logger: Logger, work: (database: Database) => Promise<Result>): Promise<Result> {
  const running = config.databaseUrl === undefined ? runningUrl(config.dataFolder) : config.databaseUrl;
  if (running !== undefined) {
    const database = await connect(running, await installationSecret(config), config, logger);
    return work(database).finally(() => database.close());
  }
  const hold: Hold = await holdDataFolder(config.dataFolder);
  try {
    const system = await openSystem(config, logger);
    return await work(system.database).finally(() => system.close());
  } finally {
    hold.release();
  }
}

async function connect(url: string, secret: string, config: Config, logger: Logger): Promise<Database> {
  const databaseConfig: DatabaseConfig = {
    url,
    secret,
    formerSecrets: config.formerSecrets,
    roles: ROLES,
    poolSize: config.poolSize,
    longStatements: config.longStatements,
    logger,
  };
  await migrate(databaseConfig);
  const database = await openDatabase(databaseConfig);
  try {
    await ensureSpaceTables(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** URL of the embedded server that runs for this data folder; undefined when none does. */
function runningUrl(dataFolder: string): string | undefined {
  const cluster = clusterOf(dataFolder);
  if (runningServer(cluster) === undefined) return undefined;
  const port = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]?.trim() ?? '';
  const password = readFileSync(join(dataFolder, 'postgres.password'), 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}
