import type pg from 'pg';
import { quote } from '../kernel/statement.js';
import { takeCatalogImage } from './catalog-image.js';
import type { Database } from './open-database.js';

export type NewSpace = { readonly name: string; readonly locale?: string; readonly timeZone?: string; readonly currency?: string };
export type Space = { readonly id: number; readonly tenantId: number };

/** The first space of an installation, or null while there is none. */
export async function findSpace(database: Database): Promise<Space | null> {
  const { rows } = await database.pool.query<Space>(
    `select s.id, t.id as "tenantId" from meta.space s join meta.tenant t on t.space_id = s.id order by s.id, t.id limit 1`,
  );
  return rows[0] ?? null;
}

/** What tells this system apart from others. */
export async function systemOf(database: Database, space: number): Promise<string> {
  const { rows } = await database.pool.query<{ system: string }>('select system from meta.space where id = $1', [space]);
  if (!rows[0]) throw new Error(`there is no space ${space}`);
  return rows[0].system;
}

/**
 * Makes a space with its one tenant: a schema for its tables, a schema for the guard views over them, and the tables every space has.
 *
 * Shape: `sys_history` keys changes by field id, so that renames keep history. `sys_outbox` is read in the order of `xid`, behind the oldest
 *        transaction still running; `seq` alone would skip what commits late. `sys_counter` numbers records without gaps.
 */
export async function createSpace(database: Database, wanted: NewSpace): Promise<Space> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const space = await insertSpace(client, wanted);
    await client.query(spaceSchema(space.id, database.config.roles));
    await client.query(laterTables(space.id, database.config.roles));
    await takeCatalogImage(client, database.config.roles);
    await client.query('commit');
    return space;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** Where the people of a space are at home: what a day without a time and an amount without a currency mean. */
export async function placeOfSpace(database: Database, space: number): Promise<{ timeZone: string; currency: string }> {
  const { rows } = await database.pool.query<{ timeZone: string; currency: string }>(
    'select time_zone as "timeZone", currency from meta.tenant where space_id = $1 order by id limit 1',
    [space],
  );
  return rows[0] ?? { timeZone: 'UTC', currency: 'EUR' };
}

/** Gives every space the tables that came after it was made. What is there stays as it is, so it can run at every start. */
export async function ensureSpaceTables({ pool, config }: Database): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // One of several processes that start at once does it; the others find it done.
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const { rows } = await client.query<{ id: number }>('select id from meta.space order by id');
    let wasMade = false;
    for (const { id } of rows) {
      const { rows: found } = await client.query<{ there: boolean }>(
        `select to_regclass($1) is not null and to_regclass($4) is not null and to_regclass($5) is not null and not exists (
           select 1 from unnest($2::text[], $3::text[]) w (view, name)
           where not exists (select 1 from pg_attribute where attrelid = to_regclass(w.view) and attname = w.name and not attisdropped)
         ) as there`,
        [
          `sp${id}_v.sys_dirty`,
          LATER_COLUMNS.map(([view]) => `sp${id}_v.${view}`),
          LATER_COLUMNS.map(([, name]) => name),
          `sp${id}.ix_sys_history_deleted`,
          `sp${id}.pk_sys_outbox`,
        ],
      );
      if (found[0]?.there === true) continue;
      await client.query(laterTables(id, config.roles));
      wasMade = true;
    }
    if (wasMade) await takeCatalogImage(client, config.roles);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

const LOCK = 7_002;

/** What tells whether a space has all of `laterTables`: the columns of its views that came last. */
const LATER_COLUMNS: readonly (readonly [view: string, column: string])[] = [
  ['sys_user', 'is_queue'],
  ['sys_history', 'operation'],
];

export async function insertSpace(client: pg.PoolClient, { name, locale, timeZone, currency }: NewSpace): Promise<Space> {
  const spaces = await client.query<{ id: number }>('insert into meta.space (name) values ($1) returning id', [name]);
  const id = spaces.rows[0]?.id;
  const tenants = await client.query<{ id: number }>(
    'insert into meta.tenant (space_id, name, locale, time_zone, currency) values ($1, $2, $3, $4, $5) returning id',
    [id, name, locale ?? 'en', timeZone ?? 'UTC', currency ?? 'EUR'],
  );
  const tenantId = tenants.rows[0]?.id;
  if (id === undefined || tenantId === undefined) throw new Error('the space was not made');
  return { id, tenantId };
}

const OF_TENANT = `where tenant_id = current_setting('app.tenant_id')::int`;

/**
 * What was added to the tables of a space since the first release. `sys_dirty` names records whose stored roll-up has to be worked out again; a record may be in it
 * many times, since a unique key would make writers of one parent wait for each other.
 *
 * `sys_history.operation` says what a change was part of. Its ids rise with time, as the rows do, so an index of block ranges finds all of an operation
 * and costs a write nothing. The recycle bin is a range of its deletions. The rows of `sys_outbox` are known by the order in which they are read: a second
 * index, on `seq` alone, cost each write and served nobody.
 */
export function laterTables(space: number, roles: { readonly app: string }): string {
  const data = `sp${space}`;
  const views = `sp${space}_v`;
  return `
    create table if not exists ${data}.sys_dirty (
      seq bigint primary key generated always as identity,
      tenant_id int not null,
      field_id text not null,
      record_id uuid not null
    );
    create or replace view ${views}.sys_user as
      select id, tenant_id, name, is_active, kind = 'queue' as is_queue from meta.user ${OF_TENANT};
    alter table ${data}.sys_history add column if not exists operation uuid;
    create index if not exists ix_sys_history_operation on ${data}.sys_history using brin (operation)
      with (pages_per_range = 32, autosummarize = on);
    create index if not exists ix_sys_history_deleted on ${data}.sys_history (tenant_id, object_no, at desc, record_id desc) where op = 'delete';
    do $$ begin
      if to_regclass('${data}.pk_sys_outbox') is null then
        alter table ${data}.sys_outbox drop constraint sys_outbox_pkey, add constraint pk_sys_outbox primary key (xid, seq);
        drop index ${data}.ix_sys_outbox;
      end if;
    end $$;
    create or replace view ${views}.sys_history as
      select tenant_id, object_no, record_id, version, at, actor, op, cause, diff, rev, operation from ${data}.sys_history ${OF_TENANT}
      with cascaded check option;
    create or replace view ${views}.sys_dirty as
      select seq, tenant_id, field_id, record_id from ${data}.sys_dirty ${OF_TENANT}
      with cascaded check option;
    grant select, insert, update, delete on ${views}.sys_dirty to ${quote(roles.app)};`;
}

export function spaceSchema(space: number, roles: { readonly app: string; readonly bi: string }): string {
  const data = `sp${space}`;
  const views = `sp${space}_v`;
  const app = quote(roles.app);
  return `
    create schema ${data};
    create schema ${views};
    grant usage on schema ${views} to ${app};
    grant usage on schema ${data} to ${quote(roles.bi)};

    create table ${data}.sys_history (
      tenant_id int not null,
      object_no int not null,
      record_id uuid not null,
      version int not null,
      at timestamptz not null default now(),
      actor uuid,
      op text not null check (op in ('create', 'update', 'delete', 'restore')),
      cause jsonb not null default '{}',
      diff jsonb not null default '{}',
      rev int not null
    );
    create index ix_sys_history on ${data}.sys_history (tenant_id, object_no, record_id, version desc);

    create table ${data}.sys_outbox (
      seq bigint generated always as identity,
      xid xid8 not null default pg_current_xact_id(),
      tenant_id int not null,
      object_no int not null,
      record_id uuid not null,
      event text not null,
      version int not null,
      rev int not null,
      payload jsonb not null default '{}',
      at timestamptz not null default now(),
      constraint pk_sys_outbox primary key (xid, seq)
    );

    create table ${data}.sys_counter (
      tenant_id int not null,
      field_id text not null,
      next_value bigint not null,
      primary key (tenant_id, field_id)
    );

    create view ${views}.sys_history as
      select tenant_id, object_no, record_id, version, at, actor, op, cause, diff, rev from ${data}.sys_history ${OF_TENANT}
      with cascaded check option;
    create view ${views}.sys_outbox as
      select seq, xid, tenant_id, object_no, record_id, event, version, rev, payload, at from ${data}.sys_outbox ${OF_TENANT}
      with cascaded check option;
    create view ${views}.sys_counter as
      select tenant_id, field_id, next_value from ${data}.sys_counter ${OF_TENANT}
      with cascaded check option;
    create view ${views}.sys_user as
      select id, tenant_id, name, is_active from meta.user ${OF_TENANT};
    grant select, insert on ${views}.sys_history, ${views}.sys_outbox to ${app};
    grant select, insert, update on ${views}.sys_counter to ${app};
    grant select on ${views}.sys_user to ${app};`;
}
