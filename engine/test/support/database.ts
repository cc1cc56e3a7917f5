import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLogger } from '../../src/kernel/logger.js';
import type { DatabaseConfig } from '../../src/store/database.js';
import { migrate } from '../../src/store/run-migrations.js';

export type TestDatabase = {
  readonly url: string;
  readonly config: DatabaseConfig;
  /** Runs SQL as superuser, past every guard: to arrange and to look behind the scenes. */
  sql<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Closes and drops it. */
  drop(): Promise<void>;
};

export const urlOf = (serverUrl: string, database: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.toString();
};

export const configFor = (url: string): DatabaseConfig => ({
  url,
  secret: 'secret-of-the-tests-that-is-long-enough',
  roles: { owner: 'fieldstone_test_owner', app: 'fieldstone_test_app', bi: 'fieldstone_test_bi' },
  poolSize: 4,
  logger: silentLogger,
});

/** Brings a new database to where the tests begin. Runs once a run. */
export async function prepareTemplate(config: DatabaseConfig): Promise<void> {
  await migrate(config);
}

/**
 * A database of its own for a test file, cloned from the template.
 *
 * @example
 * let database: TestDatabase;
 * beforeAll(async () => { database = await cloneDatabase(); });
 * afterAll(() => database.drop());
 */
export async function cloneDatabase(): Promise<TestDatabase> {
  const name = `${inject('template')}_${randomBytes(4).toString('hex')}`;
  const server = new pg.Client({ connectionString: inject('serverUrl') });
  await server.connect();
  await server.query(`create database ${name} template ${inject('template')}`);
  const url = urlOf(inject('serverUrl'), name);
  // Rights on a database are not part of what a template gives.
  await migrate(configFor(url));
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // Dropping the database cuts idle connections; that is no failure of the test.
  pool.on('error', () => undefined);
  return {
    url,
    config: configFor(url),
    sql: async (text, values) => (await pool.query(text, values ?? [])).rows as never,
    drop: async () => {
      await pool.end();
      await server.query(`drop database if exists ${name} with (force)`);
      await server.end();
    },
  };
}
