import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { DatabaseConfig } from './database.js';

/** Types whose text is kept as Postgres writes it: a number or a Date would lose digits, or move a day. */
const AS_TEXT: ReadonlySet<number> = new Set([
  20, // int8
  1082, // date
  1114, // timestamp
  1184, // timestamptz
  1700, // numeric
]);

type TypeConfig = NonNullable<pg.ClientConfig['types']>;

/** Parsers of every connection: int8, numeric, date and timestamps arrive as strings, the rest as pg has it. */
export const exactTypes: TypeConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    AS_TEXT.has(oid) ? (text: string) => text : pg.types.getTypeParser(oid, format)) as TypeConfig['getTypeParser'],
};

const startupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll('\\', '\\\\').replaceAll(' ', '\\ ')}`)
    .join(' ');

/**
 * How to connect as the owner role. The role itself can not log in: the session of DATABASE_URL takes it on before its first statement.
 *
 * Units: `statementTimeoutMs` 0 means none, as publishing needs it for indexes.
 */
export const ownerConnection = (config: DatabaseConfig, statementTimeoutMs: number): pg.ClientConfig => ({
  connectionString: config.url,
  application_name: 'fieldstone',
  types: exactTypes,
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  options: startupOptions({
    role: config.roles.owner,
    TimeZone: 'UTC',
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: '60s',
  }),
});

/** How to connect as the role of DATABASE_URL itself: for migrations only. */
export const setupConnection = (config: DatabaseConfig): pg.ClientConfig => ({
  connectionString: config.url,
  application_name: 'fieldstone-setup',
  types: exactTypes,
  connectionTimeoutMillis: 10_000,
  options: startupOptions({ TimeZone: 'UTC' }),
});

/** How to connect as the app role, which reaches guard views only. Its password is derived, so nothing has to store it. */
export const appConnection = (config: DatabaseConfig): pg.ClientConfig => {
  const url = new URL(config.url);
  url.username = encodeURIComponent(config.roles.app);
  url.password = appPassword(config);
  return {
    connectionString: url.href,
    application_name: 'fieldstone-app',
    types: exactTypes,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  };
};

export const appPassword = (config: DatabaseConfig): string =>
  createHmac('sha256', config.secret).update(`postgres role ${config.roles.app}`).digest('hex');
