import { describe, expect, it } from 'vitest';
import { bareRecord } from './bare-record.js';

describe('a bare record', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'has no %s until it is put there, and then as its own',
    (key) => {
      const record = bareRecord();
      expect([record[key], key in record]).toEqual([undefined, false]);
      record[key] = { admin: true };
      expect(Object.keys(record)).toEqual([key]);
      expect(record['admin']).toBeUndefined();
      expect(bareRecord()[key]).toBeUndefined();
    },
  );
});
