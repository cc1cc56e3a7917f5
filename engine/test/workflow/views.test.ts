import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishPacks } from '../../src/catalog/publish-packs.js';
import type { RequestContext } from '../../src/records/context.js';
import type { Automation } from '../../src/workflow/automation.js';
import { cancel, outbox, retry, runDetail, runList, workflowList } from '../../src/workflow/run-views.js';
import { addUser, source } from '../support/space.js';
import { entry, hook, mail, OBJECTS, state, workflow } from './documents.js';
import { recordUseCases } from './use-cases.js';
import { openWorld, until, type World } from './world.js';

const role = (name: string, capabilities: readonly string[], read: 'all' | 'none', fields: object = { default: 'edit' }) => [
  { kind: 'role', id: `rol_${name}`, name, label: name, capabilities },
  { kind: 'permission', id: `prm_${name}_job`, role: name, object: 'job', create: true, read, update: read, delete: 'none', fields },
];
const documents = (url: string) => [
  ...OBJECTS,
  workflow('calls', [
    hook('call', `${url}/calls`, { retry: { max: 2, base: 'PT1H', cap: 'PT1H' } }),
    state('after', { $template: 'done {{record.title}}' }),
  ]),
  workflow('once', [hook('call', `${url}/once`, { retry: { max: 1 } }), entry('entry', 'after the call')]),
  workflow('mails', [mail('mail')]),
  ...role('keeper', ['view_automation'], 'all'),
  ...role('blind', ['view_automation'], 'none'),
  ...role('masked', ['view_automation'], 'all', { default: 'edit', only: { state: 'none' } }),
  ...role('rep', [], 'all'),
];

const WITHHELD = 'What went wrong is told to those who may read the record with all of its fields.';

describe('looking after automation', () => {
  let world: World;
  let automation: Automation;
  beforeAll(async () => {
    world = await openWorld(documents);
    automation = world.automation();
  });
  afterAll(() => world.close());

  const as = (name: string): RequestContext =>
    world.context({ kind: 'user', roles: [name], userId: '01890000-0000-7000-8000-000000000001' });
  const all = { limit: 50, cursor: undefined, status: undefined };
  const startFailed = async (flow: string) => {
    world.answer = (_path, _nth, response) => void response.writeHead(400).end();
    const job = await world.create('job', { title: `T ${flow}`, flow });
    automation.kick();
    await until(async () => (await world.runs(`r.record_id = '${job}'`))[0]?.['ended'] === true, 'the run to fail');
    return { job, run: String((await world.runs(`r.record_id = '${job}'`))[0]?.['id']) };
  };

  it('shows the runs of a workflow with the record they are about, and what each step did', async () => {
    const { job, run } = await startFailed('once');
    const list = await runList(as('keeper'), recordUseCases, 'once', all);
    expect(list.data[0]).toMatchObject({
      id: run,
      workflow: 'once',
      status: 'failed',
      record: { object: 'job', id: job, label: 'T once' },
    });
    const detail = await runDetail(as('keeper'), recordUseCases, run);
    expect(detail.error).toMatchObject({ node: 'call', code: 'http_400' });
    expect(detail.steps).toMatchObject([{ node: 'call', status: 'failed', input: { method: 'POST' }, error: { code: 'http_400' } }]);
    const { data } = await workflowList(as('keeper'));
    expect(data.find((each) => each.name === 'once')?.runs).toEqual({ failed: 1 });
  });

  it.each(['blind', 'masked'])('keeps the data of records from those who may not read them: %s', async (name) => {
    const [row] = (await runList(as(name), recordUseCases, 'once', all)).data;
    const detail = await runDetail(as(name), recordUseCases, row?.id ?? '');
    expect([detail.steps.length, detail.steps[0]?.input, detail.steps[0]?.output]).toEqual([1, null, null]);
    expect([row?.error?.code, row?.error?.message, detail.steps[0]?.error?.message]).toEqual(['http_400', WITHHELD, WITHHELD]);
    if (name === 'blind') expect(row?.record).toBeNull();
    // What a mail says may be values of the record.
    await world.space.test.sql(
      `insert into meta.outbound_mail (id, tenant_id, run_id, recipient, subject, body_text, body_html, status, error)
         values (gen_random_uuid(), $1, $2, 'a@example.test', 'Secret', 'Secret', '<p>Secret</p>', 'failed', 'Secret')`,
      [world.space.tenantId, row?.id],
    );
    const [first] = (await outbox(as(name), recordUseCases, { limit: 1, cursor: undefined })).data;
    expect(first).toMatchObject({ to: null, subject: null, text: null, html: null, status: 'failed', error: WITHHELD });
    await world.space.test.sql(`delete from meta.outbound_mail where subject = 'Secret'`);
  });

  it('is for those who may', async () => {
    const { database } = world.space;
    const [row] = (await runList(as('keeper'), recordUseCases, 'once', all)).data;
    const id = row?.id ?? '';
    for (const call of [
      () => workflowList(as('rep')),
      () => runList(as('rep'), recordUseCases, 'once', all),
      () => runDetail(as('rep'), recordUseCases, id),
      () => retry(as('rep'), database, id),
      () => cancel(as('rep'), database, id),
      () => outbox(as('rep'), recordUseCases, all),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  it('answers alike for a run of another tenant and for one that does not exist', async () => {
    const [tenant] = await world.space.test.sql<{ id: number }>(
      `insert into meta.tenant (space_id, name) values ($1, 'Other') returning id`,
      [world.space.space],
    );
    const [row] = (await runList(as('keeper'), recordUseCases, 'once', all)).data;
    const stranger = { ...as('keeper'), actor: { ...as('keeper').actor, tenantId: tenant?.id ?? 0 } };
    for (const id of [row?.id ?? '', '999999999', 'x', "1' or true"]) {
      await expect(runDetail(stranger, recordUseCases, id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(cancel(stranger, world.space.database, id)).rejects.toMatchObject({ code: 'not_found' });
    }
    expect((await runList(stranger, recordUseCases, 'once', all)).data).toEqual([]);
  });

  it('a failed run can be tried again, with the same call, and goes on', async () => {
    const { job, run } = await startFailed('once');
    world.answer = (_path, _nth, response) => void response.end();
    await retry(as('keeper'), world.space.database, run);
    automation.kick();
    await until(async () => (await world.runs(`r.id = ${run}`))[0]?.['status'] === 'done', 'the run to succeed');
    const calls = world.hooks.filter((call) => call.body.includes(job));
    expect([calls.length, new Set(calls.map((call) => call.key + call.body)).size]).toEqual([2, 1]);
    expect((await world.steps(run)).map((step) => [step['node_id'], step['attempt'], step['status']])).toEqual([
      ['call', 1, 'failed'],
      ['call', 2, 'done'],
      ['entry', 1, 'done'],
    ]);
    await expect(retry(as('keeper'), world.space.database, run)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('a waiting run can be cancelled and does nothing more', async () => {
    world.answer = (_path, _nth, response) => void response.writeHead(500).end();
    const job = await world.create('job', { title: 'T', flow: 'calls' });
    automation.kick();
    await until(async () => Number((await world.runs(`r.record_id = '${job}'`))[0]?.['attempt']) === 1, 'the first attempt to fail');
    const [run] = await world.runs(`r.record_id = '${job}'`);
    await cancel(as('keeper'), world.space.database, String(run?.['id']));
    expect((await world.runs(`r.record_id = '${job}'`))[0]).toMatchObject({ status: 'cancelled', ended: true });
    expect(await world.space.test.sql(`select action from meta.audit where subject = $1`, [`run:${String(run?.['id'])}`])).toEqual([
      { action: 'run.cancelled' },
    ]);
  });

  it('a run that waits finishes on the definition it began with, under the names fields have now', async () => {
    world.answer = (_path, _nth, response) => void response.writeHead(500).end();
    const job = await world.create('job', { title: 'Pinned', flow: 'calls' });
    automation.kick();
    await until(async () => Number((await world.runs(`r.record_id = '${job}'`))[0]?.['attempt']) === 1, 'the first attempt to fail');
    const renamed = OBJECTS.map((each) => ((each as { id: string }).id === 'fld_job_title' ? { ...each, name: 'heading' } : each)).map(
      (each) => ((each as { id: string }).id === 'obj_job' ? { ...each, nameField: 'heading' } : each),
    );
    const roles = [...role('keeper', ['view_automation'], 'all')];
    const newer = [
      { kind: 'pack', name: 'small', label: 'Small', version: '2.0.0' },
      ...renamed,
      workflow('calls', [state('new', 'by the new one')]),
      ...roles,
    ];
    await publishPacks(world.space.catalog, world.space.space, newer.map(source), 'all');
    world.answer = (_path, _nth, response) => void response.end();
    await world.space.test.sql(`update meta.wf_run set wake_at = now() where record_id = $1`, [job]);
    automation.kick();
    await until(async () => (await world.runs(`r.record_id = '${job}'`))[0]?.['ended'] === true, 'the run to end');
    const row = (await world.rows('job')).find((each) => each['id'] === job);
    expect([row?.['heading'], row?.['state']]).toEqual(['Pinned', 'done Pinned']);
  });

  it('pages through runs and mail without gaps or repeats', async () => {
    for (let number = 0; number < 5; number += 1) await world.create('job', { heading: `P${number}`, flow: 'calls' });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await runList(as('keeper'), recordUseCases, 'calls', { ...all, limit: 2, cursor });
      seen.push(...page.data.map((run) => run.id));
      cursor = page.page.next ?? undefined;
    } while (cursor !== undefined);
    const expected = (await world.runs(`r.workflow_id = 'wfl_calls'`)).map((run) => String(run['id'])).reverse();
    expect(seen).toEqual(expected);
    await expect(runList(as('keeper'), recordUseCases, 'calls', { ...all, cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'malformed',
    });
    await addUser(world.space);
    for (let number = 0; number < 3; number += 1) {
      await world.space.test.sql(
        `insert into meta.outbound_mail (id, tenant_id, run_id, recipient, subject, body_text, status)
         select gen_random_uuid(), $1, min(id), 'a@example.test', $2, 'x', 'local' from meta.wf_run where workflow_id = 'wfl_calls'`,
        [world.space.tenantId, `S${number}`],
      );
    }
    const first = await outbox(as('keeper'), recordUseCases, { limit: 2, cursor: undefined });
    const second = await outbox(as('keeper'), recordUseCases, { limit: 2, cursor: first.page.next ?? '' });
    expect([...first.data, ...second.data].map((each) => each.subject)).toEqual(['S2', 'S1', 'S0']);
  });
});
