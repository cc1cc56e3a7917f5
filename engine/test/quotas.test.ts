import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/app/config.js';
import { ask, json, type Asked } from '../src/app/leaks/caller.js';
import { openTrial, packFile, type Person, type TrialSystem } from '../src/app/leaks/trial-system.js';
import { watchQuotas } from '../src/app/watch-quotas.js';
import type { Logger } from '../src/kernel/logger.js';
import type { QuotaDefaults, QuotaName } from '../src/kernel/quota.js';
import { listQuotas, measureQuotas, setQuota } from '../src/store/quotas.js';
import { cloneDatabase, type TestDatabase } from './support/database.js';
import { field, object } from './support/scene.js';

const right = { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit', actions: ['bulk', 'purge'] };
const workflow = (name: string, of: string, on: string, nodes: object[]) => ({
  ...{ kind: 'workflow', id: `wfl_${name}`, name, label: name, object: of, runAs: 'system', trigger: { type: 'record', on: [on] } },
  ...{ nodes, start: (nodes[0] as { id: string }).id, edges: [] },
});
const documents = [
  { kind: 'pack', name: 'test', label: 'Test', version: '1.0.0' },
  object('box'),
  field('box', 'title', { required: true }),
  object('lid', { nameField: 'title' }),
  field('lid', 'title'),
  field('lid', 'box', { type: 'master_detail', target: 'box', required: true, inverse: { name: 'lids', label: 'lids' } }),
  workflow('more', 'box', 'update', [{ id: 'make', type: 'record.create@1', input: { object: 'box', set: { title: 'of a workflow' } } }]),
  { kind: 'role', id: 'rol_all', name: 'all', label: 'all', capabilities: ['manage_settings', 'view_automation'], default: right },
  { kind: 'role', id: 'rol_plain', name: 'plain', label: 'plain', default: right },
];

const NONE: QuotaDefaults = { records: null, file_bytes: null, waiting_runs: null };
let test: TestDatabase;
let folder: string;
let trial: TrialSystem;
let other: number;
let ada: Person;
let eve: Person;

beforeAll(async () => {
  test = await cloneDatabase();
  folder = await mkdtemp(join(tmpdir(), 'fieldstone-quotas-'));
  const config = readConfig({ FIELDSTONE_DATA_DIR: folder, FIELDSTONE_DEMO: '0', FIELDSTONE_TENANT_FILES_MB: '0' });
  trial = await openTrial({ config, databaseConfig: test.config, files: documents.map((document, at) => packFile('test', document, at)) });
  other = await trial.addTenant('Other');
  ada = await trial.addPerson({ name: 'Ada', roles: ['all'] });
  eve = await trial.addPerson({ name: 'Eve', roles: ['all'], tenantId: other });
}, 120_000);
afterAll(async () => {
  await trial.close();
  await test.drop();
  await rm(folder, { recursive: true, force: true });
});

const call = async (who: Person, method: string, path: string, body?: unknown, more: Asked = {}) => {
  const answer = await ask(trial.origin, who, method, `/api/v1${path}`, { ...more, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, headers: answer.headers, body: answer.text === '' ? {} : json<Record<string, unknown>>(answer) };
};
/** Somebody whom nobody has looked up yet: those who were looked up are remembered for some seconds as they were. */
const fresh = (tenantId = trial.tenant.id) => trial.addPerson({ name: 'New', roles: ['all'], tenantId });
const box = (who: Person) => call(who, 'POST', '/records/box', { title: 'A box' });
const limit = async (tenant: number, name: QuotaName, max: number | null) => {
  await setQuota(trial.database.pool, tenant, name, max);
  return measureQuotas(trial.database, NONE);
};
const usage = async (who: Person) =>
  ((await call(who, 'GET', '/settings/usage')).body['data'] as { name: string; max: number; used: number; state: string }[]).map(
    ({ name, max, used, state }) => [name, used, max, state].join(' '),
  );

describe('quotas', () => {
  it('are no limit until somebody sets one, and nothing is counted before', async () => {
    for (let n = 0; n < 9; n += 1) expect((await box(ada)).status).toBe(201);
    await box(eve);
    expect(await measureQuotas(trial.database, NONE)).toEqual([]);
    expect(await usage(ada)).toEqual(['records   ok', 'file_bytes   ok', 'waiting_runs   ok']);
    expect((await call(await trial.addPerson({ name: 'Plain', roles: ['plain'] }), 'GET', '/settings/usage')).status).toBe(403);
  });

  it.each([
    ['of all, with room', { ...NONE, records: 100 }, null, ['records 9 100 ok', 'records 1 100 ok']],
    ['of all, near for one', { ...NONE, records: 11 }, null, ['records 9 11 near', 'records 1 11 ok']],
    ['of all, full for one', { ...NONE, records: 9 }, null, ['records 9 9 full', 'records 1 9 ok']],
    ['its own above that of all', { ...NONE, records: 9 }, 90, ['records 9 90 ok', 'records 1 9 ok']],
    ['its own, where all have none', NONE, 10, ['records 9 10 near']],
    ['no limit of its own, where all have one', { ...NONE, records: 9 }, 0, ['records 1 9 ok']],
  ])('are measured by tenant: %s', async (_what, defaults, own, expected) => {
    await setQuota(trial.database.pool, trial.tenant.id, 'records', own);
    await measureQuotas(trial.database, defaults);
    const kept = await test.sql<{ name: string; used: number; max: number }>(
      `select name, used::int, max::int from meta.quota where max is not null order by tenant_id`,
    );
    const state = ({ used, max }: { used: number; max: number }) => (used >= max ? 'full' : used >= max * 0.8 ? 'near' : 'ok');
    expect(kept.map((row) => `${row.name} ${String(row.used)} ${String(row.max)} ${state(row)}`)).toEqual(expected);
    await limit(trial.tenant.id, 'records', null);
  });

  it('are looked at again when a minute is over, sooner near the limit', async () => {
    await limit(trial.tenant.id, 'records', 100);
    const due = async (seconds: number) => {
      await test.sql(`update meta.quota set measured_at = now() - make_interval(secs => $1)`, [seconds]);
      return (await measureQuotas(trial.database, NONE, true)).length;
    };
    expect([await due(30), await due(61)]).toEqual([0, 1]);
    await limit(trial.tenant.id, 'records', 10);
    expect([await due(5), await due(11)]).toEqual([0, 1]);
    await limit(trial.tenant.id, 'records', null);
  });

  it('say so once in the log, where the installation is run', async () => {
    const lines: string[] = [];
    const write = (_fields: object, message: string) => void lines.push(message);
    const logger: Logger = { info: write, warn: write, error: write };
    const watched = async (max: number) => {
      await setQuota(trial.database.pool, trial.tenant.id, 'records', max);
      await watchQuotas(trial.database, NONE, logger).stop();
    };
    await watched(10);
    await watched(9);
    await watched(1_000);
    expect(lines).toEqual(['a tenant comes near a quota', 'a tenant has used up a quota; see fieldstone quota list']);
    await limit(trial.tenant.id, 'records', null);
  });
});

describe('a tenant with as many records as it may have', () => {
  it('makes no new ones, by whatever way, and changes and deletes those it has', async () => {
    await limit(trial.tenant.id, 'records', 9);
    const who = await fresh();
    const refused = await box(who);
    expect([refused.status, refused.body]).toMatchObject([
      507,
      {
        ...{ code: 'quota_exceeded', title: 'A quota is used up', quota: 'records', used: 9, max: 9 },
        detail:
          'Your organisation has 9 records, those in the recycle bin included, and may have 9: no new ones can be made. Empty the recycle bin, or ask whoever runs this installation for more; records can be changed and deleted as before.',
      },
    ]);
    const { body } = await call(who, 'GET', '/records/box');
    const [first, second] = body['data'] as { id: string }[];
    const id = String(first?.id);
    const whole = { title: 'With lids', lids: [{ title: 'One' }, { title: 'Two' }] };
    expect((await call(who, 'POST', '/records/box', whole)).body).toMatchObject({ code: 'quota_exceeded', used: 9 });
    expect((await call(who, 'POST', `/records/box/${id}/clone`, {})).status).toBe(507);
    const operations = [
      { op: 'create', values: { title: 'One more' } },
      { op: 'create', values: { title: 'And one' } },
      { op: 'update', id, values: { title: 'Changed' } },
    ];
    const each = await call(who, 'POST', '/records/box/bulk', { mode: 'each', operations });
    expect((each.body['results'] as { status: number }[]).map(({ status }) => status)).toEqual([507, 507, 200]);
    expect((await call(who, 'POST', '/records/box/bulk', { mode: 'all', operations })).status).toBe(507);
    expect((await call(who, 'PATCH', `/records/box/${id}`, { title: 'Changed again' })).status).toBe(200);
    expect((await call(who, 'DELETE', `/records/box/${String(second?.id)}`)).status).toBe(204);
    // The other tenant of the same tables has room.
    expect((await box(eve)).status).toBe(201);
  });

  it('has runs of workflows fail with the reason, and not try again', async () => {
    let runs: { status: string; attempt: number; error: { code: string; message: string } }[] = [];
    for (let tries = 0; tries < 200 && !runs.some(({ status }) => status === 'failed'); tries += 1) {
      runs = await test.sql(`select status, attempt, error from meta.wf_run where tenant_id = $1 order by id`, [trial.tenant.id]);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(runs.find(({ status }) => status === 'failed')).toMatchObject({
      error: { code: 'quota_exceeded', message: expect.stringContaining('has 9 records') },
    });
    expect(await measureQuotas(trial.database, NONE)).toMatchObject([{ name: 'records', used: 9 }]);
  });

  it('has room again when the recycle bin is emptied', async () => {
    const who = await fresh();
    expect((await call(who, 'POST', '/recycle-bin/purge', { all: true })).body).toMatchObject({ purged: 1 });
    await measureQuotas(trial.database, NONE);
    expect((await box(await fresh())).status).toBe(201);
    await limit(trial.tenant.id, 'records', null);
  });
});

describe('a tenant of which as many runs wait as may', () => {
  it('begins no more of them: what begins none goes on', async () => {
    const wait = (tenant: number, count: number) =>
      test.sql(
        `insert into meta.wf_run (tenant_id, workflow_id, revision, kind, wake_at) select $1, 'wfl_more', 1, 'record', now() + interval '1 day' from generate_series(1, $2::int)`,
        [tenant, count],
      );
    await wait(trial.tenant.id, 5);
    await wait(other, 2);
    await limit(trial.tenant.id, 'waiting_runs', 5);
    await limit(other, 'waiting_runs', 5);
    const who = await fresh();
    const made = await box(who);
    expect(made.status).toBe(201);
    const at = `/records/box/${String(made.body['id'])}`;
    expect((await call(who, 'PATCH', at, { title: 'x' })).body).toMatchObject({
      ...{ status: 507, code: 'quota_exceeded', quota: 'waiting_runs', used: 5, max: 5 },
      detail:
        '5 runs of workflows of your organisation wait for their turn, and 5 may: what would begin another one is refused. Try again when there are fewer.',
    });
    expect((await call(who, 'DELETE', at)).status).toBe(204);
    const theirs = await fresh(other);
    const their = `/records/box/${String((await box(theirs)).body['id'])}`;
    expect((await call(theirs, 'PATCH', their, { title: 'x' })).status).toBe(200);
    expect(await listQuotas(trial.database.pool, NONE, trial.tenant.id)).toMatchObject([
      { name: 'records', max: null, isOwn: false },
      { name: 'file_bytes', max: null },
      { name: 'waiting_runs', max: 5, used: 5, isOwn: true },
    ]);
    expect(await setQuota(trial.database.pool, 999, 'records', 1)).toBe(false);
  });
});
