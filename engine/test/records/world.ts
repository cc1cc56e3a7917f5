import { newId } from '../../src/kernel/ids.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { Actor } from '../../src/kernel/actor.js';
import { fieldType } from '../../src/fields/registry.js';
import type { ActiveModel } from '../../src/model/active.js';
import { compileModel } from '../../src/model/compile-model.js';
import { SYSTEM_COLUMNS } from '../../src/model/system-fields.js';
import type { Model } from '../../src/model/types.js';
import type { RequestContext } from '../../src/records/context.js';
import type { DataStatement } from '../../src/store/data-pool.js';
import { openDatabase, type Database } from '../../src/store/open-database.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { sources } from './world-documents.js';

const OF_TENANT = `where tenant_id = current_setting('app.tenant_id')::int`;

/** Tables of the world, as publishing makes them. */
function schemaOf(model: Model, app: string): { sql: string; active: ActiveModel } {
  const tables = new Map([['sys_user', 'sys_user']]);
  const objectNumbers = new Map([['sys_user', 0]]);
  const columns = new Map(SYSTEM_COLUMNS);
  const sql: string[] = [
    `create schema sp1; create schema sp1_v; grant usage on schema sp1_v to ${app};
     create table sp1.sys_history (tenant_id int not null, object_no int not null, record_id uuid not null, version int not null, at timestamptz not null default now(),
       actor uuid, op text not null, cause jsonb not null default '{}', diff jsonb not null default '{}', rev int not null);
     create index on sp1.sys_history (tenant_id, object_no, record_id, version desc);
     create table sp1.sys_outbox (seq bigint primary key generated always as identity, xid xid8 not null default pg_current_xact_id(), tenant_id int not null,
       object_no int not null, record_id uuid not null, event text not null, version int not null, rev int not null, payload jsonb not null default '{}',
       at timestamptz not null default now());
     create table sp1.sys_counter (tenant_id int not null, field_id text not null, next_value bigint not null, primary key (tenant_id, field_id));
     create view sp1_v.sys_history as select * from sp1.sys_history ${OF_TENANT} with cascaded check option;
     create view sp1_v.sys_outbox as select * from sp1.sys_outbox ${OF_TENANT} with cascaded check option;
     create view sp1_v.sys_counter as select * from sp1.sys_counter ${OF_TENANT} with cascaded check option;
     create view sp1_v.sys_user as select id, tenant_id, name, is_active from meta.user ${OF_TENANT};`,
  ];
  for (const [index, object] of [...model.objects.values()].filter(({ system }) => !system).entries()) {
    const table = `${object.name}_${index}`;
    tables.set(object.id, table);
    objectNumbers.set(object.id, index + 1);
    const definitions: string[] = [];
    const after: string[] = [];
    for (const field of object.fields.values()) {
      if (field.system) continue;
      const column = `${field.name}_${index}x`;
      for (const spec of fieldType(field.type).columns(field.options)) {
        definitions.push(`"${column}${spec.suffix}" ${spec.pgType}`);
        if (spec.suffix === '') columns.set(field.id, { column, pgType: spec.pgType });
      }
      if (field.target !== undefined) after.push(`create index on sp1.${table} (tenant_id, "${column}")`);
      else if (field.indexed) after.push(`create index on sp1.${table} (tenant_id, "${column}", id) where deleted_at is null`);
      if (field.unique)
        after.push(
          `create unique index "uq_${column}" on sp1.${table} (tenant_id, lower("${column}")) where deleted_at is null and "${column}" is not null`,
        );
    }
    sql.push(
      `create table sp1.${table} (id uuid not null, tenant_id int not null, owner_id uuid, created_at timestamptz not null default now(), created_by uuid,
        updated_at timestamptz not null default now(), updated_by uuid, deleted_at timestamptz, deleted_batch uuid, version int not null default 1,
        ${definitions.join(', ')}, primary key (id, tenant_id));
       create index ix_${table}_updated on sp1.${table} (tenant_id, updated_at desc, id desc) where deleted_at is null;
       create index ix_${table}_owner on sp1.${table} (tenant_id, owner_id, updated_at desc, id desc) where deleted_at is null;
       create view sp1_v.${table} as select * from sp1.${table} ${OF_TENANT} with cascaded check option; ${after.join(';')}`,
    );
  }
  sql.push(`grant select, insert, update, delete on all tables in schema sp1_v to ${app};`);
  return {
    sql: sql.join(';\n'),
    active: { space: 1, revision: 1, model, bindings: { dataSchema: 'sp1', viewSchema: 'sp1_v', tables, objectNumbers, columns } },
  };
}

export type World = {
  readonly test: TestDatabase;
  readonly database: Database;
  readonly active: ActiveModel;
  /** Everything the record statements sent since the last call. */
  sent(): DataStatement[];
  /** Somebody of a tenant with these roles. */
  person(name: string, roles: readonly string[], tenantId?: number): Promise<RequestContext>;
  close(): Promise<void>;
};

export async function makeWorld(): Promise<World> {
  const test = await cloneDatabase();
  const compiled = compileModel(sources);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues, null, 1));
  const database = await openDatabase(test.config);
  const { sql, active } = schemaOf(compiled.model, test.config.roles.app);
  await test.sql(sql);
  await test.sql(`insert into meta.space (name, head_rev) values ('one', 1)`);
  await test.sql(`insert into meta.tenant (space_id, name) values (1, 'first'), (1, 'second')`);
  let log: DataStatement[] = [];
  database.data.onStatement = (statement) => log.push(statement);
  return {
    test,
    database,
    active,
    sent() {
      const sent = log;
      log = [];
      return sent;
    },
    async person(name, roles, tenantId = 1) {
      const userId = newId();
      await test.sql(`insert into meta.user (id, tenant_id, email, name) values ($1, $2, $3, $4)`, [
        userId,
        tenantId,
        `${name}${userId}@x.test`,
        name,
      ]);
      const actor: Actor = {
        kind: 'user',
        userId,
        name,
        tenantId,
        roles,
        epoch: 1,
        locale: 'en',
        timeZone: 'UTC',
        currency: 'EUR',
        cause: { kind: 'user' },
      };
      return {
        actor,
        active,
        data: database.data,
        clock: systemClock,
        cursorKey: 'key of the tests',
        refresh: () => Promise.resolve(active),
      };
    },
    async close() {
      await database.close();
      await test.drop();
    },
  };
}
