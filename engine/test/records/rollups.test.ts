import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/kernel/errors.js';
import { silentLogger } from '../../src/kernel/logger.js';
import { deleteRecord, restoreRecord } from '../../src/records/delete-record.js';
import { recomputeMarked, startRollupWorker } from '../../src/records/rollup-worker.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import { bundleWorker } from '../support/bundle-worker.js';
import { documents } from './computed-documents.js';
import type { RollupProcessSettings } from './rollup-process.js';
import { makeWorld, type World } from './world.js';

const WRITERS = 8;
const CHANGES = 500;

/** Numbers that are the same in every run, so that a failure can be looked at again. */
function drawn(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
}

let world: World;
let admin: RequestContext;
const customers: string[] = [];
const orders: string[] = [];
const lines: string[] = [];
let process: { file: string; folder: string };

beforeAll(async () => {
  world = await makeWorld(documents);
  admin = await world.person('Ada', ['admin']);
  process = await bundleWorker('engine/test/records/rollup-process.ts');
  for (let index = 0; index < 6; index += 1) customers.push((await createRecord(admin, 'customer', { name: `c${index}` })).id);
}, 60_000);
afterAll(async () => {
  await world.close();
  await rm(process.folder, { recursive: true });
});

const eur = (amount: number, currency = 'EUR') => ({ amount: String(amount), currency });

/** One random change. What another writer made impossible meanwhile does not count. */
async function change(pick: (below: number) => number): Promise<void> {
  const any = (ids: readonly string[]) => ids[pick(ids.length)] ?? '';
  const customer = () => (pick(8) === 0 ? null : any(customers));
  const money = () => (pick(6) === 0 ? null : eur(pick(1000), pick(40) === 0 ? 'USD' : 'EUR'));
  const status = () => (pick(2) === 0 ? 'open' : 'done');
  const closed = () => (pick(3) === 0 ? null : `2026-0${1 + pick(9)}-1${pick(9)}`);
  const kind = pick(20);
  if (kind < 5 || orders.length < 20) {
    const made = await createRecord(admin, 'order', {
      name: 'o',
      customer: customer(),
      amount: money(),
      discount: pick(30),
      status: status(),
      closed: closed(),
      count: pick(9),
    });
    orders.push(made.id);
  } else if (kind < 7) await updateRecord(admin, 'order', any(orders), { amount: money(), closed: closed() });
  else if (kind < 9) await updateRecord(admin, 'order', any(orders), { discount: pick(50), status: status() });
  else if (kind < 12) await updateRecord(admin, 'order', any(orders), { customer: customer() });
  else if (kind < 14) await deleteRecord(admin, 'order', any(orders));
  else if (kind < 16) await restoreRecord(admin, 'order', any(orders));
  else if (kind < 17) await updateRecord(admin, 'customer', any(customers), { factor: pick(100) });
  else if (kind < 19 || lines.length === 0) {
    const made = await createRecord(admin, 'line', { name: 'l', order: any(orders), quantity: pick(5), price: money() });
    lines.push(made.id);
  } else if (pick(2) === 0) await updateRecord(admin, 'line', any(lines), { quantity: pick(9), order: any(orders) });
  else await deleteRecord(admin, 'line', any(lines));
}

const EXPECTED = new Set(['not_found', 'record_invalid', 'conflict', 'version_conflict', 'overloaded']);

async function write(seed: number): Promise<void> {
  const pick = drawn(seed);
  for (let done = 0; done < CHANGES; done += 1) {
    await change(pick).catch((error: unknown) => {
      if (!(error instanceof AppError) || !EXPECTED.has(error.code)) throw error;
    });
  }
}

/** A process that works roll-ups out and is killed at the k-th of its steps. */
async function killed(step: number): Promise<void> {
  const { url, secret, roles } = world.database.config;
  const settings: RollupProcessSettings = { database: { url, secret, roles }, space: world.active.space };
  const env = { PATH: globalThis.process.env['PATH'], WORKER_SETTINGS: JSON.stringify(settings), FIELDSTONE_FAILPOINT: `any:${step}` };
  const child = spawn(globalThis.process.execPath, [process.file], { env, stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  expect(child.signalCode).toBe('SIGKILL');
}

describe('stored roll-ups', () => {
  it(
    'invariant 43: equal what they are made of after thousands of changes at once, and the death of workers',
    { timeout: 300_000 },
    async () => {
      const { active, database } = world;
      const parts = { data: database.data, models: { current: () => active }, space: active.space, tenantId: 1, logger: silentLogger };
      const workers = [startRollupWorker({ ...parts, pollMs: 5 }), startRollupWorker({ ...parts, pollMs: 5 })];
      const deaths = (async () => {
        for (const step of [1, 2, 5, 10]) await killed(step);
      })();
      await Promise.all([...Array.from({ length: WRITERS }, (_, index) => write(index + 1)), deaths]);
      await Promise.all(workers.map((worker) => worker.stop()));
      while ((await recomputeMarked(parts)) > 0);

      const column = (object: string, name: string) => world.column(object, name);
      const [customer, order, line] = ['customer', 'order', 'line'].map((name) => world.table(name));
      const [by, amount, discount, status, closed] = ['customer', 'amount', 'discount', 'status', 'closed'].map((name) =>
        column('order', name),
      );
      const net = `round(round(o.${amount} * (1 - round(coalesce(o.${discount}, 0) / 100, 10)), 10), 2)`;
      const live = `from ${order} o where o.${by} = c.id and o.deleted_at is null`;
      const isOpen = `o.${status} = 'open'`;
      const oneCurrency = (value: string, more: string) =>
        `(select case when min(o.${amount}_cur) = max(o.${amount}_cur) then sum(${value}) end ${live}${more})`;
      const wrong = await world.test.sql(`
      select c.id, c.${column('customer', 'open_count')} as kept, (select count(*) ${live} and ${isOpen}) as real from ${customer} c
       where c.${column('customer', 'open_count')} is distinct from (select count(*) ${live} and ${isOpen})
          or c.${column('customer', 'volume')} is distinct from ${oneCurrency(`o.${amount}`, '')}
          or c.${column('customer', 'open_net')} is distinct from ${oneCurrency(net, ` and ${isOpen}`)}
          or c.${column('customer', 'last_closed')} is distinct from (select max(o.${closed}) ${live})`);
      expect(wrong).toEqual([]);
      const [of, quantity, price] = ['order', 'quantity', 'price'].map((name) => column('line', name));
      const wrongOrders = await world.test.sql(`
      select o.id from ${order} o where o.deleted_at is null and o.${column('order', 'lines_total')} is distinct from
        (select case when min(l.${price}_cur) = max(l.${price}_cur) then sum(round(l.${quantity} * l.${price}, 2)) end from ${line} l
          where l.${of} = o.id and l.deleted_at is null)`);
      expect(wrongOrders).toEqual([]);
      const [{ orders: many, filled, marks } = { orders: 0, filled: 0, marks: -1 }] = (await world.test.sql(`
      select (select count(*)::int from ${order}) as orders, (select count(*)::int from ${customer} where ${column('customer', 'open_count')} > 0) as filled,
             (select count(*)::int from sp1.sys_dirty) as marks`)) as { orders: number; filled: number; marks: number }[];
      expect(many).toBeGreaterThan(500);
      expect(filled).toBe(customers.length);
      expect(marks).toBe(0);
    },
  );
});
