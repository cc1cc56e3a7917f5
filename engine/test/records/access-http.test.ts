import type { AccessAnswer, WhoAnswer } from '@fieldstone/metadata/types/wire.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rightsRoutes } from '../../src/app/rights-routes.js';
import type { Actor } from '../../src/kernel/actor.js';
import { recordRoutes } from '../../src/http/routes/records.js';
import { startTestServer, type Client, type Reply, type TestServer } from '../support/server.js';
import { permissionDocuments } from './permissions-documents.js';
import { makeWorld, type World } from './world.js';

type Named = { id: string; name: string; kind: string };
type Person = Client & { userId: string; cookie: string; email: string; password: string };

const LEAD = {
  kind: 'role',
  id: 'rol_lead',
  name: 'lead',
  label: 'Lead',
  capabilities: ['manage_users', 'explain_access', 'view_as', 'edit_metadata'],
  default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit', actions: ['export', 'share', 'merge'] },
};
const HELPDESK = {
  ...LEAD,
  id: 'rol_helpdesk',
  name: 'helpdesk',
  capabilities: ['manage_users', 'view_as'],
  default: { read: 'all', fields: 'read' },
};

const NOT_AT_ALL = { kind: 'role', id: 'rol_not_at_all', name: 'not_at_all', label: 'Not at all', set: true };
const NO_DEALS = { kind: 'permission', id: 'prm_not_at_all', role: 'not_at_all', object: 'deal', deny: { read: 'all' } };

let world: World;
let server: TestServer;
let lead: Person;
let helpdesk: Person;
let rep: Person;
let other: Person;
let deal: string;

beforeAll(async () => {
  world = await makeWorld([...permissionDocuments, LEAD, HELPDESK, NOT_AT_ALL, NO_DEALS]);
  const { active, database } = world;
  const context = ({ actor }: { actor: Actor }) => ({
    actor,
    active,
    data: database.data,
    clock: { now: () => new Date() },
    cursorKey: 'key of the tests',
    refresh: () => Promise.resolve(active),
  });
  server = await startTestServer({
    database: world.test,
    active,
    more: [...recordRoutes({ contextOf: context }), ...rightsRoutes(context, database.pool)],
  });
  lead = await server.signedIn(['lead'], 'Lea');
  helpdesk = await server.signedIn(['helpdesk'], 'Hal');
  rep = await server.signedIn(['edits_own'], 'Rob');
  other = await server.signedIn(['edits_own'], 'Olga');
  deal = (await rep.post('/records/deal', { name: 'Bridge', region: 'north', stage: 'open', margin: 5 })).body.id;
});
afterAll(async () => {
  await server.close();
  await world.close();
});

/** Sessions are believed for 2.5 s: a change of rights works after that at the latest. */
const forget = () => server.composition.sessions.forget();

describe('sharing', () => {
  const shares = () => `/records/deal/${deal}/shares`;
  it('opens a record to one person, to read, and later to edit, and closes it again', async () => {
    expect((await other.get(`/records/deal/${deal}`)).status).toBe(404);
    const made = await rep.post(shares(), { to: other.userId, reason: 'Please look' });
    expect(made.body).toMatchObject({ to: { id: other.userId, name: 'Olga', kind: 'person' }, mayEdit: false, by: { name: 'Rob' } });
    forget();
    expect((await other.get(`/records/deal/${deal}`)).body.name).toBe('Bridge');
    expect((await other.patch(`/records/deal/${deal}`, { stage: 'won' })).status).toBe(403);
    await rep.post(shares(), { to: other.userId, mayEdit: true });
    expect((await other.patch(`/records/deal/${deal}`, { margin: 6 })).status).toBe(200);
    expect((await other.get(shares())).body.data).toHaveLength(1);
    expect((await rep.delete(`${shares()}/${other.userId}`)).status).toBe(204);
    forget();
    expect((await other.get(`/records/deal/${deal}`)).status).toBe(404);
    expect((await rep.delete(`${shares()}/${other.userId}`)).status).toBe(404);
    const log = await world.test.sql(`select action from meta.audit where subject = 'obj_deal:' || $1 order by id`, [deal]);
    expect(log.map((row) => row['action'] as string)).toEqual(['record.share', 'record.share', 'record.unshare']);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['nobody', { to: '018f3c5e-0000-7000-8000-000000000000' }, '/to', 'not_a_user'],
    ['something that is no id', { to: 'Olga' }, '/to', 'not_a_user'],
    ['no name at all', {}, '/to', 'required'],
    ['an end in the past', { to: '018f3c5e-0000-7000-8000-000000000000', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt', 'in_the_past'],
    ['what a share does not have', { to: '018f3c5e-0000-7000-8000-000000000000', owner: true }, '/owner', 'unknown_field'],
  ])('refuses %s', async (_what, body, path, code) => {
    const answer = await rep.post(shares(), body);
    expect([answer.status, answer.body.issues[0].path, answer.body.issues[0].code]).toEqual([422, path, code]);
  });

  it('names the people, teams and queues it can be shared with, to those who may share', async () => {
    const search = async (q: string) =>
      (await rep.get(`/records/deal/${deal}/share-candidates?q=${encodeURIComponent(q)}`)).body.data as Named[];
    expect(await search('Ol')).toEqual([{ id: other.userId, name: 'Olga', kind: 'person' }]);
    const queue = (await lead.post('/teams', { name: 'First line', kind: 'queue', members: [] })).body as Named;
    expect(await search('line')).toEqual([{ id: queue.id, name: 'First line', kind: 'queue' }]);
    expect((await search('')).map(({ name }) => name)).not.toContain('Rob');
    // Signs of patterns are letters here.
    expect(await search('%')).toEqual([]);
    await lead.delete(`/teams/${queue.id}`);
    const refused = await Promise.all([
      helpdesk.get(`/records/deal/${deal}/share-candidates`),
      other.get(`/records/deal/${deal}/share-candidates`),
      rep.get(`/records/deal/${deal}/share-candidates?name=O`),
      rep.get(`/records/deal/${deal}/share-candidates?q=${'x'.repeat(101)}`),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([403, 404, 400, 400]);
  });

  it.each<[string, string[], boolean, string]>([
    ['may not see the object at all', [], false, '/to'],
    ['is denied it', ['edits_all', 'not_at_all'], false, '/to'],
    ['may read it only, to edit', ['reads_own'], true, '/mayEdit'],
  ])('is refused for somebody who %s: it would do nothing', async (_who, roles, mayEdit, path) => {
    const person = await server.signedIn(roles);
    const answer = await rep.post(shares(), { to: person.userId, mayEdit });
    expect([answer.status, answer.body.issues.map((issue: { path: string; code: string }) => [issue.path, issue.code])]).toEqual([
      422,
      [[path, 'without_effect']],
    ]);
  });

  it('needs the action, and gives no more than one has', async () => {
    expect((await helpdesk.post(shares(), { to: other.userId })).status).toBe(403);
    expect((await other.post(shares(), { to: other.userId })).status).toBe(404);
    await rep.post(shares(), { to: other.userId });
    forget();
    expect((await other.post(shares(), { to: lead.userId, mayEdit: true })).status).toBe(403);
    await rep.delete(`${shares()}/${other.userId}`);
    forget();
  });
});

describe('why', () => {
  const ask = async (who: Client, body: Record<string, unknown>): Promise<AccessAnswer> =>
    (await who.post('/access/explain', body)).body as AccessAnswer;

  it('somebody may see a record: the rule that lets them', async () => {
    const answer = await ask(lead, { user: rep.userId, object: 'deal', record: deal, do: 'read' });
    expect(answer).toMatchObject({ allowed: 'yes', grants: [] });
    expect(answer.grounds).toEqual([
      expect.objectContaining({
        effect: 'allow',
        right: 'read',
        role: 'edits_own',
        document: 'prm_edits_own',
        on: 'their own records',
        holds: true,
      }),
    ]);
  });

  it('somebody may not, and that a share is enough', async () => {
    const question = { user: other.userId, object: 'deal', record: deal, do: 'read' };
    const answer = await ask(lead, question);
    expect(answer.allowed).toBe('no');
    expect(answer.grounds.map(({ holds }) => holds)).toEqual([false]);
    expect(answer.grants).toEqual([expect.objectContaining({ kind: 'share', to: other.userId, mayEdit: false })]);
    await lead.post(`/records/deal/${deal}/shares`, { to: other.userId });
    expect((await ask(lead, question)).allowed).toBe('yes');
    await lead.delete(`/records/deal/${deal}/shares/${other.userId}`);
  });

  it.each<[string, string[], Record<string, unknown>, 'yes' | 'no' | 'some', Record<string, unknown>[]]>([
    [
      'a field that is denied',
      ['edits_all', 'no_margin'],
      { field: 'margin', do: 'read' },
      'no',
      [{ kind: 'lift', document: 'prm_no_margin' }],
    ],
    [
      'a field that is not given',
      ['reads_all'],
      { field: 'margin', do: 'read' },
      'no',
      [{ kind: 'permission', role: 'reads_all', set: { fields: { only: { margin: 'read' } } } }],
    ],
    ['a field on some records', ['sees_margin_of_won'], { field: 'margin', do: 'read' }, 'some', []],
    ['what the platform sets', ['edits_all'], { field: 'created_at', do: 'edit' }, 'no', [{ kind: 'never' }]],
    ['an action', ['edits_own'], { do: 'merge' }, 'no', [{ kind: 'permission', set: { actions: ['merge'] } }]],
    ['creating', ['reads_all'], { do: 'create' }, 'no', [{ kind: 'permission', set: { create: true } }]],
    ['deleting what one may not even see', ['not_south'], { do: 'delete' }, 'no', [{ set: { read: 'own' } }, { set: { delete: 'own' } }]],
  ])('%s', async (_what, roles, question, allowed, grants) => {
    const person = await server.signedIn(roles);
    const answer = await ask(lead, { user: person.userId, object: 'deal', ...question });
    expect(answer.allowed).toBe(allowed);
    if (grants.length > 0) expect(answer.grants).toEqual(grants.map((grant) => expect.objectContaining(grant) as unknown));
  });

  it('a role, by itself', async () => {
    expect((await ask(lead, { role: 'reads_team', object: 'deal', do: 'read' })).allowed).toBe('some');
    expect((await ask(lead, { role: 'edits_all', object: 'deal', do: 'delete' })).allowed).toBe('yes');
  });

  it('is told to everybody about themselves, and about others to whom may ask', async () => {
    expect((await ask(rep, { object: 'deal', record: deal, field: 'margin', do: 'edit' })).allowed).toBe('yes');
    expect((await rep.post('/access/explain', { user: other.userId, object: 'deal', do: 'read' })).status).toBe(403);
    const hidden = await other.post('/access/explain', { object: 'deal', record: deal, do: 'read' });
    const absent = await other.post('/access/explain', { object: 'deal', record: '018f3c5e-0000-7000-8000-000000000000', do: 'read' });
    expect([hidden.status, hidden.body.detail]).toEqual([404, absent.body.detail]);
  });

  it('tells nobody of what they may not see: neither a field, nor an object, nor a condition over one', async () => {
    const problems = async (who: Client, body: Record<string, unknown>) => {
      const { status, body: answer } = await who.post('/access/explain', { object: 'deal', do: 'read', ...body });
      return [status, answer.issues.map((issue: { path: string; code: string; message: string }) => [issue.path, issue.message])];
    };
    const blind = await server.signedIn(['edits_own', 'no_margin']);
    expect(await problems(blind, { field: 'margin' })).toEqual(await problems(blind, { field: 'nothing' }));
    const outside = await server.signedIn([]);
    expect(await problems(outside, {})).toEqual(await problems(outside, { object: 'nothing' }));
    const stage = await server.signedIn(['edits_own', 'won_stays', 'no_stage']);
    const own = await ask(stage, { object: 'deal', do: 'update' });
    expect(own.grounds.map(({ on }) => on)).toContain('records that meet a condition over what they may not see');
    expect(JSON.stringify(own)).not.toContain('stage =');
    // Whoever may explain rights sees the condition.
    const told = await ask(lead, { user: stage.userId, object: 'deal', do: 'update' });
    expect(told.grounds.map(({ on }) => on)).toContain('records where stage = "won"');
  });

  it('is told in the language of whoever asks', async () => {
    await other.patch('/me', { locale: 'de' });
    forget();
    const answer = await ask(other, { object: 'deal', do: 'update' });
    expect(answer.grounds.map(({ on }) => on)).toContain('die eigenen Datensätze');
    await other.patch('/me', { locale: null });
    forget();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an object', { object: 'dael', do: 'read' }, '/object'],
    ['a field', { object: 'deal', field: 'nothing', do: 'read' }, '/field'],
    ['what to do', { object: 'deal', do: 'fly' }, '/do'],
    ['one of two people', { object: 'deal', do: 'read', user: deal_(), role: 'lead' }, '/role'],
  ])('refuses a question without %s', async (_what, body, path) => {
    const answer = await lead.post('/access/explain', body);
    expect([answer.status, answer.body.issues[0].path]).toEqual([400, path]);
  });

  it('who may see a record, with the reason', async () => {
    const who = (await lead.get(`/records/deal/${deal}/access?limit=200`)).body as WhoAnswer;
    const names = who.data.map(({ user }) => user.name);
    expect(names).toContain('Lea');
    expect(names).toContain('Rob');
    expect(names).not.toContain('Olga');
    expect(who.data.find(({ user }) => user.name === 'Rob')).toMatchObject({
      update: true,
      because: [{ role: 'edits_own', on: 'their own records' }],
    });
    expect((await rep.get(`/records/deal/${deal}/access`)).status).toBe(403);
    expect((await lead.get('/records/deal/018f3c5e-0000-7000-8000-000000000000/access')).status).toBe(404);
  });
});

const WHY = 'She does not find a deal';
const deal_ = () => '018f3c5e-0000-7000-8000-000000000000';

describe('looking at the screens of somebody else', () => {
  it('shows what they see, changes nothing, and ends', async () => {
    expect((await lead.post('/auth/view-as', { user: other.userId, reason: WHY })).status).toBe(204);
    const me = (await lead.get('/me')).body;
    expect(me).toMatchObject({ user: { name: 'Olga' }, viewedBy: { name: 'Lea' }, roles: ['edits_own'] });
    expect((await lead.get(`/records/deal/${deal}`)).status).toBe(404);
    expect((await lead.post('/records/deal/query', {})).status).toBe(200);
    for (const refused of [
      await lead.post('/records/deal', { name: 'In her name' }),
      await lead.patch('/me', { locale: 'de' }),
      await lead.post('/auth/view-as', { user: rep.userId, reason: WHY }),
    ]) {
      expect(refused.status).toBe(403);
    }
    expect((await lead.delete('/auth/view-as')).status).toBe(204);
    expect((await lead.get('/me')).body).toMatchObject({ user: { name: 'Lea' } });
    const log = await world.test.sql(`select action from meta.audit where action like 'view_as%' order by id`);
    expect(log).toEqual([{ action: 'view_as.begin' }, { action: 'view_as.end' }]);
  });

  it('needs the right, and shows nobody more than they see themselves', async () => {
    expect((await rep.post('/auth/view-as', { user: other.userId, reason: WHY })).status).toBe(403);
    expect((await helpdesk.post('/auth/view-as', { user: lead.userId, reason: WHY })).status).toBe(403);
    expect((await helpdesk.post('/auth/view-as', { user: rep.userId, reason: WHY })).status).toBe(403);
    const reader = await server.signedIn(['reads_all']);
    expect((await helpdesk.post('/auth/view-as', { user: reader.userId, reason: WHY })).status).toBe(204);
    await helpdesk.delete('/auth/view-as');
    expect((await lead.post('/auth/view-as', { user: lead.userId, reason: WHY })).status).toBe(403);
    expect((await lead.post('/auth/view-as', { user: 'x', reason: WHY })).status).toBe(404);
  });

  it.each([
    ['no reason', {}, 'required'],
    ['spaces for a reason', { reason: '  ' }, 'required'],
    ['a number for a reason', { reason: 7 }, 'required'],
    ['a long one', { reason: 'x'.repeat(501) }, 'too_long'],
  ])('is not begun with %s', async (_what, more, code) => {
    const { status, body } = await lead.post('/auth/view-as', { user: other.userId, ...more });
    expect([status, body.issues]).toEqual([422, [{ path: '/reason', code, message: expect.any(String) as unknown }]]);
    expect((await lead.get('/me')).body).not.toHaveProperty('viewedBy');
  });

  describe('is read by whoever manages users: who, as whom, why, and until when', () => {
    const latest = async (): Promise<Record<string, unknown>> => (await lead.get('/viewings?limit=1')).body.data[0];
    const look = (who: Person, reason: string) => who.post('/auth/view-as', { user: other.userId, reason });
    const ends: [string, (who: Person) => unknown][] = [
      ['they say so', (who) => who.delete('/auth/view-as')],
      ['they sign out', (who) => who.post('/auth/logout')],
      ['they sign in again', (who) => who.post('/auth/login', { email: who.email, password: who.password })],
      ['their password is changed', (who) => lead.patch(`/users/${who.userId}`, { password: 'another password of the tests' })],
      [
        'nobody used the session for long, also before it is swept',
        (who) => world.test.sql(`update meta.session set last_seen_at = now() - interval '30 days' where user_id = '${who.userId}'`),
      ],
      [
        'the session that nobody used was swept',
        async (who) => {
          await world.test.sql(`update meta.session set expires_at = now() - interval '1 hour' where user_id = '${who.userId}'`);
          await server.composition.sessions.sweep();
        },
      ],
    ];

    it.each(ends)('when %s', async (what, end) => {
      const viewer = await server.signedIn(['lead'], 'Vera');
      expect((await look(viewer, what)).status).toBe(204);
      const people = { viewer: { id: viewer.userId, name: 'Vera' }, person: { id: other.userId, name: 'Olga' }, reason: what };
      expect(await latest()).toMatchObject({ ...people, isOn: true, until: null });
      await end(viewer);
      const { until, ...ended } = await latest();
      expect(ended).toMatchObject({ ...people, isOn: false });
      expect(until).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });

    it('page by page, newest first', async () => {
      const all = (await lead.get('/viewings')).body.data as { id: string }[];
      const found: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: Reply = await lead.get(`/viewings?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        found.push(...body.data);
        cursor = body.page.next;
      }
      expect(found).toEqual(all);
      expect(all.length).toBeGreaterThan(ends.length);
      expect((await lead.get('/viewings?cursor=x')).body.issues).toMatchObject([{ path: '/cursor' }]);
    });

    it('by nobody else', async () => {
      expect((await helpdesk.get('/viewings')).status).toBe(200);
      expect((await rep.get('/viewings')).status).toBe(403);
      expect((await server.nobody.get('/viewings')).status).toBe(401);
    });
  });
});

describe('giving rights to others', () => {
  it('nobody gives more than they have', async () => {
    const escalation = await helpdesk.post('/users', { email: 'e@x.test', name: 'E', roles: ['lead'] });
    expect([escalation.status, escalation.body.issues[0].code]).toEqual([422, 'exceeds_own_rights']);
    expect((await helpdesk.patch(`/users/${helpdesk.userId}`, { roles: ['helpdesk', 'edits_all'] })).status).toBe(422);
    expect((await helpdesk.patch(`/users/${lead.userId}`, { password: 'a password of the tests 2' })).status).toBe(403);
    expect((await helpdesk.post('/teams', { name: 'Sneaky', kind: 'team', members: [helpdesk.userId], roles: ['edits_all'] })).status).toBe(
      422,
    );
    expect((await helpdesk.post('/users', { email: 'f@x.test', name: 'F', roles: ['reads_all'] })).status).toBe(201);
  });
});

describe('reaching more by oneself', () => {
  const refused = (answer: { status: number; body: { issues?: { path: string; code: string }[] } }) => [
    answer.status,
    answer.body.issues?.map(({ path, code }) => `${path} ${code}`),
  ];
  it('is for others to give', async () => {
    const team = (await lead.post('/teams', { name: 'Strong', kind: 'team', members: [], roles: ['edits_all'] })).body;
    const weak = await server.signedIn(['reads_all']);
    const join = (members: string[]) => helpdesk.patch(`/teams/${team.id}`, { members });
    expect(refused(await join([weak.userId]))).toEqual([422, ['/members exceeds_own_rights']]);
    const plain = (await lead.post('/teams', { name: 'Plain', kind: 'queue', members: [] })).body;
    expect(refused(await helpdesk.patch(`/teams/${plain.id}`, { members: [helpdesk.userId] }))).toEqual([
      422,
      ['/members exceeds_own_rights'],
    ]);
    expect((await helpdesk.patch(`/teams/${plain.id}`, { members: [weak.userId] })).status).toBe(200);
    expect(refused(await helpdesk.patch(`/users/${helpdesk.userId}`, { territories: ['north'] }))).toEqual([
      422,
      ['/territories exceeds_own_rights'],
    ]);
    expect(refused(await helpdesk.patch(`/users/${weak.userId}`, { managerId: helpdesk.userId }))).toEqual([
      422,
      ['/managerId exceeds_own_rights'],
    ]);
  });

  it('looking at the screens of somebody ends when they may do more', async () => {
    const reader = await server.signedIn(['reads_all']);
    expect((await helpdesk.post('/auth/view-as', { user: reader.userId, reason: WHY })).status).toBe(204);
    expect((await helpdesk.get('/records/deal')).status).toBe(200);
    await lead.patch(`/users/${reader.userId}`, { roles: ['edits_all'] });
    forget();
    expect((await helpdesk.get('/me')).body).toMatchObject({ user: { name: 'Hal' }, roles: ['helpdesk'] });
  });
});

describe('teams, queues and lines', () => {
  it('a team gives its members its roles, and its end takes them', async () => {
    const made = await lead.post('/teams', { name: 'North', kind: 'team', members: [other.userId], roles: ['reads_all'] });
    expect(made.body).toMatchObject({ name: 'North', kind: 'team', members: [{ name: 'Olga' }], roles: ['reads_all'] });
    forget();
    expect((await other.get(`/records/deal/${deal}`)).status).toBe(200);
    expect((await lead.post('/teams', { name: 'north', kind: 'team' })).status).toBe(409);
    await lead.patch(`/teams/${made.body.id}`, { members: [], roles: [] });
    forget();
    expect((await other.get(`/records/deal/${deal}`)).status).toBe(404);
    expect((await lead.delete(`/teams/${made.body.id}`)).status).toBe(204);
    expect((await lead.delete(`/teams/${made.body.id}`)).status).toBe(404);
  });

  it('a queue owns records that its members see and take', async () => {
    const queue = (await lead.post('/teams', { name: 'Inbox', kind: 'queue', members: [other.userId] })).body;
    const { id } = (await lead.post('/records/deal', { name: 'Unclaimed', owner: queue.id })).body;
    forget();
    const seen = await other.get(`/records/deal/${id}`);
    expect(seen.body.owner).toEqual({ id: queue.id, label: 'Inbox' });
    expect((await rep.get(`/records/deal/${id}`)).status).toBe(404);
    expect((await other.patch(`/records/deal/${id}`, { owner: other.userId })).status).toBe(200);
    const wrong = await lead.patch(`/records/deal/${id}`, { helper: queue.id });
    expect([wrong.status, wrong.body.issues?.[0]?.path]).toEqual([422, '/helper']);
    expect((await server.nobody.post('/auth/login', { email: 'Inbox', password: 'x' })).status).toBe(401);
    expect(((await lead.get('/users')).body.data as { name: string }[]).map(({ name }) => name)).not.toContain('Inbox');
  });

  it('whoever leads sees those below, and no line is a circle', async () => {
    expect((await lead.patch(`/users/${rep.userId}`, { managerId: other.userId })).status).toBe(200);
    const boss = await server.signedIn(['reads_below'], 'Bess');
    await lead.patch(`/users/${other.userId}`, { managerId: boss.userId });
    forget();
    expect((await boss.get(`/records/deal/${deal}`)).status).toBe(200);
    for (const managerId of [boss.userId, other.userId, rep.userId]) {
      const circle = await lead.patch(`/users/${boss.userId}`, { managerId });
      expect([circle.status, circle.body.issues[0].code]).toEqual([422, 'circle']);
    }
    await lead.patch(`/users/${rep.userId}`, { managerId: null });
    forget();
    expect((await boss.get(`/records/deal/${deal}`)).status).toBe(404);
  });
});
