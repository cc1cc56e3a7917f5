import { keyringOf } from '../kernel/seal.js';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { appConnection, ownerConnection } from './connection.js';
import { DataPool } from './data-pool.js';
import type { DatabaseConfig } from './database.js';
import { setupFailure } from './setup-failure.js';

/**
 * Every way into Postgres. `knex` (short administrative statements) and `pool` (publishing, without a time limit) work as the owner role;
 * `data` works as the app role and is the only one that record reads and writes may use.
 */
export type Database = {
  readonly knex: Knex;
  readonly pool: pg.Pool;
  readonly data: DataPool;
  readonly config: DatabaseConfig;
  close(): Promise<void>;
};

const ADMIN_CONNECTIONS = 4;
const PUBLISH_CONNECTIONS = 3;
const ADMIN_TIMEOUT_MS = 15_000;

/**
 * Opens the pools. The migrations must have run: the roles do not exist before.
 *
 * Errors: setup_failed when the server can not be reached.
 */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  const pool = new pg.Pool({ ...ownerConnection(config, 0), max: PUBLISH_CONNECTIONS, idleTimeoutMillis: 30_000 });
  pool.on('error', (error) => config.logger.warn({ error: error.message }, 'an idle database connection broke'));
  // A connection in use that breaks between two statements would end the process; the next statement reports it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const administration = knex({
    client: 'pg',
    connection: ownerConnection(config, ADMIN_TIMEOUT_MS) as Knex.PgConnectionConfig,
    pool: { min: 0, max: ADMIN_CONNECTIONS },
  });
  try {
    await pool.query('select 1');
  } catch (error) {
    await Promise.allSettled([pool.end(), administration.destroy()]);
    throw setupFailure(error, config.url);
  }
  const keys = keyringOf(config.secret, config.formerSecrets);
  const { poolSize: size, longStatements, logger } = config;
  const data = new DataPool({ connection: appConnection(config), size, longStatements, logger, keys });
  return {
    knex: administration,
    pool,
    data,
    config,
    async close() {
      await Promise.all([data.close(), administration.destroy(), pool.end()]);
    },
  };
}
