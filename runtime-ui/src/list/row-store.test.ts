import { describe, expect, it } from 'vitest';
import type { ListAnswer } from '@fieldstone/metadata/types/wire.js';
import { RowStore, type Ask } from './row-store.js';

/** A list of `size` records, paged by a cursor that is the number of the next row; counting stops at `cap`. */
const listOf = (size: number, pageSize: number, cap = 50) => {
  const asked: string[] = [];
  const ask = ({ cursor, skip, count, isCount }: Ask): Promise<ListAnswer> => {
    const from = Number(cursor ?? skip ?? 0);
    asked.push(isCount ? 'count' : `${from}${skip === undefined ? '' : ' skip'}`);
    const data = Array.from({ length: Math.max(0, Math.min(pageSize, size - from)) }, (_, i) => ({ id: `r${from + i}`, version: 1 }));
    const next = from + pageSize < size ? String(from + pageSize) : null;
    const counts = {
      none: {},
      capped: { count: Math.min(size, cap), countIsCapped: size > cap },
      exact: { count: size, countIsCapped: false },
    };
    return Promise.resolve({ data, page: { next, ...counts[count] } });
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
    expect(asked).toEqual(['0']);
  });

  it('is at any far place with one call, and goes on from there by cursor', async () => {
    const { ask, asked } = listOf(40_000, 200, 10_000);
    const store = new RowStore(ask, () => undefined);
    store.want(0, 5);
    await settled();
    expect([store.total, store.isCapped]).toEqual([40_000, false]);
    store.want(39_990, 39_999);
    await settled();
    expect(store.row(39_999)?.id).toBe('r39999');
    store.want(20_000, 20_010);
    await settled();
    store.want(20_190, 20_210);
    await settled();
    expect(store.row(20_205)?.id).toBe('r20205');
    expect(asked).toEqual(['0', 'count', '39800 skip', '20000 skip', '20200']);
  });

  it('grows past a capped count while the exact one is not known, and stops at the real end', async () => {
    const { ask } = listOf(65, 10);
    const store = new RowStore(
      (a) => (a.isCount ? Promise.reject(new Error('took too long')) : ask(a)),
      () => undefined,
      10,
    );
    store.want(0, 5);
    await settled();
    expect([store.total, store.isCapped, store.error]).toEqual([50, true, undefined]);
    store.want(48, 60);
    await settled();
    expect(store.row(60)?.id).toBe('r60');
    expect([store.total, store.isCapped]).toEqual([65, false]);
  });

  it('finds the end of a list that became shorter than it was counted', async () => {
    const { ask } = listOf(25, 10);
    const store = new RowStore(
      async (a) => ((answer) => ({ ...answer, page: { ...answer.page, ...(a.count === 'capped' ? { count: 45 } : {}) } }))(await ask(a)),
      () => undefined,
      10,
    );
    store.want(0, 5);
    await settled();
    store.want(40, 44);
    await settled();
    expect(store.total).toBe(40);
    store.want(20, 29);
    await settled();
    expect([store.total, store.row(24)?.id]).toEqual([25, 'r24']);
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
    expect(asked.filter((a) => a === '0')).toHaveLength(2);
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
