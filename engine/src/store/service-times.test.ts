import { describe, expect, it } from 'vitest';
import { ServiceTimes } from './service-times.js';

/** Whether a statement is quick that took so many milliseconds, each time with so many at once. */
function isQuick(took: readonly number[], atOnce = 1): boolean {
  const times = new ServiceTimes();
  for (const ms of took) times.note('select', ms, atOnce);
  return times.isQuick('select');
}
const often = (count: number, ms: number) => Array.from({ length: count }, () => ms);

describe('a statement', () => {
  it.each<[what: string, took: number[], atOnce: number, quick: boolean]>([
    ['is not quick before it ever ran', [], 1, false],
    ['is quick that takes little', [0.3], 1, true],
    ['is slow that takes long', [9], 1, false],
    ['is quick that took long only while it was new', [40, 9, 0.3], 1, true],
    ['stays quick when one of many takes long', [...often(50, 0.3), 12], 1, true],
    ['becomes slow when it takes long again and again', [...often(50, 0.3), ...often(30, 12)], 1, false],
    ['becomes quick again', [...often(50, 12), ...often(60, 0.3)], 1, true],
    ['is not slow because ten were executed at once', often(20, 6), 10, true],
    ['is slow that takes long beside others too', often(20, 60), 10, false],
  ])('%s', (_, took, atOnce, quick) => {
    expect(isQuick(took, atOnce)).toBe(quick);
  });
});
