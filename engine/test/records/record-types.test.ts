import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRules, narrowed } from '../../../runtime-ui/src/model/broken-rules.js';
import { makeScreen, type Screen } from '../../../runtime-ui/src/model/screen.js';
import { layoutOf } from '../../../runtime-ui/src/model/layout-plan.js';
import { screenMetadata } from '../../src/catalog/describe.js';
import type { RequestContext } from '../../src/records/context.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { documents } from './world-documents.js';
import { makeWorld, type World } from './world.js';

type Values = Record<string, unknown>;

const field = (name: string, type: string, more: Values = {}) => ({
  kind: 'field',
  id: `fld_ticket_${name}`,
  object: 'ticket',
  name,
  label: name,
  type,
  ...more,
});
const options = (...codes: string[]) => ({ options: codes.map((value) => ({ value, label: value.toUpperCase() })) });
const layout = (name: string) => ({
  kind: 'layout',
  id: `lay_ticket_${name}`,
  object: 'ticket',
  name,
  label: name,
  sections: [{ id: 'all', label: 'All', fields: [{ field: 'name' }] }],
});
const process = (name: string, transitions: object[]) => ({
  kind: 'process',
  id: `prc_ticket_${name}`,
  object: 'ticket',
  name,
  label: name,
  field: 'state',
  transitions,
});
const type = (name: string, more: Values = {}) => ({
  kind: 'record_type',
  id: `rty_ticket_${name}`,
  object: 'ticket',
  name,
  label: name.toUpperCase(),
  ...more,
});

const DOCUMENTS = [
  { kind: 'object', id: 'obj_ticket', name: 'ticket', label: 'Ticket', pluralLabel: 'Tickets', nameField: 'name' },
  field('name', 'text'),
  field('state', 'picklist', { default: 'new', ...options('new', 'open', 'done') }),
  field('area', 'picklist', { default: 'web', ...options('web', 'shop', 'office') }),
  layout('record'),
  layout('order'),
  process('plain', [
    { from: ['new'], to: ['open'] },
    { from: ['open'], to: ['done'] },
  ]),
  process('short', [{ from: ['new'], to: ['done'] }]),
  type('question', { order: 1, default: true }),
  type('order', {
    order: 2,
    layout: 'order',
    picklists: { area: { options: ['shop', 'office'], default: 'shop' } },
    processes: { state: 'short' },
  }),
  type('internal', { order: 3, roles: ['admin'], picklists: { area: { options: ['office'] } } }),
  type('old', { order: 4, inactive: true }),
  { kind: 'permission', id: 'prm_rep_ticket', role: 'rep', object: 'ticket', create: true, read: 'all', update: 'all', delete: 'none' },
];
const id = (name: string) => `rty_ticket_${name}`;

let world: World;
let admin: RequestContext;
let rep: RequestContext;
beforeAll(async () => {
  world = await makeWorld([...documents, ...DOCUMENTS]);
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
});
afterAll(() => world.close());

const make = async (ctx: RequestContext, values: Values): Promise<Values> => {
  const saved = await createRecord(ctx, 'ticket', { name: 'x', ...values });
  return JSON.parse((await readRecord(ctx, 'ticket', saved.id)).json) as Values;
};
const told = (write: Promise<unknown>): Promise<string[]> =>
  write.then(
    () => [],
    (error: { issues?: { path: string; code: string; message: string }[] }) =>
      (error.issues ?? []).map(({ path, code, message }) => `${path} ${code} ${message}`),
  );
const screenOf = ({ active, actor }: RequestContext): Screen =>
  makeScreen(
    {
      user: { id: actor.userId, name: actor.name, email: 'x@x.test' },
      roles: [...actor.roles],
      tenant: { id: 1, name: 'T' },
      locale: 'en',
      chosenLocale: null,
      locales: ['en'],
      timeZone: 'UTC',
      currency: 'EUR',
      capabilities: [],
    },
    screenMetadata(active, actor),
  );
const ticketOf = (ctx: RequestContext) => {
  const found = screenOf(ctx).object('ticket');
  if (found === undefined) throw new Error('no ticket');
  return found;
};

describe('a new record', () => {
  it.each<[string, Values, Values]>([
    ['gets the default type', {}, { record_type: id('question'), area: 'web', state: 'new' }],
    ['begins as its type says', { record_type: id('order') }, { record_type: id('order'), area: 'shop' }],
    ['keeps what was given', { record_type: id('order'), area: 'office' }, { area: 'office' }],
  ])('%s', async (_name, values, expected) => {
    expect(await make(rep, values)).toMatchObject(expected);
  });

  it('has no value where the usual one is none of its type', async () => {
    expect(await make(admin, { record_type: id('internal') })).toMatchObject({ area: null });
  });

  it.each<[string, Values, string]>([
    ['a type of other roles', { record_type: id('internal') }, '/record_type not_an_option Only “admin” may choose “INTERNAL”.'],
    [
      'a choice that its type has not',
      { record_type: id('order'), area: 'web' },
      '/area not_an_option area of “ORDER” can be “SHOP” or “OFFICE”.',
    ],
    ['an inactive type', { record_type: id('old') }, '/record_type inactive_option "OLD" can no longer be chosen.'],
  ])('can not have %s', async (_name, values, expected) => {
    expect(await told(make(rep, values))).toEqual([expected]);
    const said = brokenRules(screenOf(rep), ticketOf(rep), null, { state: null, ...values }).map(
      (rule) => `/${rule.field ?? ''} ${rule.message}`,
    );
    if (!expected.includes('inactive')) expect(said).toEqual([expected.replace(' not_an_option', '')]);
  });

  it('is not accepted with a type that is not there', async () => {
    expect((await told(make(admin, { record_type: 'rty_other' })))[0]).toContain('/record_type not_an_option There is no such option.');
  });
});

describe('a record of a type', () => {
  it('follows the process of its type, and others the one that no type names', async () => {
    const question = await make(rep, {});
    const order = await make(rep, { record_type: id('order') });
    const to = (record: Values, state: string) => told(updateRecord(rep, 'ticket', String(record['id']), { state }));
    expect(await to(question, 'done')).toEqual(['/state move_not_allowed From “NEW”, state can change to “OPEN” only.']);
    expect(await to(order, 'open')).toEqual(['/state move_not_allowed From “NEW”, state can change to “DONE” only.']);
    expect(await to(order, 'done')).toEqual([]);
    const screen = screenOf(rep);
    const state = screen.field('ticket', 'state');
    const offered = (record: Values) => state && narrowed(screen, ticketOf(rep), state, record, record).options?.map(({ value }) => value);
    expect([offered(question), offered(order)]).toEqual([
      ['new', 'open'],
      ['new', 'done'],
    ]);
  });

  it('must fit a type that it is given later', async () => {
    const question = await make(rep, {});
    const change = (values: Values) => told(updateRecord(rep, 'ticket', String(question['id']), values));
    expect(await change({ record_type: id('order') })).toEqual(['/area not_an_option area of “ORDER” can be “SHOP” or “OFFICE”.']);
    expect(await change({ record_type: id('order'), area: 'shop' })).toEqual([]);
  });

  it('has the layout of its type', () => {
    const ticket = ticketOf(rep);
    expect([undefined, id('question'), id('order')].map((value) => layoutOf(ticket, '', value).name)).toEqual([
      'record',
      'record',
      'order',
    ]);
  });
});

describe('what screens are told', () => {
  it('is which types there are, and which of them the caller may choose', () => {
    const types = (ctx: RequestContext) =>
      ticketOf(ctx).recordTypes?.map(({ name, choosable, standard, defaults }) => [name, choosable, standard, defaults]);
    expect(types(rep)).toEqual([
      ['question', true, true, {}],
      ['order', true, false, { area: 'shop' }],
      ['internal', false, false, { area: null }],
      ['old', false, false, {}],
    ]);
    expect(types(admin)?.map(([name, choosable]) => choosable === true && name)).toEqual(['question', 'order', 'internal', false]);
    expect(screenOf(rep).object('project')?.recordTypes).toBeUndefined();
  });
});
