import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from './pace.js';

/** The clock is the test's: how long anything takes here says nothing about the machine. */
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** So many are turned away now; how many of them were let go is counted. */
function flood(pace: Pace, count: number) {
  const gone = { count: 0 };
  for (let n = 0; n < count; n += 1) {
    const turn = pace.wait();
    if (turn === undefined) gone.count += 1;
    else void turn.then(() => (gone.count += 1));
  }
  return gone;
}

describe('the pace at which requests are turned away', () => {
  it('is none for a hundred, and then a thousand a second', async () => {
    const gone = flood(new Pace(), 1_000);
    expect(gone.count).toBe(100);
    await vi.advanceTimersByTimeAsync(10);
    expect(gone.count).toBe(110);
    await vi.advanceTimersByTimeAsync(90);
    expect(gone.count).toBe(200);
    await vi.advanceTimersByTimeAsync(800);
    expect(gone.count).toBe(1_000);
  });

  it('keeps nobody for more than a second, however many there are', async () => {
    const gone = flood(new Pace(), 9_000);
    await vi.advanceTimersByTimeAsync(990);
    expect(gone.count).toBe(100 + 99 * 10);
    await vi.advanceTimersByTimeAsync(20);
    expect(gone.count).toBe(9_000);
  });

  it('holds no more than ten thousand', () => {
    expect(flood(new Pace(), 12_000).count).toBe(2_000);
  });

  it('is free again when the flood is over, and ticks no more', async () => {
    const pace = new Pace();
    flood(pace, 500);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(flood(pace, 100).count).toBe(100);
  });

  it('is what it is made with', async () => {
    const gone = flood(new Pace({ burst: 5, round: 2 }), 55);
    expect(gone.count).toBe(5);
    await vi.advanceTimersByTimeAsync(100);
    expect(gone.count).toBe(25);
    await vi.advanceTimersByTimeAsync(150);
    expect(gone.count).toBe(55);
  });

  it('goes first come, first served', async () => {
    const pace = new Pace();
    flood(pace, 100);
    const order: number[] = [];
    for (let n = 0; n < 50; n += 1) void pace.wait()?.then(() => order.push(n));
    await vi.advanceTimersByTimeAsync(50);
    expect(order).toEqual([...Array(50).keys()]);
  });
});
