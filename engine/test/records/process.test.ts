import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordBody, StartAnswer } from '@fieldstone/metadata/types/wire.js';
import { brokenRules, canTake, narrowed, withoutMisfits } from '../../../runtime-ui/src/model/broken-rules.js';
import { makeScreen, type Screen } from '../../../runtime-ui/src/model/screen.js';
import { screenMetadata } from '../../src/catalog/describe.js';
import type { RequestContext } from '../../src/records/context.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { documents } from './world-documents.js';
import { makeWorld, type World } from './world.js';

type Values = Record<string, unknown>;
type Told = readonly string[];

const field = (name: string, type: string, more: Values = {}, object = 'ticket') => ({
  kind: 'field',
  id: `fld_${object}_${name}`,
  object,
  name,
  label: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  type,
  ...more,
});
const options = (...codes: string[]) => ({ options: codes.map((value) => ({ value, label: value.toUpperCase() })) });
const object = (name: string) => ({ kind: 'object', id: `obj_${name}`, name, label: name, pluralLabel: `${name}s`, nameField: 'name' });
const v = (name: string) => ({ var: name });

const DOCUMENTS = [
  object('ticket'),
  object('step'),
  field('name', 'text', {}, 'step'),
  field('rank', 'integer', {}, 'step'),
  field('is_end', 'boolean', {}, 'step'),
  field('needs', 'multi_picklist', options('note', 'points'), 'step'),
  field('name', 'text'),
  field('state', 'picklist', { default: 'new', ...options('new', 'open', 'waiting', 'solved', 'closed') }),
  field('note', 'text'),
  field('points', 'integer'),
  field('step', 'lookup', { target: 'step' }),
  field('area', 'picklist', options('web', 'shop', 'other')),
  field('topic', 'picklist', {
    ...options('login', 'speed', 'parcel', 'refund'),
    dependsOn: { field: 'area', values: { web: ['login', 'speed'], shop: ['parcel', 'refund', 'speed'] } },
  }),
  field('detail', 'picklist', { ...options('late', 'lost'), dependsOn: { field: 'topic', values: { parcel: ['late', 'lost'] } } }),
  {
    kind: 'process',
    id: 'prc_ticket_state',
    object: 'ticket',
    name: 'state',
    label: 'Life of a ticket',
    field: 'state',
    initial: ['new', 'open'],
    transitions: [
      { from: ['new'], to: ['open', 'closed'] },
      { from: ['open'], to: ['waiting'], when: { '>': [v('points'), 0] }, message: 'Estimate the ticket first.' },
      { from: ['open', 'waiting'], to: ['solved'], required: ['note'], label: 'Solve' },
      { from: ['waiting'], to: ['open'] },
      { from: ['solved'], to: ['closed'], roles: ['admin'] },
      { from: ['solved'], to: ['open'] },
    ],
    enter: [{ to: ['closed'], required: ['points'] }],
  },
  {
    kind: 'process',
    id: 'prc_ticket_step',
    object: 'ticket',
    name: 'step',
    label: 'Steps of a ticket',
    field: 'step',
    initialWhere: { '==': [v('rank'), 1] },
    transitions: [
      {
        label: 'one step on',
        when: { '>': [v('step.rank'), v('$previous.step.rank')] },
        toWhere: { '!=': [v('is_end'), true] },
        fromWhere: { '!=': [v('is_end'), true] },
      },
      { label: 'to the end', toWhere: { '==': [v('is_end'), true] }, required: ['points'] },
    ],
    enter: [{ toWhere: { contains: [v('needs'), 'note'] }, required: ['note'], message: 'This step needs a note.' }],
  },
];

let world: World;
let admin: RequestContext;
let rep: RequestContext;
const steps = new Map<string, RecordBody>();

beforeAll(async () => {
  world = await makeWorld([
    ...documents,
    ...DOCUMENTS,
    { kind: 'permission', id: 'prm_rep_ticket', role: 'rep', object: 'ticket', create: true, read: 'all', update: 'all', delete: 'none' },
    { kind: 'permission', id: 'prm_rep_step', role: 'rep', object: 'step', read: 'all' },
  ]);
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  for (const step of [
    { name: 'first', rank: 1 },
    { name: 'second', rank: 2, needs: ['note'] },
    { name: 'end', rank: 3, is_end: true },
  ]) {
    const { id } = await createRecord(admin, 'step', step);
    steps.set(step.name, JSON.parse((await readRecord(admin, 'step', id)).json) as RecordBody);
  }
});
afterAll(() => world.close());

const screenOf = ({ active, actor }: RequestContext): Screen => {
  const user = { id: actor.userId, name: actor.name, email: 'x@x.test' };
  const me: StartAnswer['me'] = {
    user,
    roles: [...actor.roles],
    tenant: { id: 1, name: 'T' },
    locale: 'en',
    chosenLocale: null,
    locales: ['en'],
    timeZone: 'UTC',
    currency: 'EUR',
    capabilities: [],
  };
  return makeScreen(me, screenMetadata(active, actor));
};
const ticketIn = (screen: Screen) => {
  const found = screen.object('ticket');
  if (found === undefined) throw new Error('no ticket');
  return found;
};

/** What the form says before anything is sent. */
function formSays(ctx: RequestContext, record: Values | null, values: Values): Told {
  const screen = screenOf(ctx);
  const ticket = ticketIn(screen);
  const all = Object.fromEntries(ticket.fields.map(({ name }) => [name, null]));
  return brokenRules(screen, ticket, record, { ...all, ...values })
    .map((rule) => `/${rule.field ?? ''} ${rule.message}`)
    .sort();
}
/** What the server says. */
const serverSays = (write: Promise<unknown>): Promise<Told> =>
  write.then(
    () => [],
    (error: { issues?: { path: string; message: string }[] }) =>
      (error.issues ?? [{ path: '', message: String(error) }]).map(({ path, message }) => `${path} ${message}`).sort(),
  );
const sent = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'object' && value !== null && 'id' in value ? value.id : value]),
  );

/** A ticket in some condition, made on a legal way and read as a screen reads it. */
async function ticket(start: Values, ...changes: Values[]): Promise<RecordBody> {
  const { id } = await createRecord(admin, 'ticket', sent(start));
  for (const change of changes) await updateRecord(admin, 'ticket', id, sent(change));
  const paths = ['step.rank', 'step.is_end', 'step.needs'];
  const fields = [...ticketIn(screenOf(admin)).fields.map(({ name }) => name), ...paths];
  return JSON.parse((await readRecord(admin, 'ticket', id, { fields })).json) as RecordBody;
}

describe('a process over a picklist', () => {
  it.each<[string, Values, Told]>([
    ['begins where it may', { state: 'open' }, []],
    ['begins nowhere else', { state: 'solved' }, ['/state A new ticket begins with State “NEW” or “OPEN”.']],
  ])('%s', async (_name, values, told) => {
    expect(formSays(rep, null, values)).toEqual(told);
    expect(await serverSays(createRecord(rep, 'ticket', values))).toEqual(told);
  });

  it.each<[string, [Values, ...Values[]], Values, Told, Told?]>([
    ['a legal move', [{}], { state: 'open' }, []],
    ['a change of something else', [{}], { note: 'x' }, []],
    [
      'a move that is not described',
      [{}],
      { state: 'solved', note: 'x' },
      ['/state From “NEW”, State can change to “OPEN” or “CLOSED” only.'],
    ],
    ['emptying it', [{}], { state: null }, ['/state State can not be cleared.']],
    ['a move whose condition does not hold', [{ state: 'open' }], { state: 'waiting' }, ['/state Estimate the ticket first.']],
    ['and one whose condition does', [{ state: 'open' }], { state: 'waiting', points: 1 }, []],
    ['a move that needs a field', [{ state: 'open' }], { state: 'solved' }, ['/note Solve needs Note.']],
    ['and has it', [{ state: 'open' }], { state: 'solved', note: 'done' }, []],
    ['a state that needs a field', [{}], { state: 'closed' }, ['/points Points is needed for State “CLOSED”.']],
    ['taking it away later', [{}, { state: 'closed', points: 1 }], { points: null }, ['/points Points is needed for State “CLOSED”.']],
    [
      'leaving a final state',
      [{}, { state: 'closed', points: 1 }],
      { state: 'open' },
      ['/state State “CLOSED” is final and can not change any more.'],
    ],
    [
      'a move for some roles',
      [{ state: 'open' }, { state: 'solved', note: 'x' }],
      { state: 'closed', points: 1 },
      ['/state Only “admin” may make this change of State.'],
      [],
    ],
  ])('%s', async (_name, [start, ...way], change, told, toldAdmin = told) => {
    for (const [ctx, expected] of [
      [rep, told],
      [admin, toldAdmin],
    ] as const) {
      const record = await ticket(start, ...way);
      expect(formSays(ctx, record, { ...record, ...change })).toEqual(expected);
      expect(await serverSays(updateRecord(ctx, 'ticket', record.id, change))).toEqual(expected);
    }
  });

  it('is held to by the system too, but for its roles', async () => {
    const system: RequestContext = { ...admin, actor: { ...admin.actor, kind: 'system', roles: [] } };
    const record = await ticket({ state: 'open' }, { state: 'solved', note: 'x' });
    expect(await serverSays(updateRecord(system, 'ticket', record.id, { state: 'waiting' }))).toEqual([
      '/state From “SOLVED”, State can change to “OPEN” or “CLOSED” only.',
    ]);
    expect(await serverSays(updateRecord(system, 'ticket', record.id, { state: 'closed', points: 1 }))).toEqual([]);
  });

  it('leaves screens only the legal moves to offer, to each what they may', async () => {
    const record = await ticket({ state: 'open' }, { state: 'solved', note: 'x' });
    const offered = (ctx: RequestContext, from: Values | null, values: Values) => {
      const screen = screenOf(ctx);
      const found = screen.field('ticket', 'state');
      return found && narrowed(screen, ticketIn(screen), found, from, values).options?.map(({ value }) => value);
    };
    expect(offered(rep, record, record)).toEqual(['open', 'solved']);
    expect(offered(admin, record, record)).toEqual(['open', 'solved', 'closed']);
    expect(offered(rep, null, { state: null })).toEqual(['new', 'open']);
  });
});

describe('a process over a lookup', () => {
  const step = (name: string) => steps.get(name);
  it.each<[string, string | undefined, string | null, Values, Told]>([
    ['begins where it may', undefined, 'first', {}, []],
    ['begins nowhere else', undefined, 'end', {}, ['/step A new ticket can not begin with this Step.']],
    ['goes on', 'first', 'second', { note: 'x' }, []],
    ['asks for what the state needs', 'first', 'second', {}, ['/note This step needs a note.']],
    ['asks for what the move needs', 'first', 'end', {}, ['/points to the end needs Points.']],
    ['goes to the end', 'first', 'end', { points: 3 }, []],
    ['can not be cleared', 'first', null, {}, ['/step Step can not be cleared.']],
  ])('%s', async (_name, from, to, more, told) => {
    const values = { ...more, step: to === null ? null : step(to) };
    if (from === undefined) {
      expect(formSays(rep, null, values)).toEqual(told);
      expect(await serverSays(createRecord(rep, 'ticket', sent(values)))).toEqual(told);
      return;
    }
    const record = await ticket({ step: step(from) });
    expect(formSays(rep, record, { ...record, ...values })).toEqual(told);
    expect(await serverSays(updateRecord(rep, 'ticket', record.id, sent(values)))).toEqual(told);
  });

  it('does not go back from the end, and says what could be done', async () => {
    const record = await ticket({ step: step('first') }, { step: step('end'), points: 1 });
    const told = ['/step Step can not change like this. Possible: “one step on” or “to the end”.'];
    expect(formSays(rep, record, { ...record, step: step('first') })).toEqual(told);
    expect(await serverSays(updateRecord(rep, 'ticket', record.id, sent({ step: step('first') })))).toEqual(told);
    const screen = screenOf(rep);
    expect(canTake(screen, ticketIn(screen), 'step', step('first'), record, record)).toBe(false);
    // Whether a link that is only an id can be chosen is for the server to say.
    expect(canTake(screen, ticketIn(screen), 'step', { id: step('first')?.id, label: 'first' }, record, record)).toBe(true);
  });
});

describe('a picklist that depends on another', () => {
  it.each<[string, Values, Told]>([
    ['takes what goes with it', { area: 'web', topic: 'login' }, []],
    ['takes nothing before it', { topic: 'login' }, ['/topic Choose Area first: Topic depends on it.']],
    ['takes nothing else', { area: 'web', topic: 'parcel' }, ['/topic With Area “WEB”, Topic can be “LOGIN” or “SPEED”.']],
    ['stays empty where nothing goes with it', { area: 'other', topic: 'speed' }, ['/topic With Area “OTHER”, Topic stays empty.']],
    ['may be empty', { area: 'web' }, []],
  ])('%s', async (_name, values, told) => {
    expect(formSays(rep, null, values)).toEqual(told);
    expect(await serverSays(createRecord(rep, 'ticket', values))).toEqual(told);
  });

  it('is judged when the other changes, in the form and by the server', async () => {
    const record = await ticket({ area: 'web', topic: 'login' });
    const told = ['/topic With Area “SHOP”, Topic can be “PARCEL”, “REFUND” or “SPEED”.'];
    expect(formSays(rep, record, { ...record, area: 'shop' })).toEqual(told);
    expect(await serverSays(updateRecord(rep, 'ticket', record.id, { area: 'shop' }))).toEqual(told);
    expect(await serverSays(updateRecord(rep, 'ticket', record.id, { area: 'shop', topic: 'parcel' }))).toEqual([]);
  });

  it('is emptied by the form when it does not go with the new choice, and what hangs on it too', async () => {
    const screen = screenOf(rep);
    const record = await ticket({ area: 'shop', topic: 'parcel', detail: 'late' });
    const after = (change: Values) => withoutMisfits(screen, ticketIn(screen), record, record, { ...record, ...change });
    expect(after({ area: 'web' })).toMatchObject({ area: 'web', topic: null, detail: null });
    expect(after({ note: 'x' })).toMatchObject({ topic: 'parcel', detail: 'late' });
    const both = await ticket({ area: 'shop', topic: 'speed' });
    expect(withoutMisfits(screen, ticketIn(screen), both, both, { ...both, area: 'web' })).toMatchObject({ topic: 'speed' });
  });
});
