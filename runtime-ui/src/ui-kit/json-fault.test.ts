import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.js';

describe('where a text stops being JSON', () => {
  it.each([
    ['{ "plan": }', 1, 11],
    ['{\n  "a": 1,\n}', 3, 1],
    ['[1, 2', 1, 6],
    ['[1 2]', 1, 4],
    ["{'a': 1}", 1, 2],
    ['{"a" 1}', 1, 6],
    ['"open', 1, 1],
    ['01', 1, 2],
    ['[]]', 1, 3],
    ['{]', 1, 2],
    ['tru', 1, 1],
  ])('%j: line %d, column %d', (text, line, column) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonFault(text)).toEqual({ line, column });
  });
});
