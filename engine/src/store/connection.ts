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

/** Quoting rests on the first; a database or a role may have been told otherwise. */
const startupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries({ standard_conforming_strings: 'on', ...settings })
    .map(([name, value]) => `-c ${name}=${value.replaceAll('\\', '\\\\').replaceAll(' ', '\\ ')}`)
    .join(' ');

/**
 * How to connect as the owner role. It logs in itself: a session of DATABASE_URL that only took the role on could put it off again, and would then
 * have the powers of that one, often a superuser's.
 *
 * Units: `statementTimeoutMs` 0 means none, as publishing needs it for indexes.
 */
export const ownerConnection = (config: DatabaseConfig, statementTimeoutMs: number): pg.ClientConfig => ({
  connectionString: urlAs(config, config.roles.owner),
  application_name: 'fieldstone',
  types: exactTypes,
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  options: startupOptions({
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

/** How to connect as the app role, which reaches guard views only. */
export const appConnection = (config: DatabaseConfig): pg.ClientConfig => ({
  connectionString: urlAs(config, config.roles.app),
  application_name: 'fieldstone-app',
  types: exactTypes,
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
});

function urlAs(config: DatabaseConfig, role: string): string {
  const url = new URL(config.url);
  url.username = encodeURIComponent(role);
  url.password = rolePassword(config, role);
  return url.href;
}

/** Password of a role that logs in. It is derived, so nothing has to store it. */
export const rolePassword = (config: DatabaseConfig, role: string): string =>
  createHmac('sha256', config.secret).update(`postgres role ${role}`).digest('hex');
