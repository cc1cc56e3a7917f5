import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'starts_with' | 'ends_with';
export type TestOperator = Comparison | 'between' | 'in' | 'not_in' | 'is_a' | 'is_not_a' | 'is_empty' | 'is_not_empty' | 'changed';
export type Literal = string | number | boolean | null;

/** What a field is compared with. `moment` is a date counted from today or now. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'field'; readonly path: string }
  | { readonly kind: 'moment'; readonly from: 'today' | 'now'; readonly amount: number; readonly unit: string };

/**
 * A condition as the builder edits it. What the builder has no form for stays in `raw`, word for word, so opening a condition and saving it
 * never changes what it means.
 */
export type ConditionNode =
  | Group
  | {
      readonly kind: 'test';
      /** A field, or a value over related records as `aggregatePath` writes it. */
      readonly path: string;
      readonly op: TestOperator;
      readonly operands: readonly Operand[];
      /** Which of the related records count; all when left out. */
      readonly where?: Group;
    }
  | { readonly kind: 'raw'; readonly json: unknown };

export type Group = { readonly kind: 'group'; readonly join: 'and' | 'or'; readonly items: readonly ConditionNode[] };
export type Test = Extract<ConditionNode, { kind: 'test' }>;

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'contains', 'starts_with', 'ends_with']);
const isComparison = (name: string): name is Comparison => COMPARISONS.has(name);
const isRecord = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null && !Array.isArray(json);
const isLiteral = (json: unknown): json is Literal => json === null || ['string', 'number', 'boolean'].includes(typeof json);
const list = (json: unknown): readonly unknown[] => (Array.isArray(json) ? json : [json]);

/** The condition of a document as a group of tests; an absent one is an empty group. */
export function readCondition(json: unknown): Group {
  if (json === undefined) return { kind: 'group', join: 'and', items: [] };
  const node = readNode(json);
  return node.kind === 'group' ? node : { kind: 'group', join: 'and', items: [node] };
}

function readNode(json: unknown): ConditionNode {
  const raw: ConditionNode = { kind: 'raw', json };
  if (!isRecord(json)) return raw;
  const [entry, ...more] = Object.entries(json);
  if (entry === undefined || more.length > 0) return raw;
  const [name, value] = entry;
  if ((name === 'and' || name === 'or') && Array.isArray(value)) return { kind: 'group', join: name, items: value.map(readNode) };
  return readTest(name, list(value)) ?? raw;
}

function readTest(name: string, operands: readonly unknown[]): Test | undefined {
  if (name === 'changed')
    return typeof operands[0] === 'string' && operands.length === 1
      ? { kind: 'test', path: operands[0], op: 'changed', operands: [] }
      : undefined;
  if (name === '!') return readNegation(operands);
  const subject = readSubject(operands[0]);
  if (subject === undefined) return undefined;
  const test = testAbout(subject.path, name, operands);
  return test && (subject.where === undefined ? test : { ...test, where: readCondition(subject.where) });
}

function testAbout(path: string, name: string, operands: readonly unknown[]): Test | undefined {
  if (name === 'is_empty' && operands.length === 1) return { kind: 'test', path, op: 'is_empty', operands: [] };
  if (isComparison(name) && operands.length === 2) return testOf(path, name, [operands[1]]);
  if (name === 'between' && operands.length === 3) return testOf(path, 'between', operands.slice(1));
  if (name === 'is_a' && operands.length === 2) return isATest(path, operands[1]);
  if (name === 'in' && operands.length === 2 && Array.isArray(operands[1])) return testOf(path, 'in', operands[1] as unknown[]);
  return undefined;
}

/** Which objects a link may point to: one name, or a list of them. */
function isATest(path: string, json: unknown): Test | undefined {
  const names = list(json);
  return names.every((name) => typeof name === 'string') ? testOf(path, 'is_a', names) : undefined;
}

function readNegation(operands: readonly unknown[]): Test | undefined {
  const inner = operands.length === 1 ? readNode(operands[0]) : undefined;
  if (inner?.kind !== 'test') return undefined;
  if (inner.op === 'is_empty') return { ...inner, op: 'is_not_empty' };
  if (inner.op === 'is_a') return { ...inner, op: 'is_not_a' };
  if (inner.op === 'in') return { ...inner, op: 'not_in' };
  return undefined;
}

function testOf(path: string, op: TestOperator, jsons: readonly unknown[]): Test | undefined {
  const operands = jsons.map(readOperand);
  return operands.every((operand) => operand !== undefined) ? { kind: 'test', path, op, operands } : undefined;
}

const readPath = (json: unknown): string | undefined =>
  isRecord(json) && Object.keys(json).length === 1 && typeof json['var'] === 'string' ? json['var'] : undefined;

export type AggregateName = 'count' | 'sum' | 'min' | 'max' | 'avg';
export type AggregatePath = { readonly name: AggregateName; readonly relation: string; readonly field?: string };
const AGGREGATES: ReadonlySet<string> = new Set<AggregateName>(['count', 'sum', 'min', 'max', 'avg']);
const isAggregate = (name: string): name is AggregateName => AGGREGATES.has(name);

/** A value over related records in the place of a path: "count:lines", "sum:lines.amount". No field has a colon in its name. */
export const aggregatePath = ({ name, relation, field }: AggregatePath): string =>
  `${name}:${relation}${field === undefined ? '' : `.${field}`}`;

export function readAggregatePath(path: string): AggregatePath | undefined {
  const [, name = '', relation = '', field] = /^([a-z]+):([a-z0-9_]+)(?:[.](.+))?$/.exec(path) ?? [];
  if (!isAggregate(name) || (name === 'count') !== (field === undefined)) return undefined;
  return field === undefined ? { name, relation } : { name, relation, field };
}

/** What a test is about: a field, or a value over related records with the condition they must meet. */
function readSubject(json: unknown): { readonly path: string; readonly where?: unknown } | undefined {
  const path = readPath(json);
  if (path !== undefined) return { path };
  if (!isRecord(json)) return undefined;
  const [entry, ...more] = Object.entries(json);
  if (entry === undefined || more.length > 0 || !isAggregate(entry[0])) return undefined;
  const [name, value] = entry;
  const [relation, ...rest] = list(value);
  const field = name === 'count' ? undefined : rest.shift();
  if (typeof relation !== 'string' || rest.length > 1 || (name !== 'count' && typeof field !== 'string')) return undefined;
  // Short forms are kept as they were written, by the editor of raw JSON.
  if (!Array.isArray(value)) return undefined;
  const found = aggregatePath({ name, relation, ...(typeof field === 'string' ? { field } : {}) });
  return rest.length === 0 ? { path: found } : { path: found, where: rest[0] };
}

function writeSubject(path: string, where?: Group): unknown {
  const over = readAggregatePath(path);
  if (over === undefined) return { var: path };
  const condition = where && writeCondition(where);
  const args = [over.relation, ...(over.field === undefined ? [] : [over.field]), ...(condition === undefined ? [] : [condition])];
  return { [over.name]: args };
}

function readOperand(json: unknown): Operand | undefined {
  if (isLiteral(json)) return { kind: 'literal', value: json };
  const subject = readSubject(json);
  if (subject !== undefined) return subject.where === undefined ? { kind: 'field', path: subject.path } : undefined;
  const start = readStart(json);
  if (start !== undefined) return { kind: 'moment', from: start, amount: 0, unit: 'day' };
  if (!isRecord(json) || Object.keys(json).length !== 1 || !Array.isArray(json['add'])) return undefined;
  const [of, amount, unit] = json['add'] as unknown[];
  const from = readStart(of);
  return from !== undefined && typeof amount === 'number' && typeof unit === 'string' ? { kind: 'moment', from, amount, unit } : undefined;
}

function readStart(json: unknown): 'today' | 'now' | undefined {
  if (!isRecord(json) || Object.keys(json).length !== 1) return undefined;
  for (const name of ['today', 'now'] as const) if (Array.isArray(json[name]) && json[name].length === 0) return name;
  return undefined;
}

/** The JSON of a condition; undefined for an empty one, which means "always". */
export function writeCondition(group: Group): ConditionJson | undefined {
  const json = writeNode(group);
  // Every node writes one operator with its operands, which is what the schema calls a condition.
  return json as ConditionJson | undefined;
}

function writeNode(node: ConditionNode): unknown {
  if (node.kind === 'raw') return node.json;
  if (node.kind === 'test') return writeTest(node);
  const items = node.items.map(writeNode).filter((item) => item !== undefined);
  return items.length > 1 ? { [node.join]: items } : items[0];
}

function writeTest({ path, op, operands, where }: Test): unknown {
  const field = writeSubject(path, where);
  const values = operands.map(writeOperand);
  switch (op) {
    case 'changed':
      return { changed: path };
    case 'is_empty':
      return { is_empty: [field] };
    case 'is_not_empty':
      return { '!': [{ is_empty: [field] }] };
    case 'in':
      return { in: [field, values] };
    case 'not_in':
      return { '!': [{ in: [field, values] }] };
    case 'is_a':
      return { is_a: [field, oneOrList(values)] };
    case 'is_not_a':
      return { '!': [{ is_a: [field, oneOrList(values)] }] };
    default:
      return { [op]: [field, ...values] };
  }
}

const oneOrList = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : values);

function writeOperand(operand: Operand): unknown {
  if (operand.kind === 'literal') return operand.value;
  if (operand.kind === 'field') return writeSubject(operand.path);
  const start = { [operand.from]: [] };
  return operand.amount === 0 ? start : { add: [start, operand.amount, operand.unit] };
}
