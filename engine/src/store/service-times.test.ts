import { describe, expect, it } from 'vitest';
import { ServiceTimes } from './service-times.js';

type Took = { readonly ms: number; readonly atOnce?: number };

/** Executes a statement so often: behind others where it is known to be quick, alone otherwise. Tells how often it was behind others. */
function run(times: ServiceTimes, took: readonly Took[]): number {
  let shared = 0;
  for (const { ms, atOnce = 1 } of took) {
    if (times.isQuick('select')) {
      times.noteShared('select', ms, atOnce);
      shared += 1;
    } else times.noteAlone('select', ms, atOnce, true);
  }
  return shared;
}
const often = (count: number, ms: number, atOnce = 1): Took[] => Array.from({ length: count }, () => ({ ms, atOnce }));

describe('a statement', () => {
  it.each<[what: string, took: Took[], quick: boolean]>([
    ['is not quick before it ever ran', [], false],
    ['is quick that takes little', often(1, 0.3), true],
    ['is slow that takes long', often(1, 9), false],
    ['is quick that took long only while it was new', [...often(1, 40), ...often(4, 0.3)], true],
    ['stays quick when one of many takes long', [...often(50, 0.3), ...often(1, 12)], true],
    ['becomes slow when it takes long again and again', [...often(50, 0.3), ...often(30, 12)], false],
    ['becomes quick again', [...often(50, 12), ...often(60, 0.3)], true],
    ['is not slow because ten were executed at once', often(20, 6, 10), true],
    ['is slow that takes long beside others too', often(20, 60, 10), false],
    [
      'is quick though most of its answers were read late',
      Array.from({ length: 5 }, (_, n) => ({ ms: n === 3 ? 4 : 60, atOnce: 10 })),
      true,
    ],
  ])('%s', (_, took, quick) => {
    const times = new ServiceTimes();
    run(times, took);
    expect(times.isQuick('select')).toBe(quick);
  });

  it('that is quick stays so, however late its answers are read where it is alone', () => {
    const times = new ServiceTimes();
    times.noteAlone('select', 0.3, 1, true);
    for (let n = 0; n < 50; n += 1) times.noteAlone('select', 500, 10, true);
    expect(times.isQuick('select')).toBe(true);
  });

  it('that takes long now and then is seldom behind others, and always once that is over', () => {
    const times = new ServiceTimes();
    const mixed = Array.from({ length: 4_000 }, (_, n) => ({ ms: n % 7 === 0 ? 80 : 0.3 }));
    expect(run(times, mixed) / mixed.length).toBeLessThan(0.05);
    expect(run(times, often(2_000, 0.3)) / 2_000).toBeGreaterThan(0.6);
    expect(run(times, often(1_000, 0.3))).toBe(1_000);
  });

  it.each<[what: string, took: Took[], long: boolean]>([
    ['is not long before it ever ran', [], false],
    ['is long that takes long', often(1, 90), true],
    ['is not that does not', often(1, 20), false],
    ['is not because ten were executed at once', often(5, 200, 10), false],
    ['is not any more as soon as it takes less', [...often(30, 90), ...often(1, 20)], false],
    ['becomes it when it takes long again and again', [...often(30, 20), ...often(10, 90)], true],
    ['becomes it though it was behind others before', [...often(900, 0.3), ...often(3, 90), ...often(6, 90)], true],
    ['is not for one of many', [...often(28, 20), ...often(1, 90), ...often(1, 20)], false],
  ])('%s', (_, took, long) => {
    const times = new ServiceTimes();
    run(times, took);
    expect(times.isLong('select')).toBe(long);
  });

  it('that is always alone is never quick, and becomes long though it once took little', () => {
    const times = new ServiceTimes();
    for (let n = 0; n < 50; n += 1) times.noteAlone('select', 0.3, 1, false);
    expect([times.isQuick('select'), times.isLong('select')]).toEqual([false, false]);
    for (let n = 0; n < 5; n += 1) times.noteAlone('select', 400, 1, false);
    expect(times.isLong('select')).toBe(true);
  });
});
