import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishPacks } from '../../src/catalog/publish-packs.js';
import { fireSchedules, storeSchedules } from '../../src/workflow/scheduler.js';
import { source } from '../support/space.js';
import { OBJECTS, state, workflow } from './documents.js';
import { exited, openWorld, until, type World } from './world.js';

const schedule = (name: string, trigger: object, more: object = {}) =>
  workflow(
    name,
    [{ id: 'entry', type: 'record.create@1', input: { object: 'entry', set: { title: { $template: `${name} {{trigger.at}}` } } } }],
    {
      trigger: { type: 'schedule', timeZone: 'Europe/Berlin', ...trigger },
      ...more,
    },
  );
const NAMES = ['minutely_a', 'minutely_b', 'minutely_c', 'minutely_d'];
const documents = [
  ...OBJECTS,
  ...NAMES.map((name) => schedule(name, { cron: '* * * * *', misfire: 'fire_all' })),
  schedule('yearly', { cron: '0 9 1 1 *' }),
  workflow('each', [state('mark', { $template: 'seen {{record.title}}' })], {
    trigger: { type: 'schedule', cron: '0 9 1 6 *', timeZone: 'Europe/Berlin', when: { '==': [{ var: 'flow' }, 'choose me'] } },
  }),
];

describe('schedules', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(() => documents);
    await storeSchedules(world.space.database, world.space.activeModels.current(world.space.space));
  });
  afterAll(() => world.close());

  const rows = () =>
    world.space.test.sql<{ workflow_id: string; next_fire_at: Date; cron: string }>('select * from meta.wf_schedule order by workflow_id');
  const services = () => ({ database: world.space.database, models: world.space.activeModels });

  it('are stored with their next occurrence, and keep their place when stored again', async () => {
    const before = await rows();
    expect(before.map((row) => row.workflow_id)).toEqual(['wfl_each', ...NAMES.map((name) => `wfl_${name}`), 'wfl_yearly']);
    const yearly = before.at(-1);
    expect(yearly?.next_fire_at.toISOString()).toMatch(/-01-01T08:00:00.000Z$/);
    await world.space.test.sql(`update meta.wf_schedule set next_fire_at = '2001-01-01T08:00:00Z' where workflow_id = 'wfl_yearly'`);
    await storeSchedules(world.space.database, world.space.activeModels.current(world.space.space));
    expect((await rows()).at(-1)?.next_fire_at.toISOString()).toBe('2001-01-01T08:00:00.000Z');
  });

  it('years without anybody start one run, for the newest occurrence, and the place is after now', async () => {
    await fireSchedules(services());
    const runs = await world.runs(`r.workflow_id = 'wfl_yearly'`);
    expect(runs.map((run) => run['dedupe_key'])).toEqual([expect.stringMatching(/^sched:wfl_yearly:\d{4}-01-01T08:00:00.000Z$/)]);
    expect((await rows()).at(-1)?.next_fire_at.getTime()).toBeGreaterThan(Date.now());
    expect(await fireSchedules(services())).toBe(0);
  });

  it('fire each slot once although processes die in the middle', { timeout: 40_000 }, async () => {
    await world.space.test.sql(
      `update meta.wf_schedule set next_fire_at = date_trunc('minute', now()) - interval '30 minutes' where workflow_id like 'wfl_minutely%'`,
    );
    const [due] = (await rows()).filter((row) => row.workflow_id === 'wfl_minutely_a');
    const dying = await Promise.all([
      world.worker({ FIELDSTONE_FAILPOINT: 'before-schedule-commit:1' }),
      world.worker({ FIELDSTONE_FAILPOINT: 'after-schedule-commit:1' }),
      world.worker({ FIELDSTONE_FAILPOINT: 'before-schedule-commit:2' }),
    ]);
    await until(() => dying.some((worker) => worker.signalCode === 'SIGKILL'), 'a worker to die');
    const healthy = await world.worker();
    await until(async () => (await rows()).every((row) => row.next_fire_at.getTime() > Date.now()), 'all schedules to be moved on', 15_000);
    for (const worker of [...dying, healthy]) {
      worker.kill('SIGTERM');
      await exited(worker);
    }
    for (const name of NAMES) {
      const slots = (await world.runs(`r.workflow_id = 'wfl_${name}'`))
        .map((run) => Date.parse((run['trigger'] as { at: string }).at))
        .sort();
      const [row] = (await rows()).filter((each) => each.workflow_id === `wfl_${name}`);
      const expected: number[] = [];
      for (let at = due?.next_fire_at.getTime() ?? 0; at < (row?.next_fire_at.getTime() ?? 0); at += 60_000) expected.push(at);
      expect(slots, name).toEqual(expected);
    }
  });

  it('start one run for each record that meets the condition, once an occurrence', async () => {
    for (const title of ['a', 'b', 'c']) await world.create('job', { title, flow: 'choose me' });
    await world.create('job', { title: 'd', flow: 'not me' });
    const automation = world.automation();
    const fire = async () => {
      await world.space.test.sql(`update meta.wf_schedule set next_fire_at = '2020-06-01T07:00:00Z' where workflow_id = 'wfl_each'`);
      await fireSchedules(services());
      automation.kick();
      // The automation looks for due schedules too: whoever comes first stores the runs.
      const areThere = (runs: Awaited<ReturnType<World['runs']>>) => runs.length >= 4 && runs.every((run) => run['ended']);
      await until(async () => areThere(await world.runs(`r.workflow_id = 'wfl_each'`)), 'the runs to end');
      return (await world.runs(`r.workflow_id = 'wfl_each'`)).map((run) => run['status']);
    };
    expect(await fire()).toEqual(['done', 'done', 'done', 'done']);
    const states = (await world.rows('job')).map((row) => [row['title'], row['state'], row['version']]);
    expect(states).toEqual([
      ['a', 'seen a', 2],
      ['b', 'seen b', 2],
      ['c', 'seen c', 2],
      ['d', null, 1],
    ]);
    // The same occurrence again: it has its runs.
    expect(await fire()).toHaveLength(4);
    await automation.stop();
  });

  it('follow the head revision: a changed rule starts anew, one that is gone ends, and who is behind changes nothing', async () => {
    const { database, activeModels, space } = world.space;
    const behind = activeModels.current(space);
    const wanted = [schedule('minutely_a', { cron: '0 9 * * *' }), schedule('yearly', { cron: '0 9 1 1 *' }, { inactive: true })];
    // The same pack in a newer version, in which the other schedules are gone.
    const newer = [{ kind: 'pack', name: 'small', label: 'Small', version: '1.1.0' }, ...OBJECTS, ...wanted].map(source);
    await publishPacks(world.space.catalog, space, newer, 'all');
    const active = await activeModels.refresh(space);
    expect(active.revision).toBeGreaterThan(behind.revision);
    await storeSchedules(database, behind);
    expect(await rows()).toHaveLength(6);
    await storeSchedules(database, active);
    expect((await rows()).map((row) => [row.workflow_id, row.cron])).toEqual([['wfl_minutely_a', '0 9 * * *']]);
  });
});
