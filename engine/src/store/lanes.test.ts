import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.js';

const A = 1;
const B = 2;

/** Lanes over connections that are none, and what became of these. */
function make(size: number, free = size) {
  const closed: boolean[] = [];
  const clients: EventEmitter[] = [];
  let left = free;
  const lanes = new Lanes({
    size,
    waitMs: 60_000,
    open: () => {
      if (left === 0) return Promise.resolve(undefined);
      left -= 1;
      const client = new EventEmitter();
      clients.push(client);
      return Promise.resolve(client as unknown as pg.PoolClient);
    },
    close: (_, isBroken) => {
      left += 1;
      closed.push(isBroken);
    },
  });
  /** As many as board at this moment; those after the first open lanes for later ones. */
  const boarded = (count: number, tenant = A, now = 0) => Array.from({ length: count }, () => lanes.board(tenant, now));
  /** Opens as many lanes as there may be, and leaves them empty. */
  const openAll = async () => {
    for (let n = 0; n < size; n += 1) {
      for (const lane of boarded(size)) if (lane !== undefined) setImmediate(() => lanes.alight(lane, A, 0));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { lanes, closed, clients, boarded, openAll, left: () => left };
}
const loads = (all: readonly (object | undefined)[]) => {
  const counts = new Map<object, number>();
  for (const lane of all) if (lane !== undefined) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => a - b);
};

describe('lanes', () => {
  it('are none at first, and opened for those who come later, two fifths of the connections at most', async () => {
    const { boarded, clients, openAll } = make(10);
    expect(boarded(3)).toEqual([undefined, undefined, undefined]);
    await openAll();
    expect(clients).toHaveLength(4);
    expect(loads(boarded(8))).toEqual([2, 2, 2, 2]);
  });

  it.each([
    [1, 0],
    [2, 1],
    [5, 2],
    [20, 8],
  ])('of %i connections are %i', async (size, count) => {
    const { clients, openAll } = make(size);
    await openAll();
    expect(clients).toHaveLength(count);
  });

  it('are not opened where no connection is free', async () => {
    const { boarded, clients, openAll } = make(10, 1);
    await openAll();
    expect(clients).toHaveLength(1);
    expect(loads(boarded(20))).toEqual([8]);
  });

  it('take eight at a time each, the one with the fewest first', async () => {
    const { boarded, openAll } = make(10);
    await openAll();
    expect(loads(boarded(40))).toEqual([8, 8, 8, 8]);
  });

  it('are shared by tenants: one that takes all it can get leaves room for another', async () => {
    const { lanes, boarded, openAll } = make(10);
    await openAll();
    lanes.share();
    expect(loads(boarded(40)).reduce((sum, load) => sum + load, 0)).toBe(22);
    expect(loads(boarded(40, B)).reduce((sum, load) => sum + load, 0)).toBe(7);
  });

  it('take nobody behind a statement that takes long, until it is done', async () => {
    const { lanes, boarded, openAll } = make(2);
    await openAll();
    const [first, second] = [lanes.board(A, 0), lanes.board(A, 9)];
    expect([first !== undefined, second !== undefined, lanes.board(A, 11)]).toEqual([true, true, undefined]);
    // The one behind it begins when it is done.
    if (first !== undefined) expect(lanes.alight(first, A, 500)).toBe(500);
    expect(loads(boarded(1, A, 505))).toEqual([1]);
    if (second !== undefined) expect(lanes.alight(second, A, 501)).toBe(1);
    expect(lanes.busy).toBe(1);
  });

  it('have whoever waits for room board as soon as somebody is done, in turn', async () => {
    const { lanes, boarded, openAll } = make(2);
    await openAll();
    const now = performance.now();
    const [first, second] = boarded(8, A, now);
    const order: string[] = [];
    const waiting = ['a', 'b', 'c'].map((name) =>
      lanes.wait(A).then((lane) => order.push(`${name} ${lane === first ? 'on board' : 'sent away'}`)),
    );
    // Nobody overtakes those who wait.
    if (first !== undefined) lanes.alight(first, A, now);
    expect(lanes.board(A, now)).toBeUndefined();
    await waiting[0];
    lanes.sendAway();
    if (second !== undefined) lanes.alight(second, A, now);
    await Promise.all(waiting);
    expect([order, lanes.busy]).toEqual([['a on board', 'b sent away', 'c on board'], 1]);
    lanes.sendAway();
  });

  it('are worth waiting for where there are some, and on one at least nothing takes long', async () => {
    const { lanes, boarded, openAll } = make(2);
    expect(lanes.isMoving(0)).toBe(false);
    await openAll();
    boarded(8);
    expect([0, 10, 11].map((now) => lanes.isMoving(now))).toEqual([true, true, false]);
  });

  it('are not given back while somebody is about to board', async () => {
    const { lanes, boarded, openAll, closed } = make(2);
    await openAll();
    const now = performance.now();
    const aboard = boarded(8, A, now);
    const lane = lanes.wait(A);
    // Their answers came at once: it is empty before the one who waits hears of it.
    for (const one of aboard) if (one !== undefined) lanes.alight(one, A, now);
    expect([lanes.giveBack(), closed]).toEqual([false, []]);
    expect(await lane).toBe(aboard[0]);
  });

  it('that are lost let those go who wait for room on them', async () => {
    const { lanes, boarded, openAll } = make(2);
    await openAll();
    const now = performance.now();
    const [first] = boarded(8, A, now);
    const lane = lanes.wait(A);
    // Lost while it is waited for.
    if (first !== undefined) lanes.retire(first, true);
    if (first !== undefined) lanes.alight(first, A, now);
    // Its connection is free as soon as it is empty.
    lanes.sendAway();
    expect(await lane).toBeUndefined();
  });

  it('are given back when they are old, lost or full, as soon as they are empty, once', async () => {
    const { lanes, closed, clients, openAll, left } = make(2);
    await openAll();
    const old = lanes.board(A, 0);
    if (old !== undefined) lanes.alight(old, A, 60_001);
    expect([closed, left()]).toEqual([[false], 2]);
    await openAll();
    const lost = lanes.board(A, 0);
    clients.at(-1)?.emit('error', new Error('gone'));
    expect([lanes.board(A, 0), closed]).toEqual([undefined, [false]]);
    if (lost !== undefined) lanes.alight(lost, A, 1);
    if (lost !== undefined) lanes.retire(lost, true);
    expect([closed, left(), clients.at(-1)?.listenerCount('error')]).toEqual([[false, true], 2, 0]);
  });

  it('are given back to whoever needs a connection alone, if nobody is on one', async () => {
    const { lanes, closed, openAll } = make(10);
    await openAll();
    const [first] = [lanes.board(A, 0)];
    expect([lanes.giveBack(), lanes.giveBack(), lanes.giveBack(), lanes.giveBack(), closed.length]).toEqual([true, true, true, false, 3]);
    if (first !== undefined) lanes.alight(first, A, 1);
    expect([lanes.giveBack(), closed.length]).toEqual([true, 4]);
  });

  it('that end let those on board finish, and are opened no more', async () => {
    const { lanes, closed, openAll, boarded, left } = make(10);
    await openAll();
    const aboard = lanes.board(A, 0);
    lanes.end();
    expect([closed.length, boarded(1)]).toEqual([3, [undefined]]);
    if (aboard !== undefined) lanes.alight(aboard, A, 1);
    await openAll();
    expect([closed.length, left()]).toEqual([4, 10]);
  });
});
