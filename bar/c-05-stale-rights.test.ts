import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { BADGE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { openTrial, type TrialSystem } from '../engine/src/app/leaks/trial-system.js';
import { readConfig } from '../engine/src/app/config.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem } from './support/deed-system.js';
import { IS_NIGHT } from './support/hidden-fields.js';
import { openStage, sessionOf, type Stage } from './support/stage.js';

const at = `/records/${SPECIMEN}`;
let system: CanarySystem;
let stage: Stage;
const nodes: TrialSystem[] = [];
beforeAll(async () => {
  system = await openDeedSystem();
  stage = openStage(system);
  // Two more processes on the same database. Each has memories of its own.
  const config = readConfig({ FIELDSTONE_DATA_DIR: system.folder, FIELDSTONE_DEMO: '0' });
  for (let n = 0; n < 2; n += 1) nodes.push(await openTrial({ config, databaseConfig: system.test.config, files: [] }));
}, 600_000);
afterAll(async () => {
  for (const node of nodes) await node.close();
  await system.close();
});

const origins = (): string[] => [system.trial.origin, ...nodes.map(({ origin }) => origin)];
const recordOf = (owner: string, status = 'open') =>
  system.records.find((record) => record.object === SPECIMEN && record.owner === owner && record.status === status)?.id ?? '';
const done = (answer: Exchange): boolean => answer.status < 300;

/** A right that somebody has, how they lose it, and how they get it back. */
type Loss = {
  readonly what: string;
  readonly has: (origin: string) => Promise<boolean>;
  readonly lose: () => Promise<unknown>;
  readonly regain: () => Promise<unknown>;
};
const asking = (who: string, path: string) => async (origin: string) =>
  done(await ask(origin, system.person(who), 'GET', `/api/v1${path}`));
const sql = (text: string, ...values: unknown[]) => system.test.sql(text, values);

async function losses(): Promise<Loss[]> {
  const id = (who: string) => system.person(who).id;
  const [wide] = await system.test.sql<{ role_id: string }>('select role_id from meta.user_role where user_id = $1', [id('canary_wide')]);
  const [team] = await system.test.sql<{ team_id: string }>('select team_id from meta.team_member where user_id = $1', [id('canary_team')]);
  const shared = system.records.find(({ sharedWith }) => sharedWith.includes('canary_own'))?.id ?? '';
  const badge = { filter: JSON.stringify({ '>': [{ var: 'level' }, 0] }) };
  const session = await sessionOf(system, 'rival');
  const { revision, elements } = json<{ revision: number; elements: { id: string; document: Record<string, unknown> }[] }>(
    await stage.done('GET', '/metadata/source'),
  );
  const permission = elements.find((element) => element.id === `prm_canary_shut_${BADGE}`)?.document ?? {};
  let base = revision;
  const publish = async (document: object) => {
    await stage.done('PUT', `/metadata/draft/permission/canary_shut.${BADGE}`, { body: { baseRevision: base, document } });
    const plan = json<{ hash: string; to: number; hazards: { code: string }[] }>(await stage.done('POST', '/metadata/draft/plan'));
    await stage.done('POST', '/metadata/draft/publish', { body: { plan: plan.hash, confirm: plan.hazards.map(({ code }) => code) } });
    base = plan.to;
  };
  return [
    {
      what: 'a role, taken away where nobody is told',
      has: asking('canary_wide', at),
      lose: () => sql('delete from meta.user_role where user_id = $1', id('canary_wide')),
      regain: () => sql('insert into meta.user_role (user_id, role_id) values ($1, $2)', id('canary_wide'), wide?.role_id),
    },
    {
      what: 'a place in a team',
      has: asking('canary_team', `${at}/${recordOf('mate')}`),
      lose: () => stage.done('PATCH', `/teams/${team?.team_id ?? ''}`, { body: { members: [id('mate')] } }),
      regain: () => stage.done('PATCH', `/teams/${team?.team_id ?? ''}`, { body: { members: [id('mate'), id('canary_team')] } }),
    },
    {
      what: 'a share',
      has: asking('canary_own', `${at}/${shared}`),
      lose: () => stage.done('DELETE', `${at}/${shared}/shares/${id('canary_own')}`),
      regain: () => stage.done('POST', `${at}/${shared}/shares`, { body: { to: id('canary_own') } }),
    },
    {
      what: 'an account',
      has: asking('canary_none', '/me'),
      lose: () => sql('update meta.user set is_active = false where id = $1', id('canary_none')),
      regain: () => sql('update meta.user set is_active = true where id = $1', id('canary_none')),
    },
    {
      what: 'a key',
      has: asking('canary_builder', '/me'),
      lose: () => sql('update meta.api_key set revoked_at = now() where user_id = $1', id('canary_builder')),
      regain: () => sql('update meta.api_key set revoked_at = null where user_id = $1', id('canary_builder')),
    },
    {
      what: 'a session',
      has: async (origin) => done(await ask(origin, null, 'GET', '/api/v1/me', { headers: { Cookie: session['Cookie'] ?? '' } })),
      lose: () => sql(`update meta.session set expires_at = now() - interval '1 minute' where user_id = $1`, id('rival')),
      regain: () => sql(`update meta.session set expires_at = now() + interval '1 hour' where user_id = $1`, id('rival')),
    },
    {
      what: 'a field, by a publish of another process',
      has: async (origin) => done(await ask(origin, system.person('canary_shut'), 'GET', `/api/v1/records/${BADGE}`, { query: badge })),
      lose: () => publish({ ...permission, fields: { default: 'read', only: { name: 'none', level: 'none' } } }),
      regain: () => publish(permission),
    },
  ];
}

describe('C-05: a right that was taken away', { timeout: 600_000 }, () => {
  it('is gone from every process within seconds, also when nobody is told', async () => {
    // Whoever waits to be told of a publish is cut off, again and again.
    const deafened = setInterval(() => {
      void sql(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen %'`);
    }, 100);
    try {
      const all = await losses();
      for (let round = 0; round < (IS_NIGHT ? 50 : 1); round += 1) {
        for (const { what, has } of all)
          for (const origin of origins()) expect([what, await settles(() => has(origin), true)]).toEqual([what, true]);
        const took = await Promise.all(
          all.map(async ({ what, has, lose }) => {
            await lose();
            const since = Date.now();
            for (const origin of origins()) if (!(await settles(() => has(origin), false))) return `${what} stays`;
            return Date.now() - since;
          }),
        );
        expect(took.filter((each) => typeof each === 'string')).toEqual([]);
        if (IS_NIGHT) expect(Math.max(...(took as number[]))).toBeLessThan(5_000);
        // And does not come back by what somebody remembers.
        for (const { what, has } of all) for (const origin of origins()) expect([what, await has(origin)]).toEqual([what, false]);
        for (const { regain } of all) await regain();
      }
    } finally {
      clearInterval(deafened);
    }
  });
});

/** Waits until somebody has it, or not. */
async function settles(look: () => Promise<boolean>, wanted: boolean): Promise<boolean> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await look()) === wanted) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
