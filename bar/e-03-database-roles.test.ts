import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { appConnection, ownerConnection } from '../engine/src/store/connection.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';

let system: CanarySystem;
const clients: pg.Client[] = [];
beforeAll(async () => {
  system = await openCanarySystem();
  await system.test.sql(
    'create schema of_others; create table of_others.secret as select 1 as a; create schema sp99; create table sp99.t (a int)',
  );
}, 300_000);
afterAll(async () => {
  for (const client of clients) await client.end();
  await system.close();
});

/** What somebody would try who can send any SQL as one of our roles: beyond the database, beyond their powers, beyond the product's own tables. */
const BEYOND: readonly (readonly [what: string, ...statements: string[]])[] = [
  ['run a program', "copy (select 1) to program 'cat > /dev/null'"],
  ['read what a program says', 'create temp table out (t text)', "copy out from program 'id'"],
  ['write a file', "copy (select 1) to '/tmp/fieldstone-bar'"],
  ['read a file into a table', 'create temp table file (t text)', "copy file from '/etc/passwd'"],
  ['read a file', "select pg_read_file('postgresql.conf')"],
  ['read a file as bytes', "select pg_read_binary_file('/etc/passwd')"],
  ['look at a file', "select pg_stat_file('postgresql.conf')"],
  ['list a folder', "select pg_ls_dir('.')"],
  ['list the logs', 'select * from pg_ls_logdir()'],
  ['list the write-ahead log', 'select * from pg_ls_waldir()'],
  ['list temporary files', 'select * from pg_ls_tmpdir()'],
  ['see who may log in from where', 'select * from pg_hba_file_rules'],
  ['see the files of the configuration', 'select * from pg_file_settings'],
  ['see passwords', 'select rolpassword from pg_authid'],
  ['see passwords by the view', 'select passwd from pg_shadow'],
  ['read large objects', 'select data from pg_largeobject'],
  ['make a large object', 'select lo_create(0)'],
  ['make a large object, the old way', 'select lo_creat(-1)'],
  ['make a large object of bytes', `select lo_from_bytea(0, '\\x00')`],
  ['import a file', "select lo_import('/etc/passwd')"],
  ['export a file', "select lo_export(1, '/tmp/fieldstone-bar')"],
  ['reach other databases', 'create extension dblink'],
  ['call another database', "select dblink_connect('dbname=postgres')"],
  ['reach files as tables', 'create extension file_fdw'],
  ['reach other servers as tables', 'create extension postgres_fdw'],
  ['read pages', 'create extension pageinspect'],
  ['write programs', 'create extension plpython3u'],
  ['load a library', "load '/tmp/evil.so'"],
  [
    'call a library',
    "create function pg_temp.system(cstring) returns int as '/lib/x86_64-linux-gnu/libc.so.6', 'system' language c strict",
  ],
  ['call an inner function', "create function pg_temp.read(text) returns text as 'pg_read_file' language internal"],
  ['make a language', 'create language evil handler plpgsql_call_handler'],
  ['wrap foreign data', 'create foreign data wrapper evil'],
  ['become a superuser', 'alter role current_user superuser'],
  ['pass row level security', 'alter role current_user bypassrls'],
  ['take away a time limit for good', 'alter role fieldstone_test_bi set statement_timeout = 0'],
  ['change a password', "alter role postgres password 'x'"],
  ['make a role', 'create role evil superuser login'],
  ['drop a role', 'drop role fieldstone_test_bi'],
  ['join those who read files', 'grant pg_read_server_files to current_user'],
  ['join those who run programs', 'grant pg_execute_server_program to current_user'],
  ['join those who read everything', 'grant pg_read_all_data to current_user'],
  ['take on the superuser', 'set role postgres'],
  ['be the superuser', 'set session authorization postgres'],
  ['put the role off', 'set role none', "copy (select 1) to program 'cat > /dev/null'"],
  ['put the session off', 'reset session authorization', "select pg_read_file('postgresql.conf')"],
  ['change the server', "alter system set log_connections = 'on'"],
  ['change the database for everybody', 'alter database postgres set statement_timeout = 0'],
  ['make a database', 'create database evil'],
  ['drop a database', 'drop database template1'],
  ['make a place for files', "create tablespace evil location '/tmp'"],
  ['switch triggers off', "set session_replication_role = 'replica'"],
  [
    'allow changes of the catalogue',
    'set allow_system_table_mods = on',
    "update pg_catalog.pg_class set relowner = 0 where relname = 'zq'",
  ],
  ['change the catalogue', 'update pg_catalog.pg_authid set rolsuper = true where rolname = current_user'],
  [
    'listen to every command',
    'create event trigger evil on ddl_command_end execute function pg_catalog.suppress_redundant_updates_trigger()',
  ],
  ['publish everything', 'create publication evil for all tables'],
  ['subscribe', "create subscription evil connection 'dbname=postgres' publication x"],
  ['replicate', "select pg_create_logical_replication_slot('evil', 'pgoutput')"],
  [
    'end sessions of others',
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' and pid <> pg_backend_pid()",
  ],
  ['reload the server', 'select pg_reload_conf()'],
  ['rotate the log', 'select pg_rotate_logfile()'],
  ['switch the write-ahead log', 'select pg_switch_wal()'],
  ['write a checkpoint', 'checkpoint'],
  ['read a table of somebody else', 'select * from of_others.secret'],
  ['read another space that is not ours', 'select * from sp99.t'],
  ['make something in the schema of everybody', 'create table public.evil (a int)'],
];

/** What the role that reads and writes records must not do beside that: the tables themselves, and everything that is not its own. */
const BEYOND_VIEWS: readonly (readonly [what: string, ...statements: string[]])[] = [
  ['become the owner', 'set role fieldstone_test_owner'],
  ['become the reporting role', 'set role fieldstone_test_bi'],
  ['give itself rights', 'grant select on all tables in schema meta to current_user'],
  ['make a schema', 'create schema mine'],
  ['make a table among the views', 'create table sp1_v.evil (a int)'],
  ['make a trusted extension', 'create extension hstore'],
  ...['user', 'session', 'api_key', 'revision', 'tenant', 'plan', 'draft'].map(
    (table) => [`read meta.${table}`, `select * from meta."${table}"`] as const,
  ),
  ['change who somebody is', "update meta.user set role_ids = '{}'"],
  ['read the history of everybody', 'select * from sp1.sys_history'],
  ['read the outbox of everybody', 'select * from sp1.sys_outbox'],
  ['read without naming a tenant', 'select * from meta_v.wf_run'],
  ['drop a view', 'drop view meta_v.wf_run'],
  ['change a function', "create or replace function meta_v.assert(boolean, text) returns boolean language sql as 'select true'"],
  ['empty a table', 'truncate sp1.sys_history'],
  ['take the mail away', "select set_config('app.tenant_id', '1', false)", 'delete from meta_v.outbound_mail'],
];

/** The statements one after the other, in one session. What counts is whether the last one worked. */
async function attempt(client: pg.Client, statements: readonly string[]): Promise<boolean> {
  let worked = false;
  for (const statement of statements) {
    worked = await client.query(statement).then(
      () => true,
      () => false,
    );
  }
  await client.query('discard all');
  return worked;
}

async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  clients.push(client);
  await client.connect();
  return client;
}

const successes = async (client: pg.Client, attempts: typeof BEYOND): Promise<string[]> => {
  const worked: string[] = [];
  for (const [what, ...statements] of attempts) if (await attempt(client, statements)) worked.push(what);
  return worked;
};

describe('E-03: whoever can send any SQL as a role of ours', () => {
  it('has attempts enough', () => {
    expect(BEYOND.length).toBeGreaterThanOrEqual(60);
  });

  it('gets nowhere as the role that records are read and written as', async () => {
    const client = await connect(appConnection(system.test.config));
    const table = system.trial.open.models.current(system.trial.tenant.space).bindings.tables;
    const own = table.get(system.trial.open.model().objects.get(SPECIMEN)?.id ?? '') ?? '';
    const tables: typeof BEYOND = [
      ['read a table of records', `select * from sp1."${own}"`],
      ['change a table of records', `update sp1."${own}" set deleted_at = now()`],
      ['add a column', `alter table sp1."${own}" add evil text`],
      ['read records without naming a tenant', `select * from sp1_v."${own}"`],
    ];
    expect(await successes(client, [...BEYOND, ...BEYOND_VIEWS, ...tables])).toEqual([]);
    // The question is well put: its own view is there, and shows one tenant.
    await client.query(`select set_config('app.tenant_id', '${String(system.trial.tenant.id)}', false)`);
    const { rows } = await client.query<{ tenant_id: number }>(`select distinct tenant_id from sp1_v."${own}"`);
    expect(rows).toEqual([{ tenant_id: system.trial.tenant.id }]);
  });

  it('gets nowhere beyond the tables of the product as the role that publishes', async () => {
    const client = await connect(ownerConnection(system.test.config, 0));
    expect(await successes(client, BEYOND)).toEqual([]);
    const { rows } = await client.query('select session_user::text as session, current_user::text as now');
    const { owner } = system.test.config.roles;
    expect(rows).toEqual([{ session: owner, now: owner }]);
  });

  it('has no powers, and is a member of nothing', async () => {
    const { owner, app, bi } = system.test.config.roles;
    const roles = await system.test.sql<{ name: string }>(
      `select rolname as name, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as strong,
              (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
         from pg_roles r where rolname = any($1) order by array_position($1, rolname::text)`,
      [[owner, app, bi]],
    );
    expect(roles).toEqual([owner, app, bi].map((name) => ({ name, strong: false, memberships: 0 })));
  });

  it('as the superuser gets everywhere: the attempts are real', async () => {
    const client = await connect({ connectionString: system.test.url });
    for (const what of ['run a program', 'read a file', 'see passwords', 'list a folder', 'put the role off']) {
      const [, ...statements] = BEYOND.find(([each]) => each === what) ?? [''];
      expect([what, await attempt(client, statements)]).toEqual([what, true]);
    }
  });
});
