import { evaluate } from '../../metadata/language/evaluate.js';
import type { Expression } from '../../metadata/language/expression.js';
import { FORMULA_FUNCTIONS } from '../../metadata/language/formula-functions.js';
import { MAX_LIST } from '../../metadata/language/operators.js';
import { parseCondition } from '../../metadata/language/parse-condition.js';
import { parseFormula } from '../../metadata/language/parse-formula.js';
import type { Scope, ScopeField } from '../../metadata/language/scope.js';

const TYPES: Readonly<Record<string, ScopeField>> = {
  note: { type: 'text', fieldType: 'long_text' },
  other: { type: 'text', fieldType: 'long_text' },
  amount: { type: 'decimal', fieldType: 'decimal' },
  count: { type: 'decimal', fieldType: 'integer' },
  flag: { type: 'boolean', fieldType: 'boolean' },
  day: { type: 'date', fieldType: 'date' },
  moment: { type: 'datetime', fieldType: 'datetime' },
  tags: { type: 'options', fieldType: 'tags' },
  place: { type: 'reference', fieldType: 'lookup', target: 'thing' },
  data: { type: 'structure', fieldType: 'json' },
};
/** An object with a field of each type of value. */
export const scope: Scope = {
  object: 'thing',
  field: (_object, name) => (Object.hasOwn(TYPES, name) ? TYPES[name] : undefined),
  relation: (_object, name) => (name === 'parts' ? { from: 'thing', by: 'place' } : undefined),
  allow: new Set(['user', 'previous', 'changed']),
  names: () => Object.keys(TYPES),
};

/** A record as large as records get, with something to inherit. */
export const largeRecord: Readonly<Record<string, unknown>> = Object.assign(Object.create({ inherited: 'zqkinheritedwvx' }) as object, {
  note: `${'a'.repeat(50_000)}${' '.repeat(50_000)}`,
  other: `b${'a'.repeat(9_998)}`,
  amount: '9'.repeat(28),
  count: 7,
  flag: true,
  day: '2026-03-01',
  moment: '2026-03-01T10:00:00Z',
  tags: Array.from({ length: 100 }, (_, n) => `tag ${String(n)}`),
  place: { id: '00000000-0000-0000-0000-000000000001' },
  parts: Array.from({ length: 200 }, () => ({ note: 'a'.repeat(2_000), amount: '1.5', count: 1, flag: false })),
});
const environment = { record: largeRecord, previous: largeRecord, userId: null, now: new Date(0), timeZone: 'Europe/Berlin' };

const ARGUMENTS: Readonly<Record<string, string>> = {
  ...{ number: 'amount', text: 'note', condition: 'flag', any: 'note', day: 'day', moment: 'moment', ordered: 'amount', same: 'note' },
  ...{ haystack: 'note', digits: '2', unit: '"day"', case: 'note' },
};
const call = (name: string, args: readonly string[]) => `${name}(${args.join(', ')})`;
const isFine = (formula: string): boolean => parseFormula(formula, scope).ok;

/** The largest of its kind that is accepted. */
function largest(most: number, make: (count: number) => string): string {
  let [from, to] = [0, most];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (isFine(make(middle))) from = middle;
    else to = middle - 1;
  }
  return make(from);
}

/** Formulas as large and as deep as each function allows. */
export function largestFormulas(): string[] {
  const made: string[] = [];
  for (const { name, parameters, repeats } of FORMULA_FUNCTIONS.values()) {
    const plain = name === 'CASE' ? ['note', '"a"', 'other', 'note'] : parameters.map((parameter) => ARGUMENTS[parameter] ?? 'note');
    const one = call(name, plain);
    // Beside each other, for as many as there is room.
    for (const join of [' & ', ' + ', ' = ']) made.push(largest(250, (count) => Array.from({ length: count }, () => one).join(join)));
    if (repeats && name !== 'CASE')
      made.push(largest(490, (count) => call(name, [...plain, ...Array.from({ length: count }, () => plain[0] ?? '')])));
    // In one another, at each place.
    plain.forEach((_, at) => {
      const nest = (depth: number): string =>
        depth === 0
          ? one
          : call(
              name,
              plain.map((arg, index) => (index === at ? nest(depth - 1) : arg)),
            );
      made.push(largest(40, nest));
    });
  }
  return [...new Set(made)].filter(isFine);
}

const v = (name: string) => ({ var: name });
/** Conditions as large as they may be. */
export const largestConditions = (): unknown[] => {
  const many = (each: unknown, count: number) => ({ or: Array.from({ length: count }, () => each) });
  const nest = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : { '!': nest(depth - 1, inner) });
  return [
    ...['contains', 'starts_with', 'ends_with'].map((operator) => many({ [operator]: [v('note'), v('other')] }, 60)),
    ...['contains', 'ends_with'].map((operator) => many({ [operator]: [v('note'), `b${'a'.repeat(3_000)}`] }, 49)),
    many({ in: [v('note'), Array.from({ length: MAX_LIST }, (_, n) => `n${String(n)}`)] }, 60),
    many({ '==': [v('note'), v('note')] }, 60),
    many({ '>': [v('amount'), '1.5'] }, 60),
    many({ changed: 'data' }, 90),
    many({ any: ['parts', { contains: [v('note'), 'b'] }] }, 40),
    ...['any', 'all', 'none'].map((quantifier) => ({ [quantifier]: ['parts', many({ contains: [v('note'), 'b'] }, 60)] })),
    many({ '>': [{ sum: ['parts', 'amount', many({ contains: [v('note'), 'b'] }, 4)] }, 1] }, 8),
    nest(18, { '==': [v('note'), 'x'] }),
  ].filter((condition) => parseCondition(condition, scope).ok);
};

export type Cost = { readonly what: string; readonly parseMs: number; readonly ms: number; readonly length: number };

/** What each of them costs, in processor time. */
export function costs(): Cost[] {
  const measure = (what: string, parse: () => Expression | undefined): Cost => {
    const spent = (work: () => void): number => {
      let least = Infinity;
      for (let nth = 0; nth < 3 && least > 100; nth += 1) {
        const began = process.cpuUsage();
        work();
        const { user, system } = process.cpuUsage(began);
        least = Math.min(least, (user + system) / 1_000);
      }
      return least;
    };
    let expression: Expression | undefined;
    let value: unknown;
    const parseMs = spent(() => (expression = parse()));
    const ms = spent(() => {
      if (expression !== undefined) value = evaluate(expression, environment);
    });
    return { what: what.slice(0, 100), parseMs, ms, length: String(value).length };
  };
  return [
    ...largestFormulas().map((formula) =>
      measure(formula, () => {
        const parsed = parseFormula(formula, scope);
        return parsed.ok ? parsed.expression : undefined;
      }),
    ),
    ...largestConditions().map((condition) =>
      measure(JSON.stringify(condition), () => {
        const parsed = parseCondition(condition, scope);
        return parsed.ok ? parsed.expression : undefined;
      }),
    ),
  ];
}
