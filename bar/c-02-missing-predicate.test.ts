import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { marksIn } from '../engine/src/app/leaks/scan.js';
import { appConnection } from '../engine/src/store/connection.js';
import type { CanarySystem } from './support/canary-system.js';
import { DEEDS } from './support/deeds.js';
import { openDeedSystem } from './support/deed-system.js';
import { act, addressOf, openStage, type Stage } from './support/stage.js';

let system: CanarySystem;
let stage: Stage;
let client: pg.Client;
let [first, second] = [0, 0];
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
  client = new pg.Client(appConnection(system.test.config));
  await client.connect();
  [first, second] = [system.trial.tenant.id, system.person('other_admin').tenantId];
}, 600_000);
afterAll(async () => {
  await client.end();
  await system.close();
});

type View = { readonly name: string; readonly definition: string; readonly columns: string[]; readonly writes: boolean };
const OURS = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
const app = () => system.test.config.roles.app;
const views = (): Promise<View[]> =>
  system.test.sql<View>(
    `select format('%I.%I', n.nspname, c.relname) as name, pg_get_viewdef(c.oid) as definition,
            array(select attname::text from pg_attribute a where a.attrelid = c.oid and attnum > 0) as columns,
            has_table_privilege($1, c.oid, 'insert') or has_any_column_privilege($1, c.oid, 'insert') as writes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'v' and ${OURS} and (has_table_privilege($1, c.oid, 'select') or has_any_column_privilege($1, c.oid, 'select')) order by 1`,
    [app()],
  );
/** The only view that is the same for everybody: how far the metadata of a space is. */
const COMMON = ['meta_v.head'];

/** As the role that records are read and written as, in a transaction that names a tenant, or none. Nothing of it is kept. */
async function asTenant<T>(tenant: number | null, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    if (tenant !== null) await client.query(`select set_config('app.tenant_id', $1, true)`, [String(tenant)]);
    return await work();
  } finally {
    await client.query('rollback');
  }
}

describe('C-02: without the tenant in a statement', { timeout: 180_000 }, () => {
  it('there is nothing to reach: every table is out of the way, and every view shows one tenant', async () => {
    const reached = await system.test.sql(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm', 'f') and ${OURS}
          and (has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate, references, trigger') or has_any_column_privilege($1, c.oid, 'select, insert, update, references'))`,
      [app()],
    );
    expect(reached).toEqual([]);
    const [roles] = await system.test.sql(
      `select bool_or(rolsuper or rolbypassrls) as strong, (select count(*)::int from pg_class where relowner = (select oid from pg_roles where rolname = $1)) as owns,
              (select count(*)::int from pg_auth_members where member = (select oid from pg_roles where rolname = $1)) as groups
         from pg_roles where rolname = $1`,
      [app()],
    );
    expect(roles).toEqual({ strong: false, owns: 0, groups: 0 });
    // Nor by a function that works with the rights of somebody else.
    const functions = await system.test.sql(
      `select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OURS} and p.prosecdef and has_function_privilege($1, p.oid, 'execute')`,
      [app()],
    );
    expect(functions).toEqual([]);
    // A table of each space has its view, and what holds rows of tenants says whose they are.
    const all = await views();
    const tables = await system.test.sql<{ name: string; tenant: boolean }>(
      `select c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and attname = 'tenant_id' and attnotnull) as tenant
         from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'sp1'::regnamespace`,
    );
    expect(tables.filter(({ tenant }) => !tenant)).toEqual([]);
    expect(tables.filter(({ name }) => !all.some((view) => view.name.replaceAll('"', '') === `sp1_v.${name}`))).toEqual([]);
    expect(all.length).toBeGreaterThan(12);
    for (const { name, definition, columns } of all) {
      if (COMMON.includes(name)) continue;
      expect([name, columns.includes('tenant_id')]).toEqual([name, true]);
      expect([name, definition.replaceAll(/\s+/g, ' ')]).toEqual([
        name,
        expect.stringMatching(/WHERE \(?(\w+\.)?tenant_id = \(?current_setting\('app\.tenant_id'::text\)\)?::integer\)?;$/),
      ]);
      // Without a tenant there is an error, and no rows; with one there are its rows alone.
      for (const none of [null, '']) {
        await expect(
          asTenant(null, async () => {
            if (none !== null) await client.query(`select set_config('app.tenant_id', $1, true)`, [none]);
            return client.query(`select count(*) from ${name}`);
          }),
        ).rejects.toThrow();
      }
      const seen = await asTenant(second, () => client.query<{ tenant_id: number }>(`select distinct tenant_id from ${name}`));
      expect([name, seen.rows.filter(({ tenant_id }) => tenant_id !== second)]).toEqual([name, []]);
    }
  });

  it('nothing is written for another tenant, through whichever view', async () => {
    let tried = 0;
    for (const { name, columns, writes } of await views()) {
      if (!writes) continue;
      const [row] = await system.test.sql<{ json: string }>(
        `select to_jsonb(t)::text as json from ${name.replace(/^sp1_v/, 'sp1').replace(/^meta_v/, 'meta')} t where tenant_id = $1 limit 1`,
        [first],
      );
      if (row === undefined) continue;
      tried += 1;
      const list = columns
        .filter((column) => column !== 'seq' && column !== 'xid')
        .map((column) => `"${column}"`)
        .join(', ');
      const given = `select ${list} from jsonb_populate_record(null::${name}, $1::jsonb)`;
      const codeOf = (sql: string, values: unknown[] = []) =>
        asTenant(second, () => client.query(sql, values)).then(
          ({ rowCount }) => rowCount ?? 0,
          ({ code }: { code: string }) => code,
        );
      const old = JSON.parse(row.json) as { readonly id?: unknown };
      const id = typeof old.id === 'string' ? '018f3c5e-0000-7000-8000-0000000000aa' : 999_999_999;
      const values = JSON.stringify('id' in old ? { ...old, id } : old);
      // A check of the view; or one of the table that comes before it.
      expect([name, await codeOf(`insert into ${name} (${list}) overriding system value ${given}`, [values])]).toEqual([
        name,
        expect.stringMatching(/^(44000|23502|23503|23505|428C9)$/),
      ]);
      expect([
        name,
        [0, '42501'].includes(await codeOf(`update ${name} set tenant_id = ${String(second)} where tenant_id = ${String(first)}`)),
      ]).toEqual([name, true]);
      expect([
        name,
        [0, '44000', '42501', '23503', '23505'].includes(await codeOf(`update ${name} set tenant_id = ${String(first)}`)),
      ]).toEqual([name, true]);
      expect([name, [0, '42501'].includes(await codeOf(`delete from ${name} where tenant_id = ${String(first)}`))]).toEqual([name, true]);
    }
    expect(tried).toBeGreaterThan(5);
  });

  it('no statement that the product sends finds anything of another tenant', async () => {
    const sent = new Map<string, readonly unknown[]>();
    const { data } = system.trial.database;
    data.onStatement = ({ text, values }) => void sent.set(text, values);
    for (const [channel, deedsOf] of Object.entries(DEEDS))
      for (const deed of await deedsOf(stage)) await act(system, 'admin', channel, deed);
    for (const object of [SPECIMEN, PLACE, VAULT]) {
      const id = system.records.find((record) => record.object === object)?.id ?? '';
      for (const { method, path } of system.trial.routes) {
        if (method !== 'GET' || path === '/events') continue;
        await system.call('admin', 'GET', addressOf(path, { object, id, version: '1', field: 'h_file', n: '1' }));
        if (path === '/search') await system.call('admin', 'GET', path, { query: { q: 'Name' } });
      }
      for (const who of ['canary_own', 'canary_team', 'canary_wide'])
        for (const query of [{}, { q: 'Title' }, { view: 'hidden_order' }] as const)
          await system.call(who, 'GET', `/records/${object}`, { query: query as Record<string, string> });
    }
    data.onStatement = undefined;

    const secrets = system.secretsOf('other_admin');
    const table = (name: string) =>
      system.test.sql<{ sum: string }>(`select md5(string_agg(t::text, '' order by t::text)) as sum from ${name} t where tenant_id = $1`, [
        first,
      ]);
    const tables = (await views()).flatMap(({ name }) => (name.startsWith('sp1_v.') ? [name.replace('sp1_v', 'sp1')] : []));
    const guarded = tables.filter((name) => !name.includes('sys_user'));
    const before = await Promise.all(guarded.map(table));
    const found: string[] = [];
    let [removed, ran, telling] = [0, 0, 0];
    for (const [text, values] of sent) {
      let count = 0;
      const bare = text.replaceAll(/(?:\w+\.)?"tenant_id" = (\$\d+)(::\w+)?/g, (_all, parameter: string) => {
        count += 1;
        return `(${parameter}::int is not null)`;
      });
      if (count === 0) continue;
      removed += count;
      const marksAs = async (tenant: number): Promise<string[] | undefined> => {
        const run = async () => (await client.query<unknown[]>({ text: bare, values: [...values], rowMode: 'array' })).rows;
        const rows = await asTenant(tenant, run).catch((error: unknown) => {
          if (error instanceof pg.DatabaseError) return undefined;
          throw error;
        });
        return rows && marksIn(JSON.stringify(rows), JSON.stringify(values), secrets);
      };
      const marks = await marksAs(second);
      if (marks !== undefined) ran += 1;
      if ((marks?.length ?? 0) > 0) found.push(`${marks?.slice(0, 3).join(', ') ?? ''}: ${bare.slice(0, 300)}`);
      // In the tenant that it was meant for there is something to find.
      if (((await marksAs(first))?.length ?? 0) > 0) telling += 1;
    }
    expect(found).toEqual([]);
    expect(await Promise.all(guarded.map(table))).toEqual(before);
    expect([removed > 200, ran > 40, telling > 12]).toEqual([true, true, true]);
  });
});
