import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate } from './evaluate.js';
import { parseCondition, type Scope, type ScopeField } from './parse-condition.js';

/** The library has no types of its own. */
const jsonLogic = createRequire(import.meta.url)('json-logic-js') as { apply(rule: unknown, data: unknown): unknown };

const FIELDS = new Map<string, ScopeField>([
  ['count', { type: 'decimal', fieldType: 'integer' }],
  ['other', { type: 'decimal', fieldType: 'integer' }],
  ['name', { type: 'text', fieldType: 'text' }],
  ['flag', { type: 'boolean', fieldType: 'boolean' }],
]);
const scope: Scope = { object: 'x', field: (_object, name) => FIELDS.get(name), relation: () => undefined, allow: new Set() };

const v = (name: string) => ({ var: name });
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(v('count'), v('other')));
const word = fc.constantFrom('a', 'b', 'ab');
const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number, number).map(([op, a, b]) => ({ [op]: [a, b] })),
    fc.tuple(fc.constantFrom('==', '!='), word).map(([op, a]) => ({ [op]: [v('name'), a] })),
    fc.array(word, { minLength: 1, maxLength: 3 }).map((list) => ({ in: [v('name'), list] })),
    fc.constant(v('flag')),
    tie('condition').map((arg) => ({ '!': [arg] })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((args) => ({ and: args })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((args) => ({ or: args })),
  ),
}));
const record = fc.record({
  count: fc.integer({ min: -3, max: 3 }),
  other: fc.integer({ min: -3, max: 3 }),
  name: word,
  flag: fc.boolean(),
});

/** People who know JSONLogic must not be surprised where it has a meaning: values of one type, all of them there. */
it('means what JSONLogic means, where every value is there and of its type', () => {
  fc.assert(
    fc.property(condition, record, (json, values) => {
      const parsed = parseCondition(json, scope);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      const ours = evaluate(parsed.expression, { record: values, userId: null, now: new Date(0), timeZone: 'UTC' });
      expect(ours).toBe(Boolean(jsonLogic.apply(json, values)));
    }),
    { numRuns: 2_000 },
  );
});
