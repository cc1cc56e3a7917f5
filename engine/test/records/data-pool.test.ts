import pg from 'pg';
import { keyringOf } from '../../src/kernel/seal.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
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
    'create table public.gate as select 1000 as below',
    // Takes long in any case, and as long as the gate is closed for it.
    `create function public.held(n int) returns text language plpgsql as $$ begin
       perform pg_catalog.pg_sleep(0.2);
       while n >= (select below from public.gate) loop perform pg_catalog.pg_sleep(0.005); end loop;
       return pg_catalog.pg_backend_pid()::text;
     end $$`,
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

  describe('with lanes', () => {
    const keys = keyringOf('a secret of the tests');
    const echo = {
      text: `select pg_catalog.current_setting('app.tenant_id') || ' ' || $1::text || ' ' || pg_catalog.pg_backend_pid()`,
      values: ['warm'] as unknown[],
    };
    const quickly = (value: string) => ({ ...echo, values: [value] });
    const fails = { text: 'select (1 / $1::int)::text', values: [0] as unknown[] };
    let wide: DataPool;
    /** Until they are known to be quick, and all lanes are open. */
    const warm = async () => {
      for (let round = 0; round < 6; round += 1) {
        for (const statement of [echo, { ...fails, values: [1] }])
          await Promise.all(Array.from({ length: 20 }, () => wide.query(1, statement)));
      }
    };
    beforeEach(async () => {
      wide = new DataPool({ connection: { connectionString: url }, size: 10, logger: silentLogger, keys });
      await warm();
    });
    afterEach(() => wide.close());
    // Where a lane stands still for a moment, callers take other connections, as they should: on a machine that is busy with other things it is tried again.
    const onCalmLanes = { retry: 5 };
    const backendsOf = (answers: readonly (string | null)[]) => new Set(answers.map((answer) => answer?.split(' ')[2]));

    it('has quick statements of many callers on few connections, and what is slow on others', onCalmLanes, async () => {
      const slow = Array.from({ length: 6 }, () =>
        wide.query(1, { text: `select pg_catalog.pg_backend_pid()::text from pg_catalog.pg_sleep(0.3)`, values: [] }),
      );
      const quick = await Promise.all(Array.from({ length: 30 }, (_, n) => wide.query(1, quickly(String(n)))));
      expect(quick.map((answer) => answer?.split(' ').slice(0, 2))).toEqual(quick.map((_, n) => ['1', String(n)]));
      expect(backendsOf(quick).size).toBeLessThanOrEqual(4);
      for (const pid of await Promise.all(slow)) expect(backendsOf(quick)).not.toContain(pid);
    });

    it('has several that are sent together and are quick on few connections', onCalmLanes, async () => {
      const pairs = (length: number) => Promise.all(Array.from({ length }, (_, n) => wide.batch(1, [quickly(String(n)), quickly('x')])));
      for (let round = 0; round < 6; round += 1) await pairs(20);
      const together = (await pairs(30)).map(([first]) => first ?? null);
      expect(together.map((answer) => answer?.split(' ')[1])).toEqual(together.map((_, n) => String(n)));
      expect(backendsOf(together).size).toBeLessThanOrEqual(4);
    });

    it('keeps them there in a flood, from its beginning, and gives those who have to be alone their turn', onCalmLanes, async () => {
      const cold = new DataPool({ connection: { connectionString: url }, logger: silentLogger, size: 10, keys });
      const answered = new Map<string, number>();
      const flood = async () => {
        for (let n = 0; n < 40; n += 1) {
          const pid = (await cold.query(1, quickly(String(n))))?.split(' ')[2] ?? '';
          answered.set(pid, (answered.get(pid) ?? 0) + 1);
        }
      };
      let alone = 0;
      let isOver = false;
      const others = async () => {
        for (; alone < 10; alone += 1) await cold.transaction(1, (tx) => tx.query(quickly('x')));
        return isOver;
      };
      const last = others();
      await Promise.all(Array.from({ length: 80 }, flood)).finally(() => (isOver = true));
      expect([alone, await last]).toEqual([10, false]);
      const shares = [...answered.values()].sort((x, y) => y - x);
      const onLanes = shares.slice(0, 4).reduce((sum, count) => sum + count, 0);
      await cold.close();
      // 0.95 where nothing stands still; 0.6 at most where nobody waits for room on a lane.
      expect(onLanes / (80 * 40)).toBeGreaterThan(0.75);
    });

    describe('where there are several tenants', () => {
      const held = (n: number) => ({ text: 'select public.held($1)', values: [n] });
      const long = (on: DataPool, tenant: number, n: number) => on.query(tenant, held(n));
      /** From here on only those are done whose number is below. */
      const open = (below: number) => admin(url, `update public.gate set below = ${String(below)}`);
      afterEach(() => open(1_000));
      const atWork = async () => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        const { rows } = await client.query<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity where query like 'select public.held%' and state = 'active'`,
        );
        await client.end();
        return rows[0]?.n;
      };
      /** So many come to be at work, however slow the machine, and no more of them a moment later. */
      const staysAt = async (n: number) => {
        await vi.waitFor(async () => expect(await atWork()).toBe(n), { timeout: 20_000 });
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(await atWork()).toBe(n);
      };

      it('has what takes long of one tenant on few connections', async () => {
        await long(wide, 1, 0);
        await open(0);
        const alone = Array.from({ length: 6 }, (_, n) => long(wide, 1, n));
        await staysAt(6);
        await open(1_000);
        await Promise.all(alone);
        await wide.query(2, quickly('x'));
        await open(0);
        const storm = Array.from({ length: 8 }, (_, n) => long(wide, 1, n));
        await staysAt(2);
        // It does not wait for those of the other.
        await long(wide, 2, -1);
        await open(1_000);
        expect(await Promise.all(storm)).toHaveLength(8);
      });

      it.each([
        [1, 1, 'a statement', long],
        [5, 4, 'a statement', long],
        [5, 4, 'several together', (on: DataPool, tenant: number, n: number) => on.batch(tenant, [held(n), quickly('x')])],
      ])('has %i of them at work where it is told so, and %i of one tenant: %s', async (longStatements, ofOne, _, ask) => {
        const told = new DataPool({ connection: { connectionString: url }, size: 10, logger: silentLogger, keys, longStatements });
        told.share();
        await ask(told, 1, 0);
        await open(0);
        const storm = Array.from({ length: 8 }, (_each, n) => ask(told, 1, n));
        await staysAt(ofOne);
        await open(1_000);
        expect(await Promise.all(storm)).toHaveLength(8);
        await told.close();
      });

      it('holds back those who waited for a connection when it turned out how long it takes', async () => {
        wide.share();
        await open(0);
        // Nobody knows it yet: as many are at work as one tenant may have connections, and the others wait for one.
        const storm = Array.from({ length: 20 }, (_, n) => long(wide, 1, n));
        await vi.waitFor(async () => expect(await atWork()).toBeGreaterThan(4), { timeout: 20_000 });
        await open(10);
        await staysAt(2);
        await open(1_000);
        expect(await Promise.all(storm)).toHaveLength(20);
      });
    });

    it('keeps tenants and failures apart, whoever is on a connection with whom', async () => {
      let seed = 20_261_127;
      const next = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % below;
      const wrong: string[] = [];
      const caller = async (id: number) => {
        for (let n = 0; n < 60; n += 1) {
          const tenant = 1 + next(3);
          const value = `${String(id)}.${String(n)}`;
          const kind = next(8);
          if (kind < 2) {
            const failing = kind === 0 ? wide.query(tenant, fails) : wide.batch(tenant, [insert(tenant, 10_000 + id), fails]);
            const code = await failing.then(String, (error: { code: string }) => error.code);
            if (code !== '22012') wrong.push(code);
          } else if (kind === 2) {
            const answers = await wide.batch(tenant, [quickly(value), quickly(`${value}!`)]).catch((error: unknown) => [String(error)]);
            const heads = answers.map((answer) => answer?.split(' ').slice(0, 2).join(' '));
            if (heads.join() !== `${String(tenant)} ${value},${String(tenant)} ${value}!`) wrong.push(heads.join());
          } else {
            const answer = await wide.query(tenant, quickly(value)).catch(String);
            if (answer?.startsWith(`${String(tenant)} ${value} `) !== true) wrong.push(String(answer));
          }
        }
      };
      await Promise.all(Array.from({ length: 40 }, (_, id) => caller(id)));
      expect(wrong).toEqual([]);
      // Of a write that was followed by something that failed, nothing is there.
      for (const tenant of [1, 2, 3])
        expect(await wide.query(tenant, { text: 'select count(*)::text from public.v where n >= $1', values: [10_000] })).toBe('0');
    });

    it('does not wait behind a statement that waits for a lock', async () => {
      const touch = { text: 'update public.v set n = n where n = $1 returning n::text', values: [700] };
      await wide.query(1, insert(1, 700));
      for (let n = 0; n < 8; n += 1) await wide.query(1, touch);
      const holder = new pg.Client({ connectionString: url });
      await holder.connect();
      await holder.query('begin; select * from public.t where n = 700 for update');
      let isDone = false;
      const waits = wide.query(1, touch).finally(() => (isDone = true));
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let n = 0; n < 50; n += 1) await Promise.all(Array.from({ length: 10 }, () => wide.query(1, quickly('x'))));
      expect(isDone).toBe(false);
      await holder.query('rollback');
      await holder.end();
      expect(await waits).toBe('700');
      await admin(url, 'delete from public.t where n = 700');
    });

    it('loses what was on a connection that was lost, and nothing else, and goes on', async () => {
      const [, , pid] = (await wide.query(1, quickly('x')))?.split(' ') ?? [];
      const asked = Array.from({ length: 32 }, (_, n) => wide.query(1, quickly(String(n))));
      const settled = Promise.allSettled(asked);
      // It is told to end, and may execute what it has until it looks: it is waited for, and so is this process's hearing of it.
      await admin(url, `select pg_terminate_backend(${String(pid)}, 10000)`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const [n, outcome] of (await settled).entries())
        if (outcome.status === 'fulfilled') expect(outcome.value).toMatch(new RegExp(`^1 ${String(n)} `));
      const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => wide.query(1, quickly(String(n)))));
      expect(answers).toHaveLength(40);
      expect(backendsOf(answers)).not.toContain(pid);
    });

    it('does a statement again that is not prepared any more, and gives the connection up', async () => {
      await Promise.all(Array.from({ length: 4 }, () => wide.query(1, quickly('x'))));
      let there = 0;
      let allThere = (): void => undefined;
      const together = new Promise<void>((resolve) => (allThere = resolve));
      // Every connection of the pool forgets what is prepared on it.
      const forgets = Array.from({ length: 10 }, () =>
        wide.transaction(1, async (tx) => {
          await tx.query({ text: `select 'here'`, values: [] });
          if (++there === 10) allThere();
          await together;
          await tx.query({ text: 'deallocate all', values: [] });
        }),
      );
      await Promise.all(forgets);
      // One after the other, it is met by all of them.
      expect(await wide.query(2, quickly('alone'))).toMatch(/^2 alone /);
      const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => wide.query(2, quickly(String(n))).catch(String)));
      expect(answers.filter((answer) => !/^2 \d+ \d+$/.test(String(answer)))).toEqual([]);
    });

    it('gives a connection back whose value could not be written down', async () => {
      const circular: unknown[] = [];
      circular.push({ circular });
      for (let n = 0; n < 20; n += 1) await expect(wide.query(1, { text: echo.text, values: [{ circular }] })).rejects.toThrow(/circular/i);
      expect(await wide.query(1, quickly('after'))).toMatch(/^1 after /);
      const all = Array.from({ length: 10 }, () => wide.query(1, { text: 'select 1::text from pg_catalog.pg_sleep(0.05)', values: [] }));
      expect(await Promise.all(all)).toHaveLength(10);
    });
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
