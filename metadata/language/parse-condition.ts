import type { Expression, ValueType } from './expression.js';
import { COMPARISONS, MAX_DEPTH, MAX_NODES, OPERATOR_NAMES, typeName } from './operators.js';
import { didYouMean } from './nearest.js';
import { parseAggregate } from './parse-aggregate.js';
import { parseComparison, parseIn } from './parse-comparison.js';
import { parseIsA } from './parse-is-a.js';
import { parseAdd, parseStartOf } from './parse-dates.js';
import { parseChanged, parseRelated, parseVar } from './parse-names.js';
import { naturalType, readLiteral } from './literals.js';
import { call, hasArity, isOperation, operands, parseBoolean, parseNode, refuse, type Parsing } from './parsing.js';
import type { ConditionIssue, Scope } from './scope.js';

export type { ConditionIssue, Scope, ScopeField } from './scope.js';

export type ParseResult =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly issues: readonly ConditionIssue[] };

/** Parses `and` and `or`. */
function parseList(parsing: Parsing, op: 'and' | 'or', json: unknown, path: string, depth: number): Expression | undefined {
  if (!Array.isArray(json) || json.length === 0) {
    return refuse(parsing, path, 'wrong_arity', `"${op}" takes a list of at least one condition.`);
  }
  const args = json.map((item, index) => parseBoolean(parsing, item, `${path}/${String(index)}`, depth + 1));
  return args.every((arg) => arg !== undefined) ? call(op, args) : undefined;
}

function parseOperation(parsing: Parsing, name: string, json: unknown, path: string, depth: number): Expression | undefined {
  const comparison = COMPARISONS.get(name);
  if (comparison !== undefined) return parseComparison(parsing, name, comparison, operands(json), path, depth);
  switch (name) {
    case 'and':
    case 'or':
      return parseList(parsing, name, json, path, depth);
    case '!': {
      const args = operands(json);
      if (!hasArity(parsing, args, 1, name, path)) return undefined;
      const arg = parseBoolean(parsing, args[0], Array.isArray(json) ? `${path}/0` : path, depth + 1);
      return arg && call('not', [arg]);
    }
    case 'in':
      return parseIn(parsing, operands(json), path, depth);
    case 'is_empty': {
      const args = operands(json);
      if (!hasArity(parsing, args, 1, name, path)) return undefined;
      const arg = parseNode(parsing, args[0], Array.isArray(json) ? `${path}/0` : path, depth + 1);
      return arg && call('is_empty', [arg]);
    }
    case 'is_a':
      return parseIsA(parsing, operands(json), path, depth);
    case 'any':
    case 'all':
    case 'none':
      return parseRelated(parsing, name, operands(json), path, depth);
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
      return parseAggregate(parsing, name, operands(json), path, depth);
    case 'changed':
      return parseChanged(parsing, json, path);
    case 'var':
      return parseVar(parsing, json, path);
    case 'today':
    case 'now':
      if (Array.isArray(json) && json.length === 0) return call(name, [], name === 'today' ? 'date' : 'datetime');
      return refuse(parsing, path, 'wrong_arity', `"${name}" takes no operands: {"${name}":[]}.`);
    case 'start_of':
      return parseStartOf(parsing, operands(json), path, depth);
    case 'add':
      return parseAdd(parsing, operands(json), path, depth);
    default:
      return refuse(parsing, path, 'unknown_operator', `There is no operator "${name.slice(0, 60)}".${didYouMean(name, OPERATOR_NAMES)}`);
  }
}

/**
 * Parses one node: an operation, or a literal that is read as `expected` (as what it looks like where nothing is expected).
 * Undefined when there was a problem, which is then among the issues.
 */
function node(parsing: Parsing, json: unknown, path: string, depth: number, expected?: ValueType): Expression | undefined {
  parsing.count.nodes += 1;
  if (parsing.count.nodes > MAX_NODES) {
    if (parsing.count.nodes === MAX_NODES + 1)
      refuse(parsing, path, 'too_large', `A condition may have at most ${String(MAX_NODES)} parts.`);
    return undefined;
  }
  if (depth > MAX_DEPTH) return refuse(parsing, path, 'too_deep', `Conditions may be nested ${String(MAX_DEPTH)} deep at most.`);
  if (isOperation(json)) {
    const [name, ...more] = Object.keys(json);
    if (name === undefined || more.length > 0) {
      return refuse(parsing, path, 'malformed', 'Expected one operator with its operands, such as {"==":[{"var":"status"},"open"]}.');
    }
    return parseOperation(parsing, name, json[name], `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth);
  }
  if (Array.isArray(json)) return refuse(parsing, path, 'malformed', 'A list may only stand as the second operand of "in".');
  const type = expected ?? naturalType(json);
  const literal = readLiteral(json, type);
  if ('expected' in literal) return refuse(parsing, path, 'bad_literal', `Expected ${literal.expected}.`);
  return literal.value === null ? { kind: 'literal', type: 'null', value: null } : { kind: 'literal', type, value: literal.value };
}

/** Parses a node that must be a condition. */
function condition(parsing: Parsing, json: unknown, path: string, depth: number): Expression | undefined {
  const expression = parseNode(parsing, json, path, depth, isOperation(json) ? undefined : 'boolean');
  if (expression === undefined || expression.type === 'boolean') return expression;
  return refuse(parsing, path, 'wrong_type', `Expected a condition, found ${typeName(expression.type)}.`);
}

const begin = (scope: Scope): Parsing => ({
  scope,
  issues: [],
  info: new WeakMap(),
  grammar: { node, condition },
  count: { nodes: 0, aggregates: 0 },
});
const finish = (parsing: Parsing, expression: Expression | undefined): ParseResult =>
  expression !== undefined && parsing.issues.length === 0 ? { ok: true, expression } : { ok: false, issues: parsing.issues };

/**
 * Parses and type-checks a condition.
 *
 * Errors: every issue at once, each with a JSON Pointer into `json`. Nothing is thrown, whatever `json` is.
 * Source: docs/conditions.md.
 */
export function parseCondition(json: unknown, scope: Scope): ParseResult {
  const parsing = begin(scope);
  return finish(parsing, parseBoolean(parsing, json, '', 1));
}

/** Parses an expression of any type, for {"$expr": ...}. With `expected`, one of another type is refused and literals are read as it. */
export function parseExpression(json: unknown, scope: Scope, expected?: ValueType): ParseResult {
  const parsing = begin(scope);
  const expression = parseNode(parsing, json, '', 1, expected);
  if (expression !== undefined && expected !== undefined && expression.type !== expected && expression.type !== 'null') {
    refuse(parsing, '', 'wrong_type', `Expected ${typeName(expected)}, found ${typeName(expression.type)}.`);
  }
  return finish(parsing, expression);
}
