import type { AccessAnswer, ScreenMetadata } from '@fieldstone/metadata/types/wire.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rightsRoutes } from '../../src/app/rights-routes.js';
import { screenMetadata } from '../../src/catalog/describe.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import type { Actor } from '../../src/kernel/actor.js';
import { startTestServer, type Client, type Reply, type TestServer } from '../support/server.js';
import { makeWorld, type World } from './world.js';

type Json = Record<string, unknown>;
type Person = Client & { userId: string };

const field = (name: string, type: string, more: Json = {}): Json => ({
  kind: 'field',
  id: `fld_ticket_${name}`,
  object: 'ticket',
  name,
  label: name,
  type,
  ...more,
});
const action = (name: string, more: Json): Json => ({
  kind: 'action',
  id: `act_ticket_${name}`,
  object: 'ticket',
  name,
  label: name,
  ...more,
});
const role = (name: string, more: Json, ofRole: Json = {}): Json[] => [
  { kind: 'role', id: `rol_${name}`, name, label: name, ...ofRole },
  { kind: 'permission', id: `prm_${name}_ticket`, role: name, object: 'ticket', ...more },
];
const OPEN = { '!=': [{ var: 'status' }, 'closed'] };

/** Agents may change nothing but the title of their own tickets: the rest is what actions are for. */
const documents: Json[] = [
  { kind: 'object', id: 'obj_ticket', name: 'ticket', label: 'Ticket', pluralLabel: 'Tickets', nameField: 'title' },
  field('title', 'text', { required: true }),
  field('status', 'picklist', { options: ['open', 'closed'].map((value) => ({ value, label: value })), default: 'open' }),
  field('reason', 'text', { maxLength: 20 }),
  field('closed_on', 'date'),
  field('parent', 'lookup', { target: 'ticket' }),
  field('secret', 'text'),
  {
    kind: 'validation',
    id: 'val_ticket_reason',
    object: 'ticket',
    name: 'reason',
    label: 'Reason',
    errorWhen: { and: [{ '==': [{ var: 'status' }, 'closed'] }, { is_empty: [{ var: 'reason' }] }] },
    message: 'A closed ticket has a reason.',
    field: 'reason',
  },
  action('close', {
    when: OPEN,
    runAs: 'system',
    inputs: [
      { name: 'why', field: 'reason', label: 'Why' },
      { name: 'into', type: 'lookup', target: 'ticket', label: 'Part of' },
    ],
    set: {
      status: 'closed',
      reason: { $input: 'why' },
      parent: { $input: 'into' },
      closed_on: { $expr: { today: [] } },
      title: { $expr: { var: 'title' } },
    },
  }),
  action('reopen', { when: { '==': [{ var: 'status' }, 'closed'] }, set: { status: 'open', reason: null } }),
  action('report', { inputs: [{ name: 'words', type: 'text', label: 'Words', required: true }] }),
  {
    kind: 'workflow',
    id: 'wfl_report',
    name: 'report',
    label: 'Report',
    object: 'ticket',
    runAs: 'system',
    trigger: { type: 'action', action: 'report' },
    nodes: [{ id: 'set', type: 'record.update@1', input: { set: { secret: { $var: 'trigger.input.words' } } } }],
    start: 'set',
    edges: [],
  },
  ...role('agent', {
    create: true,
    read: 'own',
    update: 'own',
    fields: { default: 'read', only: { title: 'edit', secret: 'none' } },
    actions: ['close', 'reopen', 'report'],
  }),
  ...role('guest', { read: 'all', fields: { default: 'read' } }),
  ...role('no_closing', { deny: { actions: ['close'] } }, { set: true }),
  ...role(
    'admin',
    { create: true, read: 'all', update: 'all', delete: 'all', actions: ['close', 'reopen', 'report'] },
    { capabilities: ['explain_access', 'edit_metadata'] },
  ),
];

let world: World;
let server: TestServer;
let agent: Person;
let other: Person;
let guest: Person;
let admin: Person;

beforeAll(async () => {
  world = await makeWorld(documents);
  const { active, database } = world;
  const context = ({ actor }: { actor: Actor }) => ({
    actor,
    active,
    data: database.data,
    clock: { now: () => new Date('2026-05-04T10:00:00Z') },
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(active),
  });
  server = await startTestServer({
    database: world.test,
    active,
    more: [...recordRoutes({ contextOf: context }), ...rightsRoutes(context, database.pool)],
  });
  [agent, other, guest, admin] = await Promise.all([
    server.signedIn(['agent']),
    server.signedIn(['agent']),
    server.signedIn(['guest']),
    server.signedIn(['admin']),
  ]);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const ticket = async (who: Person = agent): Promise<string> => (await who.post('/records/ticket', { title: 'Leak' })).body.id as string;
const run = (who: Client, id: string, name: string, input?: Json) => who.post(`/records/ticket/${id}/actions/${name}`, input);
const problems = ({ status, body }: Reply) => [
  status,
  (body.issues ?? []).map(({ path, code }: { path: string; code: string }) => `${path} ${code}`),
];

describe('running an action', () => {
  it('sets what the person may not set, from what was filled in, as one change in their name', async () => {
    const id = await ticket();
    expect((await agent.patch(`/records/ticket/${id}`, { status: 'closed' })).status).toBe(400);
    const whole = await ticket();
    const done = await run(agent, id, 'close', { why: 'mended', into: whole });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      id,
      version: 2,
      status: 'closed',
      reason: 'mended',
      parent: { id: whole },
      closed_on: '2026-05-04',
      updated_by: { id: agent.userId },
    });
    expect([done.headers.get('etag'), done.headers.get('operation-id')]).toEqual(['"2"', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    const history = (await admin.get(`/records/ticket/${id}/history`)).body.data as { by: Json; changes: { field: string }[] }[];
    expect([history[0]?.by['id'], history[0]?.changes.map((change) => change.field).sort()]).toEqual([
      agent.userId,
      ['closed_on', 'parent', 'reason', 'status'],
    ]);
  });

  it('with the rights of the person holds them to their rights', async () => {
    const id = await ticket();
    await run(agent, id, 'close', { why: 'mended' });
    const refused = await run(agent, id, 'reopen');
    expect(refused.status).toBe(403);
    expect((await run(admin, id, 'reopen')).body).toMatchObject({ status: 'open', reason: null });
  });

  it('is refused on a record that its condition does not meet, and writes nothing', async () => {
    const id = await ticket();
    await run(agent, id, 'close', { why: 'mended' });
    expect(problems(await run(agent, id, 'close', { why: 'again' }))).toEqual([422, [' not_offered']]);
    expect((await agent.get(`/records/ticket/${id}`)).body).toMatchObject({ reason: 'mended', version: 2 });
  });

  it('of two that would each end what the other needs, one is done', async () => {
    const id = await ticket();
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((why) => run(agent, id, 'close', { why })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    expect((await agent.get(`/records/ticket/${id}`)).body.version).toBe(2);
  });

  it('starts its workflows with what was filled in', async () => {
    const id = await ticket();
    expect((await run(agent, id, 'report', { words: 'It drips' })).status).toBe(200);
    const runs = await world.test.sql('select kind, trigger, run_as from meta.wf_run where record_id = $1', [id]);
    expect(runs).toEqual([
      {
        kind: 'manual',
        run_as: agent.userId,
        trigger: { event: 'action', action: 'report', version: 1, actor: agent.userId, input: { words: 'It drips' } },
      },
    ]);
    expect(problems(await run(agent, id, 'report', { words: null }))).toEqual([422, ['/words required']]);
    expect(await world.test.sql('select 1 from meta.wf_run where record_id = $1', [id])).toHaveLength(1);
  });

  it.each<[string, Json, [number, string[]]]>([
    ['a name it does not ask for', { wy: 'x' }, [400, ['/wy unknown_field']]],
    ['everything at once', { why: 7, into: 'x' }, [422, ['/why not_text', '/into not_an_id']]],
    ['what is too long', { why: 'x'.repeat(21) }, [422, ['/why too_long']]],
    ['a link to nothing', { why: 'x', into: '018f3c5e-0000-7000-8000-000000000000' }, [422, ['/into lookup_missing']]],
    ['what a rule asks for, at the value it comes from', {}, [422, ['/why rule_broken']]],
  ])('refuses %s', async (_what, input, expected) => {
    const answer = problems(await run(agent, await ticket(), 'close', input));
    expect(answer).toEqual(expected);
  });

  it('takes no link to a record that the person may not see', async () => {
    const hidden = await ticket(other);
    expect(problems(await run(agent, await ticket(), 'close', { why: 'x', into: hidden }))).toEqual([422, ['/into lookup_missing']]);
  });
});

describe('who may run it', () => {
  it('is for permissions to say: to others it does not exist', async () => {
    const id = await ticket();
    const denied = await server.signedIn(['agent', 'no_closing']);
    const own = await ticket(denied);
    const answers = [
      await run(guest, id, 'close', { why: 'x' }),
      await run(guest, id, 'nothing'),
      await run(denied, own, 'close', { why: 'x' }),
      await run(agent, id, 'nothing'),
    ];
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(
      answers.map(() => [404, 'There is no such action, or it is not yours.']),
    );
    // Somebody else's record is not there either.
    expect((await run(other, id, 'close', { why: 'x' })).body.detail).toBe('There is no such record, or you may not see it.');
    expect((await agent.get(`/records/ticket/${id}`)).body.version).toBe(1);
  });

  it('shows on the screens and in the description of the API of whoever may', async () => {
    const seen = (roles: string[]) => {
      const of: ScreenMetadata = screenMetadata(world.active, { kind: 'user', roles });
      return of.objects
        .find(({ name }) => name === 'ticket')
        ?.actions?.map(({ name, when, inputs }) => [name, when ?? null, inputs.map((input) => input.name)]);
    };
    expect(seen(['agent'])).toEqual([
      ['close', OPEN, ['why', 'into']],
      ['reopen', { '==': [{ var: 'status' }, 'closed'] }, []],
      ['report', null, ['words']],
    ]);
    expect(seen(['guest'])).toBeUndefined();
    const paths = async (who: Client) =>
      Object.keys(((await who.get('/openapi.json')).body as { paths: Json }).paths).filter((path) => path.includes('/actions/'));
    expect(await paths(agent)).toEqual(['close', 'reopen', 'report'].map((name) => `/records/ticket/{id}/actions/${name}`));
    expect(await paths(guest)).toEqual([]);
  });

  it('is explained, to those who may know of it', async () => {
    const ask = async (who: Client, question: Json) => (await who.post('/access/explain', { object: 'ticket', ...question })) as Reply;
    const answer = (await ask(admin, { user: guest.userId, do: 'close' })).body as AccessAnswer;
    expect(answer).toMatchObject({ allowed: 'no', grants: [{ kind: 'permission', role: 'guest', set: { actions: ['close'] } }] });
    expect((await ask(agent, { do: 'close' })).body).toMatchObject({ allowed: 'yes' });
    expect([(await ask(guest, { do: 'close' })).status, (await ask(guest, { do: 'nothing' })).status]).toEqual([400, 400]);
    expect((await ask(guest, { do: 'close' })).body.issues[0].message).not.toContain('close');
  });
});
