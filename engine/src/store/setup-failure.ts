import { AppError } from '../kernel/errors.js';
import { sqlState } from './sql-state.js';

/**
 * A connection that could not be made, or a database that can not be used, as one clear line.
 *
 * Shape: anything that is not such a failure comes back as it is.
 */
export function setupFailure(error: unknown, url: string): unknown {
  const fail = (message: string, hint: string) => new AppError('setup_failed', message, { hint, cause: error });
  const where = safeAddress(url);
  switch (sqlState(error)) {
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return fail(`No PostgreSQL server answers at ${where}.`, 'Start it, or correct DATABASE_URL.');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(`The host of ${where} is unknown.`, 'Correct the host in DATABASE_URL.');
    case '28P01':
    case '28000':
      return fail(`PostgreSQL at ${where} refused the user or password.`, 'Correct the user and password in DATABASE_URL.');
    case '3D000':
      return fail(`There is no database ${where}.`, 'Create it, or correct its name in DATABASE_URL.');
    case '42501':
      return fail(
        `The user of DATABASE_URL lacks a right that setting up ${where} needs.`,
        'Use the owner of the database with CREATEROLE, or a superuser.',
      );
    case '58P01':
    case '0A000':
      return fail(
        `PostgreSQL at ${where} lacks the extension pg_trgm.`,
        'Install the package of additional modules ("contrib") of the server.',
      );
    case '53300':
      return fail(`PostgreSQL at ${where} has no connection left.`, 'Raise max_connections or stop other clients.');
    case '53100':
      return fail(`The disk of PostgreSQL at ${where} is full.`, 'Free some space.');
    default:
      return error;
  }
}

/** host:port/database of a connection string, without the user and the password. */
function safeAddress(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL';
  }
}
