import { describe, expect, it } from 'vitest';
import { FairTurns, INSTALLATION } from './fair-turns.js';

const LONG_MS = 60_000;
/** How many a tenant gets before it has to wait. */
function fill(turns: FairTurns, tenant: number): number {
  let held = 0;
  while (turns.take(tenant)) held += 1;
  return held;
}
/** Lets a tenant wait so many times; each that gets its turn is noted. */
function queue(turns: FairTurns, tenant: number, count: number, served: number[]): Promise<void>[] {
  return Array.from({ length: count }, () => turns.wait(tenant).then(() => void served.push(tenant)));
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('turns of tenants', () => {
  it('are all of one that is alone', () => {
    const turns = new FairTurns(20, LONG_MS);
    expect([fill(turns, 1), turns.isShared]).toEqual([20, false]);
  });

  it('know whether somebody waits', async () => {
    const turns = new FairTurns(1, LONG_MS);
    turns.take(1);
    const before = turns.isWaitedFor;
    const turn = turns.wait(1);
    const meanwhile = turns.isWaitedFor;
    turns.give(1);
    await turn;
    expect([before, meanwhile, turns.isWaitedFor]).toEqual([false, true, false]);
  });

  it('are all of one beside what the installation asks for itself', () => {
    const turns = new FairTurns(20, LONG_MS);
    for (const tenant of [INSTALLATION, 7, INSTALLATION]) {
      turns.take(tenant);
      turns.give(tenant);
    }
    expect([fill(turns, 7), turns.isShared]).toEqual([20, false]);
  });

  it('are shared as soon as a second one is met, even if the first is long forgotten', () => {
    const turns = new FairTurns(20, LONG_MS);
    for (const tenant of [7, INSTALLATION, 8]) {
      turns.take(tenant);
      turns.give(tenant);
    }
    expect(turns.isShared).toBe(true);
  });

  it.each([
    [20, [14, 4, 2, 0]],
    [4, [3, 1, 0, 0]],
    [2, [2, 0, 0, 0]],
    [1, [1, 0, 0, 0]],
  ])('of %i leave something for whoever comes next', (size, expected) => {
    const turns = new FairTurns(size, LONG_MS);
    turns.share();
    expect([1, 2, 3, 4].map((tenant) => fill(turns, tenant))).toEqual(expected);
  });

  it('go round: fifty calls of one do not come before one of another', async () => {
    const turns = new FairTurns(4, LONG_MS);
    // The other one was not known when the first had taken everything.
    expect(fill(turns, 1)).toBe(4);
    const served: number[] = [];
    const waiting = [...queue(turns, 1, 50, served), ...queue(turns, 2, 3, served), ...queue(turns, 3, 1, served)];
    let given = 0;
    /** The one that has had one for longest gives it back. */
    const next = async () => {
      turns.give([1, 1, 1, 1, ...served][given++] ?? 0);
      await settle();
    };
    for (let n = 0; n < 5; n += 1) await next();
    expect(served).toEqual([2, 3, 1, 2, 1]);
    while (served.length < 54) await next();
    expect(served.indexOf(2, 4)).toBeLessThan(8);
    await Promise.all(waiting);
  });

  it('send away the one whose turn it is, and go on with the others', async () => {
    const turns = new FairTurns(2, LONG_MS);
    turns.sendAway();
    expect(fill(turns, 1)).toBe(2);
    const told: string[] = [];
    const waiting = [1, 1, 2].map((tenant, at) => turns.wait(tenant).then((hasOne) => told.push(`${String(at)} ${String(hasOne)}`)));
    turns.sendAway();
    turns.give(1);
    await settle();
    expect(told).toEqual(['0 false', '2 true']);
    turns.give(1);
    await Promise.all(waiting);
    expect([told.at(-1), turns.isWaitedFor]).toEqual(['1 true', false]);
  });

  it('are more or fewer when that is told, and what is held beyond is not given again', async () => {
    const turns = new FairTurns(1, LONG_MS);
    fill(turns, 1);
    const waiting = [turns.wait(1), turns.wait(1)];
    turns.resize(1);
    await waiting[0];
    turns.resize(-1);
    turns.give(1);
    expect(turns.isWaitedFor).toBe(true);
    turns.give(1);
    expect(await waiting[1]).toBe(true);
  });

  it('wait for a while, and say whose fault it is when it was too long', async () => {
    const turns = new FairTurns(2, 10);
    fill(turns, 1);
    await expect(turns.wait(1)).rejects.toMatchObject({ code: 'overloaded' });
    await expect(turns.wait(2)).rejects.toMatchObject({ code: 'overloaded' });
    await expect(turns.wait(1)).rejects.toMatchObject({
      code: 'share_exceeded',
      message: expect.stringContaining('on 2 connections') as string,
    });
    const only = new FairTurns(1, 10);
    only.share();
    only.take(1);
    await expect(only.wait(1)).rejects.toMatchObject({ code: 'share_exceeded' });
    await expect(only.wait(2)).rejects.toMatchObject({ code: 'overloaded' });
    // Those who went are not served.
    turns.give(1);
    expect(turns.take(2)).toBe(true);
  });
});
