import { describe, expect, it } from 'vitest';
import type { ActiveModel } from '../model/active.js';
import { CompiledCache } from './compiled-cache.js';

const model = () => ({}) as ActiveModel;

describe('compiled statements', () => {
  it('are made once for a model and a key, and anew for another model', () => {
    const cache = new CompiledCache<number>();
    const [one, other] = [model(), model()];
    let made = 0;
    const make = () => (made += 1);
    expect([cache.get(one, 'a', make), cache.get(one, 'a', make), cache.get(one, 'b', make), cache.get(other, 'a', make)]).toEqual([
      1, 1, 2, 3,
    ]);
  });

  it('end at two thousand: what was not asked for longest goes first', () => {
    const cache = new CompiledCache<number>();
    const active = model();
    let made = 0;
    const make = () => (made += 1);
    for (let n = 0; n < 5_000; n += 1) {
      cache.get(active, `shape ${String(n)}`, make);
      cache.get(active, 'asked all the time', make);
    }
    expect(made).toBe(5_001);
    cache.get(active, 'shape 4999', make);
    cache.get(active, 'shape 3100', make);
    cache.get(active, 'asked all the time', make);
    expect(made).toBe(5_001);
    cache.get(active, 'shape 0', make);
    cache.get(active, 'shape 2000', make);
    expect(made).toBe(5_003);
  });

  it('are found by the very query that was read before, for each object and rights, without its text', () => {
    const cache = new CompiledCache<number>();
    const active = model();
    const query = {};
    let made = 0;
    let texts = 0;
    const ask = (of: object, short: string) =>
      cache.ofQuery(
        active,
        of,
        short,
        () => `${short} ${String((texts += 1) && 0)}`,
        () => (made += 1),
      );
    expect([ask(query, 'deals as admin'), ask(query, 'deals as admin'), ask(query, 'deals as rep')]).toEqual([1, 1, 2]);
    expect(texts).toBe(2);
    // Another query that says the same is the same statement.
    expect(ask({}, 'deals as rep')).toBe(2);
    expect(made).toBe(2);
  });
});
