import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf, physicalName } from './physical-name.js';

/** What stands before and behind a physical name in the names that are made from it. */
const PREFIXES = ['', 'ix_', 'uq_', 'fk_', 'nn_', 'ow_', 'rb_', 'pk_'];
const SUFFIXES = ['', '_cur', '_base', '_owner', '_updated'];

const derived = (name: string): string[] => PREFIXES.flatMap((prefix) => SUFFIXES.map((suffix) => `${prefix}${name}${suffix}`));

/** Names that look like names of the engine, or mean something to Postgres, or are far too long. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom('select', 'sys_history', 'pg_class', 'x"; drop table a; --', 'ÄÖÜ', '_', '', 'a'.repeat(10_000), '\0', 'Straße'),
  // The very names others are made of: `deal_5_owner`, `ix_deal_5`, `amount_6_cur`.
  fc
    .tuple(
      fc.constantFrom(...PREFIXES),
      fc.constantFrom('deal', 'amount', 'x'),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(...SUFFIXES),
    )
    .map(([prefix, name, number, suffix]) => `${prefix}${name}_${number.toString(36)}${suffix}`),
);
/** Numbers that read as words: `cur`, `base`, `owner`. */
const word = fc.constantFrom('cur', 'base', 'owner').map((text) => Number.parseInt(text, 36));
const number = fc.oneof(fc.integer({ min: 1, max: 2_147_483_647 }), fc.integer({ min: 1, max: 60 }), word);

describe('physical names', () => {
  it('invariant 9: and all names made from them are plain, at most 63 bytes, and never the same for two elements', () => {
    const elements = fc.uniqueArray(fc.record({ name: hostile, number }), {
      selector: (element) => element.number,
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(elements, (list) => {
        const names = list.flatMap((element) => derived(physicalName(element.name, element.number)));
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) {
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
          expect(name).toMatch(/^[a-z0-9_]+$/);
          expect(name).not.toMatch(/^(sys|pg)_/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('give the number back', () => {
    fc.assert(
      fc.property(hostile, number, (name, given) => {
        expect(numberOf(physicalName(name, given))).toBe(given);
      }),
    );
  });
});
