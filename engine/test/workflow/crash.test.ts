import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, hook, mail, OBJECTS, state, workflow } from './documents.js';
import { exited, openWorld, until, type World } from './world.js';

/** One workflow that uses every action, with an update before and after each way out. */
const everything = (url: string) =>
  workflow(
    'everything',
    [
      state('first', 'begun'),
      entry('entry', { $template: 'Entry of {{record.title}} ({{record.state}})' }),
      mail('mail'),
      state('middle', 'mailed'),
      hook('hook', `${url}/everything`),
      { id: 'branch', type: 'branch@1', input: { cases: [{ port: 'mailed', if: { '==': [{ var: 'state' }, 'mailed'] } }] } },
      state('last', 'finished'),
    ],
    {
      edges: [
        { from: 'first', port: 'ok', to: 'entry' },
        { from: 'entry', port: 'ok', to: 'mail' },
        { from: 'mail', port: 'ok', to: 'middle' },
        { from: 'middle', port: 'ok', to: 'hook' },
        { from: 'hook', port: 'ok', to: 'branch' },
        { from: 'branch', port: 'mailed', to: 'last' },
      ],
    },
  );

describe('a worker that dies', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld((url) => [...OBJECTS, everything(url)]);
  });
  afterAll(() => world.close());

  it('at any point loses nothing and doubles nothing in the database', { timeout: 120_000 }, async () => {
    let deaths = 0;
    for (let k = 1; k < 60; k += 1) {
      const job = await world.create('job', { title: `Job ${k}`, flow: 'everything' });
      const worker = await world.worker({ FIELDSTONE_FAILPOINT: `any:${k}` });
      const ended = async () => (await world.runs(`r.record_id = '${job}'`))[0]?.['ended'] === true;
      await until(async () => worker.signalCode !== null || (await ended()), `worker ${k} to die or finish`);
      const died = worker.signalCode === 'SIGKILL';
      if (died) {
        deaths += 1;
        const rescuer = world.automation();
        await until(ended, `the run of job ${k} to end`);
        await rescuer.stop();
      } else {
        worker.kill('SIGTERM');
        await exited(worker);
      }

      const [run] = await world.runs(`r.record_id = '${job}'`);
      const at = `killed at point ${k}`;
      expect([run?.['status'], run?.['error'], run?.['pending']], at).toEqual(['done', null, null]);
      const [row] = (await world.rows('job')).filter((each) => each['id'] === job);
      // Three updates after the creation: each happened exactly once.
      expect([row?.['state'], row?.['version']], at).toEqual(['finished', 4]);
      expect(
        (await world.rows('entry')).filter((each) => each['job'] === job).map((each) => each['title']),
        at,
      ).toEqual([`Entry of Job ${k} (begun)`]);
      const steps = await world.steps(run?.['id']);
      expect(
        steps.map((step) => [step['seq'], step['node_id'], step['status']]),
        at,
      ).toEqual(['first', 'entry', 'mail', 'middle', 'hook', 'branch', 'last'].map((node, seq) => [seq, node, 'done']));

      const calls = world.hooks.filter((call) => call.body.includes(job));
      expect(new Set(calls.map((call) => call.key)).size, at).toBe(1);
      expect(new Set(calls.map((call) => call.body)).size, at).toBe(1);
      expect(calls.length, at).toBeLessThanOrEqual(died ? 2 : 1);

      const sent = world.mails.filter((message) => message.raw.includes(`About Job ${k}\r\n`));
      const [note] = await world.space.test.sql('select status, error, sent_at from meta.outbound_mail where run_id = $1', [run?.['id']]);
      expect(sent.length, at).toBeLessThanOrEqual(1);
      // A mail that did not leave says that it may not have.
      if (sent.length === 0) expect(note, at).toMatchObject({ status: 'failed', error: expect.stringContaining('not sent again') });
      if (!died) break;
    }
    expect(deaths).toBeGreaterThanOrEqual(16);
  });
});
