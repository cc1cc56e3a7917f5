import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, inParallel, json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { LIMITS } from '../engine/src/model/limits.js';
import type { CanarySystem } from './support/canary-system.js';
import { CALL_ID, openDeedSystem } from './support/deed-system.js';
import { listen, type Ear } from './support/listen.js';
import { openStage, type Stage } from './support/stage.js';

let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
}, 180_000);
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
});
