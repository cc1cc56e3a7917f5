import { describe, expect, it } from 'vitest';
import { StatementKeys } from './statement-keys.js';

const keyOf = (keys: StatementKeys, ...texts: string[]) => keys.of(texts.map((text) => ({ text })));

describe('keys of statements', () => {
  it('is the text of one', () => {
    expect(keyOf(new StatementKeys(), 'select 1')).toBe('select 1');
  });

  it('is the same for the same statements in the same order, and for no others', () => {
    const keys = new StatementKeys();
    const groups = [['a'], ['b'], ['a', 'b'], ['b', 'a'], ['a', 'a'], ['a', 'b', 'a'], ['ab'], ['a', 'ba']];
    const first = groups.map((texts) => keyOf(keys, ...texts));
    expect(new Set(first).size).toBe(groups.length);
    expect(groups.map((texts) => keyOf(keys, ...texts))).toEqual(first);
  });

  it('keeps a limited number, and gives none twice', () => {
    const keys = new StatementKeys();
    const seen = new Set<string>();
    for (let n = 0; n < 3_000; n += 1) seen.add(keyOf(keys, 'write', `read ${String(n)}`));
    expect(seen.size).toBe(3_000);
    expect(seen).not.toContain(keyOf(keys, 'write', 'read 0'));
  });
});
