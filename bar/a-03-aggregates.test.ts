import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel, json, type Exchange } from '../engine/src/app/leaks/caller.js';
import { BADGE, PLACE, SPECIMEN, VAULT } from '../engine/src/app/leaks/canary-model.js';
import { OPERATIONS, UNITS } from '../engine/src/records/aggregate-query.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { absentFor, HIDDEN, READERS, SOME } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

const COUNT = { op: 'count', as: 'n' };
const groups = (body: unknown, who = 'canary_own') => system.call(who, 'POST', `/records/${SPECIMEN}/aggregate`, { body });
const board = (query: Record<string, string>) => system.call('canary_own', 'GET', `/records/${SPECIMEN}/board`, { query });

/** Every way to have something made of a field. */
const WAYS: Readonly<Record<string, (field: string) => Promise<Exchange>>> = {
  ...Object.fromEntries(OPERATIONS.map((op) => [op, (field: string) => groups({ measures: [{ op, field, as: 'x' }] })])),
  ...Object.fromEntries(
    OPERATIONS.map((op) => [`${op} over a link`, (field: string) => groups({ measures: [{ op, field: `part_of.${field}`, as: 'x' }] })]),
  ),
  'measured under its own name': (field) =>
    groups({ measures: [{ op: 'count', field, as: 'x' }], having: { '>': [{ var: 'x' }, 0] }, sort: 'x' }),
  'grouped by': (field) => groups({ groupBy: [field], measures: [COUNT] }),
  'grouped by, under another name': (field) => groups({ groupBy: [{ field, as: 'x' }], measures: [COUNT], sort: 'x', totals: true }),
  'grouped by, over a link': (field) => groups({ groupBy: [`part_of.${field}`], measures: [COUNT] }),
  ...Object.fromEntries(
    UNITS.map((by) => [`grouped by its ${by}`, (field: string) => groups({ groupBy: [{ field, by, as: 'x' }], measures: [COUNT] })]),
  ),
  'the condition on groups': (field) => groups({ groupBy: ['status'], measures: [COUNT], having: { '>': [{ var: field }, 0] } }),
  'the day of the rates': (field) => groups({ measures: [{ op: 'sum', field: 'size', as: 'x' }], ratesOn: { field } }),
  'columns of a board': (field) => board({ by: field }),
  'sums of a board': (field) => board({ by: 'status', sum: field }),
  'cards of a board': (field) => board({ by: 'status', fields: field }),
  'what a board is narrowed to': (field) => board({ view: 'hidden_board', switcher: field }),
};

describe('A-03: what is made of a field that may not be read', () => {
  it.each(Object.keys(WAYS))('is refused like what is made of one that is not there: %s', async (way) => {
    const differences: string[] = [];
    const ask = WAYS[way] as (field: string) => Promise<Exchange>;
    // A switcher names a value, and cards may show a field on the records where it may be read.
    const isSome = way !== 'cards of a board' && way !== 'what a board is narrowed to';
    await inParallel([...HIDDEN, ...(isSome ? SOME : [])], 6, async (field) => {
      const absent = absentFor(field);
      const [hidden, none] = [await ask(field), await ask(absent)];
      const isRefused = hidden.status >= 400 || way === 'what a board is narrowed to';
      if (!isRefused || shapeOf(hidden, field, absent) !== shapeOf(none, field, absent)) {
        differences.push(`${field}: ${hidden.text.slice(0, 300)} <> ${none.text.slice(0, 300)}`);
      }
    });
    expect(differences.slice(0, 5)).toEqual([]);
    expect(system.leaks).toEqual([]);
  });

  it('leaves hidden sums out of a board that has them', async () => {
    const { status, text } = await board({ view: 'hidden_board' });
    expect([status, text.includes('h_decimal')]).toEqual([200, false]);
  });
});

describe('A-03: a count', () => {
  const OBJECTS = [SPECIMEN, PLACE, BADGE, VAULT];
  it('is the number of records that one can list, whoever asks and however', async () => {
    for (const who of [...READERS, 'canary_builder', 'canary_none', 'admin', 'other_admin', 'other_own']) {
      for (const object of OBJECTS) {
        const rows = await system.call(who, 'GET', `/records/${object}`, { query: { limit: '200', fields: 'id', count: 'exact' } });
        const counted = await system.call(who, 'POST', `/records/${object}/aggregate`, { body: { measures: [COUNT], totals: true } });
        if (rows.status !== 200) {
          expect([who, object, counted.status]).toEqual([who, object, rows.status]);
          continue;
        }
        const { data, page } = json<{ data: unknown[]; page: { count: number } }>(rows);
        const { data: found, totals } = json<{ data: { n: number }[]; totals?: { n: number } }>(counted);
        expect([who, object, page.count, found[0]?.n, totals?.n ?? data.length]).toEqual([
          who,
          object,
          data.length,
          data.length,
          data.length,
        ]);
      }
    }
    expect(system.leaks).toEqual([]);
  });

  it('by column, by group and over related records is the same', async () => {
    for (const who of READERS) {
      const { data } = json<{ data: { status: string; place: { id: string } | null }[] }>(
        await system.call(who, 'GET', `/records/${SPECIMEN}`, { query: { limit: '200', fields: 'status,place' } }),
      );
      const { columns } = json<{ columns: { key: string; count: number }[] }>(
        await system.call(who, 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'status' } }),
      );
      for (const { key, count } of columns)
        expect([who, key, count]).toEqual([who, key, data.filter(({ status }) => status === key).length]);
      const places = json<{ data: { id: string; specimens: { data: unknown[] } }[] }>(
        await system.call(who, 'GET', `/records/${PLACE}`, {
          query: { limit: '200', fields: 'id', include: '{"specimens":{"limit":50}}' },
        }),
      );
      for (const { id, specimens } of places.data) {
        const listed = Array.isArray(specimens) ? specimens : specimens.data;
        expect([who, listed.length]).toEqual([who, data.filter(({ place }) => place?.id === id).length]);
        for (const n of [0, 1, 2, 5]) {
          const filter = JSON.stringify({ and: [{ '==': [{ var: 'id' }, id] }, { '>': [{ count: ['specimens'] }, n] }] });
          const { page } = json<{ page: { count: number } }>(
            await system.call(who, 'GET', `/records/${PLACE}`, { query: { filter, count: 'exact' } }),
          );
          expect([who, n, page.count]).toEqual([who, n, listed.length > n ? 1 : 0]);
        }
      }
    }
    expect(system.leaks).toEqual([]);
  });
});
