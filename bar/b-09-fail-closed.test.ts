import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { json } from '../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { newId } from '../engine/src/kernel/ids.js';
import type { CanarySystem } from './support/canary-system.js';
import { openDeedSystem, somebody } from './support/deed-system.js';
import { changedBy } from './support/frozen.js';
import { openStage, type Stage } from './support/stage.js';

const at = `/records/${SPECIMEN}`;
const where = (condition: unknown) => ({ where: condition });
const user = (name: string) => ({ var: `$user.${name}` });
const field = (name: string) => ({ var: name });

/**
 * Rules that can be published and come to nothing when they are asked: what they name of the person is not there, or what they work out can not be worked
 * out. Nobody reads or writes anything by them.
 */
const EMPTY: Readonly<Record<string, unknown>> = {
  no_territories: { in: [field('code'), user('territories')] },
  no_team: { in: [field('owner'), user('team')] },
  empty_list: { in: [field('title'), []] },
  empty_field: { '==': [field('code'), 'zq-nothing'] },
  empty_of_empty: { '==': [{ var: 'place.secret' }, 'zq-nothing'] },
  by_zero: { '>': [field('d_zero'), 0] },
  not_by_zero: { '<': [field('d_zero'), 0] },
  each_by_zero: { '==': [field('d_zero'), 0] },
};
/** What can not be worked out of any record. */
const ZERO = {
  kind: 'field',
  id: 'fld_bar_zero',
  object: SPECIMEN,
  name: 'd_zero',
  label: 'Zero',
  type: 'formula',
  formula: '1 / (size - size)',
  returns: 'decimal',
};
const RULES = Object.keys(EMPTY);

let system: CanarySystem;
let stage: Stage;
beforeAll(async () => {
  const rights = (rule: unknown) => ({ create: true, read: rule, update: rule, delete: rule, actions: ['bulk', 'share', 'merge'] });
  system = await openDeedSystem({
    extras: [
      { who: 'canary_none', documents: [ZERO] },
      ...RULES.map((name) => somebody(`bar_${name}`, { [SPECIMEN]: rights(where(EMPTY[name])) })),
      // Reads everything, and changes, or sees a field, by a rule that comes to nothing.
      ...RULES.map((name) =>
        somebody(`bar_w_${name}`, { [SPECIMEN]: { read: 'all', update: where(EMPTY[name]), delete: where(EMPTY[name]) } }),
      ),
      ...RULES.map((name) =>
        somebody(`bar_f_${name}`, {
          [SPECIMEN]: {
            read: 'all',
            update: 'all',
            fields: { default: 'edit', only: { title: { read: where(EMPTY[name]), edit: where(EMPTY[name]) } } },
          },
        }),
      ),
    ],
  });
  stage = openStage(system);
}, 600_000);
afterAll(() => system.close());

const idOf = () => system.records.find(({ object, owner }) => object === SPECIMEN && owner === 'rival')?.id ?? '';
/** What somebody reads; nothing where the whole object is not there for them. */
const listed = async (who: string) =>
  json<{ data?: Record<string, unknown>[] }>(await system.call(who, 'GET', at, { query: { limit: '200' } })).data ?? [];

describe('B-09: a rule that comes to nothing', { timeout: 180_000 }, () => {
  it.each(RULES)('lets nobody read or write anything: %s', async (name) => {
    const id = idOf();
    const [reads, writes, sees] = [`bar_${name}`, `bar_w_${name}`, `bar_f_${name}`];
    const changed = await changedBy(system, async () => {
      expect(await listed(reads)).toEqual([]);
      expect((await listed(writes)).length).toBeGreaterThan(20);
      for (const who of [reads, writes]) {
        const isHidden = who === reads;
        const refused = [
          await system.call(who, 'PATCH', `${at}/${id}`, { body: { size: 1 } }),
          await system.call(who, 'DELETE', `${at}/${id}`),
          await system.call(who, 'POST', `${at}/bulk`, { body: { mode: 'all', operations: [{ op: 'update', id, values: { size: 1 } }] } }),
          await system.call(who, 'POST', `${at}/${id}/restore`),
        ].map(({ status }) => status);
        expect([who, refused.filter((status) => status < 400)]).toEqual([who, []]);
        if (isHidden) expect([403, 404]).toContain((await system.call(who, 'GET', `${at}/${id}`)).status);
      }
      if (reads !== 'x')
        // Making is a right of its own: who reaches nothing at all may drop a record where they do not see it.
        if (name !== 'no_team') {
          const made = await system.call(reads, 'POST', at, { body: { title: 'Out of reach at once' } });
          expect(made.status).toBeGreaterThanOrEqual(400);
        }
      const rows = await listed(sees);
      expect(rows.length).toBeGreaterThan(20);
      expect(rows.filter((row) => row['title'] !== null && row['title'] !== undefined)).toEqual([]);
      expect((await system.call(sees, 'PATCH', `${at}/${id}`, { body: { title: 'Unseen' } })).status).toBeGreaterThanOrEqual(400);
    });
    expect([name, changed]).toEqual([name, []]);
  });

  it('is one that no role has: somebody without roles, with one that is gone, or with an id of nothing', async () => {
    const people = [
      ['bar_no_team', []],
      ['bar_w_no_team', ['rol_gone']],
      ['bar_f_no_team', ['', '%', "x' or 1=1 --"]],
      ['bar_empty_list', [newId()]],
    ] as const;
    for (const [who, roles] of people) {
      await system.test.sql('delete from meta.user_role where user_id = $1', [system.person(who).id]);
      await system.test.sql('insert into meta.user_role (user_id, role_id) select $1, unnest($2::text[])', [system.person(who).id, roles]);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    for (const [who] of people) {
      expect(await listed(who)).toEqual([]);
      for (const path of [at, '/users', '/metadata/source', '/recycle-bin', '/search?q=Name', '/metadata'])
        expect([who, path, (await system.call(who, 'GET', path)).text.includes('canary_')]).toEqual([who, path, false]);
    }
  });
});

describe('B-09: a rule that can not be understood', { timeout: 180_000 }, () => {
  const WRONG: readonly (readonly [what: string, rule: unknown])[] = [
    ['an operator that is not there', where({ matches_any: [field('title'), 'x'] })],
    ['a field that is not there', where({ '==': [field('zq_field'), 'x'] })],
    ['a path that leads nowhere', where({ '==': [field('place.zq'), 'x'] })],
    ['an attribute of a person that is not there', where({ '==': [field('title'), user('zq')] })],
    ['a variable of nobody', where({ '==': [field('title'), { var: '$tenant.id' }] })],
    ['nothing', where({})],
    ['an empty "and", which would be true', where({ and: [] })],
    ['an empty "or"', where({ or: [] })],
    ['a truth', where(true)],
    ['a text', where('true')],
    ['no condition', { where: null }],
    ['no rule', {}],
    ['another member', { ...where({ '==': [field('title'), 'x'] }), or: 'all' }],
    ['a word that is none', 'everything'],
    ['a number', 1],
    ['an empty list', []],
    ['a list of nothing', [null]],
    ['too few arguments', where({ '==': [field('title')] })],
    ['a value that is no condition', where(field('title'))],
    ['types that can not be compared', where({ '==': [field('size'), 'x'] })],
    ['two operators', where({ '==': [field('title'), 'x'], '!=': [field('title'), 'x'] })],
    ['names of prototypes', where({ constructor: [field('title')] })],
    ['a prototype of a person', where({ '==': [field('title'), user('constructor')] })],
  ];
  it.each(WRONG)('is not published, and changes nothing: %s', async (_what, rule) => {
    const { revision, elements } = json<{ revision: number; elements: { id: string; document: Record<string, unknown> }[] }>(
      await stage.done('GET', '/metadata/source'),
    );
    const document = elements.find(({ id }) => id === `prm_canary_own_${SPECIMEN}`)?.document ?? {};
    const before = await listed('canary_own');
    for (const part of [{ read: rule }, { deny: { read: rule } }, { fields: { only: { title: { read: rule } } } }]) {
      const body = { baseRevision: revision, document: { ...document, ...part } };
      const put = await system.call('admin', 'PUT', `/metadata/draft/permission/canary_own.${SPECIMEN}`, { body });
      if (put.status < 300) {
        const plan = await system.call('admin', 'POST', '/metadata/draft/plan');
        const { hash = '', hazards = [], issues = [] } = json<{ hash?: string; hazards?: { code: string }[]; issues?: unknown[] }>(plan);
        if (plan.status < 300 && issues.length === 0) {
          const done = await system.call('admin', 'POST', '/metadata/draft/publish', {
            body: { plan: hash, confirm: hazards.map(({ code }) => code) },
          });
          expect([part, done.status]).toEqual([part, 422]);
        }
      }
      await system.call('admin', 'DELETE', '/metadata/draft');
    }
    expect(json<{ revision: number }>(await stage.done('GET', '/metadata/source')).revision).toBe(revision);
    expect(await listed('canary_own')).toEqual(before);
  });

  it('stops a start, and a process goes on with what it understands, when it comes from elsewhere', async () => {
    const { models } = system.trial.open;
    const before = await listed('canary_own');
    const revision = models.current(1).revision;
    // As another version might have published it: an operator that this one does not know, where canary_own's reach was.
    await system.test.sql(
      `insert into meta.revision (space_id, rev, parent_rev, snapshot, checksum)
       select space_id, rev + 1, rev, replace(snapshot, '"read":"own"', '"read":{"where":{"by_magic":[{"var":"title"}]}}'), checksum from meta.revision order by rev desc limit 1`,
    );
    await system.test.sql('update meta.space set head_rev = head_rev + 1');
    await expect(models.refresh(1)).rejects.toThrow();
    expect(models.current(1).revision).toBe(revision);
    expect(await listed('canary_own')).toEqual(before);
    await system.test.sql('update meta.space set head_rev = head_rev - 1');
    await system.test.sql('delete from meta.revision where rev > $1', [revision]);
  });
});

describe('B-09: a rule that can not be asked', { timeout: 180_000 }, () => {
  it('in time, because the table is locked or the database is gone: shows and changes nothing', async () => {
    const { bindings, model } = system.trial.open.models.current(1);
    const table = bindings.tables.get(model.objects.get(SPECIMEN)?.id ?? '') ?? '';
    const client = new pg.Client({ connectionString: system.test.url });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(`lock table sp1."${table}" in access exclusive mode`);
      const answers = await Promise.all([
        system.call('canary_own', 'GET', at),
        system.call('canary_own', 'GET', `${at}/${idOf()}`),
        system.call('canary_own', 'PATCH', `${at}/${idOf()}`, { body: { size: 1 } }),
        system.call('canary_own', 'POST', `${at}/aggregate`, { body: { measures: [{ op: 'count', as: 'n' }] } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    } finally {
      await client.end();
    }
    expect(system.leaks).toEqual([]);
  });
});
