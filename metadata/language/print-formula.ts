import type { Expression, Operator } from './expression.js';
import { FORMULA_FUNCTIONS } from './formula-functions.js';
import { BINDING, NEGATION_BINDING } from './formula-syntax.js';

const SYMBOLS: Readonly<Partial<Record<Operator, string>>> = {
  ...{ plus: '+', minus: '-', times: '*', divide: '/' },
  ...{ eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' },
};

const NAMES: ReadonlyMap<Operator, string> = new Map([...FORMULA_FUNCTIONS.values()].map(({ op, name }) => [op, name]));

const ROOTS = { record: '', previous: '$previous.', outer: '$record.' } as const;

type Printed = { readonly text: string; readonly binding: number };
const CLOSED = 100;

const literalText = ({ value, type }: Extract<Expression, { kind: 'literal' }>): Printed => {
  if (value === null) return { text: 'NULL', binding: CLOSED };
  if (typeof value === 'boolean') return { text: value ? 'TRUE' : 'FALSE', binding: CLOSED };
  if (type === 'decimal') return { text: String(value), binding: String(value).startsWith('-') ? NEGATION_BINDING : CLOSED };
  return { text: `"${String(value).replaceAll('"', '""')}"`, binding: CLOSED };
};

function print(node: Expression): Printed {
  switch (node.kind) {
    case 'literal':
      return literalText(node);
    case 'field':
      return {
        text: ROOTS[node.root] + node.path.map((step) => (step.part === undefined ? step.field : `${step.field}.${step.part}`)).join('.'),
        binding: CLOSED,
      };
    case 'user':
      return { text: '$user.id', binding: CLOSED };
    case 'call':
      return printCall(node);
    case 'people':
    case 'shared':
    case 'changed':
    case 'related':
    case 'aggregate':
      throw new Error('no formula can say this');
  }
}

function within({ text, binding }: Printed, least: number): string {
  return binding < least ? `(${text})` : text;
}

function printCall(node: Extract<Expression, { kind: 'call' }>): Printed {
  const [first, second] = node.args;
  // A date that stands for its first moment is written as the date alone.
  if (node.op === 'start_of' && node.type === 'datetime' && first?.type === 'date') return print(first);
  // Brackets around an operand with a sign of its own: "- -5" would read as the number 5.
  if (node.op === 'negate' && first !== undefined) return { text: `-(${print(first).text})`, binding: NEGATION_BINDING };
  const symbol = SYMBOLS[node.op];
  const binding = symbol === undefined ? undefined : BINDING[symbol];
  if (symbol !== undefined && binding !== undefined && first !== undefined && second !== undefined) {
    // Operators of one rank are read from the left, so the right side needs brackets at the same rank.
    return { text: `${within(print(first), binding)} ${symbol} ${within(print(second), binding + 1)}`, binding };
  }
  const name = NAMES.get(node.op);
  if (name === undefined) throw new Error('no formula can say this');
  return { text: `${name}(${node.args.map((arg) => print(arg).text).join(', ')})`, binding: CLOSED };
}

/**
 * Writes an expression as a formula, with no more brackets than needed. Reading it again gives the same expression.
 *
 * Errors: throws for what only conditions can say: any, all, none, changed, in, between, starts_with, ends_with, and start_of.
 */
export const printFormula = (expression: Expression): string => print(expression).text;
