import { evaluate, type Environment } from './evaluate.js';
import type { PathStep } from './expression.js';
import type { FormulaDefinition } from './formula-field.js';
import { readPath } from './read-value.js';
import type { RecordValues } from './record-values.js';
import { fieldsRead } from './references.js';

/** A formula field of a record in memory. */
export type NamedFormula = { readonly name: string; readonly definition: FormulaDefinition };

/** Formulas so that each comes after those of the same record that it reads. */
export function inOrder(formulas: readonly NamedFormula[]): NamedFormula[] {
  const byName = new Map(formulas.map((formula) => [formula.name, formula]));
  const ordered = new Set<NamedFormula>();
  const visit = (formula: NamedFormula, open: ReadonlySet<string>): void => {
    if (ordered.has(formula) || open.has(formula.name)) return;
    for (const [step] of fieldsRead(formula.definition.expression)) {
      const other = step && byName.get(step.field);
      if (other !== undefined) visit(other, new Set([...open, formula.name]));
    }
    ordered.add(formula);
  };
  for (const formula of formulas) visit(formula, new Set());
  return [...ordered];
}

/** The one currency of the amounts that are there: null when there is none, `mixed` when they differ, undefined when one is not loaded. */
function currencyOf(record: RecordValues, money: readonly (readonly PathStep[])[]): string | null | 'mixed' | undefined {
  let found: string | null = null;
  for (const path of money) {
    const value = readPath(record, path);
    if (value === null || value === '') continue;
    const code = typeof value === 'object' ? (value as { currency?: unknown }).currency : undefined;
    if (typeof code !== 'string') return undefined;
    if (found !== null && found !== code) return 'mixed';
    found = code;
  }
  return found;
}

/** The value of a formula in the form of the API: undefined where something it needs is not in the record. */
export function formulaValue({ expression, returns, scale, money }: FormulaDefinition, environment: Environment): unknown {
  const needsCurrency = returns === 'currency' || money.length > 1;
  const currency = needsCurrency ? currencyOf(environment.record, money) : null;
  if (currency === 'mixed') return null;
  if (needsCurrency && currency === undefined) return undefined;
  const value = evaluate(expression, environment);
  if (value === null || value === undefined || typeof value !== 'string') return value;
  if (returns === 'currency') return currency === null ? null : { amount: withDigits(value, Math.max(2, digitsOf(value))), currency };
  return returns === 'decimal' || returns === 'percent' ? withDigits(value, scale) : value;
}

const digitsOf = (number: string): number => (number.split('.')[1] ?? '').length;

/** A number with zeros up to so many digits behind the point; it has no more already. */
function withDigits(number: string, digits: number): string {
  const [integer = '0', fraction = ''] = number.split('.');
  return digits === 0 ? integer : `${integer}.${fraction.padEnd(digits, '0')}`;
}

/**
 * A record with the values of its formulas, for conditions and previews in memory.
 *
 * Shape:  `formulas` are in order. What can not be computed is left out, so that it counts as unknown.
 */
export function withFormulas(formulas: readonly NamedFormula[], environment: Environment): RecordValues {
  if (formulas.length === 0) return environment.record;
  const record: Record<string, unknown> = { ...environment.record };
  for (const { name, definition } of formulas) {
    const value = formulaValue(definition, { ...environment, record });
    if (value === undefined) delete record[name];
    else record[name] = value;
  }
  return record;
}
