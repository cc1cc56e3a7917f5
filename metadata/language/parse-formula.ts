import { FormulaChecker } from './check-formula.js';
import type { Expression, ValueType } from './expression.js';
import { MAX_FORMULA_LENGTH } from './formula-limits.js';
import { convert } from './formula-coercion.js';
import { readSyntax } from './formula-syntax.js';
import type { Fault } from './formula-tokens.js';
import type { Scope } from './scope.js';

/** One problem of a formula. `offset` and `length` count UTF-16 units from 0, `line` and `column` from 1. */
export type FormulaIssue = {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
};

export type FormulaResult =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly issues: readonly FormulaIssue[] };

function placed(text: string, { start, end, code, message }: Fault): FormulaIssue {
  const before = text.slice(0, start).split('\n');
  return { offset: start, length: end - start, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, code, message };
}

/**
 * Parses a formula and checks its names and types. With `returns`, its value must be of that type.
 *
 * Errors: all problems at once, in the order of the text, each with the nearest valid name where there is one.
 * Source: docs/formulas.md.
 */
export function parseFormula(text: string, scope: Scope, returns?: ValueType): FormulaResult {
  const faults: Fault[] = [];
  const expression = text.length > MAX_FORMULA_LENGTH ? tooLong(text, faults) : parse(text, scope, returns, faults);
  if (expression !== undefined && faults.length === 0) return { ok: true, expression };
  const issues = faults.map((fault) => placed(text, fault));
  return { ok: false, issues: issues.sort((a, b) => a.offset - b.offset) };
}

function tooLong(text: string, faults: Fault[]): undefined {
  const message = `A formula may have at most ${String(MAX_FORMULA_LENGTH)} characters.`;
  faults.push({ start: MAX_FORMULA_LENGTH, end: text.length, code: 'too_large', message });
  return undefined;
}

function parse(text: string, scope: Scope, returns: ValueType | undefined, faults: Fault[]): Expression | undefined {
  const syntax = readSyntax(text, faults);
  const operand = new FormulaChecker(scope, faults).operand(syntax);
  return operand && returns !== undefined ? convert(faults, operand, returns) : operand?.expression;
}
