import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DraftEvent, ServerEvent } from '@fieldstone/metadata/types/wire.js';
import type { Actor } from '../../src/kernel/actor.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { LIMITS } from '../../src/model/limits.js';
import type { RequestContext } from '../../src/records/context.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { createEventFeed, type EventFeed, type Listener } from '../../src/records/event-feed.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { sweepEvents } from '../../src/store/sweep-events.js';
import { makeWorld, type World } from './world.js';

type Json = Record<string, unknown>;
const field = (name: string, type: string, more: Json = {}) => ({
  kind: 'field',
  id: `fld_deal_${name}`,
  object: 'deal',
  name,
  label: name,
  type,
  ...more,
});
const none = { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' };
const role = (name: string, more: Json = {}) => ({ kind: 'role', id: `rol_${name}`, name, label: name, default: none, ...more });
const may = (of: string, more: Json) => ({ kind: 'permission', id: `prm_${of}`, role: of, object: 'deal', ...more });
const when = (name: string, value: unknown) => ({ where: { '==': [{ var: name }, value] } });
const options = (...values: string[]) => ({ options: values.map((value) => ({ value, label: value })) });

const documents: readonly Json[] = [
  { kind: 'object', id: 'obj_deal', name: 'deal', label: 'Deal', pluralLabel: 'Deals', nameField: 'name' },
  field('name', 'text', { required: true }),
  field('region', 'picklist', options('north', 'south')),
  field('stage', 'picklist', options('open', 'won')),
  field('tags', 'multi_picklist', options('a', 'b')),
  field('price', 'integer'),
  field('cost', 'integer'),
  field('bonus', 'integer'),
  field('gain', 'formula', { returns: 'decimal', formula: 'price - cost' }),
  field('hint', 'formula', { returns: 'text', formula: 'IF(ISBLANK(bonus), "", "bonus")' }),
  role('admin', { default: { create: true, read: 'all', update: 'all', delete: 'all', fields: 'edit' } }),
  // Sees deals of the north; never what they cost; what the bonus is while they are open.
  role('north'),
  may('north', {
    read: when('region', 'north'),
    fields: { default: 'read', only: { cost: 'none', bonus: { read: when('stage', 'open') } } },
  }),
  // Sees all deals, and of those without the tag "a" the bonus; the tags themselves not.
  role('clerk'),
  may('clerk', {
    read: 'all',
    fields: {
      default: 'read',
      only: { cost: 'none', tags: 'none', bonus: { read: { where: { '!': { contains: [{ var: 'tags' }, 'a'] } } } } },
    },
  }),
  // Sees deals by a condition on a field they may not read.
  role('cheap'),
  may('cheap', { read: when('cost', 1), fields: { default: 'read', only: { cost: 'none' } } }),
];

let world: World;
let admin: RequestContext;
let feed: EventFeed;
const feeds: EventFeed[] = [];
const people = new Map<string, RequestContext>();
const ended = new Set<string>();

type Ear = { heard: (ServerEvent | DraftEvent)[]; ids: string[]; beats: string[]; isOpen: boolean; leave: () => void };

const open = (more: { pollMs?: number; checkMs?: number; beatMs?: number } = {}): EventFeed => {
  const made = createEventFeed({
    data: world.database.data,
    models: { current: () => world.active, onSwap: () => () => undefined, onDraft: () => () => undefined },
    logger: silentLogger,
    pollMs: 10,
    checkMs: 40,
    ...more,
  });
  feeds.push(made);
  return made;
};

async function listen(who: string, { at = feed, from, actor }: { at?: EventFeed; from?: string; actor?: () => Actor } = {}): Promise<Ear> {
  const ctx = people.get(who) ?? admin;
  const ear: Ear = { heard: [], ids: [], beats: [], isOpen: true, leave: () => undefined };
  const listener: Listener = {
    tenantId: 1,
    space: world.active.space,
    person: ctx.actor.userId,
    actor: () => Promise.resolve(ended.has(who) ? null : (actor?.() ?? ctx.actor)),
    send: (event, id) => {
      ear.heard.push(event);
      if (id !== undefined) ear.ids.push(id);
    },
    beat: (id) => void ear.beats.push(id),
    end: () => (ear.isOpen = false),
  };
  ear.leave = await at.subscribe(listener, from);
  return ear;
}

// Transactions of other test files hold back what the outbox may show: their ids are of the same cluster.
const until = async (condition: () => boolean) => {
  for (let waited = 0; waited < 100_000 && !condition(); waited += 10) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};
const make = async (values: Json = {}) =>
  (await createRecord(admin, 'deal', { name: 'Deal', region: 'north', stage: 'open', cost: 1, ...values })).id;
const change = (id: string, values: Json) => updateRecord(admin, 'deal', id, values);
/** What each ear heard of a record, once all of them have heard of something that came later and everybody sees. */
async function heardOf(id: string, ...ears: Ear[]): Promise<string[][]> {
  const last = await make({ name: 'last' });
  const isOf = (event: ServerEvent | DraftEvent, of: string) => 'id' in event && event.id === of;
  await until(() => ears.every(({ heard }) => heard.some((event) => isOf(event, last))));
  return ears.map(({ heard }) =>
    heard.flatMap((event) =>
      isOf(event, id) ? [`${event.type.replace('record.', '')}${'version' in event ? ` ${event.version}` : ''}`] : [],
    ),
  );
}

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  for (const name of ['admin', 'north', 'clerk', 'cheap']) people.set(name, await world.person(name, [name]));
  feed = open();
});
afterEach(() => ended.clear());
afterAll(async () => {
  for (const each of feeds) each.close();
  await world.close();
});

describe('events', { timeout: 120_000 }, () => {
  const steps: readonly [what: string, from: Json, to: Json, heard: Readonly<Record<string, string[]>>][] = [
    ['a field that everybody reads', {}, { name: 'Renamed' }, { admin: ['updated 2'], north: ['updated 2'], clerk: ['updated 2'] }],
    ['a field that is hidden, and a formula over it', { price: 3 }, { cost: 2 }, { admin: ['updated 2'], north: [], clerk: [] }],
    ['a hidden field beside one that is not', {}, { cost: 2, price: 2 }, { north: ['updated 2'], clerk: ['updated 2'] }],
    ['a field that this record shows', {}, { bonus: 5 }, { north: ['updated 2'], clerk: ['updated 2'] }],
    ['a field that this record does not show', { stage: 'won', tags: ['a'] }, { bonus: 5 }, { admin: ['updated 2'], north: [], clerk: [] }],
    ['a hidden field that brings another into sight', { tags: ['a'], bonus: 1 }, { tags: ['b'] }, { clerk: ['updated 2'] }],
    ['a hidden field that changes nothing in sight', { tags: ['b'] }, { tags: null }, { admin: ['updated 2'], clerk: [] }],
    ['what takes it out of view', {}, { region: 'south' }, { admin: ['updated 2'], north: ['left'], clerk: ['updated 2'] }],
    ['what brings it into view', { region: 'south' }, { region: 'north' }, { north: ['updated 2'] }],
    ['what is out of view before and after', { region: 'south' }, { region: null }, { admin: ['updated 2'], north: [] }],
    ['a hidden field that takes it out of view', {}, { cost: 2 }, { cheap: ['left'], north: [] }],
    ['a field of what is not in view', { cost: 2 }, { name: 'Renamed' }, { cheap: [], admin: ['updated 2'] }],
  ];
  it.each(steps)('tell of a change of %s those alone who see it', async (_what, from, to, expected) => {
    const ears = await Promise.all(Object.keys(expected).map((name) => listen(name)));
    const id = await make(from);
    await change(id, to);
    const heard = (await heardOf(id, ...ears)).map((all) => all.filter((each) => each !== 'created 1'));
    ears.forEach((ear) => ear.leave());
    expect(Object.fromEntries(Object.keys(expected).map((name, index) => [name, heard[index]]))).toEqual(expected);
  });

  it('of several changes at once are judged each by what it changed', async () => {
    const ear = await listen('north');
    const first = ear.beats[0] ?? '';
    const id = await make();
    await change(id, { name: 'Two' });
    await change(id, { region: 'south' });
    await change(id, { name: 'Three' });
    await change(id, { region: 'north' });
    await change(id, { cost: 7 });
    await heardOf(id, ear);
    ear.leave();
    // Somebody who comes back later reads all of them together.
    const again = await listen('north', { from: first });
    expect(await heardOf(id, again)).toEqual([['created 1', 'updated 2', 'updated 3', 'updated 4', 'updated 5']]);
    again.leave();
  });

  it('tell of what is deleted and comes back', async () => {
    const [seen, unseen] = [await listen('north'), await listen('cheap')];
    const id = await make({ cost: 9 });
    await deleteRecord(admin, 'deal', id);
    await restoreRecord(admin, 'deal', id);
    expect(await heardOf(id, seen, unseen)).toEqual([['created 1', 'deleted 2', 'restored 3'], []]);
    seen.leave();
    unseen.leave();
  });

  it('carry no values', async () => {
    const ear = await listen('admin');
    const id = await make({ name: 'Canary', price: 4711 });
    await change(id, { name: 'Canary 2', region: 'south' });
    await heardOf(id, ear);
    ear.leave();
    expect(JSON.stringify(ear.heard)).not.toMatch(/Canary|4711|north|south/);
  });

  it('are judged by the rights of the moment', async () => {
    let roles = ['admin'];
    const actor = () => ({ ...admin.actor, roles });
    const ear = await listen('admin', { actor });
    const id = await make({ region: 'south' });
    await heardOf(id, ear);
    roles = ['north'];
    const before = ear.heard.length;
    await until(() => ear.beats.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 80));
    await change(id, { name: 'Unheard' });
    expect((await heardOf(id, ear))[0]).toEqual(['created 1']);
    expect(ear.heard.length).toBeGreaterThan(before);
    ear.leave();
  });
});

describe('who comes back', { timeout: 120_000 }, () => {
  it('goes on after the last event, also at another process', async () => {
    const ear = await listen('north');
    const id = await make();
    await change(id, { name: 'Two' });
    await heardOf(id, ear);
    ear.leave();
    const place = ear.ids[ear.heard.findIndex((event) => 'id' in event && event.id === id)];
    await change(id, { name: 'Three' });
    const other = open();
    const again = await listen('north', { at: other, ...(place === undefined ? {} : { from: place }) });
    expect(await heardOf(id, again)).toEqual([['updated 2', 'updated 3']]);
    expect(again.heard.some(({ type }) => type === 'reset')).toBe(false);
    again.leave();
  });

  it('misses nothing although nothing was told before the connection broke', async () => {
    const ear = await listen('north');
    ear.leave();
    const id = await make();
    const again = await listen('north', { from: ear.beats[0] ?? '' });
    expect(await heardOf(id, again)).toEqual([['created 1']]);
    again.leave();
  });

  it('is given signs of life that move the place on, and tell nothing', async () => {
    const ear = await listen('cheap', { at: open({ beatMs: 0 }) });
    await make({ cost: 8 });
    await until(() => ear.beats.length > 3);
    ear.leave();
    expect(new Set(ear.beats).size).toBe(ear.beats.length);
    expect(ear.beats.every((beat) => /^1\.[0-9a-f]{8}\.[\w-]+$/.test(beat))).toBe(true);
    const again = await listen('cheap', { from: ear.beats.at(-1) ?? '' });
    expect(again.heard.map(({ type }) => type)).toEqual(['metadata.published']);
    again.leave();
  });

  it.each([
    ['words', 'not a place'],
    ['a place in the clear', '1-1'],
    ['a place of before', '745-9223372036854775807'],
    ['an empty seal', '1.00000000.'],
    ['a very long text', 'x'.repeat(100_000)],
    ['other letters', '\u0000\u{1F600}"\\'],
  ])('from %s has to look at everything again', async (_what, from) => {
    const ear = await listen('north', { from });
    expect(ear.heard).toEqual([{ type: 'reset' }]);
    const id = await make();
    expect(await heardOf(id, ear)).toEqual([['created 1']]);
    ear.leave();
  });

  it('from the place of somebody else has to look at everything again', async () => {
    const ear = await listen('admin');
    ear.leave();
    const again = await listen('north', { from: ear.beats[0] ?? '' });
    again.leave();
    expect(again.heard).toEqual([{ type: 'reset' }]);
  });

  it('from a place that is too old, or not reached yet, has to look at everything again', async () => {
    const { keys } = world.database.data;
    const { actor } = people.get('north') ?? admin;
    const seal = (text: string) => keys.seal({ tenantId: 1, object: 'events', record: actor.userId, field: 'place' }, text);
    const old = Date.now() - 7 * 24 * 3_600_000;
    for (const from of [seal(`5-5-${String(old)}`), seal(`9999999999-5-${String(Date.now())}`), seal('5-5')]) {
      const ear = await listen('north', { from });
      ear.leave();
      expect(ear.heard).toEqual([{ type: 'reset' }]);
    }
  });
});

describe('a stream', { timeout: 120_000 }, () => {
  it('ends when nobody listens any more, and hears nothing after that', async () => {
    const [ear, other] = [await listen('north'), await listen('admin')];
    ended.add('north');
    await until(() => !ear.isOpen);
    const id = await make();
    expect(await heardOf(id, other)).toEqual([['created 1']]);
    expect(ear.heard).toEqual([]);
    other.leave();
  });

  it('says reset when somebody else’s screens are looked at from now on', async () => {
    let actor = admin.actor;
    const ear = await listen('admin', { actor: () => actor });
    actor = people.get('north')?.actor ?? actor;
    await until(() => ear.heard.length > 0);
    ear.leave();
    expect(ear.heard).toEqual([{ type: 'reset' }]);
  });

  it('is refused to a person who has too many, also when all are asked for at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: LIMITS.event_streams.max + 3 }, () => listen('clerk')));
    const ears = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
    expect([ears.length, refused.length]).toEqual([LIMITS.event_streams.max, 3]);
    expect(refused[0]).toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('open streams of events') as string });
    ears.forEach((ear) => ear.leave());
    (await listen('clerk')).leave();
  });

  it('shares one look at the outbox with all that are as far as it', async () => {
    const ears = await Promise.all(Array.from({ length: 10 }, (_, index) => listen(index % 2 === 0 ? 'admin' : 'clerk')));
    await heardOf(await make(), ...ears);
    world.sent();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const looks = world.sent().filter(({ text }) => text.includes('sys_outbox')).length;
    ears.forEach((ear) => ear.leave());
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThan(60);
  });
});

describe('what was announced', () => {
  it('is kept for a week', async () => {
    const rows = () => world.test.sql<{ n: number }>(`select count(*)::int as n from ${world.active.bindings.dataSchema}.sys_outbox`);
    const [{ n: before } = { n: 0 }] = await rows();
    await world.test.sql(
      `update ${world.active.bindings.dataSchema}.sys_outbox set at = now() - interval '8 days' where seq in (select seq from ${world.active.bindings.dataSchema}.sys_outbox order by xid, seq limit 5)`,
    );
    expect(await sweepEvents(world.database)).toBe(5);
    expect(await rows()).toEqual([{ n: before - 5 }]);
    expect(await sweepEvents(world.database)).toBe(0);
  });

  it('names in every statement the tenant of every table', () => {
    expect(world.aliasesWithoutTenant()).toEqual([]);
  });
});
