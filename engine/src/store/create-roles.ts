import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { literal, quote } from '../kernel/statement.js';
import { appConnection, ownerConnection, rolePassword } from './connection.js';
import type { CatalogPart } from '../planner/catalog-part.js';
import type { DatabaseConfig } from './database.js';
import { sqlState } from './sql-state.js';

/**
 * Settings of the app role. They hold for every connection it makes, whatever a pool forgets.
 *
 * Source: security bar E-03; JIT costs more than it gives for statements this short.
 */
const APP_SETTINGS: Readonly<Record<string, string>> = {
  jit: 'off',
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
  TimeZone: 'UTC',
  search_path: '',
};

const NO_POWERS = 'nosuperuser nocreaterole nocreatedb noreplication nobypassrls';

/** The powers the roles should have, for the doctor. */
export function wantedRoles({ owner, app, bi }: DatabaseConfig['roles']): CatalogPart[] {
  const role = (name: string, login: string): CatalogPart => ({
    kind: 'role',
    schema: '',
    of: '',
    name,
    definition: `${login} nosuperuser nocreaterole nocreatedb noreplication nobypassrls`,
  });
  return [role(owner, 'login'), role(app, 'login'), role(bi, 'nologin')];
}

/**
 * Creates what is missing of the three roles: the owner of all tables (for publishing and administration), the app role (guard views only) and
 * the role of reporting tools (row level security, no login). Roles belong to the whole server, so another database may be creating them at the
 * same moment.
 */
export async function createRoles(client: pg.Client, config: DatabaseConfig): Promise<void> {
  const { owner, app, bi } = config.roles;
  const passwordOf = (role: string) => `password ${literal(scramVerifier(rolePassword(config, role)))}`;
  await createRole(client, owner, `login noinherit ${NO_POWERS} ${passwordOf(owner)}`);
  await createRole(client, app, `login noinherit ${NO_POWERS} ${passwordOf(app)}`);
  await createRole(client, bi, `nologin ${NO_POWERS}`);
  await becomeMember(client, owner);

  const found = await client.query<{ rolconfig: string[] | null }>('select rolconfig from pg_roles where rolname = $1', [app]);
  const current = new Set(found.rows[0]?.rolconfig ?? []);
  for (const [name, value] of Object.entries(APP_SETTINGS)) {
    const stored = name === 'search_path' ? 'search_path=""' : `${name}=${value}`;
    if (!current.has(stored)) await patiently(() => client.query(`alter role ${quote(app)} set ${name} = ${literal(value)}`));
  }

  // The owner of earlier versions could not log in; and the secret that passwords come from may be another one now.
  for (const [role, connection] of [
    [owner, ownerConnection(config, 0)],
    [app, appConnection(config)],
  ] as const) {
    if (!(await canLogIn(connection))) await patiently(() => client.query(`alter role ${quote(role)} login ${passwordOf(role)}`));
  }
}

async function createRole(client: pg.Client, name: string, attributes: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  if (rowCount) return;
  try {
    await client.query(`create role ${quote(name)} ${attributes}`);
  } catch (error) {
    if (!['42710', '23505'].includes(sqlState(error) ?? '')) throw error;
  }
}

/** A superuser may take on any role; anybody else has to be a member of the owner. */
async function becomeMember(client: pg.Client, owner: string): Promise<void> {
  const { rows } = await client.query<{ member: boolean }>("select pg_has_role(current_user, $1, 'member') as member", [owner]);
  if (!rows[0]?.member) await client.query(`grant ${quote(owner)} to current_user`);
}

/** Two databases may alter the same role together: Postgres reports XX000 ("tuple concurrently updated") instead of waiting. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (sqlState(error) !== 'XX000' || tries === 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * tries));
    }
  }
}

async function canLogIn(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(connection);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (['28P01', '28000'].includes(sqlState(error) ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The stored form of a password (RFC 5803), made here so that the password itself never reaches the log of the server. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
