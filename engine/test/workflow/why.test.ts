import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CauseLink, HistoryEntry, WhyAnswer } from '@fieldstone/metadata/types/wire.js';
import type { RequestContext } from '../../src/records/context.js';
import { explainChange } from '../../src/records/explain-change.js';
import { readHistory } from '../../src/records/read-history.js';
import { updateRecord } from '../../src/records/write-record.js';
import { fireSchedules, storeSchedules } from '../../src/workflow/scheduler.js';
import { addUser } from '../support/space.js';
import { entry, OBJECTS, workflow } from './documents.js';
import { openWorld, until, type World } from './world.js';

const set = (id: string, values: object, label?: string) => ({
  id,
  type: 'record.update@1',
  input: { set: values },
  ...(label ? { label } : {}),
});
const changed = (...fields: string[]) => ({ type: 'record', on: ['update'], fields, entry: 'every_match' });
const role = (name: string, more: object = {}) => ({ kind: 'role', id: `rol_${name}`, name, label: name, ...more });
const may = (of: string, object: string, more: object) => ({ kind: 'permission', id: `prm_${of}_${object}`, role: of, object, ...more });

/** A job that becomes "go" makes an entry and counts up; the entry that is made closes; and so on from one to the next. */
const documents = [
  ...OBJECTS,
  { kind: 'field', id: 'fld_entry_state', object: 'entry', name: 'state', label: 'State', type: 'text' },
  workflow('opens', [set('count', { amount: 7 }, 'Count'), entry('make', 'made')], {
    trigger: { type: 'record', on: ['update'], fields: ['flow'], when: { '==': [{ var: 'flow' }, 'go'] } },
  }),
  workflow('closes', [set('close', { state: 'closed' }, 'Close it')], { object: 'entry', trigger: { type: 'record', on: ['create'] } }),
  workflow('ends', [set('end', { title: 'ended' })], { object: 'entry', trigger: changed('state') }),
  workflow('yearly', [set('mark', { state: 'a year on' })], {
    trigger: { type: 'schedule', cron: '0 9 1 6 *', timeZone: 'Europe/Berlin', when: { '==': [{ var: 'flow' }, 'wait'] } },
  }),
  role('all', { capabilities: ['view_automation'], default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' } }),
  role('entries', { default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'read' } }),
  may('entries', 'entry', { read: 'all', fields: { default: 'read' } }),
  role('jobs', { default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'read' } }),
  may('jobs', 'job', { read: 'all', fields: { default: 'read', only: { flow: 'none' } } }),
  may('jobs', 'entry', { read: 'all', fields: { default: 'read' } }),
];

let world: World;
let ada: string;
let job: string;
let made: string;
const as = (...roles: string[]): RequestContext => world.context({ kind: 'user', userId: ada, name: 'Ada', roles });
const kinds = ({ data }: WhyAnswer) => data.map((link) => (link.kind === 'change' ? `${link.object} ${link.version}` : link.kind));
const runsOf = ({ data }: WhyAnswer) => data.filter((link): link is Extract<CauseLink, { kind: 'run' }> => link.kind === 'run');

beforeAll(async () => {
  world = await openWorld(() => documents);
  ada = await addUser(world.space);
  const automation = world.automation();
  job = await world.create('job', { title: 'First' }, { userId: ada, kind: 'user', roles: ['all'] });
  await updateRecord(
    world.context({ userId: ada, kind: 'user', roles: ['all'], cause: { kind: 'api_key', label: 'Night shift' } }),
    'job',
    job,
    { flow: 'go' },
  );
  await until(async () => (await world.rows('entry')).some((row) => row['title'] === 'ended'), 'the last workflow to end');
  made = String((await world.rows('entry'))[0]?.['id']);
  await automation.stop();
});
afterAll(() => world.close());

describe('why a record changed', () => {
  it('is told from the change back over every step and event to who began', async () => {
    const why = await explainChange(as('all'), 'entry', made, 3);
    expect(kinds(why)).toEqual(['entry 3', 'run', 'entry 2', 'run', 'entry 1', 'run', 'job 2']);
    expect(runsOf(why).map(({ workflow: of, step }) => [of?.name, step])).toEqual([
      ['ends', { id: 'end', label: null }],
      ['closes', { id: 'close', label: 'Close it' }],
      ['opens', { id: 'make', label: null }],
    ]);
    expect(runsOf(why).every(({ run }) => /^\d+$/.test(run ?? ''))).toBe(true);
    expect(why.isComplete).toBe(true);
    expect(why.data.at(-1)).toMatchObject({
      kind: 'change',
      label: 'First',
      by: { id: ada },
      cause: { kind: 'api_key', label: 'Night shift' },
      changes: [{ field: 'flow', before: null, after: 'go' }],
    });
  });

  it('is told of one field by the change that gave it its value', async () => {
    const why = await explainChange(as('all'), 'entry', made, 3, 'state');
    expect(kinds(why)).toEqual(['entry 2', 'run', 'entry 1', 'run', 'job 2']);
    expect((await explainChange(as('all'), 'entry', made, 1, 'title')).data[0]).toMatchObject({
      version: 1,
      changes: [{ field: 'title', after: 'made' }],
    });
    await expect(explainChange(as('all'), 'entry', made, 1, 'state')).rejects.toMatchObject({ code: 'not_found' });
    await expect(explainChange(as('jobs'), 'job', job, 3, 'flow')).rejects.toMatchObject({
      code: 'malformed',
      issues: [{ path: '/field', code: 'unknown_field' }],
    });
    await expect(explainChange(as('jobs'), 'job', job, 3, 'nothing')).rejects.toMatchObject({
      code: 'malformed',
      issues: [{ path: '/field', code: 'unknown_field' }],
    });
  });

  it.each([
    ['the records of which are not the reader’s', ['entries'], { kind: 'hidden' }],
    ['of which the reader may read no changed field', ['jobs'], { kind: 'hidden' }],
  ])('says nothing of a link %s', async (_what, roles, last) => {
    const why = await explainChange(as(...roles), 'entry', made, 3);
    expect(kinds(why).slice(0, 5)).toEqual(['entry 3', 'run', 'entry 2', 'run', 'entry 1']);
    expect(why.data.at(-1)).toEqual(last);
    expect(JSON.stringify(why)).not.toContain('Night shift');
    expect(JSON.stringify(why)).not.toContain('"go"');
    expect(runsOf(why).every((run) => run.run === undefined && run.revision === undefined)).toBe(true);
  });

  it('names a workflow only to who may read the records it is about', async () => {
    const [, , opens] = runsOf(await explainChange(as('entries'), 'entry', made, 3));
    expect(opens).toMatchObject({ workflow: null, step: null });
    const [, , named] = runsOf(await explainChange(as('jobs'), 'entry', made, 3));
    expect(named).toMatchObject({ workflow: { name: 'opens' } });
  });

  it('ends at a schedule', async () => {
    const waiting = await world.create('job', { title: 'Waits', flow: 'wait' });
    await storeSchedules(world.space.database, world.space.activeModels.current(world.space.space));
    await world.space.test.sql(`update meta.wf_schedule set next_fire_at = '2020-06-01T07:00:00Z' where workflow_id = 'wfl_yearly'`);
    const automation = world.automation();
    await fireSchedules({ database: world.space.database, models: world.space.activeModels });
    await until(async () => (await world.rows('job')).some((row) => row['state'] === 'a year on'), 'the schedule');
    await automation.stop();
    expect(kinds(await explainChange(as('all'), 'job', waiting, 2))).toEqual(['job 2', 'run', 'schedule']);
  });

  it('says that a run is no longer kept', async () => {
    await world.space.test.sql(`delete from meta.wf_run where workflow_id = 'wfl_yearly'`);
    const [waiting] = (await world.rows('job')).filter((row) => row['title'] === 'Waits');
    const why = await explainChange(as('all'), 'job', String(waiting?.['id']), 2);
    expect([kinds(why), why.isComplete]).toEqual([['job 2', 'forgotten'], false]);
  });

  it('is not told of versions and records that are not there for the reader', async () => {
    await expect(explainChange(as('all'), 'entry', made, 4)).rejects.toMatchObject({ code: 'not_found' });
    await expect(explainChange(as('entries'), 'job', job, 2)).rejects.toMatchObject({ code: 'not_found' });
    await expect(explainChange(as('jobs'), 'job', job, 2)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the cause of a change', () => {
  const entries = async (ctx: RequestContext, object: string, id: string, field?: string) =>
    (JSON.parse(await readHistory(ctx, object, id, field === undefined ? {} : { field })) as { data: HistoryEntry[] }).data;

  it('names workflow, step, run and the version of the metadata', async () => {
    const [ended, closed] = await entries(as('all'), 'entry', made);
    expect(ended?.cause).toEqual({
      kind: 'workflow',
      label: 'Workflow ends',
      workflow: 'ends',
      step: { id: 'end' },
      run: expect.stringMatching(/^\d+$/),
    });
    expect(closed?.cause.step).toEqual({ id: 'close', label: 'Close it' });
    expect(closed?.revision).toBe(world.space.activeModels.current(world.space.space).revision);
  });

  it('names no workflow about records that the reader may not see', async () => {
    const first = (await entries(as('entries'), 'entry', made)).at(-1);
    expect(first?.cause).toEqual({ kind: 'workflow', label: null });
  });

  it('names a key to its owner and to nobody else without the right to look after people', async () => {
    const ben = { ...as('all'), actor: { ...as('all').actor, userId: await addUser(world.space) } };
    const of = async (ctx: RequestContext) => (await entries(ctx, 'job', job)).find(({ version }) => version === 2)?.cause;
    expect(await of(as('all'))).toEqual({ kind: 'api_key', label: 'Night shift' });
    expect(await of(ben)).toEqual({ kind: 'api_key', label: null });
  });

  it('is told for one field alone, and of a field that may not be read not at all', async () => {
    expect((await entries(as('all'), 'entry', made, 'state')).map(({ version }) => version)).toEqual([2]);
    expect((await entries(as('all'), 'entry', made, 'title')).map(({ version }) => version)).toEqual([3, 1]);
    await expect(entries(as('jobs'), 'job', job, 'flow')).rejects.toMatchObject({
      code: 'malformed',
      issues: [{ path: '/field', code: 'unknown_field' }],
    });
  });
});
