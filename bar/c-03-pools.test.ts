import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { BADGE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { seededRandom } from '../engine/src/app/seeded-random.js';
import { newId } from '../engine/src/kernel/ids.js';
import { tapPostgres, type WireTap } from '../engine/test/support/wire-tap.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { IS_NIGHT } from './support/hidden-fields.js';

const at = `/records/${SPECIMEN}`;
/** The two tenants, and who asks there. */
const TENANTS = ['admin', 'other_admin'] as const;
type Who = (typeof TENANTS)[number];
let system: CanarySystem;
let tap: WireTap;
beforeAll(async () => {
  system = await openDeedSystem({
    // Two connections for everybody, and somebody who reads along.
    onDatabase: async (test) => {
      tap = await tapPostgres(test.url);
      return { databaseConfig: { ...test.config, url: tap.url, poolSize: 2 } };
    },
    extras: [
      {
        who: 'bar_nobody',
        documents: [
          { kind: 'role', id: 'rol_bar_nobody', name: 'bar_nobody', label: 'Nobody' },
          {
            ...{ kind: 'workflow', id: 'wfl_bar_badge', name: 'bar_badge', label: 'Makes a badge', object: VAULT, runAs: 'system' },
            trigger: { type: 'record', on: ['create'] },
            nodes: [{ id: 'made', type: 'record.create@1', input: { object: BADGE, set: { name: { $template: 'Of {{record.name}}' } } } }],
            ...{ start: 'made', edges: [] },
          },
        ],
      },
    ],
  });
}, 600_000);
afterAll(async () => {
  await system.close();
  await tap.close();
});

const REQUESTS = IS_NIGHT ? 10_000 : 500;
const JOBS = IS_NIGHT ? 1_000 : 40;
const mine: Readonly<Record<Who, string[]>> = { admin: [], other_admin: [] };

/** Sends a call and goes away before it is answered. */
const abandoned = (who: Who, path: string, afterMs: number): Promise<void> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(system.trial.origin);
    const call = request({ hostname, port, path: `/api/v1${path}`, headers: { Authorization: system.person(who).authorization } });
    call.on('error', () => resolve()).on('close', () => resolve());
    call.end();
    setTimeout(() => call.destroy(), afterMs);
  });

describe('C-03: two connections for two tenants', { timeout: 600_000 }, () => {
  it('tell each its own, whatever fails, breaks off and goes wrong in between', async () => {
    const random = seededRandom('C-03');
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    for (const who of TENANTS)
      for (let n = 0; n < 4; n += 1)
        mine[who].push(
          String(
            json(await system.call(who, 'POST', at, { body: { title: `Of ${who} ${String(n)}`, code: `${who}-${String(n)}` } }))['id'],
          ),
        );
    tap.executed();
    const wrong: string[] = [];
    const statuses = new Map<number, number>();
    await inParallel(
      Array.from({ length: REQUESTS }, (_, n) => ({ n, who: pick(TENANTS), kind: Math.floor(random() * 9), at: random() })),
      12,
      async ({ n, who, kind, at: moment }) => {
        const other: Who = who === 'admin' ? 'other_admin' : 'admin';
        const [own, foreign] = [mine[who][n % 4] ?? '', mine[other][n % 4] ?? ''];
        const call = async (method: string, path: string, body?: unknown, query?: Readonly<Record<string, string>>) => {
          const answer = await system.call(who, method, path, {
            ...(body === undefined ? {} : { body }),
            ...(query === undefined ? {} : { query }),
          });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (answer.text.includes(`Of ${other} `)) wrong.push(`${who} ${method} ${path}: ${answer.text.slice(0, 200)}`);
          return answer;
        };
        /** What must be answered, unless the connection was taken away meanwhile. */
        const isNot = (wanted: number, { status }: Exchange) => status !== wanted && status !== 503;
        if (kind === 0) {
          const query = { filter: JSON.stringify({ starts_with: [{ var: 'title' }, 'Of '] }), fields: 'title', limit: '50' };
          const answer = await call('GET', at, undefined, query);
          const titles = answer.status === 503 ? [] : json<{ data: { title: string }[] }>(answer).data.map(({ title }) => title);
          if (answer.status !== 503 && (titles.length !== 4 || titles.some((title) => !title.startsWith(`Of ${who} `))))
            wrong.push(`${who} lists ${titles.join(', ')}`);
        } else if (kind === 1) {
          if (isNot(200, await call('GET', `${at}/${own}`, undefined, { fields: 'title' }))) wrong.push(`${who} does not read their own`);
          if (isNot(404, await call('GET', `${at}/${foreign}`, undefined, { fields: 'title' }))) wrong.push(`${who} reads ${foreign}`);
        } else if (kind === 2) {
          await call('PATCH', `${at}/${own}`, { size: n });
          if (isNot(404, await call('PATCH', `${at}/${foreign}`, { title: `Of ${who} taken` }))) wrong.push(`${who} changes ${foreign}`);
        } else if (kind === 3) {
          // Fails within a transaction, after some of it was written.
          const operations = [
            { op: 'update', id: own, values: { size: -n } },
            { op: 'create', values: { title: `Of ${who} never`, code: `${who}-${String(n % 4)}` } },
          ];
          if (isNot(409, await call('POST', `${at}/bulk`, { mode: 'all', operations }))) wrong.push('a value was given twice');
        } else if (kind === 4) {
          await call('PATCH', `${at}/${own}`, { size: 'x', part_of: foreign });
          if (isNot(422, await call('PATCH', `${at}/${own}`, { part_of: foreign }))) wrong.push(`${who} links ${foreign}`);
        } else if (kind === 5) {
          await abandoned(who, `${at}?limit=200&count=exact`, moment * 8);
        } else if (kind === 6) {
          await abandoned(who, `/search?q=Title`, moment * 8);
        } else if (kind === 7) {
          // A statement that is ended from outside, and with it the connection.
          if (n % 40 === 0)
            await system.test.sql(
              `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'fieldstone-app' and datname = current_database() limit 1`,
            );
          await call('GET', '/search', undefined, { q: 'Of' });
        } else {
          await call('POST', `${at}/aggregate`, { measures: [{ op: 'count', as: 'n' }], groupBy: ['title'] });
        }
      },
    );
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(system.leaks).toEqual([]);
    expect((statuses.get(200) ?? 0) > REQUESTS / 4).toBe(true);
    for (const who of TENANTS) {
      const { data } = json<{ data: { title: string }[] }>(
        await system.call(who, 'GET', at, {
          query: { filter: JSON.stringify({ starts_with: [{ var: 'title' }, 'Of '] }), fields: 'title' },
        }),
      );
      expect(data.map(({ title }) => title).sort()).toEqual([0, 1, 2, 3].map((n) => `Of ${who} ${String(n)}`));
    }
    // The tenant is named for a transaction, and never for longer.
    const named = tap.executed().filter((sql) => /app\.tenant_id/.test(sql) && /set/i.test(sql));
    expect(named.length).toBeGreaterThan(REQUESTS / 4);
    expect(
      [...new Set(named)].filter(
        (sql) =>
          !/^select set_config\('app\.tenant_id', \$1, true\)(, set_config\('plan_cache_mode', 'force_custom_plan', true\))?$/.test(sql),
      ),
    ).toEqual([]);
  });

  it('are not asked without a tenant', async () => {
    const { data } = system.trial.database;
    for (const tenant of [undefined, null, NaN, '1', 1.5, {}])
      await expect(data.query(tenant as never, { text: 'select 1::text', values: [] })).rejects.toThrow(TypeError);
    await expect(data.transaction(undefined as never, () => Promise.resolve())).rejects.toThrow(TypeError);
  });

  it('let jobs of both work for whom they were started', async () => {
    const names: Readonly<Record<Who, Set<string>>> = { admin: new Set(), other_admin: new Set() };
    await inParallel(
      Array.from({ length: JOBS }, (_, n) => n),
      6,
      async (n) => {
        const who = TENANTS[n % 2] as Who;
        const name = `Job ${who} ${newId()}`;
        names[who].add(`Of ${name}`);
        const made = await system.call(who, 'POST', `/records/${VAULT}`, { body: { name } });
        expect(made.status).toBe(201);
      },
    );
    const badges = async (who: Who): Promise<string[]> => {
      const query = { filter: JSON.stringify({ starts_with: [{ var: 'name' }, 'Of Job'] }), fields: 'name', limit: '200' };
      const all: string[] = [];
      type Page = { readonly data: readonly { readonly name: string }[]; readonly page: { readonly next: string | null } };
      for (let cursor: string | null = ''; cursor !== null;) {
        const asked = { query: { ...query, ...(cursor === '' ? {} : { cursor }) } };
        const page: Page = json<Page>(await system.call(who, 'GET', `/records/${BADGE}`, asked));
        all.push(...page.data.map(({ name }) => name));
        cursor = page.page.next;
      }
      return all;
    };
    for (const who of TENANTS) {
      let found: string[] = [];
      for (let tries = 0; tries < 600 && found.length < names[who].size; tries += 1) {
        found = await badges(who);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(found.sort()).toEqual([...names[who]].sort());
    }
    const strange = await system.test.sql(`select r.id from meta.wf_run r where r.workflow_id = 'wfl_bar_badge' and r.status <> 'done'`);
    expect(strange).toEqual([]);
  });
});
