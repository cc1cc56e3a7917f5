import type { Expression, ValueType } from './expression.js';
import { FormulaCalls } from './check-formula-calls.js';
import { convert, isNull, isTextLiteral, literal, type Operand } from './formula-coercion.js';
import { FORMULA_INTEGER_DIGITS, FORMULA_SCALE } from './formula-numbers.js';
import type { Syntax } from './formula-syntax.js';
import type { Fault } from './formula-tokens.js';
import { isStorableText } from './literals.js';
import { COMPARISONS, typeName } from './operators.js';
import { MAX_SUGGESTIONS, parseVar } from './parse-names.js';
import { call, type Parsing } from './parsing.js';
import type { Scope, ScopeField } from './scope.js';

const SAME_IN_JSON: Readonly<Record<string, string>> = { '=': '==', '<>': '!=' };
const ARITHMETIC = { '+': 'plus', '-': 'minus', '*': 'times', '/': 'divide' } as const;

/** Gives every part of a formula its meaning and type. All faults are collected; a part with one is undefined. */
export class FormulaChecker {
  readonly #scope: Scope;
  /** The same without names to suggest. */
  readonly #silent: Scope;
  readonly #faults: Fault[];
  readonly #info = new WeakMap<Expression, ScopeField>();
  readonly #calls: FormulaCalls;

  constructor(scope: Scope, faults: Fault[]) {
    const { names: _, ...silent } = scope;
    this.#scope = scope;
    this.#silent = silent;
    this.#faults = faults;
    this.#calls = new FormulaCalls(faults, {
      operand: (syntax) => this.operand(syntax),
      equals: (value, match) => this.#match(value, match),
    });
  }

  check(syntax: Syntax): Expression | undefined {
    switch (syntax.kind) {
      case 'broken':
        return undefined;
      case 'number':
        return this.#number(syntax, syntax.value);
      case 'text':
        if (!isStorableText(syntax.value)) return this.#refuse(syntax, 'bad_literal', 'This text has characters that can not be stored.');
        return syntax.value === '' ? literal('null', null) : literal('text', syntax.value);
      case 'name':
        return this.#name(syntax, syntax.value);
      case 'negate':
        return this.#negate(syntax.operand);
      case 'call':
        return this.#calls.check(syntax);
      case 'binary':
        return this.#binary(syntax);
    }
  }

  operand(syntax: Syntax): Operand | undefined {
    const expression = this.check(syntax);
    return expression && { syntax, expression };
  }

  #refuse({ start, end }: Syntax, code: string, message: string): undefined {
    this.#faults.push({ start, end, code, message });
    return undefined;
  }

  #number(syntax: Syntax, written: string): Expression | undefined {
    const [whole = '', fraction = ''] = written.split('.');
    const digits = whole.replace(/^0+(?=\d)/, '') || '0';
    if (digits.length > FORMULA_INTEGER_DIGITS || fraction.length > FORMULA_SCALE) {
      const message = `A number may have ${String(FORMULA_INTEGER_DIGITS)} digits before the point and ${String(FORMULA_SCALE)} behind it.`;
      return this.#refuse(syntax, 'bad_literal', message);
    }
    return literal('decimal', fraction === '' ? digits : `${digits}.${fraction}`);
  }

  #name(syntax: Syntax, written: string): Expression | undefined {
    const word = written.toUpperCase();
    if (word === 'TRUE' || word === 'FALSE') return literal('boolean', word === 'TRUE');
    if (word === 'NULL') return literal('null', null);
    const parsing: Parsing = {
      scope: this.#faults.length >= MAX_SUGGESTIONS ? this.#silent : this.#scope,
      issues: [],
      info: this.#info,
      // A name has no parts to parse.
      grammar: { node: () => undefined, condition: () => undefined },
      count: { nodes: 0, aggregates: 0 },
    };
    const found = parseVar(parsing, written, '');
    for (const { code, message } of parsing.issues) this.#refuse(syntax, code, message);
    return found;
  }

  #negate(inner: Syntax): Expression | undefined {
    const operand = this.operand(inner);
    if (operand === undefined) return undefined;
    const value = convert(this.#faults, operand, 'decimal');
    // A number with its sign is one literal, so that what is printed reads the same again.
    if (value?.kind === 'literal' && inner.kind === 'number') return opposite(value);
    return value && call('negate', [value], 'decimal');
  }

  #binary(syntax: Extract<Syntax, { kind: 'binary' }>): Expression | undefined {
    const left = this.operand(syntax.left);
    const right = this.operand(syntax.right);
    if (left === undefined || right === undefined) return undefined;
    const { operator } = syntax;
    if (operator === '&') return this.#join(left, right);
    if (operator === '+' || operator === '-' || operator === '*' || operator === '/') return this.#arithmetic(operator, left, right);
    return this.#compare(syntax, left, right);
  }

  #join(left: Operand, right: Operand): Expression | undefined {
    const parts = [left, right].map((operand) => convert(this.#faults, operand, 'text', { isLoose: true }));
    return parts.every((part) => part !== undefined) ? call('concat', parts, 'text') : undefined;
  }

  #arithmetic(operator: keyof typeof ARITHMETIC, left: Operand, right: Operand): Expression | undefined {
    const day = literal('text', 'day');
    const [a, b] = [left.expression.type, right.expression.type];
    const isMoment = (type: ValueType): boolean => type === 'date' || type === 'datetime';
    if (operator === '-' && a === 'date' && b === 'date') return call('date_diff', [right.expression, left.expression, day], 'decimal');
    if (isMoment(a) && isMoment(b))
      return this.#refuse(right.syntax, 'wrong_type', 'Use DATEDIFF(from, to, unit) for the time between two.');
    if ((operator === '+' || operator === '-') && isMoment(a)) {
      const count = convert(this.#faults, right, 'decimal');
      return count && call('date_add', [left.expression, operator === '+' ? count : opposite(count), day], a);
    }
    if (operator === '+' && isMoment(b)) {
      const count = convert(this.#faults, left, 'decimal');
      return count && call('date_add', [right.expression, count, day], b);
    }
    if (operator === '+' && a === 'text' && b === 'text')
      return this.#refuse(right.syntax, 'wrong_type', 'Texts are joined with &, not with +.');
    const numbers = [left, right].map((operand) => convert(this.#faults, operand, 'decimal'));
    return numbers.every((number) => number !== undefined) ? call(ARITHMETIC[operator], numbers, 'decimal') : undefined;
  }

  #compare(syntax: Extract<Syntax, { kind: 'binary' }>, left: Operand, right: Operand): Expression | undefined {
    const spec = COMPARISONS.get(SAME_IN_JSON[syntax.operator] ?? syntax.operator);
    if (spec === undefined) return undefined;
    if (isNull(left) || isNull(right)) return this.#compareWithNull(syntax, isNull(left) ? right : left, spec.op);
    const [leader, other] = isTextLiteral(left) ? [right, left] : [left, right];
    const type = this.#common(leader, other, spec.mixesDates);
    if (type === undefined) return undefined;
    if (!spec.types.includes(type)) {
      const works = spec.types.map(typeName).join(', ');
      return this.#refuse(leader.syntax, 'wrong_type', `"${syntax.operator}" works on ${works}; this is ${typeName(type)}.`);
    }
    const info = this.#info.get(leader.expression);
    const sides = [left, right].map((operand) => convert(this.#faults, operand, type, { info }));
    return sides.every((side) => side !== undefined) ? call(spec.op, sides) : undefined;
  }

  /** The type in which two operands are compared. */
  #common(leader: Operand, other: Operand, mixesDates: boolean): ValueType | undefined {
    const [a, b] = [leader.expression.type, other.expression.type];
    if (isTextLiteral(other)) return a;
    if (a === 'reference' && b === 'reference') return this.#sameTarget(leader, other) ? a : undefined;
    if (a === b) return a;
    if (a === 'option' || b === 'option') return 'text';
    if ((a === 'date' && b === 'datetime') || (a === 'datetime' && b === 'date')) {
      if (mixesDates) return 'datetime';
      return this.#refuse(other.syntax, 'wrong_type', `Expected ${typeName(a)}, found ${typeName(b)}. DATEVALUE() gives the day.`);
    }
    return a;
  }

  #sameTarget(leader: Operand, other: Operand): boolean {
    const [a, b] = [leader, other].map(({ expression }) => this.#info.get(expression)?.target);
    if (a === undefined || b === undefined || a === b) return true;
    this.#refuse(other.syntax, 'wrong_type', `A link to "${a}" can not be compared with a link to "${b}".`);
    return false;
  }

  #compareWithNull(syntax: Syntax & { readonly operator: string }, value: Operand, op: string): Expression | undefined {
    if (isNull(value)) return this.#refuse(syntax, 'bad_literal', 'Here nothing is compared with nothing.');
    if (op !== 'eq' && op !== 'ne') {
      return this.#refuse(syntax, 'bad_literal', `"${syntax.operator}" with nothing is never true. ISBLANK() asks for a missing value.`);
    }
    const isEmpty = call('is_empty', [value.expression]);
    return op === 'eq' ? isEmpty : call('not', [isEmpty]);
  }

  /** A match of CASE, in the type of the value it is compared with. */
  #match(value: Operand, match: Operand): Expression | undefined {
    if (value.expression.type === 'reference' && match.expression.type === 'reference' && !this.#sameTarget(value, match)) return undefined;
    const type = value.expression.type;
    if (isNull(match)) return this.#refuse(match.syntax, 'bad_literal', 'CASE never matches nothing. Use ISBLANK() or BLANKVALUE().');
    return convert(this.#faults, match, type, { info: this.#info.get(value.expression) });
  }
}

/** A number with the other sign; one that is written out stays one literal. */
function opposite(count: Expression): Expression {
  if (count.kind !== 'literal' || typeof count.value !== 'string') return call('negate', [count], 'decimal');
  if (!/[1-9]/.test(count.value)) return count;
  return literal('decimal', count.value.startsWith('-') ? count.value.slice(1) : `-${count.value}`);
}
