import type { Expression, ValueType } from './expression.js';
import { convert, isNull, isPrintable, isTextLiteral, literal, sharedType, type Operand } from './formula-coercion.js';
import { FORMULA_FUNCTIONS, type FormulaFunction, type Parameter } from './formula-functions.js';
import { FORMULA_INTEGER_DIGITS, FORMULA_SCALE } from './formula-numbers.js';
import type { Syntax } from './formula-syntax.js';
import type { Fault } from './formula-tokens.js';
import { didYouMean } from './nearest.js';
import { ADD_UNITS, typeName, type Unit } from './operators.js';
import { call } from './parsing.js';

type CallSyntax = Extract<Syntax, { kind: 'call' }>;

/** What the checker of the whole formula lends. */
export type CallTools = {
  operand(syntax: Syntax): Operand | undefined;
  equals(value: Operand, match: Operand): Expression | undefined;
};

const ORDERED: ReadonlySet<ValueType> = new Set<ValueType>(['decimal', 'date', 'time', 'datetime']);
const dayOf = (moment: Expression): Expression => (moment.type === 'date' ? moment : call('day_of', [moment], 'date'));
const isWhole = <T>(list: readonly (T | undefined)[]): list is readonly T[] => list.every((item) => item !== undefined);

/** Checks calls of functions against their table. */
export class FormulaCalls {
  readonly #faults: Fault[];
  readonly #tools: CallTools;

  constructor(faults: Fault[], tools: CallTools) {
    this.#faults = faults;
    this.#tools = tools;
  }

  check(syntax: CallSyntax): Expression | undefined {
    const spec = FORMULA_FUNCTIONS.get(syntax.name.toUpperCase());
    if (spec === undefined) {
      for (const arg of syntax.args) this.#tools.operand(arg);
      const guess = didYouMean(syntax.name, FORMULA_FUNCTIONS.keys());
      return this.#refuse(syntax, 'unknown_function', `There is no function "${syntax.name.slice(0, 60)}".${guess}`);
    }
    if (!this.#hasArity(syntax, spec)) {
      for (const arg of syntax.args) this.#tools.operand(arg);
      return undefined;
    }
    if (spec.op === 'case') return this.#case(syntax);
    const isWord = (index: number): boolean => spec.parameters[index] === 'digits' || spec.parameters[index] === 'unit';
    const operands = syntax.args.map((arg, index) =>
      isWord(index) ? { syntax: arg, expression: literal('null', null) } : this.#tools.operand(arg),
    );
    if (!isWhole(operands)) return undefined;
    switch (spec.op) {
      case 'date_add':
        return this.#add(operands);
      case 'date_diff':
        return this.#difference(operands);
      case 'day_of':
        return this.#day(operands[0]);
      case 'to_text':
        return this.#text(operands[0]);
      default:
        return this.#plain(spec, operands);
    }
  }

  #refuse({ start, end }: Syntax, code: string, message: string): undefined {
    this.#faults.push({ start, end, code, message });
    return undefined;
  }

  #hasArity(syntax: CallSyntax, { parameters, optional, repeats, signature, op }: FormulaFunction): boolean {
    const count = syntax.args.length;
    const least = op === 'case' ? 3 : parameters.length - optional;
    if (count >= least && (repeats || count <= parameters.length)) return true;
    const message = `${signature} does not take ${String(count)} value${count === 1 ? '' : 's'}.`;
    this.#refuse(syntax, 'wrong_arity', message);
    return false;
  }

  #plain(spec: FormulaFunction, operands: readonly Operand[]): Expression | undefined {
    const kindOf = (index: number): Parameter | undefined => spec.parameters[index] ?? spec.parameters.at(-1);
    const shared = operands.filter((_, index) => kindOf(index) === 'same' || kindOf(index) === 'ordered');
    const type = shared.length > 0 ? sharedType(this.#faults, shared) : undefined;
    if (shared.length > 0 && type === undefined) return undefined;
    const args = operands.map((operand, index) => this.#argument(spec, kindOf(index), operand, type));
    if (!isWhole(args)) return undefined;
    const all = spec.op === 'round' && args.length === 1 ? [...args, literal('decimal', '0')] : args;
    return call(spec.op, all, spec.returns === 'same' ? (type ?? 'text') : spec.returns);
  }

  #argument(spec: FormulaFunction, kind: Parameter | undefined, operand: Operand, type: ValueType | undefined): Expression | undefined {
    const { expression, syntax } = operand;
    switch (kind) {
      case 'number':
        return convert(this.#faults, operand, 'decimal');
      case 'text':
        return convert(this.#faults, operand, 'text', { isLoose: spec.op === 'concat' });
      case 'condition':
        return isNull(operand)
          ? this.#refuse(syntax, 'wrong_type', 'Expected yes or no, found nothing.')
          : convert(this.#faults, operand, 'boolean');
      case 'day':
        return this.#day(operand);
      case 'digits':
        return this.#digits(syntax);
      case 'haystack':
        return expression.type === 'options' ? expression : convert(this.#faults, operand, 'text');
      case 'ordered':
        if (type !== undefined && ORDERED.has(type)) return convert(this.#faults, operand, type);
        return this.#refuse(syntax, 'wrong_type', `${spec.name} works on numbers and dates; this is ${typeName(expression.type)}.`);
      case 'same':
        return type && convert(this.#faults, operand, type);
      default:
        return expression;
    }
  }

  #digits(syntax: Syntax): Expression | undefined {
    const sign = syntax.kind === 'negate' ? -1 : 1;
    const inner = syntax.kind === 'negate' ? syntax.operand : syntax;
    const digits = inner.kind === 'number' && /^\d{1,2}$/.test(inner.value) ? Number(inner.value) * sign : NaN;
    if (digits >= -FORMULA_INTEGER_DIGITS && digits <= FORMULA_SCALE) return literal('decimal', String(digits + 0));
    const range = `between -${String(FORMULA_INTEGER_DIGITS)} and ${String(FORMULA_SCALE)}`;
    return this.#refuse(syntax, 'bad_literal', `Write a whole number of digits here, ${range}.`);
  }

  #unit(operand: Operand | undefined): Unit | undefined {
    if (operand === undefined) return undefined;
    const { syntax } = operand;
    const written = syntax.kind === 'text' ? syntax.value : '';
    const unit = [...ADD_UNITS.keys()].find((name) => name === written);
    const units = [...ADD_UNITS.keys()].map((name) => `"${name}"`).join(', ');
    return unit ?? this.#refuse(syntax, 'bad_literal', `Expected a unit: ${units}.${didYouMean(written, ADD_UNITS.keys())}`);
  }

  /** A date or a date and time; a text written out is read as what it looks like. */
  #moment(operand: Operand | undefined): Expression | undefined {
    if (operand === undefined) return undefined;
    const { expression } = operand;
    if (isNull(operand)) return literal('date', null);
    if (isTextLiteral(operand)) {
      const isDay = expression.kind === 'literal' && String(expression.value).length === 10;
      return convert(this.#faults, operand, isDay ? 'date' : 'datetime');
    }
    if (expression.type === 'date' || expression.type === 'datetime') return expression;
    return this.#refuse(operand.syntax, 'wrong_type', `Expected a date, found ${typeName(expression.type)}.`);
  }

  #day(operand: Operand | undefined): Expression | undefined {
    const moment = this.#moment(operand);
    return moment && dayOf(moment);
  }

  #text(operand: Operand | undefined): Expression | undefined {
    if (operand === undefined) return undefined;
    const { expression, syntax } = operand;
    if (isNull(operand)) return literal('text', null);
    if (expression.type === 'text') return expression;
    if (isPrintable(expression.type)) return call('to_text', [expression], 'text');
    return this.#refuse(syntax, 'wrong_type', `TEXT has no text for ${typeName(expression.type)}.`);
  }

  #add([from, count, unitAt]: readonly Operand[]): Expression | undefined {
    const moment = this.#moment(from);
    const amount = count && convert(this.#faults, count, 'decimal');
    const unit = this.#unit(unitAt);
    if (moment === undefined || amount === undefined || unit === undefined || unitAt === undefined) return undefined;
    if (moment.type === 'date' && (unit === 'minute' || unit === 'hour')) {
      return this.#refuse(unitAt.syntax, 'wrong_type', 'A date has no hours and minutes; add days, weeks, months or years.');
    }
    return call('date_add', [moment, amount, literal('text', unit)], moment.type);
  }

  #difference([from, to, unitAt]: readonly Operand[]): Expression | undefined {
    const moments: readonly (Expression | undefined)[] = [this.#moment(from), this.#moment(to)];
    const unit = this.#unit(unitAt);
    if (!isWhole(moments) || unit === undefined || unitAt === undefined) return undefined;
    const isElapsed = unit === 'minute' || unit === 'hour';
    if (isElapsed && moments.some((moment) => moment.type === 'date')) {
      return this.#refuse(unitAt.syntax, 'wrong_type', 'A date has no hours and minutes; count days, weeks, months or years.');
    }
    return call('date_diff', [...(isElapsed ? moments : moments.map(dayOf)), literal('text', unit)], 'decimal');
  }

  #case(syntax: CallSyntax): Expression | undefined {
    const operands = syntax.args.map((arg) => this.#tools.operand(arg));
    if (!isWhole(operands)) return undefined;
    const [value, ...rest] = operands;
    if (value === undefined) return undefined;
    const isOdd = rest.length % 2 === 1;
    const isResult = (index: number): boolean => index % 2 === 1 || (isOdd && index === rest.length - 1);
    if (isNull(value) || ['options', 'references', 'structure'].includes(value.expression.type)) {
      return this.#refuse(value.syntax, 'wrong_type', `CASE can not compare ${typeName(value.expression.type)}.`);
    }
    const type = sharedType(
      this.#faults,
      rest.filter((_, index) => isResult(index)),
    );
    if (type === undefined) return undefined;
    const args = rest.map((operand, index) =>
      isResult(index) ? convert(this.#faults, operand, type) : this.#tools.equals(value, operand),
    );
    return isWhole(args) ? call('case', [value.expression, ...args], type) : undefined;
  }
}
