import { FORMULA_SCALE } from '@fieldstone/metadata/language/formula-numbers.js';
import { currency } from '../fields/currency.js';
import type { Measure } from './aggregate-parts.js';
import { amountText, MONEY_SCALE, type BaseCurrency } from './base-currency.js';
import type { GroupColumn } from './group-condition.js';
import type { GroupingSets } from './grouping-sets.js';
import { at } from './physical-names.js';

/**
 * A measure as columns of grouped rows.
 *
 * Shape: `column` is what conditions compare and orders sort; `json` is what is answered, of the row of an alias that is of a grouping set. `field` is
 *        what a condition knows of it.
 */
export type MadeMeasure = {
  readonly columns: readonly string[];
  readonly column: string;
  readonly field: GroupColumn['field'];
  json(alias: string, set: number, sets: GroupingSets): string;
};

const NUMBER: GroupColumn['field'] = { type: 'decimal', options: {} };

/** Measures over the rows of a sub-select: what they need of it, and the currencies that amounts are parted by. */
export function makeMeasures(measures: readonly Measure[], money: BaseCurrency): { facts: string[]; codes: string[]; made: MadeMeasure[] } {
  const facts: string[] = [];
  const codes: string[] = [];
  const made = measures.map((measure, index): MadeMeasure => {
    const { op, value } = measure;
    if (value === undefined) return counting('count(*)', index);
    facts.push(`${value.sql} as v${index}`);
    if (op === 'count') return counting(`count(v${index})`, index);
    if (op === 'count_distinct') return counting(`count(distinct v${index})`, index);
    if (value.code === undefined) return plain(measure, index);
    facts.push(`${money.worth(value.sql, value.code)} as b${index}`);
    // Measures of one field share the currencies that they are parted by.
    if (!codes.includes(value.code)) codes.push(value.code);
    return amounts(op, index, codes.indexOf(value.code), money.base);
  });
  return { facts: [...facts, ...codes.map((code, index) => `${code} as c${index}`)], codes, made };
}

function counting(sql: string, index: number): MadeMeasure {
  const column = `m${index}`;
  return { columns: [`${sql} as ${column}`], column, field: NUMBER, json: (alias) => at(alias, column) };
}

function plain({ op, value }: Measure, index: number): MadeMeasure {
  const [column, v] = [`m${index}`, `v${index}`];
  if (op === 'sum') return { ...counting(`coalesce(sum(${v}::numeric), 0)`, index), json: (alias) => `${at(alias, column)}::text` };
  if (op === 'avg')
    return { ...counting(`round(avg(${v}::numeric), ${FORMULA_SCALE})`, index), json: (alias) => `trim_scale(${at(alias, column)})::text` };
  const { type, field } = value ?? {};
  const options = field?.options ?? {};
  return {
    columns: [`${op}(${v}) as ${column}`],
    column,
    field: { type: type?.name ?? 'decimal', options },
    json: (alias) => (type === undefined ? at(alias, column) : type.jsonSql([at(alias, column)], options)),
  };
}

/**
 * A measure of amounts: in the base currency where every amount has a rate, and else none; different currencies are never added up. What is not in the
 * base currency is told by currency, too.
 */
function amounts(op: string, index: number, code: number, base: string): MadeMeasure {
  const [column, missing, foreign, own] = [`m${index}`, `x${index}`, `f${index}`, `r${index}`];
  const [v, b, c] = [`v${index}`, `b${index}`, `c${code}`];
  const rounded = (sql: string) => `round(${sql}, ${MONEY_SCALE})`;
  const worth = op === 'sum' ? `coalesce(sum(${b}), 0)` : `${op}(${b})`;
  return {
    columns: [
      `case when count(${v}) = count(${b}) then ${rounded(worth)} end as ${column}`,
      `count(${v}) - count(${b}) as ${missing}`,
      `count(*) filter (where ${v} is not null and ${c} <> ${base}) as ${foreign}`,
      `${rounded(`${op}(${v})`)} as ${own}`,
    ],
    column,
    field: NUMBER,
    json(alias, set, sets) {
      const amount = at(alias, column);
      const parted = (list: string, test: string) =>
        `(select json_agg(${list} order by b.${c}) from r b where b.gs = ${sets.byCode(set, code)} and b.rk = ${alias}.rk and ${test})`;
      const members = [
        `'amount', ${amountText(amount)}`,
        `'currency', ${base}`,
        `'byCurrency', ${parted(currency.jsonSql([`b.${own}`, `b.${c}`], {}), `b.${own} is not null`)}`,
      ].join(', ');
      return [
        `case when ${at(alias, missing)} > 0 then json_build_object(${members}, 'missingRates', ${parted(`b.${c}`, `b.${missing} > 0`)})`,
        `when ${at(alias, foreign)} > 0 then json_build_object(${members})`,
        `else ${currency.jsonSql([amount, base], {})} end`,
      ].join(' ');
    },
  };
}
