import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_NAMES } from '../metadata/language/operators.js';
import { inParallel, type Exchange } from '../engine/src/app/leaks/caller.js';
import { PLACE, SPECIMEN } from '../engine/src/app/leaks/canary-model.js';
import { shapeOf } from './support/absent.js';
import { openCanarySystem, type CanarySystem } from './support/canary-system.js';
import { absentFor, HIDDEN, IS_NIGHT, SOME } from './support/hidden-fields.js';

let system: CanarySystem;
beforeAll(async () => {
  system = await openCanarySystem();
}, 300_000);
afterAll(() => system.close());

type Condition = (path: string, value: unknown) => unknown;
const v = (path: string) => ({ var: path });
const two =
  (operator: string): Condition =>
  (path, value) => ({ [operator]: [v(path), value] });

/** One way at least to ask about a field with each operator of the language. */
const OPERATORS: Readonly<Record<string, readonly Condition[]>> = {
  ...Object.fromEntries(
    ['==', '!=', '<', '<=', '>', '>=', 'contains', 'starts_with', 'ends_with'].map((operator) => [operator, [two(operator)]]),
  ),
  between: [(path, value) => ({ between: [v(path), value, value] })],
  in: [(path, value) => ({ in: [v(path), [value]] }), (path, value) => ({ in: [value, v(path)] })],
  is_empty: [(path) => ({ is_empty: [v(path)] }), (path) => ({ '!': [{ is_empty: [v(path)] }] })],
  is_a: [(path) => ({ is_a: [v(path), 'canary_place'] })],
  and: [(path, value) => ({ and: [{ '==': [v('title'), 'x'] }, { '==': [v(path), value] }] })],
  or: [(path, value) => ({ or: [{ '==': [v('title'), 'x'] }, { '==': [v(path), value] }] })],
  '!': [(path, value) => ({ '!': [{ '==': [v(path), value] }] })],
  any: [(path, value) => ({ any: [path, { '==': [v('name'), value] }] })],
  all: [(path, value) => ({ all: [path, { '==': [v('name'), value] }] })],
  none: [(path, value) => ({ none: [path, { '==': [v('name'), value] }] })],
  changed: [(path) => ({ changed: [path] }), (path) => ({ changed: [v(path)] })],
  var: [(path) => v(path), (path, value) => ({ '==': [value, v(path)] })],
  today: [(path) => ({ '==': [v(path), { today: [] }] })],
  now: [(path) => ({ '<': [v(path), { now: [] }] })],
  start_of: [(path, value) => ({ '==': [{ start_of: [v(path), 'month'] }, value] })],
  add: [(path, value) => ({ '>': [{ add: [v(path), 1, 'day'] }, value] })],
  count: [(path) => ({ '>': [{ count: ['parts', { '!': [{ is_empty: [v(path)] }] }] }, 0] })],
  ...Object.fromEntries(
    ['sum', 'min', 'max', 'avg'].map((operator) => [
      operator,
      [(path: string, value: unknown) => ({ '==': [{ [operator]: ['parts', path] }, value] })],
    ]),
  ),
};
const CONDITIONS = Object.values(OPERATORS).flat();

/** Ways from a specimen to a field of one: its own, over one link, two, three, and against the links, one and two. */
const PATHS: readonly ((condition: Condition, field: string, value: unknown) => unknown)[] = [
  (condition, field, value) => condition(field, value),
  (condition, field, value) => condition(`part_of.${field}`, value),
  (condition, field, value) => condition(`part_of.part_of.${field}`, value),
  (condition, field, value) => condition(`part_of.part_of.part_of.${field}`, value),
  (condition, field, value) => condition(`$previous.${field}`, value),
  (condition, field, value) => ({ any: ['parts', condition(field, value)] }),
  (condition, field, value) => ({ none: ['parts', condition(`$record.${field}`, value)] }),
  (condition, field, value) => ({ any: ['parts', { all: ['parts', condition(field, value)] }] }),
];

/** Where a condition can be sent. */
const PLACES: readonly ((who: string, filter: unknown) => Promise<Exchange>)[] = [
  (who, filter) => system.call(who, 'GET', `/records/${SPECIMEN}`, { query: { filter: JSON.stringify(filter), count: 'exact' } }),
  (who, filter) => system.call(who, 'POST', `/records/${SPECIMEN}/query`, { body: { filter, view: 'hidden_order' } }),
  (who, filter) => system.call(who, 'POST', `/records/${SPECIMEN}/aggregate`, { body: { filter, measures: [{ op: 'count', as: 'n' }] } }),
  (who, filter) => system.call(who, 'GET', `/records/${SPECIMEN}/board`, { query: { by: 'status', filter: JSON.stringify(filter) } }),
  (who, filter) => system.call(who, 'GET', `/records/${PLACE}`, { query: { include: JSON.stringify({ specimens: { filter } }) } }),
  (who, filter) => {
    const place = system.records.find(({ object, region }) => object === PLACE && region === 'north');
    return system.call(who, 'GET', `/records/${PLACE}/${place?.id ?? ''}`, {
      query: { include: JSON.stringify({ specimens: { filter } }) },
    });
  },
];

const valuesOf = (field: string): unknown => system.planted.find((each) => each.field === field && each.marks.length > 0)?.marks[0] ?? 1;

it('every operator of the language is among the probes', () => {
  expect(Object.keys(OPERATORS).sort()).toEqual([...OPERATOR_NAMES].sort());
});

describe('A-01: a condition on a field that may not be read', () => {
  it('is refused like one on a field that is not there, whether it would match or not, and asks the database nothing', async () => {
    let asked = 0;
    let accepted = 0;
    const differences: string[] = [];
    const all = HIDDEN.flatMap((field) => PATHS.flatMap((path) => CONDITIONS.map((condition) => ({ field, path, condition }))));
    // Over the paths one in seven, so that each condition meets each path with several fields; all of them at night.
    const cases = all.filter(({ path }, at) => IS_NIGHT || path === PATHS[0] || at % 7 === 0);
    await inParallel(cases, 8, async ({ field, path, condition }) => {
      const absent = absentFor(field);
      const probe = (name: string, value: unknown) => PLACES[0]?.('canary_own', path(condition, name, value)) as Promise<Exchange>;
      const [hit, miss, none] = await Promise.all([probe(field, valuesOf(field)), probe(field, 'zq'), probe(absent, valuesOf(field))]);
      asked += 1;
      if (hit.status < 400 || miss.status < 400) accepted += 1;
      if (shapeOf(hit, field, absent) !== shapeOf(none, field, absent))
        differences.push(`${hit.path} ${hit.text.slice(0, 300)} <> ${none.text.slice(0, 300)}`);
      if (miss.status !== hit.status) differences.push(`${miss.path} ${miss.text.slice(0, 300)}`);
    });
    expect(differences.slice(0, 5)).toEqual([]);
    expect(accepted).toBe(0);
    expect(asked).toBe(cases.length);
    expect(system.leaks).toEqual([]);
  }, 600_000);

  it('is refused so wherever a condition can be sent, by every role', async () => {
    const refused: string[] = [];
    const statements: string[] = [];
    system.trial.database.data.onStatement = ({ text }) => {
      if (text.includes('canary')) statements.push(text);
    };
    for (const who of ['canary_own', 'canary_team', 'canary_wide', 'canary_shut', 'canary_clerk']) {
      await inParallel(HIDDEN, 4, async (field) => {
        for (const [at, place] of PLACES.entries()) {
          const absent = absentFor(field);
          const condition = (name: string) => ({ '==': [v(name), valuesOf(field)] });
          const [hidden, none] = [await place(who, condition(field)), await place(who, condition(absent))];
          if (hidden.status < 400 || shapeOf(hidden, field, absent) !== shapeOf(none, field, absent)) {
            refused.push(`${who} ${String(at)} ${field} ${hidden.text.slice(0, 300)} <> ${none.text.slice(0, 300)}`);
          }
        }
      });
    }
    system.trial.database.data.onStatement = undefined;
    expect(refused.slice(0, 5)).toEqual([]);
    // What is not asked of the database takes no longer for one value than for another.
    expect(statements).toEqual([]);
  }, 300_000);

  it('is a question that makes sense: whoever may read the field is answered', async () => {
    let answered = 0;
    for (const field of HIDDEN) {
      for (const condition of CONDITIONS) {
        const { status } = await (PLACES[0]?.('admin', condition(field, valuesOf(field))) as Promise<Exchange>);
        expect(status, field).not.toBe(500);
        if (status === 200) answered += 1;
      }
    }
    // Each operator works on some types only.
    expect(answered).toBeGreaterThan(150);
  }, 300_000);
});

describe('A-01: a condition on a field that is read on some records', () => {
  it('finds nothing by a value that stands where it may not be read', async () => {
    const differences: string[] = [];
    let asked = 0;
    const masked = system.planted.filter(
      ({ field, record, marks }) => SOME.includes(field) && record.status === 'won' && record.owner === 'canary_own' && marks.length > 0,
    );
    await inParallel(masked, 6, async ({ field, marks: [mark = ''] }) => {
      for (const condition of CONDITIONS) {
        // The same in shape, and nobody's.
        const other = mark
          .replace(/zqk.{4}/, 'zqkzzzz')
          .replace(/^731/, '732')
          .replace(/^24/, '23')
          .replace(/^25/, '26')
          .replace('12.7', '12.6');
        for (const place of PLACES.slice(0, 3)) {
          const [hit, miss] = [await place('canary_own', condition(field, mark)), await place('canary_own', condition(field, other))];
          asked += 1;
          // More than it and less than it are about the values that may be read as well.
          const isOrder = /"[<>]=?"|"add"/.test(JSON.stringify(condition(field, mark)));
          if (!isOrder && shapeOf(hit, mark, other) !== shapeOf(miss, mark, other))
            differences.push(`${hit.path} ${hit.text.slice(0, 200)} <> ${miss.text.slice(0, 200)}`);
        }
      }
    });
    expect(differences.slice(0, 5)).toEqual([]);
    expect(asked).toBeGreaterThan(1_000);
    expect(system.leaks).toEqual([]);
  }, 300_000);
});
