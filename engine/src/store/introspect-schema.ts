import type pg from 'pg';
import type { CatalogPart } from '../planner/catalog-part.js';
import type { DatabaseConfig } from './database.js';

type Queryable = { query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<{ rows: Row[] }> };

/** Reads what the catalogue holds in some schemas. For the doctor only: nothing else ever asks Postgres what the engine made itself. */
export async function introspectSchemas(
  db: Queryable,
  roles: Pick<DatabaseConfig['roles'], 'app' | 'bi'>,
  schemas: readonly string[],
): Promise<CatalogPart[]> {
  const { rows } = await db.query<CatalogPart>(PARTS, [schemas, roles.app, roles.bi]);
  return rows.map(({ isValid, ...part }) => (isValid === false ? { ...part, isValid } : part));
}

/** The powers of the roles that can log in or read for others. They belong to the server, not to a schema. */
export async function introspectRoles(db: Queryable, { owner, app, bi }: DatabaseConfig['roles']): Promise<CatalogPart[]> {
  const { rows } = await db.query<CatalogPart>(ROLES, [owner, app, bi]);
  return rows;
}

const ROLES = `
  select 'role' as kind, '' as schema, '' as of, r.rolname as name,
    concat_ws(' ', case when rolcanlogin then 'login' else 'nologin' end, case when rolsuper then 'superuser' else 'nosuperuser' end,
      case when rolcreaterole then 'createrole' else 'nocreaterole' end, case when rolcreatedb then 'createdb' else 'nocreatedb' end,
      case when rolreplication then 'replication' else 'noreplication' end, case when rolbypassrls then 'bypassrls' else 'nobypassrls' end,
      case when r.rolname in ($1, $2) then (select 'in role ' || string_agg(g.rolname, ', ' order by g.rolname)
        from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid) end) as definition
  from pg_roles r where r.rolname in ($1, $2, $3)`;

/** A function takes its place by name and argument types. Names that Postgres makes (toast, identity sequences) are no parts. */
const PARTS = `
  with space as (select oid, nspname, nspacl, nspowner from pg_namespace where nspname = any($1)),
    rel as (select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.reloptions, s.nspname
      from pg_class c join space s on s.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm')),
    grantee as (select oid, case rolname when $2 then 'app' else 'bi' end as name from pg_roles where rolname in ($2, $3) union all select 0, 'public')
  select case when relkind in ('v', 'm') then 'view' else 'table' end as kind, nspname as schema, relname as of, relname as name,
    case when relkind in ('v', 'm') then
      regexp_replace(pg_get_viewdef(rel.oid), ';\\s*$', '') || case when 'check_option=cascaded' = any(coalesce(reloptions, '{}')) then ' with cascaded check option' else '' end
    else '' end as definition, null::boolean as "isValid" from rel
  union all select 'owner', rel.nspname, rel.relname, relname, pg_get_userbyid(relowner), null from rel
  union all select 'row security', rel.nspname, rel.relname, relname, case when relrowsecurity then 'on' else 'off' end, null from rel where relkind in ('r', 'p')
  union all
  select 'column', rel.nspname, rel.relname, a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
      case when a.attidentity <> '' then 'generated as identity' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)), null
    from rel join pg_attribute a on a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where relkind in ('r', 'p')
  union all
  select 'index', rel.nspname, rel.relname, i.relname, pg_get_indexdef(i.oid), x.indisvalid
    from rel join pg_index x on x.indrelid = rel.oid join pg_class i on i.oid = x.indexrelid
    where not exists (select 1 from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
  union all
  select 'constraint', rel.nspname, rel.relname, k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), k.convalidated
    from rel join pg_constraint k on k.conrelid = rel.oid where k.contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select 'trigger', rel.nspname, rel.relname, t.tgname, pg_get_triggerdef(t.oid), null from rel join pg_trigger t on t.tgrelid = rel.oid where not t.tgisinternal
  union all
  select 'policy', rel.nspname, rel.relname, p.policyname, lower(p.permissive) || ' ' || lower(p.cmd) || ' to ' || array_to_string(p.roles, ', ')
      || coalesce(' using ' || p.qual, '') || coalesce(' with check ' || p.with_check, ''), null
    from rel join pg_policies p on p.schemaname = rel.nspname and p.tablename = rel.relname
  union all
  select 'right', rel.nspname, rel.relname, g.name, string_agg(x.privilege, ', ' order by x.privilege), null
    from rel cross join lateral (
      select e.grantee, lower(e.privilege_type) as privilege from aclexplode(rel.relacl) e where e.grantee <> rel.relowner
      union select e.grantee, lower(e.privilege_type) || '(' || a.attname || ')' from pg_attribute a, aclexplode(a.attacl) e
        where a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped) x
    join grantee g on g.oid = x.grantee group by rel.nspname, rel.relname, g.name
  union all
  select 'right', nspname, '', g.name, string_agg(lower(e.privilege_type), ', ' order by e.privilege_type), null
    from space cross join lateral aclexplode(nspacl) e join grantee g on g.oid = e.grantee where e.grantee <> nspowner group by nspname, g.name
  union all
  select 'function', nspname, p.proname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid), null
    from pg_proc p join space s on s.oid = p.pronamespace where p.prokind = 'f'
  union all
  select 'right', nspname, p.proname, g.name, string_agg(lower(e.privilege_type), ', ' order by e.privilege_type), null
    from pg_proc p join space s on s.oid = p.pronamespace cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) e
    join grantee g on g.oid = e.grantee where p.prokind = 'f' and e.grantee <> p.proowner group by nspname, p.proname, g.name
  order by 1, 2, 3, 4`;
