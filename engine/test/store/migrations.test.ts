import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appConnection } from '../../src/store/connection.js';
import { openDatabase, type Database } from '../../src/store/open-database.js';
import { migrate } from '../../src/store/run-migrations.js';
import { cloneDatabase, configFor, urlOf, type TestDatabase } from '../support/database.js';

describe('migrations', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await cloneDatabase();
    database = await openDatabase(test.config);
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('run once, however many processes start together', async () => {
    await Promise.all([migrate(test.config), migrate(test.config), migrate(test.config)]);
    const [row] = await test.sql<{ n: string }>('select count(*)::int as n from meta.migration');
    expect(row?.n).toBeGreaterThanOrEqual(3);
  });

  it('leave the owner as owner of everything, and the roles without powers', async () => {
    const foreign = await test.sql(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('meta', 'meta_v') and pg_get_userbyid(c.relowner) <> $1`,
      [test.config.roles.owner],
    );
    expect(foreign).toEqual([]);
    const roles = Object.values(test.config.roles);
    expect(
      await test.sql(
        'select distinct rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication from pg_roles where rolname = any($1)',
        [roles],
      ),
    ).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, rolreplication: false }]);
  });

  it('let roles of earlier versions log in, and those whose secret changed', async () => {
    const roles = { owner: 'fieldstone_earlier_owner', app: 'fieldstone_earlier_app', bi: 'fieldstone_earlier_bi' };
    await test.sql('create database fieldstone_earlier');
    try {
      await test.sql(`create role ${roles.owner} nologin`);
      await test.sql(`create role ${roles.app} login noinherit password 'of another secret'`);
      const config = { ...configFor(urlOf(test.url, 'fieldstone_earlier')), roles };
      await migrate(config);
      const opened = await openDatabase(config);
      const { rows } = await opened.pool.query('select session_user::text as session, current_user::text as now');
      expect(rows).toEqual([{ session: roles.owner, now: roles.owner }]);
      expect(await opened.data.query(1, { text: 'select session_user::text', values: [] })).toBe(roles.app);
      await opened.close();
    } finally {
      await test.sql('drop database fieldstone_earlier with (force)');
      for (const role of Object.values(roles)) await test.sql(`drop role if exists ${role}`);
    }
  });

  it('give exact values as text', async () => {
    const { rows } = await database.pool.query(
      `select 12345678901234567.8901::numeric as n, 9007199254740993::int8 as i, date '2024-02-29' as d, current_user::text as who`,
    );
    expect(rows[0]).toEqual({ n: '12345678901234567.8901', i: '9007199254740993', d: '2024-02-29', who: test.config.roles.owner });
    const [viaKnex] = (await database.knex.raw(`select date '2024-02-29' as d, current_user::text as who`)).rows;
    expect(viaKnex).toEqual({ d: '2024-02-29', who: test.config.roles.owner });
  });

  it.each([
    ['read a platform table', 'select * from meta.user'],
    ['become the owner', 'set role fieldstone_test_owner'],
    ['run a program', "copy (select 1) to program 'true'"],
    ['read a file of the server', "select pg_read_file('postgresql.conf')"],
    ['create an extension', 'create extension dblink'],
    ['change a role', 'alter role fieldstone_test_app superuser'],
    ['make a schema', 'create schema mine'],
    ['read without naming a tenant', 'select * from meta_v.wf_run'],
  ])('the app role can not %s', async (_what, sql) => {
    const client = new pg.Client(appConnection(test.config));
    await client.connect();
    try {
      await expect(client.query(sql)).rejects.toThrow();
    } finally {
      await client.end();
    }
  });

  it('refuse an applied file that was edited, and a database of a newer version', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fieldstone-migrations-'));
    await expect(migrate(test.config, folder)).rejects.toMatchObject({ code: 'setup_failed', message: expect.stringContaining('newer') });
    const names = await test.sql<{ name: string }>('select name from meta.migration');
    for (const { name } of names) await writeFile(join(folder, name), 'select 1');
    await expect(migrate(test.config, folder)).rejects.toMatchObject({ code: 'setup_failed', message: expect.stringContaining('changed') });
  });

  it('roll back a file that fails half-way, and say nothing was applied', async () => {
    const other = await cloneDatabase();
    try {
      const folder = await mkdtemp(join(tmpdir(), 'fieldstone-migrations-'));
      await other.sql('drop schema meta_v cascade');
      await other.sql('drop schema meta cascade');
      await writeFile(join(folder, '0001_a.sql'), 'create table meta.a (id int)');
      await writeFile(join(folder, '0002_b.sql'), 'create table meta.b (id int); select 1/0');
      await expect(migrate(other.config, folder)).rejects.toThrow();
      expect(await other.sql(`select name from meta.migration`)).toEqual([{ name: '0001_a.sql' }]);
      expect(await other.sql(`select to_regclass('meta.b') as b`)).toEqual([{ b: null }]);
    } finally {
      await other.drop();
    }
  });

  it.each([
    ['no server', 'postgres://postgres@127.0.0.1:9/x', 'No PostgreSQL server answers at 127.0.0.1:9/x.'],
    ['no database', undefined, 'There is no database'],
  ])('say in one line what is wrong: %s', async (_what, url, message) => {
    const wrong = url ?? test.url.replace(/\/[^/]*$/, '/nowhere_to_be_found');
    await expect(migrate(configFor(wrong))).rejects.toMatchObject({ code: 'setup_failed', message: expect.stringContaining(message) });
  });

  it('leave a foreign schema named meta alone', async () => {
    const other = await cloneDatabase();
    try {
      await other.sql('drop schema meta_v cascade');
      await other.sql('drop schema meta cascade');
      await other.sql('create schema meta; create table meta.theirs (a int)');
      await expect(migrate(other.config)).rejects.toMatchObject({ code: 'setup_failed' });
      expect(await other.sql(`select to_regclass('meta.theirs') is not null as kept`)).toEqual([{ kept: true }]);
    } finally {
      await other.drop();
    }
  });
});
