import type { ServerEvent } from '@fieldstone/metadata/types/wire.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/kernel/logger.js';
import { screenMetadata } from '../../src/catalog/describe.js';
import type { RequestContext } from '../../src/records/context.js';
import { parseBoardQuery, parseListQuery, parseRecordQuery } from '../../src/records/list-query.js';
import { createEventFeed } from '../../src/records/event-feed.js';
import { listRecords } from '../../src/records/list-records.js';
import { readBoard } from '../../src/records/read-board.js';
import { readHistory } from '../../src/records/read-history.js';
import { readRecord } from '../../src/records/read-record.js';
import { recomputeMarked } from '../../src/records/rollup-worker.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { completeFormula, tryFormula } from '../../src/records/try-formula.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { until } from '../workflow/world.js';
import { documents } from './computed-documents.js';
import { makeWorld, type World } from './world.js';

type Row = Record<string, unknown> & { id: string };

let world: World;
let admin: RequestContext;
let rep: RequestContext;
let own: RequestContext;
let masked: RequestContext;
let bern: string;
let rome: string;
let first: string;

const params = (query: Record<string, unknown>) => new Map(Object.entries(query));
const list = async (ctx: RequestContext, object: string, query: Record<string, unknown>) =>
  (JSON.parse(await listRecords(ctx, object, parseListQuery(params(query)))) as { data: Row[] }).data;
const get = async (ctx: RequestContext, object: string, id: string, fields?: string) =>
  JSON.parse((await readRecord(ctx, object, id, parseRecordQuery(params(fields === undefined ? {} : { fields })))).json) as Row;
const where = (condition: unknown) => ({ filter: JSON.stringify(condition) });
const eur = (amount: string) => ({ amount, currency: 'EUR' });
/** Works out all stored roll-ups that were marked. */
async function settle(): Promise<void> {
  const models = { current: () => world.active };
  while ((await recomputeMarked({ data: world.database.data, models, space: world.active.space, tenantId: 1 })) > 0);
}

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  rep = await world.person('Rob', ['rep']);
  own = await world.person('Olga', ['own']);
  masked = await world.person('Mia', ['masked', 'own']);
  bern = (await createRecord(admin, 'customer', { name: 'Bear', city: 'Bern', factor: '2', limit: eur('10000') })).id;
  rome = (await createRecord(admin, 'customer', { name: 'Wolf', city: 'Rome', factor: '3' })).id;
  first = (
    await createRecord(admin, 'order', {
      name: 'first',
      customer: bern,
      amount: eur('1000'),
      discount: '10',
      cost: '600',
      count: 3,
      closed: '2026-01-31',
    })
  ).id;
  await createRecord(admin, 'order', { name: 'second', customer: bern, amount: eur('500'), cost: '550', count: 1, status: 'done' });
  await createRecord(admin, 'order', { name: 'third', customer: rome, amount: { amount: '70', currency: 'USD' }, cost: '10', count: 9 });
  await createRecord(own, 'order', { name: 'mine', customer: rome, amount: eur('20'), cost: '5' });
  await settle();
}, 60_000);
afterAll(() => world.close());

describe('a formula field', () => {
  it('is read like any field, over links and over other formulas', async () => {
    expect(await get(admin, 'order', first)).toMatchObject({
      net: eur('900.00'),
      total: eur('900.00'),
      margin: '400.00',
      margin_pct: '40.0',
      title: 'FIRST / Bear',
      is_big: true,
      due: '2026-02-14',
      weight: '7',
      weighted: '1200.00',
      of_customer: '0.6667',
    });
    expect(await get(admin, 'order', first, 'customer.left,customer.volume')).toMatchObject({
      customer: { left: eur('9100.00'), volume: eur('1500.00') },
    });
  });

  it('is filtered and sorted by', async () => {
    const names = async (query: Record<string, unknown>) => (await list(admin, 'order', query)).map(({ name }) => name);
    expect(await names({ ...where({ '>': [{ var: 'margin' }, 20] }), sort: '-margin' })).toEqual(['first', 'third']);
    expect(await names({ ...where({ '==': [{ var: 'is_big' }, true] }) })).toEqual(['first']);
    expect(await names({ sort: 'title' })).toEqual(['first', 'mine', 'second', 'third']);
    expect(await names({ sort: '-weight' })).toEqual(['third', 'first', 'second', 'mine']);
    expect(await names({ ...where({ starts_with: [{ var: 'title' }, 'third'] }) })).toEqual(['third']);
    expect(await names({ ...where({ '>': [{ var: 'customer.orders_count' }, 1] }), sort: 'customer.volume,name' })).toHaveLength(4);
  });

  it('is paged through without a gap or a repeat', async () => {
    for (const sort of ['margin_pct', '-margin_pct', 'weight,-name', '-total', 'is_big']) {
      const seen: unknown[] = [];
      let cursor: string | null = null;
      do {
        const query: Record<string, unknown> = { sort, limit: '1', ...(cursor === null ? {} : { cursor }) };
        const page = JSON.parse(await listRecords(admin, 'order', parseListQuery(params(query)))) as {
          data: Row[];
          page: { next: string | null };
        };
        seen.push(...page.data.map(({ name }) => name));
        cursor = page.page.next;
      } while (cursor !== null);
      expect(seen, sort).toEqual((await list(admin, 'order', { sort })).map(({ name }) => name));
      expect(new Set(seen).size, sort).toBe(4);
    }
  });

  it('is added up on a board, money by its currency', async () => {
    const board = JSON.parse(await readBoard(admin, 'order', parseBoardQuery(params({ view: 'board' })))) as {
      columns: { key: string; sums: Record<string, unknown> }[];
    };
    expect(board.columns.find(({ key }) => key === 'open')?.sums).toEqual({
      net: [eur('920.00'), { amount: '70.00', currency: 'USD' }],
      margin: '475.00',
    });
  });

  it('has no value where its amounts are in several currencies', async () => {
    const { id } = await createRecord(admin, 'order', { name: 'mixed', amount: eur('10'), shipping: { amount: '5', currency: 'USD' } });
    expect(await get(admin, 'order', id, 'total,net')).toMatchObject({ net: eur('10.00'), total: null });
    await deleteRecord(admin, 'order', id);
  });

  it('is not written by anybody, and the answer names it', async () => {
    for (const ctx of [admin, rep]) {
      const write = createRecord(ctx, 'order', { name: 'x', net: eur('1') });
      await expect(write).rejects.toMatchObject({ code: 'malformed', issues: [{ path: '/net', code: 'not_writable' }] });
    }
    await expect(updateRecord(admin, 'customer', bern, { volume: eur('1') })).rejects.toMatchObject({
      issues: [{ path: '/volume', code: 'not_writable' }],
    });
  });

  it('decides rules and sets off workflows', async () => {
    const loss = { name: 'loss', amount: eur('10'), cost: '500' };
    await expect(createRecord(admin, 'order', loss)).rejects.toMatchObject({ code: 'record_invalid', issues: [{ path: '/cost' }] });
    // With a value that is not well formed, the rule is judged in memory and says the same.
    await expect(createRecord(admin, 'order', { ...loss, closed: 'never' })).rejects.toMatchObject({
      issues: [{ path: '/closed' }, { path: '/cost', code: 'rule_broken' }],
    });
    const runs = await world.test.sql(`select trigger -> 'new' as new from meta.wf_run where record_id = $1`, [first]);
    expect(runs).toMatchObject([{ new: { fld_order_title: 'FIRST / Bear', fld_order_net: eur('900.00') } }]);
  });
});

describe('a formula that names its records', () => {
  it('is their label wherever they are linked, and is searched and sorted by', async () => {
    const { id: ada } = await createRecord(admin, 'person', { first: 'Ada', last: 'Lovelace' });
    const { id: bob } = await createRecord(admin, 'person', { first: 'Bob', manager: ada });
    await createRecord(admin, 'person', { last: 'Zuse', manager: bob });
    const rows = await list(admin, 'person', { fields: 'full_name,manager', sort: '-manager' });
    expect(rows.map(({ full_name: name, manager }) => [name, manager])).toEqual([
      ['Zuse', { id: bob, label: 'Bob' }],
      ['Bob', { id: ada, label: 'Ada Lovelace' }],
      ['Ada Lovelace', null],
    ]);
    const found = await list(admin, 'person', { q: 'a love', fields: 'full_name' });
    expect(found).toMatchObject([{ id: ada }]);
    expect(await list(admin, 'person', { ...where({ '==': [{ var: 'manager.full_name' }, 'Ada Lovelace'] }) })).toMatchObject([
      { id: bob },
    ]);
  });
});

describe('a computed field and the rights of its reader', () => {
  const HIDDEN = ['cost', 'margin', 'margin_pct', 'weighted'];

  it('does not exist for whoever may not read one of its sources', async () => {
    const row = await get(rep, 'order', first);
    for (const name of HIDDEN) expect(row).not.toHaveProperty(name);
    const unknown = { code: 'malformed', issues: [expect.objectContaining({ code: 'unknown_field' })] };
    for (const name of HIDDEN) {
      await expect(list(rep, 'order', { fields: name })).rejects.toMatchObject(unknown);
      await expect(list(rep, 'order', { sort: name })).rejects.toMatchObject(unknown);
      await expect(list(rep, 'order', where({ '>': [{ var: name }, 1] }))).rejects.toMatchObject(unknown);
      await expect(readBoard(rep, 'order', parseBoardQuery(params({ by: 'status', sum: name })))).rejects.toMatchObject(unknown);
    }
    await expect(list(rep, 'customer', { fields: 'cost_sum' })).rejects.toMatchObject(unknown);
    await expect(list(rep, 'customer', { sort: 'cost_sum' })).rejects.toMatchObject(unknown);
    const board = await readBoard(rep, 'order', parseBoardQuery(params({ view: 'board' })));
    expect(board).not.toContain('margin');
    const described = screenMetadata(world.active, rep.actor);
    const names = described.objects.flatMap(({ fields }) => fields.map(({ name }) => name));
    expect(names.filter((name) => [...HIDDEN, 'cost_sum'].includes(name))).toEqual([]);
    expect(JSON.stringify(described)).not.toContain('cost');
  });

  it('is empty on the rows where a source is', async () => {
    const rows = await list(masked, 'order', { fields: 'name,cost,margin,margin_pct', sort: 'name' });
    expect(rows.map(({ name, cost, margin, margin_pct: pct }) => [name, cost, margin, pct])).toEqual([
      ['first', null, null, null],
      ['mine', null, null, null],
      ['second', null, null, null],
      ['third', null, null, null],
    ]);
    const mine = await createRecord(masked, 'order', { name: 'of Mia', amount: eur('30'), cost: '10' });
    expect(await get(masked, 'order', mine.id)).toMatchObject({ cost: '10.00', margin: '20.00' });
    // The filter sees these rows only, and there is no order by what is partly hidden.
    const found = await list(masked, 'order', { ...where({ '!=': [{ var: 'margin' }, 0] }) });
    expect(found.map(({ name }) => name)).toEqual(['of Mia']);
    await expect(list(masked, 'order', { sort: 'margin' })).rejects.toMatchObject({ code: 'malformed' });
    await deleteRecord(admin, 'order', mine.id);
  });

  it('takes a link to a record that may not be read for an empty one', async () => {
    const rows = await list(rep, 'order', { fields: 'name,title,customer', sort: 'name' });
    expect(rows.map(({ title, customer }) => [title, customer])).toEqual([
      ['FIRST / Bear', { id: bern, label: 'Bear' }],
      ['MINE / ', null],
      ['SECOND / Bear', { id: bern, label: 'Bear' }],
      ['THIRD / ', null],
    ]);
    expect(await list(rep, 'order', where({ contains: [{ var: 'title' }, 'Wolf'] }))).toEqual([]);
  });

  it('counts the records that may be read, stored or not', async () => {
    const fields = 'orders_count,open_count,volume,open_net,left';
    expect(await get(admin, 'customer', rome, fields)).toMatchObject({ orders_count: 2, open_count: 2, volume: null });
    expect(await get(own, 'customer', rome, fields)).toMatchObject({
      orders_count: 1,
      open_count: 1,
      volume: eur('20.00'),
      open_net: eur('20.00'),
    });
    expect(await get(own, 'customer', bern, fields)).toMatchObject({ orders_count: 0, open_count: 0, volume: null });
    const found = await list(own, 'customer', { ...where({ '>': [{ var: 'open_count' }, 0] }), sort: '-open_count', fields: 'name' });
    expect(found.map(({ name }) => name)).toEqual(['Wolf']);
  });

  it('leaves nothing of it in history or outbox', async () => {
    const history = await readHistory(admin, 'order', first, {});
    expect(history).not.toMatch(/margin|net|title/);
    const outbox = await world.test.sql(`select payload::text as payload from sp1.sys_outbox`);
    expect(JSON.stringify(outbox)).not.toMatch(/Bear|900|1500/);
  });
});

describe('trying a formula', () => {
  it('names every problem with its place, or the type and the value of a record', async () => {
    expect(await tryFormula(admin, 'order', { formula: 'amunt + 1' })).toMatchObject({
      ok: false,
      issues: [{ path: '/formula', code: 'unknown_field', line: 1, column: 1, length: 5 }],
    });
    expect(await tryFormula(admin, 'order', { formula: 'amount / 3', returns: 'currency' }, first)).toEqual({
      ok: true,
      returns: 'currency',
      scale: 2,
      notIndexed: null,
      value: eur('333.33'),
    });
    const label = { formula: 'customer.name & TODAY()' };
    expect(await tryFormula(admin, 'order', label)).toMatchObject({
      returns: 'text',
      notIndexed: expect.stringContaining('customer.name'),
    });
  });

  it('shows what the caller would see of such a field, and no record that is not the caller’s to read', async () => {
    expect(await tryFormula(rep, 'order', { formula: 'amount - cost' }, first)).toMatchObject({ ok: true, hidden: true });
    expect(await tryFormula(masked, 'order', { formula: 'amount - cost' }, first)).toMatchObject({ ok: true, value: null });
    await expect(tryFormula(own, 'order', { formula: 'amount' }, first)).rejects.toMatchObject({ code: 'not_found' });
    await expect(tryFormula(rep, 'customer', { formula: 'city' }, rome)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('works with fields that only a draft has', async () => {
    const drafted = [
      { name: 'third', type: 'formula', label: 'Third', formula: 'amount / 3', returns: 'currency' },
      { name: 'sixth', type: 'formula', label: 'Sixth', formula: 'third / 2', returns: 'currency' },
      { name: 'rebate', type: 'percent', label: 'Rebate' },
      { name: 'around', type: 'formula', label: 'Around', formula: 'about + 1' },
      { name: 'about', type: 'formula', label: 'About', formula: 'around + 1' },
      // Published, so its values count whatever the draft changes of it.
      { name: 'amount', type: 'currency', label: 'Sum' },
    ] as const;
    const tried = (formula: string, returns?: string) => tryFormula(admin, 'order', { formula, returns }, first, drafted);
    expect(await tried('sixth', 'currency')).toMatchObject({ ok: true, value: eur('166.67') });
    expect(await tried('third * (1 - BLANKVALUE(rebate, 10) / 100)', 'currency')).toMatchObject({
      value: eur('300.00'),
      unpublished: ['Rebate'],
    });
    expect(await tried('ISBLANK(rebate)')).toMatchObject({ value: true, unpublished: ['Rebate'] });
    expect(await tried('around')).toMatchObject({ ok: true, value: null });
    expect(await tried('rebat + 1')).toMatchObject({
      ok: false,
      issues: [{ code: 'unknown_field', message: expect.stringContaining('rebate') }],
    });
    expect(await tryFormula(admin, 'order', { formula: 'third' }, first)).toMatchObject({ ok: false });
    expect(
      await tryFormula(rep, 'order', { formula: 'gain' }, first, [{ name: 'gain', type: 'formula', formula: 'amount - cost' }]),
    ).toMatchObject({
      ok: true,
      hidden: true,
    });
  });

  it('says what can be written at a place', () => {
    const { from, items } = completeFormula(admin, 'order', 'amount * customer.fa', 20);
    expect([from, items.map(({ label }) => label)]).toEqual([18, ['factor']]);
  });
});

describe('a stored roll-up', () => {
  it('follows every change of its records, and nobody has changed the record', async () => {
    const state = async () => {
      await settle();
      return Promise.all([bern, rome].map((id) => get(admin, 'customer', id, 'open_count,volume,last_closed,open_net')));
    };
    const before = await get(admin, 'customer', bern);
    const { id } = await createRecord(admin, 'order', { name: 'new', customer: bern, amount: eur('100'), closed: '2026-05-01' });
    expect((await state())[0]).toMatchObject({ open_count: 2, volume: eur('1600.00'), last_closed: '2026-05-01' });
    await updateRecord(admin, 'order', id, { amount: eur('200'), discount: '50' });
    expect((await state())[0]).toMatchObject({ volume: eur('1700.00'), open_net: eur('1000.00') });
    await updateRecord(admin, 'order', id, { status: 'done' });
    expect((await state())[0]).toMatchObject({ open_count: 1, open_net: eur('900.00') });
    await updateRecord(admin, 'order', id, { customer: rome, status: 'open' });
    expect(await state()).toMatchObject([
      { open_count: 1, volume: eur('1500.00') },
      { open_count: 3, last_closed: '2026-05-01' },
    ]);
    await deleteRecord(admin, 'order', id);
    expect((await state())[1]).toMatchObject({ open_count: 2, last_closed: null });
    await restoreRecord(admin, 'order', id);
    expect((await state())[1]).toMatchObject({ open_count: 3, last_closed: '2026-05-01' });
    await deleteRecord(admin, 'order', id);
    await settle();
    const after = await get(admin, 'customer', bern);
    expect([after.version, after['updated_at']]).toEqual([before.version, before['updated_at']]);
  });

  it('goes with a cascade and comes back with it, and adds up formulas', async () => {
    const { id } = await createRecord(admin, 'order', { name: 'with lines', customer: bern });
    await createRecord(admin, 'line', { name: 'a', order: id, quantity: '2', price: eur('10.50') });
    const b = await createRecord(admin, 'line', { name: 'b', order: id, quantity: '1', price: eur('4') });
    await settle();
    expect(await get(admin, 'order', id, 'lines_total')).toMatchObject({ lines_total: eur('25.00') });
    await updateRecord(admin, 'line', b.id, { price: { amount: '4', currency: 'USD' } });
    await settle();
    expect(await get(admin, 'order', id, 'lines_total')).toMatchObject({ lines_total: null });
    await updateRecord(admin, 'line', b.id, { price: eur('5') });
    await deleteRecord(admin, 'order', id);
    await settle();
    await restoreRecord(admin, 'order', id);
    await settle();
    expect(await get(admin, 'order', id, 'lines_total')).toMatchObject({ lines_total: eur('26.00') });
    await deleteRecord(admin, 'order', id);
    await settle();
  });

  it('announces the record, so that open pages look again, to those who may read all of it', async () => {
    const seen = async () =>
      (await world.test.sql(`select count(*)::int as n from sp1.sys_outbox where record_id = $1 and event = 'record.updated'`, [bern])) as {
        n: number;
      }[];
    const [{ n: before } = { n: 0 }] = await seen();
    const { active, database } = world;
    const feed = createEventFeed({
      data: database.data,
      models: { current: () => active, onSwap: () => () => undefined, onDraft: () => () => undefined },
      logger: silentLogger,
      pollMs: 5,
    });
    const heard = { admin: [] as ServerEvent[], own: [] as ServerEvent[] };
    for (const [name, ctx] of [['admin', admin] as const, ['own', own] as const]) {
      const { actor } = ctx;
      const listener = {
        space: active.space,
        tenantId: 1,
        person: actor.userId,
        beat: () => undefined,
        actor: () => Promise.resolve(actor),
        end: () => undefined,
      };
      await feed.subscribe({ ...listener, send: (event: ServerEvent) => void heard[name].push(event) });
    }
    const { id } = await createRecord(admin, 'order', { name: 'one more', customer: bern });
    await settle();
    expect(await seen()).toEqual([{ n: before + 1 }]);
    const later = await createRecord(own, 'order', { name: 'later' });
    // That the customer was made may still be on its way: it waits for every older transaction of the server, those of other tests too.
    const ofCustomer = (events: readonly ServerEvent[]) =>
      events.filter((event) => 'id' in event && event.id === bern && event.type !== 'record.created');
    const isThere = (events: readonly ServerEvent[]) => events.some((event) => 'id' in event && event.id === later.id);
    await until(() => isThere(heard.admin) && isThere(heard.own), 'the events to come');
    await deleteRecord(admin, 'order', later.id);
    feed.close();
    expect(ofCustomer(heard.admin).at(-1)).toMatchObject({ type: 'record.updated', computed: true });
    // Whoever sees own orders only must not hear that there is another one.
    expect(ofCustomer(heard.own)).toEqual([]);
    await deleteRecord(admin, 'order', id);
    await settle();
  });
});
