import { MAX_FORMULA_DEPTH, MAX_FORMULA_NODES } from './formula-limits.js';
import { tokenize, type Fault, type Token } from './formula-tokens.js';

type Place = { readonly start: number; readonly end: number };

/** A formula as written, before names and types are looked at. `broken` stands where a fault was noted already. */
export type Syntax = Place &
  (
    | { readonly kind: 'number' | 'text' | 'name'; readonly value: string }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[] }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Syntax; readonly right: Syntax }
    | { readonly kind: 'negate'; readonly operand: Syntax }
    | { readonly kind: 'broken' }
  );

/** How strongly an operator holds its operands. */
export const BINDING: Readonly<Record<string, number>> = {
  ...{ '=': 1, '==': 1, '<>': 1, '!=': 1, '<': 1, '<=': 1, '>': 1, '>=': 1 },
  ...{ '&': 2, '+': 3, '-': 3, '*': 4, '/': 4 },
};
export const NEGATION_BINDING = 5;

/** A Pratt parser: an operand, then operators for as long as they bind more strongly than what stands before the operand. */
class SyntaxParser {
  readonly #tokens: readonly Token[];
  readonly #faults: Fault[];
  #at = 0;
  #nodes = 0;
  #isTooMuch = false;

  constructor(text: string, faults: Fault[]) {
    this.#tokens = tokenize(text, faults);
    this.#faults = faults;
  }

  whole(): Syntax {
    if (this.#tokens.length === 1) {
      this.#faults.push({ ...this.#place, code: 'malformed', message: 'The formula is empty.' });
      return this.#broken();
    }
    const found = this.#expression(0, 0);
    const rest: Token | undefined = this.#tokens[this.#at];
    if (rest !== undefined && rest.kind !== 'end' && !this.#isTooMuch) {
      const hint =
        this.#token.value === ')' ? ' There is one closing bracket too many.' : ' An operator such as + or & is missing before it.';
      this.#faults.push({ ...this.#place, code: 'malformed', message: `"${shown(rest)}" is not expected here.${hint}` });
    }
    return found;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', value: '', start: 0, end: 0 };
  }

  get #place(): Place {
    const { start, end } = this.#token;
    return { start, end };
  }

  #broken(): Syntax {
    return { kind: 'broken', ...this.#place };
  }

  #isSymbol(value: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.value === value;
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #expression(least: number, depth: number): Syntax {
    if (this.#isTooMuch || !this.#isWithinLimits(depth)) return this.#broken();
    let left = this.#operand(depth);
    for (;;) {
      const { kind, value } = this.#token;
      const binding = kind === 'symbol' ? BINDING[value] : undefined;
      if (binding === undefined || binding <= least) return left;
      this.#next();
      this.#nodes += 1;
      const right = this.#expression(binding, depth + 1);
      left = { kind: 'binary', operator: value, left, right, start: left.start, end: right.end };
    }
  }

  /** Stops at once when a limit is passed: the rest is not worth reading. */
  #isWithinLimits(depth: number): boolean {
    this.#nodes += 1;
    const isLarge = this.#nodes > MAX_FORMULA_NODES;
    if (!isLarge && depth <= MAX_FORMULA_DEPTH) return true;
    this.#isTooMuch = true;
    const message = isLarge
      ? `A formula may have at most ${String(MAX_FORMULA_NODES)} parts.`
      : `Formulas may be nested ${String(MAX_FORMULA_DEPTH)} deep at most.`;
    this.#faults.push({ ...this.#place, code: isLarge ? 'too_large' : 'too_deep', message });
    this.#at = this.#tokens.length - 1;
    return false;
  }

  #operand(depth: number): Syntax {
    const token = this.#token;
    const { start } = token;
    if (token.kind === 'number' || token.kind === 'text') {
      this.#next();
      return { kind: token.kind, value: token.value, start, end: token.end };
    }
    if (token.kind === 'name') {
      this.#next();
      if (this.#isSymbol('(')) return this.#call(token, depth);
      return { kind: 'name', value: token.value, start, end: token.end };
    }
    if (token.kind === 'symbol' && (token.value === '-' || token.value === '+')) {
      this.#next();
      const operand = this.#expression(NEGATION_BINDING, depth + 1);
      return token.value === '+' ? operand : { kind: 'negate', operand, start, end: operand.end };
    }
    if (this.#isSymbol('(')) {
      this.#next();
      const inner = this.#expression(0, depth + 1);
      this.#close(start);
      return inner;
    }
    this.#faults.push({ ...this.#place, code: 'malformed', message: `${missing(token)} A value is missing here.` });
    // What ends an operand belongs to whoever asked for it; anything else would be met again for ever.
    if (token.kind === 'symbol' && token.value !== ',' && token.value !== ')') this.#next();
    return { kind: 'broken', start, end: token.end };
  }

  #call(name: Token, depth: number): Syntax {
    const open = this.#next();
    const args: Syntax[] = [];
    if (!this.#isSymbol(')')) {
      do args.push(this.#expression(0, depth + 1));
      while (this.#isSymbol(',') && this.#next());
    }
    const end = this.#close(open.start);
    return { kind: 'call', name: name.value, args, start: name.start, end };
  }

  #close(open: number): number {
    if (this.#isSymbol(')')) return this.#next().end;
    if (!this.#isTooMuch) {
      const message = `${missing(this.#token)} The bracket opened at character ${String(open + 1)} is not closed.`;
      this.#faults.push({ ...this.#place, code: 'malformed', message });
      // One such fault says it all.
      this.#isTooMuch = true;
      this.#at = this.#tokens.length - 1;
    }
    return this.#token.end;
  }
}

const shown = (token: Token): string => token.value.slice(0, 40);
const missing = (token: Token): string =>
  token.kind === 'end' ? 'The formula ends too early.' : `"${shown(token)}" is not expected here.`;

/** Reads a formula; faults are added to the list, and what could be read is returned all the same. */
export const readSyntax = (text: string, faults: Fault[]): Syntax => new SyntaxParser(text, faults).whole();
