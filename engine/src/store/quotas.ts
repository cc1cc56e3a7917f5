import type pg from 'pg';
import { quote } from '../kernel/statement.js';
import { QUOTAS, standing, type QuotaDefaults, type QuotaName } from '../kernel/quota.js';
import { dataSchemaOf } from '../planner/bindings.js';
import type { Database } from './open-database.js';

/** One quota of one tenant: what it may have (null: as much as it likes), whether that is its own value, and what it had at the last look. */
export type Quota = {
  readonly tenant: number;
  readonly tenantName: string;
  readonly name: QuotaName;
  readonly max: number | null;
  readonly isOwn: boolean;
  readonly used: number | null;
  readonly measuredAt: string | null;
};
type Limited = Quota & { readonly max: number; readonly space: number; readonly age: number | null };
type Counts = ReadonlyMap<number, number>;

/** Units: seconds. Who is near its limit, or beyond it, is looked at more often: so that little goes too far, and room that was made is soon seen. */
const EVERY = { ok: 60, near: 10, full: 10 };
const LOCK = 7_005;

/** Names with the values for all; null becomes 0, which is how no limit is written down. */
const inputs = (defaults: QuotaDefaults) => [QUOTAS, QUOTAS.map((name) => defaults[name] ?? 0)];
/** Every quota of every tenant `t`, with the row `q` that is kept of it. */
const ALL = `meta.tenant t cross join unnest($1::text[], $2::bigint[]) n (name, max)
  left join meta.quota q on q.tenant_id = t.id and q.name = n.name`;
const MAX = 'nullif(coalesce(q.own_max, n.max), 0)';

/** All quotas as they are set and were measured: of one tenant, or of all. */
export async function listQuotas(pool: Pick<pg.Pool, 'query'>, defaults: QuotaDefaults, tenant: number | null): Promise<Quota[]> {
  const { rows } = await pool.query<Quota>(
    `select t.id as tenant, t.name as "tenantName", n.name, ${MAX}::float8 as max, q.own_max is not null as "isOwn",
       q.used::float8 as used, to_char(q.measured_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "measuredAt"
     from ${ALL} where $3::int is null or t.id = $3 order by t.id, array_position($1::text[], n.name)`,
    [...inputs(defaults), tenant],
  );
  return rows;
}

/** Gives a tenant a value of its own: null takes it away, 0 is no limit. Whether there is such a tenant. */
export async function setQuota(pool: Pick<pg.Pool, 'query'>, tenant: number, name: QuotaName, max: number | null): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into meta.quota (tenant_id, name, own_max) select t.id, $2, $3 from meta.tenant t where t.id = $1
     on conflict (tenant_id, name) do update set own_max = excluded.own_max, measured_at = null`,
    [tenant, name, max],
  );
  return rowCount === 1;
}

/**
 * Counts what tenants with a limit have, where the last look is some time ago. One process does it, the others pass.
 *
 * Shape:  gives what was measured. With `isDue` false everything is, however fresh the last look is.
 * Source: records are counted in the primary keys, which hold the tenant: 0.1 s for a million in memory, measured, where reading the tables took three
 *         processes 0.09 s each. Tables of which no tenant has a limit are not counted.
 */
export async function measureQuotas({ pool }: Pick<Database, 'pool'>, defaults: QuotaDefaults, onlyDue = false): Promise<readonly Quota[]> {
  const client = await pool.connect();
  try {
    const { rows: locks } = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) ok', [LOCK]);
    if (locks[0]?.ok !== true) return [];
    // A limit that was lifted holds nobody.
    await client.query(
      `update meta.quota k set max = null, used = null, measured_at = null
         from (select q.tenant_id, q.name from ${ALL} where q.max is not null and ${MAX} is null) f
        where k.tenant_id = f.tenant_id and k.name = f.name`,
      inputs(defaults),
    );
    const { rows } = await client.query<Limited>(
      `select t.id as tenant, t.name as "tenantName", t.space_id as space, n.name, ${MAX}::float8 as max, q.own_max is not null as "isOwn",
         q.used::float8 as used, extract(epoch from now() - q.measured_at)::float8 as age, null as "measuredAt"
       from ${ALL} where ${MAX} is not null order by t.space_id, t.id`,
      inputs(defaults),
    );
    const due = rows.filter(({ used, max, age }) => !onlyDue || used === null || age === null || age >= EVERY[standing({ used, max })]);
    const measured: Quota[] = [];
    for (const name of QUOTAS) {
      const wanted = due.filter((quota) => quota.name === name);
      const counts = wanted.length === 0 ? new Map<number, number>() : await COUNT[name](client, wanted);
      measured.push(...wanted.map((quota) => ({ ...quota, used: counts.get(quota.tenant) ?? 0 })));
    }
    await client.query(
      `insert into meta.quota (tenant_id, name, max, used, measured_at)
       select m.tenant_id, m.name, m.max, m.used, now() from unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[]) m (tenant_id, name, max, used)
       on conflict (tenant_id, name) do update set max = excluded.max, used = excluded.used, measured_at = excluded.measured_at`,
      [measured.map((m) => m.tenant), measured.map((m) => m.name), measured.map((m) => m.max), measured.map((m) => m.used)],
    );
    return measured;
  } finally {
    await client.query('rollback').catch(() => undefined);
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    client.release();
  }
}

type Count = (client: pg.PoolClient, wanted: readonly Limited[]) => Promise<Counts>;
const COUNT: Readonly<Record<QuotaName, Count>> = {
  async records(client, wanted) {
    const counts = new Map<number, number>();
    for (const space of new Set(wanted.map((quota) => quota.space))) {
      const tenants = wanted.filter((quota) => quota.space === space).map(({ tenant }) => tenant);
      // Tables of the system begin with sys_, and those of objects never do. What a table is copied to while it is written anew does not count twice.
      const { rows: tables } = await client.query<{ name: string }>(
        `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
          where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and not starts_with(c.relname, 'sys_')
            and not exists (select 1 from pg_class o where o.relnamespace = c.relnamespace and c.relname = 'rb_' || o.relname)`,
        [dataSchemaOf(space)],
      );
      // Set back with the end of the transaction, which nothing is written in.
      await client.query('begin; set local enable_seqscan = off; set local max_parallel_workers_per_gather = 0');
      for (const { name } of tables)
        await add(client, counts, `select tenant_id, count(*)::float8 as count from ${quote(dataSchemaOf(space))}.${quote(name)}`, tenants);
      await client.query('commit');
    }
    return counts;
  },
  file_bytes: (client, wanted) => add(client, new Map(), 'select tenant_id, sum(size)::float8 as count from meta.file', tenantsOf(wanted)),
  waiting_runs: (client, wanted) =>
    add(client, new Map(), 'select tenant_id, count(*)::float8 as count from meta.wf_run', tenantsOf(wanted), "status = 'ready' and "),
};

const tenantsOf = (wanted: readonly Limited[]) => wanted.map(({ tenant }) => tenant);

async function add(
  client: pg.PoolClient,
  to: Map<number, number>,
  select: string,
  tenants: readonly number[],
  where = '',
): Promise<Counts> {
  const { rows } = await client.query<{ tenant_id: number; count: number }>(
    `${select} where ${where}tenant_id = any($1::int[]) group by tenant_id`,
    [tenants],
  );
  for (const { tenant_id: tenant, count } of rows) to.set(tenant, (to.get(tenant) ?? 0) + count);
  return to;
}
