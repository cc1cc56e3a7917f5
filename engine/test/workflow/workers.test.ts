import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, hook, OBJECTS, state, workflow } from './documents.js';
import { exited, openWorld, QUICK, until, type World } from './world.js';

const documents = (url: string) => [
  ...OBJECTS,
  workflow('slow', [state('before', 'before'), hook('call', `${url}/slow`), state('after', 'after'), entry('entry', 'slow')]),
  workflow('busy', [state('one', 'one'), entry('two', 'busy'), hook('three', `${url}/busy`), state('four', 'four')]),
];

/** Effects of finished runs of a workflow: each record written exactly as often as the workflow says, each key called with one body. */
async function expectOnce(world: World, flow: string, jobs: readonly string[], version: number): Promise<void> {
  const rows = (await world.rows('job')).filter((row) => jobs.includes(String(row['id'])));
  expect(rows.map((row) => row['version'])).toEqual(jobs.map(() => version));
  const entries = (await world.rows('entry')).filter((row) => jobs.includes(String(row['job'])));
  expect(new Set(entries.map((row) => row['job'])).size).toBe(jobs.length);
  expect(entries).toHaveLength(jobs.length);
  const calls = world.hooks.filter((call) => call.path === `/${flow}`);
  const bodies = new Map<string, Set<string>>();
  for (const call of calls) bodies.set(call.key, (bodies.get(call.key) ?? new Set()).add(call.body));
  expect(bodies.size).toBe(jobs.length);
  expect([...bodies.values()].every((each) => each.size === 1)).toBe(true);
}

describe('several workers', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(documents);
  });
  afterAll(() => world.close());

  it('one that was thought dead and wakes up changes nothing any more', { timeout: 40_000 }, async () => {
    const held: (() => void)[] = [];
    world.answer = (path, nth, response) => void (path === '/slow' && nth <= 4 ? held.push(() => response.end()) : response.end());
    const zombie = await world.worker();
    const jobs = await Promise.all([1, 2, 3, 4].map((number) => world.create('job', { title: `Z${number}`, flow: 'slow' })));
    await until(() => held.length === 4, 'the first worker to be in the middle of its calls');
    zombie.kill('SIGSTOP');
    const rescuer = world.automation();
    await until(
      async () => (await world.runs(`r.workflow_id = 'wfl_slow'`)).every((run) => run['status'] === 'done'),
      'the others to finish',
    );
    for (const answer of held) answer();
    zombie.kill('SIGCONT');
    await sleep(1_500);
    await expectOnce(world, 'slow', jobs, 3);
    const runs = await world.runs(`r.workflow_id = 'wfl_slow'`);
    expect(runs.map((run) => [run['status'], Number(run['epoch']) >= 2])).toEqual(jobs.map(() => ['done', true]));
    zombie.kill('SIGTERM');
    await exited(zombie);
    await rescuer.stop();
  });

  it('that die at random lose nothing and double nothing', { timeout: 90_000 }, async () => {
    world.answer = (_path, _nth, response) => void response.end();
    const jobs: string[] = [];
    for (let number = 0; number < 60; number += 1) jobs.push(await world.create('job', { title: `B${number}`, flow: 'busy' }));
    const seed = Date.now() % 100_000;
    let chance = seed;
    const random = () => (chance = (chance * 48_271 + 1) % 2_147_483_647) / 2_147_483_647;
    const isOver = async () => (await world.runs(`r.workflow_id = 'wfl_busy'`)).every((run) => run['ended']);
    let deaths = 0;
    const keepOneWorking = async () => {
      while (!(await isOver())) {
        const worker = await world.worker(deaths < 6 ? { FIELDSTONE_FAILPOINT: `any:${1 + Math.floor(random() * 100)}` } : {});
        await until(async () => worker.signalCode !== null || (await isOver()), `seed ${seed}: progress`, 60_000);
        if (worker.signalCode === 'SIGKILL') deaths += 1;
        else worker.kill('SIGTERM');
        await exited(worker);
      }
    };
    await Promise.all([keepOneWorking(), keepOneWorking()]);
    expect(
      (await world.runs(`r.workflow_id = 'wfl_busy'`)).map((run) => run['status']),
      `seed ${seed}`,
    ).toEqual(jobs.map(() => 'done'));
    await expectOnce(world, 'busy', jobs, 3);
    expect(deaths, `seed ${seed}`).toBeGreaterThan(0);
  });

  it('isolate a run that takes every worker down, and name its step', { timeout: 60_000 }, async () => {
    world.answer = (_path, _nth, response) => void response.end();
    const poison = await world.create('job', { title: 'poison', flow: 'slow' });
    const run = async () => (await world.runs(`r.record_id = '${poison}'`))[0] as Record<string, unknown>;
    const timing = { ...QUICK, maxCrashes: 3 };
    for (let loss = 1; loss <= 3; loss += 1) {
      const victim = await world.worker({ FIELDSTONE_FAILPOINT: 'before-call:1' }, timing);
      await until(() => victim.signalCode === 'SIGKILL', `worker ${loss} to die of the run`);
    }
    const rescuer = world.automation(timing);
    const healthy = await world.create('job', { title: 'healthy', flow: 'slow' });
    await until(async () => (await world.runs(`r.record_id = '${healthy}'`))[0]?.['status'] === 'done', 'a healthy run to finish');
    await until(async () => (await run())['ended'] === true, 'the poisonous run to be isolated');
    expect(await run()).toMatchObject({ status: 'dead', crashes: 3, error: { node: 'call', code: 'worker_lost' } });
    await rescuer.stop();
  });
});
