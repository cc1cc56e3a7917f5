import type { Expression, FormulaOperator } from '@fieldstone/metadata/language/expression.js';
import { MAX_FORMULA_TEXT, MAX_POSITION, MAX_REPLACEMENT, MAX_SUBSTITUTED } from '@fieldstone/metadata/language/formula-limits.js';
import { FORMULA_INTEGER_DIGITS, FORMULA_SCALE, QUOTIENT_SCALE } from '@fieldstone/metadata/language/formula-numbers.js';
import { ADD_UNITS, type Unit } from '@fieldstone/metadata/language/operators.js';

export type FormulaCall = Extract<Expression, { kind: 'call' }> & { readonly op: FormulaOperator };

/** What the translation of the whole expression lends to that of one formula operator. */
export type FormulaTools = {
  value(node: Expression): string;
  predicate(node: Expression): string;
  /** A quoted alias that nothing else in the statement has. */
  alias(): string;
  /** `make_interval(...)` of a unit and a count in SQL. */
  interval(unit: string, count: string): string;
  /** The zone in which days begin; asking for it puts it into the statement. */
  readonly zone: string;
};

/** One operator: its SQL. Every operand stands in it once, so that a nested formula grows no faster than it is long. */
type Writer = (args: readonly Expression[], tools: FormulaTools, node: FormulaCall) => string;

/** `bounded` keeps what lies strictly between two bounds and makes null of the rest; null itself meets the upper bound and stays null. */
const bounded = (sql: string, low: string, high: string): string =>
  `nullif(nullif(greatest(least(${sql}, ${high}), ${low}), ${high}), ${low})`;

const TOO_MUCH = `1e${String(FORMULA_INTEGER_DIGITS)}`;
/** A number that numeric(38,10) holds, or null. */
const held = (sql: string): string => bounded(sql, `-${TOO_MUCH}`, TOO_MUCH);
const rounded = (sql: string): string => `round(${sql}, ${String(FORMULA_SCALE)})`;

const at = (args: readonly Expression[], index: number): Expression => {
  const arg = args[index];
  if (arg === undefined) throw new Error('a formula lacks an operand');
  return arg;
};

const textOf = (args: readonly Expression[], index: number): string => {
  const arg = at(args, index);
  if (arg.kind !== 'literal') throw new Error('a formula needs a word that is written out');
  return String(arg.value);
};

/** An operand as numeric: a bigint beside a bigint would overflow with an error. */
const number = (args: readonly Expression[], index: number, { value }: FormulaTools): string =>
  rounded(`(${value(at(args, index))})::numeric`);

/** An operand as text that is ordered and folded by code point, whatever collation its column has. */
const text = (args: readonly Expression[], index: number, { value }: FormulaTools): string => `(${value(at(args, index))}) collate "C"`;

const branch = (node: Expression, { value }: FormulaTools): string =>
  node.type === 'text' || node.type === 'option' ? `(${value(node)}) collate "C"` : value(node);

const orNull = (sql: string): string => `nullif(${sql}, '')`;
const orEmpty = (sql: string): string => `coalesce(${sql}, '')`;

/** A length: no number counts as 0. */
const length = (sql: string): string => `greatest(0, least(coalesce(trunc(${sql}), 0), ${String(MAX_POSITION)}))::int`;
/** A position: beyond the bounds there is nothing. */
const position = (sql: string): string => `${bounded(`trunc(${sql})`, '0', String(MAX_POSITION + 1))}::int`;

const heldDate = (sql: string): string => bounded(sql, 'make_date(-1, 12, 31)', 'make_date(10000, 1, 1)');
const heldInstant = (sql: string): string =>
  bounded(sql, `make_timestamptz(-1, 12, 31, 23, 59, 59.999, 'UTC')`, `make_timestamptz(10000, 1, 1, 0, 0, 0, 'UTC')`);

const arithmetic =
  (write: (a: string, b: string) => string): Writer =>
  (args, tools) =>
    held(write(number(args, 0, tools), number(args, 1, tools)));

const unary =
  (write: (a: string) => string): Writer =>
  (args, tools) =>
    held(write(number(args, 0, tools)));

const datePart =
  (part: string, shift = 0): Writer =>
  (args, { value }) =>
    `(extract(${part} from ${value(at(args, 0))})::numeric + ${String(shift)})`;

/** Names operands, so that SQL which needs one twice computes it once: `offset 0` keeps the planner from copying it back in. */
function named(tools: FormulaTools, columns: readonly string[], write: (...names: string[]) => string): string {
  const alias = tools.alias();
  const list = columns.map((sql, index) => `${sql} as v${String(index)}`).join(', ');
  return `(select ${write(...columns.map((_, index) => `${alias}.v${String(index)}`))} from (select ${list} offset 0) ${alias})`;
}

const choose: Writer = ([test, yes, no], tools) => {
  if (test === undefined || yes === undefined) throw new Error('a formula lacks an operand');
  return `(case when ${tools.predicate(test)} then ${branch(yes, tools)} else ${no === undefined ? 'null' : branch(no, tools)} end)`;
};

const choice: Writer = ([value, ...rest], tools) => {
  if (value === undefined) throw new Error('a formula lacks an operand');
  let sql = `(case ${branch(value, tools)}`;
  for (let index = 0; index + 1 < rest.length; index += 2) {
    sql += ` when ${branch(at(rest, index), tools)} then ${branch(at(rest, index + 1), tools)}`;
  }
  const otherwise = rest.length % 2 === 1 ? rest.at(-1) : undefined;
  return `${sql} else ${otherwise === undefined ? 'null' : branch(otherwise, tools)} end)`;
};

const addToDate: Writer = (args, tools, node) => {
  const from = tools.value(at(args, 0));
  const unit = textOf(args, 2);
  const most = ADD_UNITS.get(unit as Unit) ?? 0;
  const count = `${bounded(`trunc(${number(args, 1, tools)})`, String(-most - 1), String(most + 1))}::int`;
  const interval = tools.interval(unit, count);
  if (node.type === 'date') return heldDate(`((${from})::timestamp + ${interval})::date`);
  if (unit === 'minute' || unit === 'hour') return heldInstant(`(${from} + ${interval})`);
  return heldInstant(`(((${from}) at time zone ${tools.zone} + ${interval}) at time zone ${tools.zone})`);
};

/** Whole months between two days: the 31st to the 30th is not one yet. */
const months = (from: string, to: string): string => {
  const count = `((extract(year from ${to}) - extract(year from ${from})) * 12 + extract(month from ${to}) - extract(month from ${from}))`;
  const later = `sign(extract(day from ${to}) - extract(day from ${from}))`;
  return `(${count} - case when ${count} > 0 and ${later} < 0 then 1 when ${count} < 0 and ${later} > 0 then -1 else 0 end)`;
};

const difference: Writer = (args, tools) => {
  const operands = [tools.value(at(args, 0)), tools.value(at(args, 1))];
  const [from = '', to = ''] = operands;
  switch (textOf(args, 2)) {
    case 'minute':
      return `trunc(extract(epoch from ((${to}) - (${from}))) / 60)`;
    case 'hour':
      return `trunc(extract(epoch from ((${to}) - (${from}))) / 3600)`;
    case 'week':
      return `trunc(((${to}) - (${from}))::numeric / 7)`;
    case 'month':
      return named(tools, operands, (a = '', b = '') => months(a, b));
    case 'year':
      return named(tools, operands, (a = '', b = '') => `trunc(${months(a, b)} / 12)`);
    default:
      return `((${to}) - (${from}))::numeric`;
  }
};

/** `make_date` fails for a day that does not exist, so each part is looked at before the next is used. */
const makeDate: Writer = (args, tools) =>
  named(
    tools,
    [0, 1, 2].map((index) => number(args, index, tools)),
    (year = '', month = '', day = '') => {
      const whole = (sql: string, most: number): string => `${sql} = trunc(${sql}) and ${sql} between 1 and ${String(most)}`;
      const first = `make_date(${year}::int, ${month}::int, 1)`;
      const last = `extract(day from ${first} + interval '1 month' - interval '1 day')`;
      return (
        `case when ${whole(year, 9999)} and ${whole(month, 12)} and ${whole(day, 31)} ` +
        `then case when ${day} <= ${last} then make_date(${year}::int, ${month}::int, ${day}::int) end end`
      );
    },
  );

const toText: Writer = (args, { value }) => {
  const arg = at(args, 0);
  const sql = value(arg);
  switch (arg.type) {
    case 'decimal':
      return `trim_scale((${sql})::numeric)::text`;
    case 'date':
      return `to_char(${sql}, 'YYYY-MM-DD')`;
    case 'time':
      return `to_char(${sql}, 'HH24:MI:SS')`;
    case 'datetime':
      return `to_char((${sql}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    default:
      return `(${sql})::text collate "C"`;
  }
};

const WRITERS: Record<FormulaOperator, Writer> = {
  if: choose,
  case: choice,
  blank_value: (args, tools) => `coalesce(${branch(at(args, 0), tools)}, ${branch(at(args, 1), tools)})`,
  plus: arithmetic((a, b) => `(${a} + ${b})`),
  minus: arithmetic((a, b) => `(${a} - ${b})`),
  times: arithmetic((a, b) => rounded(`(${a} * ${b})`)),
  // Numeric division keeps as many digits as its first operand shows.
  divide: arithmetic((a, b) => rounded(`round(round(${a}, ${String(QUOTIENT_SCALE)}) / nullif(${b}, 0), ${String(QUOTIENT_SCALE)})`)),
  negate: unary((a) => `(- ${a})`),
  abs: unary((a) => `abs(${a})`),
  round: (args, tools) => held(`round(${number(args, 0, tools)}, ${String(Number(textOf(args, 1)))})`),
  floor: unary((a) => `floor(${a})`),
  ceiling: unary((a) => `ceil(${a})`),
  mod: (args, tools) =>
    held(
      named(
        tools,
        [number(args, 0, tools), `nullif(${number(args, 1, tools)}, 0)`],
        (a = '', b = '') => `mod(mod(${a}, ${b}) + ${b}, ${b})`,
      ),
    ),
  min: (args, { value }) => `least(${args.map(value).join(', ')})`,
  max: (args, { value }) => `greatest(${args.map(value).join(', ')})`,
  to_text: toText,
  to_number: (args, tools) =>
    `substring(btrim(${text(args, 0, tools)}) from '^-?[0-9]{1,${String(FORMULA_INTEGER_DIGITS)}}(?:[.][0-9]{1,${String(FORMULA_SCALE)}})?$')::numeric`,
  concat: (args, tools) => {
    const parts = args.map((_, index) => orEmpty(text(args, index, tools))).join(' || ');
    return orNull(`left(${parts}, ${String(MAX_FORMULA_TEXT)})`);
  },
  left: (args, tools) => orNull(`left(${text(args, 0, tools)}, ${length(number(args, 1, tools))})`),
  right: (args, tools) => orNull(`right(${text(args, 0, tools)}, ${length(number(args, 1, tools))})`),
  mid: (args, tools) => orNull(`substr(${text(args, 0, tools)}, ${position(number(args, 1, tools))}, ${length(number(args, 2, tools))})`),
  length: (args, tools) => `coalesce(length(${text(args, 0, tools)}), 0)::numeric`,
  trim: (args, tools) => orNull(`btrim(${text(args, 0, tools)})`),
  upper: (args, tools) => `upper(${text(args, 0, tools)})`,
  lower: (args, tools) => `lower(${text(args, 0, tools)})`,
  substitute: (args, tools) => {
    const by = `left(${orEmpty(text(args, 2, tools))}, ${String(MAX_REPLACEMENT)})`;
    const replaced = `replace(left(${text(args, 0, tools)}, ${String(MAX_SUBSTITUTED)}), ${orEmpty(text(args, 1, tools))}, ${by})`;
    return orNull(`left(${replaced}, ${String(MAX_FORMULA_TEXT)})`);
  },
  make_date: makeDate,
  day_of: (args, tools) => `((${tools.value(at(args, 0))}) at time zone ${tools.zone})::date`,
  date_add: addToDate,
  date_diff: difference,
  year: datePart('year'),
  month: datePart('month'),
  day: datePart('day'),
  weekday: datePart('dow', 1),
};

export const isFormulaCall = (node: Extract<Expression, { kind: 'call' }>): node is FormulaCall => Object.hasOwn(WRITERS, node.op);

/**
 * Translates one operator of a formula; its operands are translated by `tools`.
 *
 * Source: docs/formulas.md; engine/test/store/formula-to-sql.test.ts holds it to the answers of evaluate-formula.ts.
 */
export const formulaToSql = (node: FormulaCall, tools: FormulaTools): string => WRITERS[node.op](node.args, tools, node);
