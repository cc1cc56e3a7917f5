import type { Expression, PathStep, ValueType } from './expression.js';
import { literal } from './formula-coercion.js';
import { didYouMean } from './nearest.js';
import { FORMULA_SCALE } from './formula-numbers.js';
import { parseFormula, type FormulaIssue } from './parse-formula.js';
import { call } from './parsing.js';
import { fieldsRead } from './references.js';
import type { Scope } from './scope.js';

/** Types that a computed field can have. */
export const RESULT_TYPES = ['text', 'decimal', 'currency', 'percent', 'date', 'datetime', 'boolean', 'picklist'] as const;
/** The result that is one of the options of the field. */
export const CHOICE: (typeof RESULT_TYPES)[number] = 'picklist';
export type ResultType = (typeof RESULT_TYPES)[number];

/** What a field says of its formula; the part of a field document that is read here. */
export type FormulaSource = {
  readonly formula?: string | undefined;
  readonly returns?: string | undefined;
  readonly scale?: number | undefined;
  readonly currencyOf?: string | undefined;
  readonly options?: readonly { readonly value: string; readonly label: string }[] | undefined;
};

/**
 * A formula with all that follows from it.
 *
 * Shape:  `expression` is rounded to `scale` where it is a number. `money` are the paths to amounts that it reads, and the one that `currencyOf`
 *         names: all must be in one currency, which is then that of a result in money.
 */
export type FormulaDefinition = {
  readonly expression: Expression;
  readonly returns: ResultType;
  readonly scale: number;
  readonly money: readonly (readonly PathStep[])[];
};

export type FormulaFieldResult =
  { readonly ok: true; readonly definition: FormulaDefinition } | { readonly ok: false; readonly issues: readonly FormulaIssue[] };

const VALUE_TYPES: Readonly<Record<ResultType, ValueType>> = {
  text: 'text',
  decimal: 'decimal',
  currency: 'decimal',
  percent: 'decimal',
  date: 'date',
  datetime: 'datetime',
  boolean: 'boolean',
  picklist: 'option',
};

/** What a formula has to give for a result: for one of the options their code, a text. */
const given = (type: ResultType): ValueType => (type === 'picklist' ? 'text' : VALUE_TYPES[type]);

export const valueTypeOfResult = (type: ResultType): ValueType => VALUE_TYPES[type];

const DEFAULT_SCALE = 2;

const whole = (text: string, code: string, message: string): FormulaFieldResult => ({
  ok: false,
  issues: [{ offset: 0, length: text.length, line: 1, column: 1, code, message }],
});

const isResultType = (name: string | undefined): name is ResultType => RESULT_TYPES.some((type) => type === name);

/** The type that follows from a formula by itself: an option is its code. */
function inferred(expression: Expression): ResultType | undefined {
  if (expression.type === 'option') return 'text';
  return isResultType(expression.type) ? expression.type : undefined;
}

/**
 * Reads the formula of a field in the scope of its object.
 *
 * Errors: those of the formula; `no_result` where it gives a link or a list, `currency_unclear` where money has no currency to take.
 * Source: docs/formulas.md.
 */
export function parseFormulaField(field: FormulaSource, scope: Scope): FormulaFieldResult {
  const text = field.formula ?? '';
  const declared = isResultType(field.returns) ? field.returns : undefined;
  const first = parseFormula(text, scope, declared && given(declared));
  if (!first.ok) return first;
  const returns = declared ?? inferred(first.expression);
  if (returns === undefined)
    return whole(text, 'no_result', 'A field can hold a text, a number, a date or yes and no; this formula gives none of them.');
  // Read again only where it becomes another type: an option becomes its text.
  const typed =
    declared !== undefined || first.expression.type === VALUE_TYPES[returns] ? first : parseFormula(text, scope, VALUE_TYPES[returns]);
  if (!typed.ok) return typed;
  const money = fieldsRead(typed.expression).filter((path) => isMoney(scope, path.at(-1)));
  if (field.currencyOf !== undefined) {
    const named = parseFormula(field.currencyOf, scope, 'decimal');
    const path = named.ok && named.expression.kind === 'field' ? named.expression.path : undefined;
    if (path === undefined || !isMoney(scope, path.at(-1)))
      return whole(text, 'currency_unclear', `There is no currency field "${field.currencyOf}" to take the currency of.`);
    money.push(path);
  }
  if (returns === 'currency' && money.length === 0)
    return whole(text, 'currency_unclear', 'No field of money is read here: currencyOf has to say whose currency the result has.');
  const scale = Math.min(field.scale ?? DEFAULT_SCALE, FORMULA_SCALE);
  const isNumber = VALUE_TYPES[returns] === 'decimal';
  if (returns === 'picklist') {
    const codes = (field.options ?? []).map(({ value }) => value);
    const stranger = results(typed.expression).find((code) => !codes.includes(code));
    if (stranger !== undefined) return whole(text, 'unknown_option', `There is no option "${stranger}".${didYouMean(stranger, codes)}`);
    return { ok: true, definition: { expression: oneOf(typed.expression, codes), returns, scale: 0, money: distinct(money) } };
  }
  const expression = isNumber ? call('round', [typed.expression, literal('decimal', String(scale))], 'decimal') : typed.expression;
  return { ok: true, definition: { expression, returns, scale, money: distinct(money) } };
}

/** Texts that a formula writes out as its result. */
function results(node: Expression): string[] {
  if (node.kind === 'literal') return typeof node.value === 'string' ? [node.value] : [];
  if (node.kind !== 'call') return [];
  const { op, args } = node;
  if (op === 'if') return args.slice(1).flatMap(results);
  if (op === 'blank_value') return args.flatMap(results);
  if (op !== 'case') return [];
  // A value, then pairs of match and result, and what else there is.
  const isElse = (index: number) => index === args.length - 1;
  return args.flatMap((arg, index) => (index > 0 && (index % 2 === 0 || isElse(index)) ? results(arg) : []));
}

/** The code where it is one of the options, else nothing. */
const oneOf = (code: Expression, codes: readonly string[]): Expression =>
  call('case', [code, ...codes.flatMap((each) => [literal('text', each), literal('text', each)]), literal('text', null)], 'text');

const isMoney = (scope: Scope, step: PathStep | undefined): boolean =>
  step !== undefined && scope.field(step.object, step.field)?.fieldType === 'currency';

const nameOf = (path: readonly PathStep[]): string => path.map((step) => step.field).join('.');

const distinct = (paths: readonly (readonly PathStep[])[]): (readonly PathStep[])[] => [
  ...new Map(paths.map((path) => [nameOf(path), path])).values(),
];

/** Parts of an expression, itself included. */
export function countNodes(expression: Expression): number {
  if (expression.kind === 'call') return 1 + expression.args.reduce((sum, arg) => sum + countNodes(arg), 0);
  const parts =
    expression.kind === 'related' ? [expression.where] : expression.kind === 'aggregate' ? [expression.value, expression.where] : [];
  return 1 + parts.reduce((sum, part) => sum + (part ? countNodes(part) : 0), 0);
}

/** Operators whose answer depends on the moment, on the zone of whoever asks, or on settings of the server. */
const MOVING: ReadonlyMap<string, string> = new Map([
  ['today', 'TODAY()'],
  ['now', 'NOW()'],
  ['day_of', 'the day of a date and time'],
  ['start_of', 'a date used as a date and time'],
]);
/** Operators that are SQL an index can not hold: sub-selects, and conversions that Postgres does not call immutable. */
const NOT_HELD: ReadonlyMap<string, string> = new Map([
  ['mod', 'MOD()'],
  ['make_date', 'DATE()'],
]);

/**
 * Why no index can hold the values of an expression; undefined where one can. It must give the same for ever from the columns of one row.
 *
 * Shape:  with `needsRowAlone` it is enough that only the row decides: such a value can be stored, though not in an index.
 * Source: Postgres refuses anything that is not immutable in an index; the sub-selects are those of formula-to-sql.ts.
 */
export function whyNotIndexed(expression: Expression, needsRowAlone = false): string | undefined {
  switch (expression.kind) {
    case 'literal':
      return undefined;
    case 'user':
    case 'people':
    case 'shared':
      return '$user differs from reader to reader';
    case 'field':
      return expression.path.length > 1 ? `"${nameOf(expression.path)}" is read from another record` : undefined;
    case 'changed':
    case 'related':
    case 'aggregate':
      return 'it reads more than the record itself';
    case 'call': {
      const moving = MOVING.get(expression.op);
      if (moving !== undefined) return `${moving} changes with time or reader`;
      const held = NOT_HELD.get(expression.op) ?? conversion(expression);
      if (held !== undefined && !needsRowAlone) return `${held} can not be part of an index`;
      return expression.args.map((arg) => whyNotIndexed(arg, needsRowAlone)).find((reason) => reason !== undefined);
    }
  }
}

function conversion({ op, args, type }: Extract<Expression, { kind: 'call' }>): string | undefined {
  const of = args[0]?.type;
  if (op === 'to_text' && (of === 'date' || of === 'datetime')) return 'the text of a date';
  if (op === 'date_add' && type === 'datetime') return 'adding to a date and time';
  const unit = args.at(-1);
  const isLong = unit?.kind === 'literal' && (unit.value === 'month' || unit.value === 'year');
  return op === 'date_diff' && isLong ? 'whole months or years between dates' : undefined;
}
