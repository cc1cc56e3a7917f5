import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openActiveModels } from '../../src/catalog/active-model.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { planDraft } from '../../src/catalog/drafts.js';
import { examineSpace, resumePending } from '../../src/catalog/examine.js';
import { publishPlan } from '../../src/catalog/publish-plan.js';
import { openDatabase } from '../../src/store/open-database.js';
import { bundleWorker } from '../support/bundle-worker.js';
import { configFor, urlOf } from '../support/database.js';
import { wasteSlots } from '../support/slots.js';
import { addUser, draft, openSpace, type TestSpace } from '../support/space.js';
import { REFUSED, type KillWorkerSettings } from './kill-worker.js';

const object = (name: string, more: object = {}) => ({
  kind: 'object',
  id: `obj_${name}`,
  name,
  label: name,
  pluralLabel: `${name}s`,
  nameField: 'title',
  ...more,
});
const field = (of: string, name: string, more: object = {}) => ({
  kind: 'field',
  id: `fld_${of}_${name}`,
  object: of,
  name,
  label: name,
  type: 'text',
  ...more,
});
const link = { type: 'lookup', target: 'river' };
const BEFORE = [
  object('city'),
  field('city', 'title'),
  field('city', 'code'),
  field('city', 'email', { type: 'email', unique: true }),
  field('city', 'note', { indexed: true }),
  field('city', 'size', { type: 'decimal', precision: 10, scale: 2 }),
  object('river'),
  field('river', 'title'),
];
const river = [{ retire: field('river', 'title') }, { retire: object('river') }];

/** Plans by what is in them. `first` is published before, `then` is what is killed. With `isRebuilt` the table has no column slots left. `spoil` happens after the plan was made, so that it fails. */
const PLANS: readonly { what: string; first?: object[]; then: object[]; spoil?: string; isRebuilt?: boolean }[] = [
  {
    what: 'a new object, new fields, links, required, unique and indexed fields of a filled table',
    then: [
      object('lake', { label: 'Lake' }),
      field('lake', 'title', { required: true, unique: true }),
      field('lake', 'river', link),
      field('city', 'river', link),
      field('city', 'mayor', { unique: true }),
      field('city', 'title', { required: true, indexed: true }),
      field('city', 'code', { required: true, unique: true }),
    ],
  },
  {
    what: 'unique fields over values that are there, renames, a wider number and a rule that goes',
    then: [
      object('city', { label: 'Town' }),
      field('city', 'code', { unique: true, name: 'short_code' }),
      field('city', 'title', { unique: true, required: true }),
      field('city', 'size', { type: 'decimal', precision: 14, scale: 2, indexed: true }),
      field('city', 'email', { type: 'email' }),
      field('city', 'note'),
    ],
  },
  {
    what: 'fields that go from a filled table, and an object with them',
    first: [field('city', 'river', link), field('city', 'code', { unique: true, required: true })],
    then: [
      { retire: field('city', 'river', link) },
      { retire: field('city', 'code', { unique: true, required: true }) },
      { retire: field('city', 'email') },
      { retire: field('city', 'note') },
      ...river,
    ],
  },
  {
    what: 'fields and an object that come back, other than they went',
    first: [{ retire: field('city', 'code') }, { retire: field('city', 'note') }, ...river],
    then: [
      object('river'),
      field('river', 'title', { required: true, unique: true }),
      field('city', 'code', { unique: true, required: true }),
      field('city', 'note', { indexed: true }),
      field('city', 'river', link),
    ],
  },
  {
    what: 'values that become another type, some beside records that lack a required value',
    first: [field('city', 'late', { required: true })],
    then: [
      field('city', 'size', { type: 'integer', indexed: true }),
      field('city', 'code', { type: 'picklist', options: [{ value: 'v7', label: 'Seven' }] }),
      field('city', 'email'),
    ],
  },
  {
    what: 'a table that is rebuilt first',
    first: [field('city', 'river', link), field('river', 'twin', link)],
    then: [field('river', 'extra')],
    isRebuilt: true,
  },
  {
    what: 'a type that a field had before',
    first: [field('city', 'size', { type: 'text' })],
    then: [field('city', 'size', { type: 'decimal', precision: 10, scale: 2 })],
  },
  {
    what: 'a conversion that fails and is taken back',
    first: [field('city', 'late', { required: true })],
    then: [field('city', 'code', { unique: true }), field('city', 'size', { type: 'integer', unique: true })],
    spoil: `update sp1.$obj_city set $fld_city_size = 7, $fld_city_late = 'now' where $fld_city_code in ('v1', 'v2')`,
  },
];

const LANES = 4;

const CATALOGUE = `
  select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) as thing
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where c.relnamespace in ('sp1'::regnamespace, 'sp1_v'::regnamespace)
  union all select 'index ' || indexrelid::regclass || ' ' || indisvalid || ' ' || pg_get_indexdef(indexrelid)
    from pg_index join pg_class c on c.oid = indexrelid where c.relnamespace = 'sp1'::regnamespace
  union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'sp1'::regnamespace
  union all select 'trigger ' || tgname from pg_trigger join pg_class c on c.oid = tgrelid
   where c.relnamespace = 'sp1'::regnamespace and not tgisinternal
  union all select 'function ' || proname from pg_proc where pronamespace = 'sp1'::regnamespace
  union all select 'binding ' || element_id || ' ' || table_name || ' ' || coalesce(column_name, '') || ' ' || state from meta.binding
  order by 1`;

describe('a publish that is killed', () => {
  let worker: { file: string; folder: string };
  beforeAll(async () => {
    worker = await bundleWorker('engine/test/catalog/kill-worker.ts');
  });
  afterAll(() => rm(worker.folder, { recursive: true, force: true }));

  let kills = 0;
  it.each(PLANS)(
    'invariants 11 and 12: leaves the old or the new version whole, and finishes – $what',
    { timeout: 120_000 },
    async (plan) => {
      const scene = await prepare(plan);
      const kill = plan.spoil === undefined ? killAt : killTakenBack;
      try {
        const whole = await scene.play(async (copy) => {
          expect(await runWorker(worker.file, copy.settings, 0)).toBe(plan.spoil === undefined ? 'published' : 'refused');
          return copy.catalogue();
        });
        // Four at a time: most of the time the disk is waited for. A lane ends with the first k that the publish does not reach any more.
        const lane = async (first: number) => {
          for (let k = first; await scene.play((copy) => kill(worker.file, copy, k, whole)); k += LANES) kills += 1;
        };
        await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index + 1)));
      } finally {
        await scene.close();
      }
    },
  );

  it('was killed often enough to mean something', () => expect(kills).toBeGreaterThanOrEqual(100));
});

type Copy = {
  readonly catalog: Catalog;
  readonly settings: KillWorkerSettings;
  readonly former: number;
  readonly isRebuilt: boolean;
  sql(text: string): Promise<{ [column: string]: unknown }[]>;
  catalogue(): Promise<unknown[]>;
};
type Scene = { play<T>(act: (copy: Copy) => Promise<T>): Promise<T>; close(): Promise<void> };

/** Publishes `first` over some records, plans `then`, and hands out copies of the database as it is at that moment. */
async function prepare({ first = [], then, spoil, isRebuilt = false }: (typeof PLANS)[number]): Promise<Scene> {
  const s = await openSpace(BEFORE);
  const admin = await addUser(s);
  await fill(s);
  const hazards = async (documents: object[]) => {
    const answer = await planDraft(s.catalog, await draft(s, admin, ...documents));
    if (answer.hash === null) throw new Error(JSON.stringify(answer.issues));
    const confirm = answer.hazards.map(({ code }) => code);
    return { space: s.space, hash: answer.hash, confirm, publisher: admin };
  };
  if (first.length > 0) await publishPlan(s.catalog, await hazards(first));
  if (isRebuilt) await wasteSlots(s, s.activeModels.current(s.space).bindings.tables.get('obj_river') ?? '', 801);
  const request = await hazards(then);
  const { revision: former, bindings } = s.activeModels.current(s.space);
  if (spoil)
    await s.test.sql(spoil.replace(/\$(\w+)/g, (_, id: string) => bindings.columns.get(id)?.column ?? bindings.tables.get(id) ?? id));
  await s.activeModels.close();
  await s.database.close();

  const server = new pg.Client({ connectionString: inject('serverUrl') });
  await server.connect();
  const template = new URL(s.test.url).pathname.slice(1);
  let number = 0;
  // One at a time: a database can not be copied while it is being copied.
  let copying: Promise<unknown> = Promise.resolve();
  const copyAs = (name: string) => {
    const next = copying.then(async () => {
      await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [template]);
      await server.query(`create database ${name} template ${template}`);
      await server.query(`grant connect on database ${name} to public`);
    });
    copying = next.catch(() => undefined);
    return next;
  };
  return {
    async play(act) {
      const name = `${template}_${(number += 1)}`;
      await copyAs(name);
      const config = configFor(urlOf(inject('serverUrl'), name));
      const database = await openDatabase(config);
      const activeModels = openActiveModels(database);
      const behind = new pg.Pool({ connectionString: config.url, max: 1 });
      behind.on('error', () => undefined);
      const sql = async (text: string) => (await behind.query<{ [column: string]: unknown }>(text)).rows;
      const { url, secret, roles } = config;
      try {
        return await act({
          catalog: { database, activeModels },
          settings: { database: { url, secret, roles }, ...request },
          former,
          isRebuilt,
          sql,
          catalogue: () => sql(CATALOGUE),
        });
      } finally {
        await Promise.all([activeModels.close().then(() => database.close()), behind.end()]);
        await server.query(`drop database if exists ${name} with (force)`);
      }
    },
    async close() {
      await copying;
      await server.end();
      await s.test.drop();
    },
  };
}

async function fill({ test, activeModels, space, tenantId }: TestSpace): Promise<void> {
  const { tables, columns } = activeModels.current(space).bindings;
  const at = (id: string) => columns.get(id)?.column ?? '';
  const fields = ['title', 'code', 'note', 'email', 'size'].map((name) => at(`fld_city_${name}`)).join();
  const rows = `select gen_random_uuid(), ${tenantId}, 'v' || n, 'v' || n, 'v' || n, 'v' || n, n from generate_series(1, 200) n`;
  await test.sql(`insert into sp1.${tables.get('obj_city')} (id, tenant_id, ${fields}) ${rows}`);
  await test.sql(
    `insert into sp1.${tables.get('obj_river')} (id, tenant_id, ${at('fld_river_title')}) select gen_random_uuid(), ${tenantId}, 'r' || n from generate_series(1, 20) n`,
  );
}

/** Runs the publish in a process of its own; says how that ended. */
function runWorker(file: string, settings: KillWorkerSettings, k: number): Promise<'killed' | 'published' | 'refused'> {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, WORKER_SETTINGS: JSON.stringify(settings), FIELDSTONE_FAILPOINT: k > 0 ? `any:${k}` : '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (signal !== null) resolve('killed');
      else if (code === 0) resolve('published');
      else if (code === REFUSED) resolve('refused');
      else reject(new Error(said));
    });
  });
}

/** Whether the publish was still running at place k. */
async function killAt(file: string, copy: Copy, k: number, whole: unknown[]): Promise<boolean> {
  const { catalog, settings, former, isRebuilt, sql, catalogue } = copy;
  const { space, publisher } = settings;
  const { database, activeModels } = catalog;
  const at = `killed at place ${k}`;
  const untouched = await catalogue();
  if ((await runWorker(file, settings, k)) !== 'killed') return false;
  await untilQuiet(sql);

  await expectUsable(catalog, space, at);
  // A minute later.
  await sql(`update meta.publish_lease set until = now() - interval '1 second'`);
  // Half of the times nobody tries again before the installation itself goes on with it.
  if (k % 8 < 4) expect(await resumePending(database, space), at).toEqual([]);
  const isNew = (await activeModels.refresh(space)).revision > former;
  if (k % 8 < 4) {
    expect(await examineSpace(database, space), at).toMatchObject({ drift: [], pending: [] });
    expect(await catalogue(), at).toEqual(isNew ? whole : untouched);
  }

  const again = await planDraft(catalog, { space, owner: publisher });
  if (isNew) {
    expect([again.changes, again.statements], at).toEqual([[], []]);
    await resumePending(database, space);
  } else {
    // A table that was rebuilt before the publish was cut off is not rebuilt again.
    if (!isRebuilt) expect(again.hash, at).toBe(settings.hash);
    expect(await publishPlan(catalog, settings), at).toEqual({ revision: former + 1, pending: [] });
  }
  expect(await examineSpace(database, space), at).toEqual({ revision: former + 1, drift: [], pending: [] });
  expect(await catalogue(), at).toEqual(whole);
  expect(await sql(`select count(*)::int as n from meta.step where status <> 'done'`), at).toEqual([{ n: 0 }]);
  expect(await sql(`select count(*)::int as n from meta.publish_lease where until > now()`), at).toEqual([{ n: 0 }]);
  await expectUsable(catalog, space, at);
  return true;
}

/** What a process had sent to the server may still run there when it is gone. */
const untilQuiet = (sql: Copy['sql']) =>
  expect
    .poll(
      () =>
        sql(`select count(*)::int as n from pg_stat_activity
          where datname = current_database() and usename like '%owner' and pid <> pg_backend_pid() and state <> 'idle'`),
      { timeout: 30_000 },
    )
    .toEqual([{ n: 0 }]);

/** The same for a publish that can not go through: whoever comes next takes back what it made. */
async function killTakenBack(file: string, { catalog, settings, former, sql, catalogue }: Copy, k: number): Promise<boolean> {
  const { space } = settings;
  const { database, activeModels } = catalog;
  const at = `killed at place ${k}`;
  const untouched = await catalogue();
  if ((await runWorker(file, settings, k)) !== 'killed') return false;
  await untilQuiet(sql);
  await expectUsable(catalog, space, at);
  await sql(`update meta.publish_lease set until = now() - interval '1 second'`);
  if (k % 8 < 4) expect(await resumePending(database, space), at).toEqual([]);
  else await expect(publishPlan(catalog, settings), at).rejects.toMatchObject({ code: 'conflict' });
  expect((await activeModels.refresh(space)).revision, at).toBe(former);
  expect(await examineSpace(database, space), at).toEqual({ revision: former, drift: [], pending: [] });
  expect(await catalogue(), at).toEqual(untouched);
  expect(await sql(`select 1 from meta.publication where state not in ('done', 'failed')`), at).toEqual([]);
  expect(await sql(`select 1 from meta.step_progress where rev > ${former}`), at).toEqual([]);
  return true;
}

/** Reads every column of every object of the live revision, as the app role. */
async function expectUsable({ database, activeModels }: Catalog, space: number, at: string): Promise<void> {
  const { model, bindings } = await activeModels.refresh(space);
  for (const object of model.objects.values()) {
    if (object.system) continue;
    const columns = [...object.fields.values()].flatMap((each) => bindings.columns.get(each.id)?.column ?? []);
    const list = columns.map((column) => `"${column}"::text`).join();
    const text = `select ${list} from ${bindings.viewSchema}."${bindings.tables.get(object.id)}" where tenant_id = $1 limit 1`;
    await expect(database.data.query(1, { text, values: [1] }), at).resolves.toBeDefined();
  }
}
