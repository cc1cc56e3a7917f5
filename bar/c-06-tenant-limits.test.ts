import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, inParallel, json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import type { QuotaName } from '../engine/src/kernel/quota.js';
import { LIMITS } from '../engine/src/model/limits.js';
import { measureQuotas, setQuota } from '../engine/src/store/quotas.js';
import type { CanarySystem } from './support/canary-system.js';
import { CALL_ID, openDeedSystem } from './support/deed-system.js';
import { listen, type Ear } from './support/listen.js';
import { openStage, type Stage } from './support/stage.js';

let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
}, 600_000);
afterAll(() => system.close());

const OTHER = 'other_admin';
/** What somebody of the other tenant does all day: none of it may fail. */
async function works(): Promise<string[]> {
  const wrong: string[] = [];
  const note = (what: string, status: number) => (status < 300 ? undefined : wrong.push(`${what}: ${String(status)}`));
  const made = await system.call(OTHER, 'POST', `/records/${SPECIMEN}`, { body: { title: stage.fresh() } });
  note('create', made.status);
  const at = `/records/${SPECIMEN}/${String(json(made)['id'])}`;
  note('change', (await system.call(OTHER, 'PATCH', at, { body: { size: 3 } })).status);
  note('list', (await system.call(OTHER, 'GET', `/records/${SPECIMEN}`, { query: { count: 'exact' } })).status);
  note('search', (await system.call(OTHER, 'GET', '/search', { query: { q: 'bar' } })).status);
  note('keep a search', (await system.call(OTHER, 'POST', '/search/saved', { body: { q: stage.fresh(), name: stage.fresh() } })).status);
  const bytes = new Uint8Array([1, 2, 3]);
  note(
    'upload',
    (await ask(system.trial.origin, system.person(OTHER), 'POST', '/api/v1/files', { query: { name: 'x.txt' }, bytes })).status,
  );
  const { email } = system.person('other_own');
  note('sign in', (await system.call(null, 'POST', '/auth/login', { body: { email, password: system.trial.password } })).status);
  return wrong;
}

describe('C-06: a tenant that takes all it can get', { timeout: 180_000 }, () => {
  it('is told where its own limits are, and takes nothing from another one', async () => {
    // Searches that are kept.
    const kept = LIMITS.saved_searches.max;
    const saved = await Promise.all(
      Array.from({ length: kept + 3 }, () =>
        system.call('admin', 'POST', '/search/saved', { body: { q: stage.fresh(), name: stage.fresh() } }),
      ),
    );
    const refused = saved.filter(({ status }) => status >= 400);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    for (const { text } of refused) expect(JSON.parse(text)).toMatchObject({ code: 'limit_exceeded' });
    // More in one call than one takes.
    const operations = Array.from({ length: LIMITS.bulk_operations.max + 1 }, () => ({ op: 'create', values: { name: 'x' } }));
    const many = await system.call('admin', 'POST', `/records/${VAULT}/bulk`, { body: { mode: 'each', operations } });
    expect(json(many)).toMatchObject({ code: 'limit_exceeded' });
    // Guesses at one account.
    const { email } = system.person('canary_none');
    const guesses = await Promise.all(
      Array.from({ length: 14 }, () => system.call(null, 'POST', '/auth/login', { body: { email, password: 'a wrong password 1' } })),
    );
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(guesses.find(({ status }) => status === 429)?.headers.get('retry-after')).not.toBeNull();
    expect(await works()).toEqual([]);
  });

  it('fills the queue of jobs, the streams and the connections, and another one works on', async () => {
    // Jobs that fail, each of which is tried; the first one of the other tenant does not wait for all of them.
    const operations = Array.from({ length: 300 }, () => ({ op: 'create', values: { name: stage.fresh() } }));
    const filled = await system.call('admin', 'POST', `/records/${VAULT}/bulk`, { body: { mode: 'all', operations } });
    expect(filled.status).toBe(200);
    expect((await system.call(OTHER, 'POST', `/records/${VAULT}`, { body: { name: stage.fresh() } })).status).toBe(201);
    const ears: Ear[] = [];
    const busy = inParallel(
      Array.from({ length: 240 }, (_, n) => n),
      30,
      async (n) => {
        if (n < 60) ears.push((await listen(system.trial.origin, { Authorization: system.admin.authorization })).ear);
        else await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { limit: '200', count: 'exact', sort: '-title' } });
      },
    );
    const wrong: string[] = [];
    for (let round = 0; round < 4; round += 1) wrong.push(...(await works()));
    await busy;
    expect(wrong).toEqual([]);
    // The last job to be asked for was not the last to be done.
    const ends = (tenant: number) =>
      system.test.sql<{ at: string | null }>(
        `select to_char(ended_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') as at from meta.wf_run where tenant_id = $1 and workflow_id = $2 order by id`,
        [tenant, CALL_ID],
      );
    let end: string | null = null;
    for (let tries = 0; tries < 600 && end === null; tries += 1) {
      end = (await ends(system.person(OTHER).tenantId))[0]?.at ?? null;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(end).not.toBeNull();
    const later = (await ends(system.trial.tenant.id)).filter(({ at }) => at === null || at > (end ?? ''));
    expect(later.length).toBeGreaterThan(20);
    for (const ear of ears) await ear.stop();
  });

  it('has more at work than its share, and is told so, and another one works on', async () => {
    const answers = new Map<string, number>();
    const all = inParallel(
      Array.from({ length: 600 }, (_, n) => n),
      400,
      async () => {
        const query = { limit: '200', count: 'exact', sort: '-title' };
        const { status, text } = await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query });
        const said = status === 200 ? '200' : `${String(status)} ${(JSON.parse(text) as { code: string }).code}`;
        answers.set(said, (answers.get(said) ?? 0) + 1);
      },
    );
    const wrong: string[] = [];
    for (let round = 0; round < 4; round += 1) wrong.push(...(await works()));
    await all;
    expect(wrong).toEqual([]);
    expect([...answers.keys()].sort()).toEqual(['200', '429 share_exceeded']);
  });

  it('fills its quotas of records, files and jobs, is told which one is full, and another one works on', async () => {
    const { database, tenant } = system.trial;
    const defaults = { records: null, file_bytes: null, waiting_runs: null };
    /** Leaves a tenant room for so much more of something. */
    const leave = async (name: QuotaName, room: number) => {
      await setQuota(database.pool, tenant.id, name, 1);
      const [now] = await measureQuotas(database, defaults);
      await setQuota(database.pool, tenant.id, name, (now?.used ?? 0) + room);
    };
    /** Takes more until it is refused: what was measured is believed for some seconds. */
    const fill = async (take: () => Promise<Exchange>): Promise<Exchange> => {
      for (let tries = 0; ; tries += 1) {
        const answer = await take();
        if (answer.status >= 400 || tries === 200) return answer;
        await measureQuotas(database, defaults);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const create = (object: string, name: string) => () =>
      system.call('admin', 'POST', `/records/${object}`, { body: { [name]: stage.fresh() } });
    /** Takes the limit away, and waits until that is noticed. */
    const lift = async (name: QuotaName) => {
      await setQuota(database.pool, tenant.id, name, null);
      await measureQuotas(database, defaults);
      for (let tries = 0; tries < 200 && (await create(VAULT, 'name')()).status !== 201; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
    };
    const made = json<{ id: string }>(await create(SPECIMEN, 'title')());

    await leave('records', 20);
    const noRecord = await fill(create(SPECIMEN, 'title'));
    expect([noRecord.status, json(noRecord)]).toMatchObject([507, { code: 'quota_exceeded', quota: 'records' }]);
    const operations = Array.from({ length: 500 }, () => ({ op: 'create', values: { name: stage.fresh() } }));
    expect((await system.call('admin', 'POST', `/records/${VAULT}/bulk`, { body: { mode: 'all', operations } })).status).toBe(507);
    expect(await works()).toEqual([]);
    // What it has it may change, and make room.
    const at = `/records/${SPECIMEN}/${made.id}`;
    expect((await system.call('admin', 'PATCH', at, { body: { size: 4 } })).status).toBe(200);
    expect((await system.call('admin', 'DELETE', at)).status).toBe(204);
    await lift('records');

    await leave('file_bytes', 50);
    const bytes = new Uint8Array(20).fill(1);
    const noFile = await fill(() =>
      ask(system.trial.origin, system.person('admin'), 'POST', '/api/v1/files', { query: { name: 'x.txt' }, bytes }),
    );
    expect([noFile.status, json(noFile)]).toMatchObject([507, { code: 'quota_exceeded', quota: 'file_bytes' }]);
    expect(await works()).toEqual([]);
    await lift('file_bytes');

    await system.test.sql(
      `insert into meta.wf_run (tenant_id, workflow_id, revision, kind, wake_at)
       select $1, $2, 1, 'record', now() + interval '1 day' from generate_series(1, 1000)`,
      [tenant.id, CALL_ID],
    );
    await leave('waiting_runs', 0);
    const noRun = await fill(create(VAULT, 'name'));
    expect([noRun.status, json(noRun)]).toMatchObject([507, { code: 'quota_exceeded', quota: 'waiting_runs' }]);
    expect(await works()).toEqual([]);
    expect((await system.call(OTHER, 'POST', `/records/${VAULT}`, { body: { name: stage.fresh() } })).status).toBe(201);
    await lift('waiting_runs');
  });
});
