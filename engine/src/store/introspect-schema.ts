import { dataSchemaOf, viewSchemaOf } from '../planner/bindings.js';
import type { ActualSchema, ActualTable, ActualView } from '../planner/drift.js';
import type { Database } from './open-database.js';

/** Reads what the catalogue holds of a space. For the doctor only: nothing else ever asks Postgres what the engine made itself. */
export async function introspectSchema(database: Database, space: number): Promise<ActualSchema> {
  const { app } = database.config.roles;
  const tables = await database.pool.query<ActualTable>(TABLES, [dataSchemaOf(space), app]);
  const views = await database.pool.query<ActualView>(VIEWS, [viewSchemaOf(space), app]);
  return { tables: tables.rows, views: views.rows };
}

const TABLES = `
  select c.relname as name,
    coalesce((select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
       from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
    coalesce((select json_agg(json_build_object('name', i.relname, 'isUnique', x.indisunique, 'isValid', x.indisvalid, 'isPrimary', x.indisprimary))
       from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid), '[]') as indexes,
    coalesce((select json_agg(k.conname) from pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'f')), '[]') as constraints,
    coalesce((select json_agg(t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal), '[]') as triggers,
    c.relrowsecurity as "hasRowSecurity",
    has_table_privilege($2, c.oid, 'select, insert, update, delete, truncate, references, trigger') as "isOpenToApp"
  from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p') and c.relname not like 'sys\\_%'
  order by c.relname`;

const VIEWS = `
  select c.relname as name,
    coalesce((select json_agg(a.attname order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0), '[]') as columns,
    has_table_privilege($2, c.oid, 'select') and has_table_privilege($2, c.oid, 'insert')
      and has_table_privilege($2, c.oid, 'update') and has_table_privilege($2, c.oid, 'delete') as "isUsable",
    'check_option=cascaded' = any(coalesce(c.reloptions, '{}')) and pg_get_viewdef(c.oid) like '%app.tenant_id%' as "isGuarded"
  from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind = 'v' and c.relname not like 'sys\\_%'
  order by c.relname`;
