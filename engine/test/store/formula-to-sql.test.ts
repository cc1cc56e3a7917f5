import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type Value } from '@fieldstone/metadata/language/evaluate.js';
import type { Expression } from '@fieldstone/metadata/language/expression.js';
import { parseFormula } from '@fieldstone/metadata/language/parse-formula.js';
import { printFormula } from '@fieldstone/metadata/language/print-formula.js';
import { fieldType } from '../../src/fields/registry.js';
import { valueToSql } from '../../src/store/expression-to-sql.js';
import * as pool from '../support/condition-arbitrary.js';
import * as tables from '../support/expression-tables.js';
import { thingScope } from '../support/expression-world.js';
import { formula } from '../support/formula-arbitrary.js';

type Case = tables.Asker & { readonly text: string };

beforeAll(tables.openTables, 60_000);
afterAll(tables.closeTables);

function parsed({ text }: Case): Expression {
  const result = parseFormula(text, thingScope);
  if (!result.ok) throw new Error(`${text} ${JSON.stringify(result.issues)}`);
  return result.expression;
}

/** A value in SQL as the evaluator writes it. */
function shown(expression: Expression, sql: string): string {
  switch (expression.type) {
    case 'decimal':
      return `trim_scale((${sql})::numeric)::text`;
    case 'date':
      return `to_char(${sql}, 'YYYY-MM-DD')`;
    case 'datetime':
      return fieldType(expression.type).jsonSql([sql], {});
    default:
      return `(${sql})::text`;
  }
}

const asText = (value: Value): string | null | undefined =>
  typeof value === 'boolean' ? String(value) : (value as string | null | undefined);

/** One list of answers for each formula: its values over all things. */
async function answersOfSql(cases: readonly Case[]): Promise<(string | null)[][]> {
  const statement = new tables.Statement();
  const values = cases.map((one) => {
    const expression = parsed(one);
    return shown(expression, valueToSql(expression, statement.context(one)));
  });
  const { rows } = await tables.client.query<{ answers: (string | null)[] }>(
    `select array[${values.join(', ')}] as answers ${tables.FROM_THINGS}`,
    statement.values,
  );
  return cases.map((_, at) => rows.map(({ answers }) => answers[at] ?? null));
}

const SIZE = 50;
/** A few that are drawn are refused, and rightly: CASE of nothing, nothing below a number. */
const someCase = fc.record({
  text: formula.filter((text) => parseFormula(text, thingScope).ok),
  timeZone: fc.constantFrom(...pool.ZONES),
  now: fc.constantFrom(...pool.INSTANTS),
  userId: fc.constantFrom(...pool.USER_IDS),
});

describe('a formula', () => {
  it('has the same value in SQL and in memory: 6,000 formulas over 60 records', async () => {
    const seen = new Set<string>();
    let values = 0;
    let all = 0;
    const agree = fc.asyncProperty(fc.array(someCase, { minLength: SIZE, maxLength: SIZE, size: 'max' }), async (cases) => {
      const fromSql = await answersOfSql(cases);
      for (const [index, one] of cases.entries()) {
        const expression = parsed(one);
        for (const [row, sql] of (fromSql[index] ?? []).entries()) {
          const inMemory = asText(evaluate(expression, tables.environmentOf(one, row)));
          if (inMemory !== sql)
            throw new Error(`record ${String(row)}: memory ${String(inMemory)}, SQL ${String(sql)}: ${JSON.stringify(one)}`);
          all += 1;
          if (sql !== null) values += 1;
        }
        for (const [name] of one.text.matchAll(/[A-Z]+(?=\()/g)) seen.add(name);
      }
    });
    await fc.assert(agree, { numRuns: 120, seed: tables.seed, endOnFailure: process.env['SHRINK'] === undefined });
    // Formulas that never have a value would prove nothing.
    expect(values / all).toBeGreaterThan(0.5);
    expect(seen.size).toBeGreaterThanOrEqual(35);
  }, 120_000);

  it('reads the same again after it was printed', () => {
    fc.assert(
      fc.property(someCase, (one) => {
        const expression = parsed(one);
        const again = parseFormula(printFormula(expression), thingScope);
        expect(again).toEqual({ ok: true, expression });
      }),
      { numRuns: 2000, seed: tables.seed },
    );
  });

  const here = { timeZone: 'Europe/Berlin', now: '2026-06-15T12:00:00.000Z', userId: pool.USER_IDS[0] ?? '' };
  const nested = (times: number, start: string, wrap: (text: string) => string): string =>
    Array.from({ length: times }).reduce<string>(wrap, start);

  it.each<[string, string]>([
    ['texts that would fill the memory', nested(12, '"x"', (text) => `SUBSTITUTE(${text}, "x", "${'x'.repeat(300)}")`)],
    ['numbers that would overflow', nested(20, 'quantity', (text) => `(${text} * 9999999999999999)`)],
    ['sums beyond a bigint', 'quantity + 9223372036854775807 + quantity * version'],
    ['operands that are needed twice', nested(12, 'day', (text) => `DATEADD(day, DATEDIFF(${text}, day, "month"), "day")`)],
    ['dates before the first and after the last', 'BLANKVALUE(DATE(9999, 12, 31) + version, DATEADD(DATE(1, 1, 1), -200, "year"))'],
    ['counts no integer can hold', 'DATEADD(day, 9999999999999999999999999999, "day")'],
    ['positions no integer can hold', 'MID(name, 9999999999999999999999999999, 1) & LEFT(name, 9999999999999999999999999999)'],
    ['parts of a date no integer can hold', 'DATE(9999999999999999999999999999, -9999999999999999999999999999, 1.5)'],
    ['texts that only look like numbers', 'VALUE("1e400") + VALUE("NaN") + VALUE("Infinity")'],
  ])('is whole at the extremes: %s', async (_, text) => {
    const one = { ...here, text };
    const [fromSql] = await answersOfSql([one]);
    expect(fromSql).toEqual(fromSql?.map((_value, row) => asText(evaluate(parsed(one), tables.environmentOf(one, row)))));
  });
});
