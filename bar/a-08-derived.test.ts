import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { READERS } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

/** What is computed from hidden values, by the object it belongs to. */
const COMPUTED: readonly (readonly [object: string, field: string])[] = [
  [SPECIMEN, 'd_formula'],
  [SPECIMEN, 'd_far'],
  [SPECIMEN, 'd_parts'],
  [PLACE, 'd_sum'],
  [PLACE, 'd_count'],
];
const ABSENT = 'd_zqzq';

const WAYS: Readonly<Record<string, (who: string, object: string, field: string) => Promise<Exchange>>> = {
  fields: (who, object, field) => system.call(who, 'GET', `/records/${object}`, { query: { fields: field } }),
  sort: (who, object, field) => system.call(who, 'GET', `/records/${object}`, { query: { sort: field } }),
  filter: (who, object, field) =>
    system.call(who, 'GET', `/records/${object}`, { query: { filter: JSON.stringify({ is_empty: [{ var: field }] }) } }),
  'filter with a value': (who, object, field) =>
    system.call(who, 'GET', `/records/${object}`, { query: { filter: JSON.stringify({ '>': [{ var: field }, 1] }) } }),
  'group by': (who, object, field) => system.call(who, 'POST', `/records/${object}/aggregate`, { body: { groupBy: [field] } }),
  ...Object.fromEntries(
    ['sum', 'min', 'max', 'avg', 'count', 'count_distinct'].map((op) => [
      op,
      (who: string, object: string, field: string) =>
        system.call(who, 'POST', `/records/${object}/aggregate`, { body: { measures: [{ op, field, as: 'x' }] } }),
    ]),
  ),
  'over a link': (who, object, field) =>
    system.call(who, 'GET', `/records/${SPECIMEN}`, { query: { fields: `${object === PLACE ? 'place' : 'part_of'}.${field}` } }),
  'related list': (who, object, field) =>
    system.call(who, 'GET', `/records/${PLACE}`, {
      query: { include: JSON.stringify({ [object === PLACE ? 'places' : 'specimens']: { fields: [field] } }) },
    }),
};

describe('A-08: what is computed from hidden values', () => {
  it.each(Object.keys(WAYS))('is not there for those who may not read them: %s', async (way) => {
    for (const who of READERS) {
      for (const [object, field] of COMPUTED) {
        const ask = WAYS[way] as (typeof WAYS)[string];
        const [hidden, none] = [await ask(who, object, field), await ask(who, object, ABSENT)];
        expect([who, field, hidden.status]).toEqual([who, field, 400]);
        expect(shapeOf(hidden, field)).toBe(shapeOf(none, ABSENT));
      }
    }
    expect(system.leaks).toEqual([]);
  });

  it('has the values that the administrator may read: the probes ask for something', async () => {
    const { data } = json<{ data: Record<string, unknown>[] }>(
      await system.call('admin', 'GET', `/records/${SPECIMEN}`, { query: { fields: 'd_formula,d_far,d_parts' } }),
    );
    for (const field of ['d_formula', 'd_far', 'd_parts']) expect(data.some((row) => row[field] !== null)).toBe(true);
    const places = json<{ data: Record<string, unknown>[] }>(
      await system.call('admin', 'GET', `/records/${PLACE}`, { query: { fields: 'd_sum,d_count' } }),
    );
    for (const field of ['d_sum', 'd_count']) expect(places.data.some((row) => row[field] !== null && row[field] !== 0)).toBe(true);
  });

  it('is described to nobody who may not read it', async () => {
    for (const who of READERS) {
      for (const path of ['/metadata', '/openapi.json']) {
        const { text } = await system.call(who, 'GET', path);
        for (const [, field] of COMPUTED) expect([who, path, text.includes(`"${field}"`)]).toEqual([who, path, false]);
      }
    }
    expect(system.leaks).toEqual([]);
  });
});
