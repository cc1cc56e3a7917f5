import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOBODY } from '../../src/kernel/actor.js';
import type { Automation } from '../../src/workflow/automation.js';
import { webhookSecret } from '../../src/workflow/actions/signature.js';
import { createRecord } from '../../src/records/write-record.js';
import { addUser } from '../support/space.js';
import { entry, hook, mail, OBJECTS, state, workflow } from './documents.js';
import { openWorld, until, type World } from './world.js';

const QUICKLY = { retry: { max: 3, base: 'PT0S', cap: 'PT0S' } };
const template = {
  kind: 'template',
  id: 'tpl_note',
  name: 'note',
  label: 'Note',
  object: 'job',
  subject: 'Due {{formatDate record.due "long"}}',
  text: 'Dear {{record.owner.label}}, {{#if record.amount}}{{record.amount}} pieces{{else}}nothing{{/if}}.',
  html: '<p>{{record.title}}</p>',
};
const roles = [
  { kind: 'role', id: 'rol_writer', name: 'writer', label: 'Writer' },
  {
    kind: 'permission',
    id: 'prm_writer_job',
    role: 'writer',
    object: 'job',
    create: true,
    read: 'all',
    update: 'all',
    delete: 'none',
    fields: { default: 'edit' },
  },
];

const german = {
  kind: 'translation',
  id: 'trn_de_note',
  locale: 'de',
  name: 'note',
  texts: {
    tpl_note: {
      subject: 'Fällig {{formatDate record.due "long"}}',
      text: 'Guten Tag {{record.owner.label}}, {{#if record.amount}}{{record.amount}} Stück{{else}}nichts{{/if}}.',
    },
  },
};

const documents = (url: string) => [
  ...OBJECTS,
  template,
  german,
  workflow('calls', [hook('call', `${url}/calls`)]),
  workflow('retries', [hook('call', `${url}/retries`, QUICKLY), state('after', 'called')]),
  workflow('refused', [hook('call', `${url}/refused`, QUICKLY), state('after', 'called')]),
  workflow('later', [hook('call', `${url}/later`, QUICKLY)]),
  workflow('hangs', [hook('call', `${url}/hangs`, { ...QUICKLY, timeout: 'PT1S' })]),
  workflow('inside', [hook('call', 'http://169.254.169.254/latest', QUICKLY)]),
  workflow('edge', [hook('call', `${url}/edge`, { retry: { max: 1 } }), state('rescue', { $var: 'steps.call.output.error.code' })], {
    edges: [{ from: 'call', port: 'error', to: 'rescue' }],
  }),
  workflow('goes_on', [hook('call', `${url}/goes_on`, { retry: { max: 1 }, onError: 'continue' }), state('after', 'went on')]),
  workflow('mails', [mail('mail', { input: { to: { $var: 'trigger.new.owner' }, template: 'note' } })]),
  workflow('forges', [mail('mail', { input: { to: 'ada@example.test', subject: { $var: 'record.words' }, text: 'x' } })]),
  workflow('lists', [mail('mail', { input: { to: { $var: 'record.words' }, subject: 'x', text: 'x' } })]),
  workflow('values', [
    {
      id: 'set',
      type: 'record.update@1',
      input: {
        set: {
          due: { $expr: { add: [{ var: 'due' }, 3, 'day'] } },
          state: { $template: '{{trigger.event}} {{formatDate record.due "short"}} {{user.name}}' },
        },
      },
    },
    entry('entry', { $template: '{{record.state}} {{steps.set.output.version}}' }),
  ]),
  workflow(
    'breaks',
    [
      state('first', 'begun'),
      { id: 'bad', type: 'record.update@1', input: { set: { title: { $var: 'record.state' } } } },
      entry('never', 'x'),
    ],
    {
      edges: [
        { from: 'first', port: 'ok', to: 'empty' },
        { from: 'empty', port: 'ok', to: 'bad' },
        { from: 'bad', port: 'ok', to: 'never' },
      ],
      nodes: [
        state('first', 'begun'),
        { id: 'empty', type: 'record.update@1', input: { set: { state: null } } },
        { id: 'bad', type: 'record.update@1', input: { set: { title: { $var: 'record.state' } } } },
        entry('never', 'x'),
      ],
    },
  ),
  workflow('as_person', [entry('entry', 'made')], { runAs: 'trigger_user' }),
  workflow('circle', [{ id: 'more', type: 'record.create@1', input: { object: 'job', set: { title: 'again', flow: 'circle' } } }]),
  ...roles,
];

describe('the actions', () => {
  let world: World;
  let automation: Automation;
  let person: string;
  beforeAll(async () => {
    world = await openWorld(documents);
    person = await addUser(world.space, ['rol_writer']);
    automation = world.automation();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.hooks.length = 0;
    world.mails.length = 0;
    world.answer = (_path, _nth, response) => response.end('{"ok":true}');
  });

  const settle = async (job: string) => {
    automation.kick();
    await until(async () => (await world.runs(`r.record_id = '${job}'`)).every((run) => run['ended']), `the runs of ${job}`);
    const runs = await world.runs(`r.record_id = '${job}'`);
    const record = (await world.rows('job')).find((row) => row['id'] === job);
    return { run: runs[0] as Record<string, unknown>, runs, record };
  };
  const start = async (flow: string, values: Record<string, unknown> = {}, actor = {}) =>
    settle(await world.create('job', { title: 'T', flow, ...values }, actor));
  const asPerson = () => ({ kind: 'user' as const, userId: person, name: 'P', roles: ['writer'] });

  it('a webhook is signed so that the receiver can tell who sent it', async () => {
    const { run } = await start('calls');
    const [call] = world.hooks;
    expect(run['status']).toBe('done');
    if (!call) throw new Error('nobody called');
    const { key, headers, body } = call;
    const secret = Buffer.from(webhookSecret(world.space.test.config.secret).slice(6), 'base64');
    const expected = createHmac('sha256', secret)
      .update(`${key}.${String(headers['webhook-timestamp'])}.${body}`)
      .digest('base64');
    expect([headers['webhook-signature'], headers['content-type']]).toEqual([`v1,${expected}`, 'application/json']);
    expect(JSON.parse(body)).toMatchObject({ job: run['record_id'], state: null });
  });

  it('a passing failure is tried again with the same key and body, each attempt kept', async () => {
    world.answer = (_path, nth, response) => void (nth < 3 ? response.writeHead(nth === 1 ? 500 : 503).end() : response.end('fine'));
    const { run, record } = await start('retries');
    expect([run['status'], record?.['state']]).toEqual(['done', 'called']);
    expect(world.hooks).toHaveLength(3);
    expect(new Set(world.hooks.map((call) => `${call.key} ${call.body}`)).size).toBe(1);
    const steps = await world.steps(run['id']);
    expect(steps.map((step) => [step['node_id'], step['attempt'], step['status']])).toEqual([
      ['call', 1, 'failed'],
      ['call', 2, 'failed'],
      ['call', 3, 'done'],
      ['after', 1, 'done'],
    ]);
  });

  it('a refusal is final at once', async () => {
    world.answer = (_path, _nth, response) => void response.writeHead(400).end('no');
    const { run, record } = await start('refused');
    expect([run['status'], run['error'], record?.['state']]).toEqual([
      'failed',
      { node: 'call', code: 'http_400', message: 'The receiver answered 400.' },
      null,
    ]);
    expect(world.hooks).toHaveLength(1);
  });

  it('Retry-After is waited for', async () => {
    world.answer = (_path, nth, response) => void (nth === 1 ? response.writeHead(429, { 'retry-after': '1' }).end() : response.end());
    const { run } = await start('later');
    const [first, second] = world.hooks;
    expect(run['status']).toBe('done');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it('a receiver that hangs ends with the timeout of the step', async () => {
    world.answer = (_path, nth, response) => void (nth === 1 ? undefined : response.end());
    const { run } = await start('hangs');
    expect(run['status']).toBe('done');
    expect((await world.steps(run['id']))[0]).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
  });

  it('an address inside is refused for good', async () => {
    expect((await start('inside')).run).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'target_refused' } });
  });

  it.each([
    ['edge', 'http_410'],
    ['goes_on', 'went on'],
  ])('after the last failure a run can go on: %s', async (flow, expected) => {
    world.answer = (_path, _nth, response) => void response.writeHead(410).end();
    const { run, record } = await start(flow);
    expect([run['status'], record?.['state']]).toEqual(['done', expected]);
  });

  it('a mail to a user, from a template, says that a machine sent it', async () => {
    const { run } = await start('mails', { due: '2027-03-28', amount: 3, title: 'A <b>', owner: person });
    expect(run['status']).toBe('done');
    const [message] = world.mails;
    expect(message?.to).toEqual([`${person}@example.test`]);
    expect(message?.raw).toContain('Subject: Due March 28, 2027');
    expect(message?.raw).toContain('Auto-Submitted: auto-generated');
    expect(message?.raw).toContain('3 pieces');
    expect(message?.raw).toContain('<p>A &lt;b&gt;</p>');
    const [note] = await world.space.test.sql('select id, status from meta.outbound_mail where run_id = $1', [run['id']]);
    expect(note?.['status']).toBe('sent');
    expect(message?.raw).toContain(`Message-ID: <${String(note?.['id'])}@example.test>`);
  });

  it('a mail to a user is in their language, whoever the workflow runs for', async () => {
    const hanna = await addUser(world.space, ['rol_writer']);
    await world.space.test.sql(`update meta.user set locale = 'de-AT', name = 'Hanna' where id = $1`, [hanna]);
    const { run } = await start('mails', { due: '2027-03-28', amount: 3, owner: hanna });
    expect(run['status']).toBe('done');
    const [stored] = await world.space.test.sql('select subject, body_text from meta.outbound_mail where run_id = $1', [run['id']]);
    expect(stored).toEqual({ subject: 'Fällig 28. März 2027', body_text: 'Guten Tag Hanna, 3 Stück.' });
  });

  it.each([
    ['forges', 'Hi\r\nBcc: eve@example.test', 'invalid_input'],
    ['forges', '', 'invalid_input'],
    ['lists', 'a@example.test, b@example.test', 'no_recipient'],
    ['lists', 'a@example.test\r\nBcc: eve@example.test', 'no_recipient'],
    ['lists', '"a\\"b"@example.test', 'no_recipient'],
    ['lists', 'a@example.test (comment)', 'no_recipient'],
    ['lists', `${'x'.repeat(300)}@example.test`, 'no_recipient'],
    ['lists', 'nobody', 'no_recipient'],
  ])('%s: a mail with %j is not sent', async (flow, value, code) => {
    const { run } = await start(flow, { words: value });
    expect([run['status'], (run['error'] as { code: string }).code]).toEqual(['failed', code]);
    expect(world.mails).toEqual([]);
  });

  it('values are worked out from the record as it is when the step runs', async () => {
    const { record } = await start('values', { due: '2027-02-27' });
    expect([record?.['state'], record?.['version']]).toEqual(['record.created 2/27/27', 2]);
    expect((await world.rows('entry')).filter((row) => row['job'] === record?.['id']).map((row) => row['title'])).toEqual([
      'record.created 2/27/27 2',
    ]);
  });

  it('what came before a failed step stays, what comes after it does not happen', async () => {
    const { run, record } = await start('breaks');
    expect(run).toMatchObject({ status: 'failed', error: { node: 'bad', code: 'record_invalid' } });
    expect([record?.['state'], record?.['version']]).toEqual([null, 3]);
    expect((await world.steps(run['id'])).map((step) => [step['node_id'], step['status']])).toEqual([
      ['first', 'done'],
      ['empty', 'done'],
      ['bad', 'failed'],
    ]);
  });

  it('works with the rights of the person who made the change', async () => {
    const { run } = await start('as_person', {}, asPerson());
    expect(run).toMatchObject({ status: 'failed', error: { node: 'entry' } });
    expect(['forbidden', 'not_found']).toContain((run['error'] as { code: string }).code);
    expect((await world.rows('entry')).filter((row) => row['title'] === 'made')).toEqual([]);
  });

  it('waits while that person is not active, and goes on after', async () => {
    await world.space.test.sql('update meta.user set is_active = false where id = $1', [person]);
    const { run } = await start('as_person', {}, asPerson());
    expect(run).toMatchObject({ status: 'blocked', error: { code: 'user_inactive' } });
    await world.space.test.sql('update meta.user set is_active = true where id = $1', [person]);
  });

  it('a circle of workflows is stopped, and the save that began it stands', async () => {
    const job = await world.create('job', { title: 'first', flow: 'circle' });
    await until(
      async () => (await world.runs(`r.workflow_id = 'wfl_circle' and r.status in ('dead', 'failed')`)).length > 0,
      'the circle to be stopped',
    );
    const runs = await world.runs(`r.workflow_id = 'wfl_circle'`);
    expect(runs.length).toBeLessThanOrEqual(12);
    expect(runs.at(-1)?.['error']).toMatchObject({ code: 'too_deep' });
    expect(runs[0]?.['record_id']).toBe(job);
  });

  it('a save that is rolled back leaves no run; one that stands leaves exactly one', async () => {
    const before = (await world.runs(`r.workflow_id = 'wfl_goes_on'`)).length;
    for (let index = 0; index < 20; index += 1) {
      const context = world.context();
      const save = context.data.transaction(world.space.tenantId, async (tx) => {
        await createRecord({ ...context, tx }, 'job', { title: `T${index}`, flow: 'goes_on', owner: null });
        if (index % 2 === 1) throw new Error('changed my mind');
      });
      await save.catch(() => undefined);
    }
    expect((await world.runs(`r.workflow_id = 'wfl_goes_on'`)).length - before).toBe(10);
    await until(async () => (await world.runs(`r.workflow_id = 'wfl_goes_on'`)).every((run) => run['ended']), 'them to end');
  });

  it('without a mail server mail stays in the outbox', async () => {
    await automation.stop();
    const local = world.automation(undefined, '');
    automation = local;
    const { run } = await start('mails', { owner: person, due: '2027-01-01' });
    const [note] = await world.space.test.sql('select status, recipient from meta.outbound_mail where run_id = $1', [run['id']]);
    expect([run['status'], note]).toEqual(['done', { status: 'local', recipient: `${person}@example.test` }]);
    expect(world.mails).toEqual([]);
  });

  it('says in the history of a record which workflow changed it', async () => {
    const { record } = await start('goes_on');
    const history = await world.space.test.sql<{ cause: { kind: string; label: string }; actor: string | null }>(
      'select cause, actor from sp1.sys_history where record_id = $1 order by version',
      [record?.['id']],
    );
    expect(history.map((each) => [each.cause.kind, each.cause.label ?? null])).toEqual([
      ['user', null],
      ['workflow', 'Workflow goes_on'],
    ]);
    expect(history.map((each) => each.actor)).not.toContain(NOBODY);
  });
});
