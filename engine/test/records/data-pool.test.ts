import pg from 'pg';
import { keyringOf } from '../../src/kernel/seal.js';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../../src/kernel/logger.js';
import { DataPool, TENANTS_PER_CONNECTION } from '../../src/store/data-pool.js';
import { urlOf } from '../support/database.js';

const server = inject('serverUrl');
const name = `records_pool_${process.pid}`;
const url = urlOf(server, name);
let pool: DataPool;

async function admin(address: string, ...statements: string[]) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
}

beforeAll(async () => {
  await admin(server, `create database ${name}`);
  await admin(
    url,
    'create table public.t (tenant_id int not null, n int primary key)',
    `create view public.v as select * from public.t where tenant_id = current_setting('app.tenant_id')::int with cascaded check option`,
  );
  pool = new DataPool({ connection: { connectionString: url }, size: 2, logger: silentLogger, keys: keyringOf('a secret of the tests') });
});
afterAll(async () => {
  await pool.close();
  await admin(server, `drop database ${name} with (force)`);
});

const insert = (tenant: number, n: number) => ({
  text: 'insert into public.v (tenant_id, n) values ($1, $2) returning n::text',
  values: [tenant, n],
});
const count = { text: 'select count(*)::text from public.v', values: [] };

describe('data pool', () => {
  it('answers the single text of the single row', async () => {
    expect(await pool.query(1, insert(1, 1))).toBe('1');
    expect(await pool.query(1, count)).toBe('1');
    expect(await pool.query(1, { text: 'select n::text from public.v where n = $1', values: [99] })).toBeNull();
  });

  it('shows each tenant its own rows and lets none write for another', async () => {
    expect(await pool.query(2, count)).toBe('0');
    await expect(pool.query(2, insert(1, 2))).rejects.toMatchObject({ code: '44000' });
  });

  it('learns whether one plan serves, and does again by the values what one plan did not finish', async () => {
    const hasty = new DataPool({
      ...{ connection: { connectionString: url }, size: 1, logger: silentLogger, keys: keyringOf('a secret of the tests') },
      statementTimeoutMs: 150,
    });
    try {
      const mode = `current_setting('plan_cache_mode')`;
      const modes = async (text: string, times: number) => {
        const seen = [];
        // Each time with another value: it is one statement all the same.
        for (let i = 0; i < times; i += 1) seen.push(await hasty.query(1, { text, values: [`value ${i}`], plan: 'measured' }));
        return seen;
      };
      // Planned by the values at first, then tried with one plan.
      const tried = await modes(`select ${mode} || left($1::text, 0)`, 40);
      expect(new Set(tried.slice(0, 12))).toEqual(new Set(['force_custom_plan']));
      expect(tried).toContain('force_generic_plan');
      // With one plan it would take for ever: it is tried once, and answered all the same.
      const stuck = `select ${mode} || left(pg_sleep(case ${mode} when 'force_generic_plan' then 60 else 0 end)::text, 0) || left($1::text, 0)`;
      expect(new Set(await modes(stuck, 60))).toEqual(new Set(['force_custom_plan']));
    } finally {
      await hasty.close();
    }
  });

  it('lets workers read along in what is slow, while there is nothing else to do', async () => {
    const workers = `current_setting('max_parallel_workers_per_gather')`;
    const slow = { text: `select ${workers} from pg_catalog.pg_sleep(0.03)`, values: [], plan: 'measured', mayFork: true } as const;
    const { mayFork: _, ...ordered } = slow;
    expect([await pool.query(1, slow), await pool.query(1, slow), await pool.query(1, slow)]).toEqual(['0', '2', '2']);
    expect(await pool.query(1, ordered)).toBe('0');
    expect(await Promise.all([pool.query(1, slow), pool.query(1, slow)])).toEqual(['2', '0']);
    // Not in a transaction of several statements, and of no connection beyond the one.
    expect(await Promise.all([1, 2].map((tenant) => pool.query(tenant, { text: `select ${workers}`, values: [] })))).toEqual(['0', '0']);
  });

  it('leaves nothing of a failed statement, neither rows nor the tenant', async () => {
    const failing = {
      text: `with i as (insert into public.v (tenant_id, n) values ($1, $2) returning n) select (1 / (n - n))::text from i`,
      values: [1, 50],
    };
    for (let i = 0; i < 8; i += 1) await expect(pool.query(1, failing)).rejects.toMatchObject({ code: '22012' });
    expect(await pool.query(1, count)).toBe('1');
    const setting = `select coalesce(nullif(current_setting('app.tenant_id', true), ''), 'none')`;
    expect(await pool.query(7, { text: setting, values: [] })).toBe('7');
  });

  it('keeps answers apart when many callers share few connections', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        pool.query(1 + (i % 3), { text: `select current_setting('app.tenant_id') || ':' || $1::text`, values: [i] }),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => `${1 + (i % 3)}:${i}`));
  });

  it('invariant 49: prepares at most a hundred statements on a connection and survives their eviction', async () => {
    const one = new DataPool({
      connection: { connectionString: url },
      size: 1,
      logger: silentLogger,
      keys: keyringOf('a secret of the tests'),
    });
    for (let round = 0; round < 6; round += 1) {
      for (let i = 0; i < 130; i += 1)
        expect(await one.query(1, { text: `select (${i} + $1::int)::text`, values: [1] })).toBe(String(i + 1));
    }
    const kept = await one.query(1, { text: 'select count(*)::text from pg_catalog.pg_prepared_statements', values: [] });
    expect(Number(kept)).toBeLessThanOrEqual(100);
    expect(Number(kept)).toBeGreaterThan(50);
    await one.close();
  });

  it('invariant 48: replaces a connection that has served many tenants, and no other', async () => {
    const one = new DataPool({
      connection: { connectionString: url },
      size: 1,
      logger: silentLogger,
      keys: keyringOf('a secret of the tests'),
    });
    const backend = (tenant: number) => one.query(tenant, { text: 'select pg_catalog.pg_backend_pid()::text', values: [] });
    const seen = new Set<string | null>();
    for (let n = 0; n < 3 * TENANTS_PER_CONNECTION; n += 1) seen.add(await backend(1 + (n % 3)));
    expect(seen.size).toBe(1);
    for (let tenant = 1; tenant <= TENANTS_PER_CONNECTION; tenant += 1) seen.add(await backend(tenant));
    expect(seen.size).toBe(1);
    expect(seen).not.toContain(await backend(1));
    await one.close();
  });

  it('commits several statements together, or none', async () => {
    await pool.transaction(1, async (tx) => {
      await tx.query(insert(1, 10));
      expect(await tx.query(count)).toBe('2');
    });
    await expect(
      pool.transaction(1, async (tx) => {
        await tx.query(insert(1, 11));
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    await expect(
      pool.transaction(1, async (tx) => {
        await tx.query(insert(1, 12));
        await tx.query(insert(1, 10)).catch(() => undefined);
      }),
    ).rejects.toMatchObject({ code: '23505' });
    expect(await pool.query(1, count)).toBe('2');
  });

  it('goes on after a connection was killed', async () => {
    const killed = pool.query(1, { text: 'select pg_catalog.pg_sleep(2)::text', values: [] });
    const failed = expect(killed).rejects.toBeInstanceOf(Error);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await admin(url, `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(2)%' and pid <> pg_backend_pid()`);
    await failed;
    expect(await pool.query(1, count)).toBe('2');
  });
});
