import type { Expression, ValueType } from './expression.js';
import type { ConditionIssue, Scope, ScopeField } from './scope.js';

/** What the parts of the parser share. `info` keeps what the scope said about a field, for the operand beside it. */
export type Parsing = {
  readonly scope: Scope;
  readonly issues: ConditionIssue[];
  readonly info: WeakMap<Expression, ScopeField>;
  /** The grammar itself, passed along so that its parts need not import the whole. */
  readonly grammar: Grammar;
  /** Shared by every part of one condition. */
  readonly count: { nodes: number; aggregates: number };
};

/** Parses one node; undefined when there was a problem, which is then among the issues. */
type Parse = (parsing: Parsing, json: unknown, path: string, depth: number, expected?: ValueType) => Expression | undefined;
export type Grammar = { readonly node: Parse; readonly condition: Parse };

/** Parses a node of any type. */
export const parseNode: Parse = (parsing, ...rest) => parsing.grammar.node(parsing, ...rest);
/** Parses a node that must be a condition. */
export const parseBoolean: Parse = (parsing, ...rest) => parsing.grammar.condition(parsing, ...rest);

/** Notes a problem; returns undefined, which stands for "no expression" everywhere in the parser. */
export function refuse(parsing: Parsing, path: string, code: string, message: string): undefined {
  parsing.issues.push({ path, code, message });
  return undefined;
}

export const isOperation = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

export const call = (
  op: Extract<Expression, { kind: 'call' }>['op'],
  args: readonly Expression[],
  type: ValueType = 'boolean',
): Expression => ({
  kind: 'call',
  op,
  args,
  type,
});

/** Operands as a list: JSONLogic lets a single one stand without its brackets. */
export const operands = (json: unknown): readonly unknown[] => (Array.isArray(json) ? json : [json]);

/** Checks the number of operands. */
export function hasArity(parsing: Parsing, args: readonly unknown[], arity: number, name: string, path: string): boolean {
  if (args.length === arity) return true;
  refuse(parsing, path, 'wrong_arity', `"${name}" takes ${String(arity)} operand${arity === 1 ? '' : 's'}, not ${String(args.length)}.`);
  return false;
}
