import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Expression, Operator } from '@fieldstone/metadata/language/expression.js';
import { evaluate, holds } from '@fieldstone/metadata/language/evaluate.js';
import { OPERATOR_NAMES } from '@fieldstone/metadata/language/operators.js';
import { parseCondition, parseExpression } from '@fieldstone/metadata/language/parse-condition.js';
import { fieldType } from '../../src/fields/registry.js';
import type { ValidationModel } from '../../src/model/types.js';
import { expressionToSql, valueToSql } from '../../src/store/expression-to-sql.js';
import { QueryScope } from '../../src/store/query-scope.js';
import { failedChecks, failedOf, writeChecks, type Check } from '../../src/store/write-checks.js';
import * as pool from '../support/condition-arbitrary.js';
import {
  client,
  closeTables,
  countThings,
  environmentOf,
  FROM_THINGS,
  openTables,
  seed,
  Statement,
  type Asker,
} from '../support/expression-tables.js';
import { active, thingScope } from '../support/expression-world.js';

type Case = Asker & { readonly json: unknown };

beforeAll(openTables, 60_000);
afterAll(closeTables);

function conditionOf({ json }: Case) {
  const parsed = parseCondition(json, thingScope);
  if (!parsed.ok) throw new Error(`${JSON.stringify(json)} ${JSON.stringify(parsed.issues)}`);
  return parsed.expression;
}

/** Runs many conditions over all things in one query, as a filter does; one list of answers for each condition. */
async function answersOfSql(cases: readonly Case[]): Promise<boolean[][]> {
  const statement = new Statement();
  const predicates = cases.map((one) => `((${expressionToSql(conditionOf(one), statement.context(one))}) is true)`);
  const text = `select array[${predicates.join(', ')}] as answers ${FROM_THINGS}`;
  const { rows } = await client.query<{ answers: boolean[] }>(text, statement.values);
  return cases.map((_, at) => rows.map(({ answers }) => answers[at] ?? false));
}

/**
 * The same conditions as validations of the object, judged by the checks of the write statement; here nothing takes the statement back, so that all
 * records are judged at once.
 */
async function answersOfWrite(cases: readonly Case[]): Promise<boolean[][]> {
  const [asker] = cases;
  if (asker === undefined) return [];
  const thing = active.model.objects.get('thing');
  if (thing === undefined) throw new Error('there is no thing');
  const validations = cases.map((one, at): ValidationModel => ({
    id: `val_${String(at)}`,
    name: `v_${String(at)}`,
    on: ['update'],
    errorWhen: conditionOf(one),
    message: `rule ${String(at)}`,
    source: {},
  }));
  const scope = new QueryScope(active, { kind: 'system', roles: [] });
  const checks = writeChecks(scope, { ...thing, validations }, 'update', new Set());
  const judged = `select (r.n).id as id, ${failedOf(checks)} from rows r cross join lateral (select (r.n).*) n cross join lateral (select (r.o).*) o`;
  const text =
    `with rows as materialized (select n, o from sp1_v.thing_1 n join sp1_v.thing_before o on o.tenant_id = n.tenant_id and o.id = n.id ` +
    `where n.tenant_id = ${scope.params.tenant}) select failed from (${judged} offset 0) c order by id`;
  const runtime = { tenantId: 1, userId: asker.userId, now: new Date(asker.now), timeZone: asker.timeZone };
  const { rows } = await client.query<{ failed: string }>(text, scope.params.values(runtime));
  const broken = rows.map(({ failed }) => new Set(failedChecks(`checks${failed}`, checks).map(messageOf)));
  return cases.map((_, at) => broken.map((messages) => messages.has(`rule ${String(at)}`)));
}

const messageOf = ({ outcome }: Check): string => (outcome.kind === 'issue' ? outcome.issue.message : '');

function answersInMemory(one: Case): boolean[] {
  const expression = conditionOf(one);
  return Array.from({ length: countThings() }, (_, index) => holds(expression, environmentOf(one, index)));
}

const zone = fc.constantFrom(...pool.ZONES);
const asker = fc.record({ timeZone: zone, now: fc.constantFrom(...pool.INSTANTS), userId: fc.constantFrom(...pool.USER_IDS) });
/** What a validation can not say: it has no outer record. */
const readsOuter = (json: unknown): boolean => JSON.stringify(json).includes('$record');

const ROUNDS = 200;
const CONDITIONS = 30;

describe('filters in SQL, the checks of the write path, and the evaluator of forms', () => {
  // A case is one condition judged for one record and one asker: 200 x 30 conditions x 60 records = 360,000 cases.
  it('invariant 29: agree on 360,000 cases: 6,000 random conditions, each over 60 records', async () => {
    const count = { cases: 0, trues: 0, written: 0, operators: new Set<string>() };
    const batch = fc.tuple(asker, fc.array(pool.condition, { minLength: CONDITIONS, maxLength: CONDITIONS, size: 'max' }));
    const agree = fc.asyncProperty(batch, async ([who, conditions]) => {
      const cases = conditions.map((json): Case => ({ ...who, json }));
      const written = cases.filter(({ json }) => !readsOuter(json));
      const [fromSql, fromWrite] = [await answersOfSql(cases), await answersOfWrite(written)];
      for (const [index, one] of cases.entries()) {
        const inMemory = answersInMemory(one);
        const inWrite = fromWrite[written.indexOf(one)];
        for (const [row, answer] of inMemory.entries()) {
          const others = { filter: fromSql[index]?.[row], write: inWrite === undefined ? answer : inWrite[row] };
          if (others.filter !== answer || others.write !== answer)
            throw new Error(`record ${String(row)}: memory ${String(answer)}, ${JSON.stringify(others)}: ${JSON.stringify(one)}`);
        }
        count.cases += inMemory.length;
        count.trues += inMemory.filter(Boolean).length;
        if (inWrite !== undefined) count.written += inWrite.length;
        for (const [, name] of JSON.stringify(one.json).matchAll(/[{,]"([^"]+)":/g)) if (name !== undefined) count.operators.add(name);
      }
    });
    await fc.assert(agree, { numRuns: ROUNDS, seed });
    expect(count.cases).toBe(ROUNDS * CONDITIONS * countThings());
    expect(count.written).toBeGreaterThan(100_000);
    // Conditions that are always or never true would prove nothing.
    expect(count.trues / count.cases).toBeGreaterThan(0.2);
    expect(count.trues / count.cases).toBeLessThan(0.8);
    expect(OPERATOR_NAMES.filter((name) => !count.operators.has(name))).toEqual([]);
  }, 120_000);

  const here: Case = { json: null, timeZone: 'UTC', now: '2026-01-01T00:00:00.000Z', userId: pool.USER_IDS[0] ?? '' };
  const literal = (type: 'text' | 'decimal', value: unknown): Expression => ({ kind: 'literal', type, value: String(value) });

  it.each<['text' | 'decimal', readonly unknown[], readonly Operator[]]>([
    ['text', pool.TEXTS, ['lt', 'eq', 'ne', 'gte', 'contains', 'starts_with', 'ends_with']],
    ['decimal', [...pool.DECIMALS, ...pool.INTEGERS], ['lt', 'eq', 'ne', 'gte']],
  ])('agree on every pair of %s values', async (type, values, operators) => {
    for (const op of operators) {
      const statement = new Statement();
      const pairs = values.flatMap((a) => values.map((b) => [a, b]));
      const calls = pairs.map((pair): Expression => ({
        kind: 'call',
        op,
        args: pair.map((value) => literal(type, value)),
        type: 'boolean',
      }));
      const predicates = calls.map((call) => expressionToSql(call, statement.context(here)));
      const { rows } = await client.query<{ answers: boolean[] }>(
        `select array[${predicates.join(', ')}] as answers where $1::int = 1`,
        statement.values,
      );
      expect(pairs.filter((_, at) => holds(calls[at] ?? literal('text', ''), environmentOf(here)) !== rows[0]?.answers[at])).toEqual([]);
    }
  });

  it('invariants 29 and 37: give the same dates and instants, in every zone, around every change of the clocks', async () => {
    const hour = 3_600_000;
    // Within two days of a change of the clocks, where a naive conversion goes wrong.
    const near = fc
      .tuple(fc.constantFrom(...pool.INSTANTS), fc.integer({ min: -200, max: 200 }))
      .map(([at, quarters]) => new Date(Math.max(0, Date.parse(at) + (quarters * hour) / 4)).toISOString());
    const anyDay = fc
      .integer({ min: Date.parse('1970-01-01'), max: Date.parse('2037-12-31') })
      .map((ms) => new Date(ms).toISOString().slice(0, 10));
    const start = fc.oneof(near, anyDay, fc.constantFrom(...pool.DAYS.slice(1)));
    const starts = fc.tuple(start, fc.constantFrom('day', 'week', 'month', 'quarter', 'year')).map((args) => ({ start_of: args }));
    const adds = fc
      .tuple(start, fc.integer({ min: -60, max: 60 }), fc.constantFrom('day', 'week', 'month', 'year'))
      .map((args) => ({ add: args }));
    const elapsed = fc.tuple(near, fc.integer({ min: -3000, max: 3000 }), fc.constantFrom('minute', 'hour')).map((args) => ({ add: args }));
    const today = fc.constantFrom({ today: [] }, { add: [{ start_of: [{ now: [] }, 'month'] }, -1, 'day'] });
    const moment = fc.record({ json: fc.oneof(adds, starts, elapsed, today), timeZone: zone, now: near, userId: fc.constant(here.userId) });

    const agree = fc.asyncProperty(fc.array(moment, { minLength: 400, maxLength: 400, size: 'max' }), async (cases) => {
      const statement = new Statement();
      const parsed = cases.map(({ json }) => parseExpression(json, thingScope));
      const sql = parsed.map((result, at) => {
        const one = cases[at];
        if (!result.ok || one === undefined) throw new Error(JSON.stringify(one));
        const { expression } = result;
        const json = fieldType(expression.type === 'date' ? 'date' : 'datetime').jsonSql(
          [valueToSql(expression, statement.context(one))],
          {},
        );
        return `(to_json(${json}) #>> '{}')`;
      });
      const { rows } = await client.query<{ values: string[] }>(
        `select array[${sql.join(', ')}] as values where $1::int = 1`,
        statement.values,
      );
      for (const [at, one] of cases.entries()) {
        const result = parsed[at];
        const inMemory = result?.ok ? evaluate(result.expression, environmentOf(one)) : undefined;
        // Past the year 9999 the evaluator has no text for a value; SQL writes five digits.
        if (inMemory !== null && inMemory !== rows[0]?.values[at])
          throw new Error(`memory ${String(inMemory)}, SQL ${String(rows[0]?.values[at])}: ${JSON.stringify(one)}`);
      }
    });
    await fc.assert(agree, { numRuns: 20, seed });
  }, 120_000);
});
