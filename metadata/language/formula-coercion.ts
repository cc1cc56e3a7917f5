import type { Expression, ValueType } from './expression.js';
import type { Syntax } from './formula-syntax.js';
import type { Fault } from './formula-tokens.js';
import { readLiteral } from './literals.js';
import { didYouMean } from './nearest.js';
import { typeName } from './operators.js';
import { call } from './parsing.js';
import type { ScopeField } from './scope.js';

/** A part of a formula whose type is known, with its place. */
export type Operand = { readonly syntax: Syntax; readonly expression: Expression };

export const literal = (type: ValueType, value: string | boolean | null): Expression => ({ kind: 'literal', type, value });

export const isNull = ({ expression }: Operand): boolean => expression.kind === 'literal' && expression.value === null;
export const isTextLiteral = ({ expression }: Operand): boolean =>
  expression.kind === 'literal' && expression.type === 'text' && expression.value !== null;

/** A date as the instant its day begins. */
const asInstant = (date: Expression): Expression => call('start_of', [date, literal('text', 'day')], 'datetime');

const note = (faults: Fault[], { syntax }: Operand, code: string, message: string): undefined => {
  faults.push({ start: syntax.start, end: syntax.end, code, message });
  return undefined;
};

/** A text written out, read as a value of another type. */
function readAs(faults: Fault[], operand: Operand, wanted: ValueType, info: ScopeField | undefined): Expression | undefined {
  const written = operand.expression.kind === 'literal' ? String(operand.expression.value) : '';
  if (wanted === 'datetime' && written.length === 10) {
    const day = readAs(faults, operand, 'date', undefined);
    return day && asInstant(day);
  }
  const found = readLiteral(written, wanted);
  if ('expected' in found) return note(faults, operand, 'bad_literal', `Expected ${found.expected}.`);
  if (wanted === 'option' && info?.options !== undefined && !info.options.includes(written)) {
    const message = `There is no option "${written.slice(0, 60)}".${didYouMean(written, info.options)}`;
    return note(faults, operand, 'unknown_option', message);
  }
  return literal(wanted, found.value);
}

const READABLE: ReadonlySet<ValueType> = new Set<ValueType>(['date', 'time', 'datetime', 'option', 'reference']);

/**
 * Brings an operand to a type: nothing fits every type, a text written out is read as a date or an option, an option is a text by its code,
 * and a date is an instant where its day begins. Numbers and dates become text only where `isLoose`.
 */
export function convert(
  faults: Fault[],
  operand: Operand,
  wanted: ValueType,
  { info, isLoose = false }: { readonly info?: ScopeField | undefined; readonly isLoose?: boolean } = {},
): Expression | undefined {
  const { expression } = operand;
  if (isNull(operand)) return literal(wanted, null);
  if (isTextLiteral(operand) && READABLE.has(wanted)) return readAs(faults, operand, wanted, info);
  if (expression.type === wanted) return expression;
  if (wanted === 'datetime' && expression.type === 'date') return asInstant(expression);
  if (wanted === 'text' && (expression.type === 'option' || (isLoose && isPrintable(expression.type)))) {
    return call('to_text', [expression], 'text');
  }
  const hint = wanted === 'text' && isPrintable(expression.type) ? ' TEXT() makes one of it.' : '';
  return note(faults, operand, 'wrong_type', `Expected ${typeName(wanted)}, found ${typeName(expression.type)}.${hint}`);
}

/** Types that TEXT() has a text for. */
export const isPrintable = (type: ValueType): boolean => !['options', 'reference', 'references', 'structure', 'null'].includes(type);

/** The type that several operands share; undefined after a fault. */
export function sharedType(faults: Fault[], operands: readonly Operand[]): ValueType | undefined {
  const typed = operands.filter((operand) => !isNull(operand));
  const leaders = typed.filter((operand) => !isTextLiteral(operand));
  const [first] = leaders;
  const hasText = typed.length > leaders.length;
  if (first === undefined) return hasText ? 'text' : noType(faults, operands);
  let type = first.expression.type;
  for (const operand of leaders.slice(1)) {
    const other = operand.expression.type;
    if (other === type) continue;
    if (isPair(type, other, 'date', 'datetime')) type = 'datetime';
    else if (isPair(type, other, 'text', 'option')) type = 'text';
    else return note(faults, operand, 'wrong_type', `Expected ${typeName(type)}, as before, found ${typeName(other)}.`);
  }
  if (type === 'options' || type === 'references')
    return note(faults, first, 'wrong_type', 'A list can only be asked with CONTAINS and ISBLANK.');
  if (type === 'structure') return note(faults, first, 'wrong_type', 'A value of several parts can only be asked with ISBLANK.');
  return type === 'option' && hasText ? 'text' : type;
}

function noType(faults: Fault[], operands: readonly Operand[]): undefined {
  const [first] = operands;
  if (first !== undefined) note(faults, first, 'wrong_type', 'Nothing here says what type the value has.');
  return undefined;
}

const isPair = (a: ValueType, b: ValueType, one: ValueType, other: ValueType): boolean =>
  (a === one && b === other) || (a === other && b === one);
