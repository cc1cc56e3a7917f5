import { Big } from 'big.js';
import { compareInner, foldCase, isSame } from './compare.js';
import { aggregate } from './evaluate-aggregate.js';
import { formulaStep } from './evaluate-formula.js';
import type { Aggregate, Expression } from './expression.js';
import { dateText, instantText, timeText, uuidText } from './literals.js';
import { listInner, literalInner, readPath, toInner, type Inner } from './read-value.js';
import type { RecordValues } from './record-values.js';
import { addUnits, startOf, toInstant, toLocal } from './time-zone.js';

export type { RecordValues } from './record-values.js';

/** What an expression is evaluated against. `previous` is null (or left out) while a record is created. */
export type Environment = {
  readonly record: RecordValues;
  readonly previous?: RecordValues | null;
  readonly outer?: RecordValues;
  readonly userId: string | null;
  readonly now: Date;
  /** IANA zone in which days begin. */
  readonly timeZone: string;
};

/**
 * The answer in the form of the API: decimals as strings, dates YYYY-MM-DD, instants RFC 3339 in UTC.
 * `undefined` is unknown: a value that was needed is not in the record. Whoever asks must then refuse.
 */
export type Value = string | boolean | null | readonly string[] | undefined;

type Run = (env: Environment) => Inner;
type Call = Extract<Expression, { kind: 'call' }>;

const DAY_MS = 86_400_000;
const noRun: Run = () => undefined;
const argument = (runs: readonly Run[], index: number): Run => runs[index] ?? noRun;

/** A comparison: unknown if an operand is, false if one is null. */
const strict =
  (runs: readonly Run[], test: (a: Inner, b: Inner) => boolean): Run =>
  (env) => {
    const a = argument(runs, 0)(env);
    const b = argument(runs, 1)(env);
    if (a === undefined || b === undefined) return undefined;
    return a !== null && b !== null && test(a, b);
  };

/** Unknown only if no part decides: false decides `and`, true decides `or`. */
const every =
  (runs: readonly Run[], decisive: boolean): Run =>
  (env) => {
    let answer: boolean | undefined = !decisive;
    for (const run of runs) {
      const part = run(env);
      if ((part === true) === decisive && part !== undefined) return decisive;
      if (part === undefined) answer = undefined;
    }
    return answer;
  };

const textTest = (runs: readonly Run[], test: (text: string, part: string) => boolean): Run =>
  strict(runs, (a, b) => test(foldCase(String(a)), foldCase(String(b))));

/** The same key for the same value, also for 5 and "5.00". */
const keyOf = (value: Inner): Inner => {
  if (typeof value === 'number') return String(value);
  return value instanceof Big ? (value.eq(0) ? '0' : value.toFixed()) : value;
};

/** The object that a link to one of several points to: a link without one was not loaded whole. */
function compileIsA({ args: [field, names] }: Call): Run {
  if (field?.kind !== 'field' || names?.kind !== 'literal' || !Array.isArray(names.value)) return noRun;
  const wanted: readonly unknown[] = names.value;
  const root = ROOTS[field.root];
  return (env) => {
    const link = readPath(root(env), field.path);
    if (link === null) return false;
    const object = typeof link === 'object' ? (link as RecordValues)['object'] : undefined;
    return typeof object === 'string' ? wanted.includes(object) : undefined;
  };
}

function compileIn(node: Call, runs: readonly Run[]): Run {
  const list = node.args[1];
  // Who is in the caller's team stands in the database alone: unknown here, and whoever asks must refuse.
  if (list?.kind === 'people') return noRun;
  const items = list?.kind === 'literal' && Array.isArray(list.value) ? listInner(list.value as readonly string[], list.type) : [];
  const keys = new Set(items.map(keyOf));
  return (env) => {
    const value = argument(runs, 0)(env);
    return value === undefined ? undefined : value !== null && keys.has(keyOf(value));
  };
}

const literalText = (node: Call, index: number): string => {
  const arg = node.args[index];
  return arg?.kind === 'literal' ? String(arg.value) : '';
};

/** `start_of` and `add`: calendar arithmetic on the wall clock of the reader's zone; minutes and hours on the line of time. */
function compileDates(node: Call, runs: readonly Run[]): Run {
  const unit = literalText(node, node.args.length - 1);
  const amount = node.op === 'add' ? Number(literalText(node, 1)) : 0;
  const step = (ms: number): number => (node.op === 'add' ? addUnits(ms, amount, unit) : startOf(ms, unit));
  const isDate = node.args[0]?.type === 'date';
  const isElapsed = unit === 'minute' || unit === 'hour';
  return (env) => {
    const from = argument(runs, 0)(env);
    if (typeof from !== 'number') return from === null ? null : undefined;
    if (isDate) {
      const ms = step(from * DAY_MS);
      return node.type === 'datetime' ? toInstant(ms, env.timeZone) : Math.floor(ms / DAY_MS);
    }
    return isElapsed ? step(from) : toInstant(step(toLocal(from, env.timeZone)), env.timeZone);
  };
}

function compileCall(node: Call): Run {
  const runs = node.args.map(compile);
  switch (node.op) {
    case 'and':
      return every(runs, false);
    case 'or':
      return every(runs, true);
    case 'not':
      return (env) => {
        const value = argument(runs, 0)(env);
        return value === undefined ? undefined : value !== true;
      };
    case 'eq':
      return strict(runs, isSame);
    case 'ne':
      return (env) => {
        const a = argument(runs, 0)(env);
        const b = argument(runs, 1)(env);
        if (a === undefined || b === undefined) return undefined;
        return a === null || b === null ? a !== b : !isSame(a, b);
      };
    case 'lt':
      return strict(runs, (a, b) => compareInner(a, b) < 0);
    case 'lte':
      return strict(runs, (a, b) => compareInner(a, b) <= 0);
    case 'gt':
      return strict(runs, (a, b) => compareInner(a, b) > 0);
    case 'gte':
      return strict(runs, (a, b) => compareInner(a, b) >= 0);
    case 'between': {
      const [value = noRun, low = noRun, high = noRun] = runs;
      const parts = [strict([value, low], (a, b) => compareInner(a, b) >= 0), strict([value, high], (a, b) => compareInner(a, b) <= 0)];
      return every(parts, false);
    }
    case 'in':
      return compileIn(node, runs);
    case 'contains':
      if (node.args[0]?.type === 'options' || node.args[0]?.type === 'references')
        return strict(runs, (list, item) => Array.isArray(list) && list.includes(item as string));
      return textTest(runs, (text, part) => text.includes(part));
    case 'starts_with':
      return textTest(runs, (text, part) => text.startsWith(part));
    case 'ends_with':
      return textTest(runs, (text, part) => text.endsWith(part));
    case 'is_a':
      return compileIsA(node);
    case 'is_empty':
      return (env) => {
        const value = argument(runs, 0)(env);
        return value === undefined ? undefined : value === null;
      };
    case 'today':
      return (env) => Math.floor(toLocal(env.now.getTime(), env.timeZone) / DAY_MS);
    case 'now':
      return (env) => env.now.getTime();
    case 'start_of':
    case 'add':
      return compileDates(node, runs);
    default: {
      const step = formulaStep(node.op);
      return (env) =>
        step(
          runs.map((run) => run(env)),
          env.timeZone,
          node,
        );
    }
  }
}

const ROOTS = {
  record: (env: Environment) => env.record,
  previous: (env: Environment) => env.previous ?? null,
  outer: (env: Environment) => env.outer,
};

/** JSON text with the names of objects in order. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** A stored value as text that is the same for the same value: what "changed" compares. */
function fingerprint(value: unknown): string {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'null';
  if (Array.isArray(value)) return listPrint(value);
  if (typeof value !== 'object') return `${typeof value === 'boolean' ? 'b' : 'v'}:${String(value)}`;
  const record = value as RecordValues;
  // Money differs by amount or currency; a link differs by id, whatever else was loaded with it.
  if (!Object.hasOwn(record, 'amount')) return `v:${String(record['id'])}`;
  const amount = toInner(record['amount'], 'decimal');
  return `m:${amount instanceof Big ? amount.toFixed() : String(amount)} ${String(record['currency'])}`;
}

/** Options are told apart by their order, links only by which they are. */
function listPrint(list: readonly unknown[]): string {
  const ids = toInner(list, 'references');
  return JSON.stringify(Array.isArray(ids) ? ids.toSorted() : list);
}

/** The records behind a relation; unknown when they were not loaded. A field of many links that has none is null. */
const relatedOf = (record: RecordValues, { object, relation }: { readonly object: string; readonly relation: string }): unknown => {
  const records = readPath(record, [{ object, field: relation }]);
  return records === null ? [] : records;
};

function compileRelated(node: Extract<Expression, { kind: 'related' }>): Run {
  const where = compile(node.where);
  return (env) => {
    const records = relatedOf(env.record, node);
    if (!Array.isArray(records)) return undefined;
    const answers = records.map((record) => where({ ...env, record: record as RecordValues }));
    const decisive = node.quantifier !== 'all';
    if (answers.some((answer) => answer !== undefined && (answer === true) === decisive)) return node.quantifier === 'any';
    return answers.includes(undefined) ? undefined : node.quantifier !== 'any';
  };
}

/** Unknown if the records were not loaded, or whether one of them counts is not known, or its value. */
function compileAggregate(node: Aggregate): Run {
  const where = node.where === undefined ? undefined : compile(node.where);
  const value = node.value === undefined ? undefined : compile(node.value);
  return (env) => {
    const records = relatedOf(env.record, node);
    if (!Array.isArray(records)) return undefined;
    const inside = records.map((record): Environment => ({ ...env, record: record as RecordValues }));
    const answers = where === undefined ? inside.map(() => true) : inside.map(where);
    if (answers.includes(undefined)) return undefined;
    const counted = inside.filter((_, index) => answers[index] === true);
    return node.function === 'count' || value === undefined ? counted.length : aggregate(node.function, counted.map(value));
  };
}

const compiled = new WeakMap<Expression, Run>();

function compileNode(node: Expression): Run {
  switch (node.kind) {
    case 'literal': {
      const value = literalInner(node);
      return () => value;
    }
    case 'field': {
      const root = ROOTS[node.root];
      return (env) => toInner(readPath(root(env), node.path), node.type);
    }
    case 'user':
      return (env) => (env.userId === null ? null : uuidText(env.userId));
    case 'people':
    case 'shared':
      return noRun;
    case 'call':
      return compileCall(node);
    case 'changed':
      return (env) => {
        const now = readPath(env.record, [node.field]);
        const before = readPath(env.previous ?? null, [node.field]);
        const text = node.isStructure ? sorted : fingerprint;
        return now === undefined || before === undefined ? undefined : text(now) !== text(before);
      };
    case 'related':
      return compileRelated(node);
    case 'aggregate':
      return compileAggregate(node);
  }
}

/** Expressions are immutable, so each node is compiled once, to closures. */
function compile(node: Expression): Run {
  const known = compiled.get(node);
  if (known !== undefined) return known;
  const run = compileNode(node);
  compiled.set(node, run);
  return run;
}

function outward(value: Inner, expression: Expression): Value {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (expression.type === 'date') return dateText(Number(value));
  if (expression.type === 'datetime') return instantText(Number(value));
  if (expression.type === 'time') return timeText(Number(value));
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? (value as readonly string[]) : (value as Big).toFixed();
}

/**
 * Evaluates an expression against one record.
 *
 * Errors: none. What can not be computed (a value that was not loaded, an unknown time zone) is undefined.
 */
export function evaluate(expression: Expression, environment: Environment): Value {
  try {
    return outward(compile(expression)(environment), expression);
  } catch (error) {
    // Intl throws for a zone it does not know; anything else is a bug and must be seen.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether a condition is true. Unknown is not true. */
export const holds = (condition: Expression, environment: Environment): boolean => evaluate(condition, environment) === true;
