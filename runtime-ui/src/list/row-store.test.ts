import { describe, expect, it } from 'vitest';
import type { ListAnswer } from '@fieldstone/metadata/types/wire.js';
import { RowStore } from './row-store.js';

/** A list of `size` records, paged by a cursor that is the number of the next row. */
const listOf = (size: number, pageSize: number) => {
  const asked: { from: number; idsOnly: boolean }[] = [];
  const ask = ({ cursor, idsOnly }: { cursor: string | undefined; idsOnly: boolean }): Promise<ListAnswer> => {
    const from = Number(cursor ?? 0);
    asked.push({ from, idsOnly });
    const data = Array.from({ length: Math.min(pageSize, size - from) }, (_, i) => ({ id: `r${from + i}`, version: 1 }));
    const next = from + pageSize < size ? String(from + pageSize) : null;
    return Promise.resolve({ data, page: { next, count: Math.min(size, 50), countIsCapped: size > 50 } });
  };
  return { ask, asked };
};

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('rows by range', () => {
  it('reads only the page in view', async () => {
    const { ask, asked } = listOf(40, 10);
    const store = new RowStore(ask, () => undefined, 10);
    store.want(0, 8);
    await settled();
    expect(store.row(3)?.id).toBe('r3');
    expect(store.row(12)).toBeUndefined();
    expect(store.total).toBe(40);
    expect(asked).toEqual([{ from: 0, idsOnly: false }]);
  });

  it('walks over the pages between with ids only when it jumps', async () => {
    const { ask, asked } = listOf(100, 10);
    const store = new RowStore(ask, () => undefined, 10);
    store.want(0, 5);
    await settled();
    store.want(42, 48);
    await settled();
    expect(store.row(45)?.id).toBe('r45');
    expect(asked.map((a) => `${a.from}${a.idsOnly ? ' ids' : ''}`)).toEqual(['0', '10 ids', '20 ids', '30 ids', '40']);
  });

  it('grows past a capped count and stops at the real end', async () => {
    const { ask } = listOf(65, 10);
    const store = new RowStore(ask, () => undefined, 10);
    store.want(0, 5);
    await settled();
    expect([store.total, store.isCapped]).toEqual([50, true]);
    store.want(48, 60);
    await settled();
    expect(store.row(60)?.id).toBe('r60');
    expect([store.total, store.isCapped]).toEqual([65, false]);
  });

  it('keeps few pages and reads a dropped one again', async () => {
    const { ask, asked } = listOf(100, 10);
    const store = new RowStore(ask, () => undefined, 10, 2);
    for (const first of [0, 10, 20, 30]) {
      store.want(first, first + 5);
      await settled();
    }
    expect(store.row(0)).toBeUndefined();
    store.want(0, 5);
    await settled();
    expect(store.row(0)?.id).toBe('r0');
    expect(asked.filter((a) => a.from === 0)).toHaveLength(2);
  });

  it('keeps a failure until it is told to try again', async () => {
    let broken = true;
    const { ask } = listOf(5, 10);
    const store = new RowStore(
      (a) => (broken ? Promise.reject(new Error('away')) : ask(a)),
      () => undefined,
      10,
    );
    store.want(0, 5);
    await settled();
    expect(store.error).toBeInstanceOf(Error);
    broken = false;
    store.retry();
    await settled();
    expect(store.row(4)?.id).toBe('r4');
  });
});
