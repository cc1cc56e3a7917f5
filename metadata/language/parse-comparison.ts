import type { Expression, ValueType } from './expression.js';
import { naturalType, readLiteral, tagText } from './literals.js';
import { didYouMean } from './nearest.js';
import { MAX_LIST, typeName, type ComparisonSpec } from './operators.js';
import { call, hasArity, isOperation, parseNode, refuse, type Parsing } from './parsing.js';
import type { ScopeField } from './scope.js';
import { hasWords } from './value-words.js';

/** A date as the instant its day begins; `start_of` of type datetime over a date says exactly that. */
const asInstant = (date: Expression): Expression => call('start_of', [date, { kind: 'literal', type: 'text', value: 'day' }], 'datetime');

/** A tag is compared in the form it is kept in. */
const asKept = (expression: Expression, info: ScopeField | undefined): Expression =>
  info?.fieldType === 'tags' && expression.kind === 'literal' && typeof expression.value === 'string'
    ? { ...expression, value: tagText(expression.value) }
    : expression;

/** Refuses a code that the picklist does not have, and links to records of another object. */
function fits(parsing: Parsing, expression: Expression, info: ScopeField | undefined, path: string): boolean {
  if (info === undefined) return true;
  if (expression.kind === 'literal' && info.options !== undefined && expression.type === 'option') {
    const codes = Array.isArray(expression.value) ? expression.value : [String(expression.value)];
    for (const [index, code] of codes.entries()) {
      if (info.options.includes(code)) continue;
      const at = Array.isArray(expression.value) ? `${path}/${String(index)}` : path;
      refuse(parsing, at, 'unknown_option', `There is no option "${code.slice(0, 60)}".${didYouMean(code, info.options)}`);
      return false;
    }
  }
  const other = parsing.info.get(expression)?.target;
  if (expression.type === 'reference' && other !== undefined && info.target !== undefined && other !== info.target) {
    refuse(parsing, path, 'wrong_type', `A link to "${info.target}" can not be compared with a link to "${other}".`);
    return false;
  }
  return true;
}

/** Parses the operands that are no literals; what they are decides how the literals are read. */
function parseFields(parsing: Parsing, args: readonly unknown[], path: string, depth: number): (Expression | undefined)[] | undefined {
  const parsed = args.map((arg, index) => (isOperation(arg) ? parseNode(parsing, arg, `${path}/${String(index)}`, depth + 1) : undefined));
  return args.every((arg, index) => !isOperation(arg) || parsed[index] !== undefined) ? parsed : undefined;
}

function refuseType(parsing: Parsing, name: string, types: readonly ValueType[], found: Expression | undefined, path: string): undefined {
  const words = WORD_TESTS.has(name) ? ['the words of a formatted text or an address'] : [];
  const known = [...types.map(typeName), ...words].join(', ');
  return refuse(
    parsing,
    path,
    'wrong_type',
    `"${name}" works on ${known}; this is ${found === undefined ? 'nothing' : typeName(found.type)}.`,
  );
}

const WORD_TESTS: ReadonlySet<string> = new Set(['contains', 'starts_with', 'ends_with']);

/** What is looked into for a text: of formatted text and of an address as a whole, their words. */
function asWords(parsing: Parsing, name: string, expression: Expression | undefined): Expression | undefined {
  if (!WORD_TESTS.has(name) || expression?.kind !== 'field' || expression.type !== 'structure') return expression;
  const fieldType = parsing.info.get(expression)?.fieldType;
  const last = expression.path.at(-1);
  if (fieldType === undefined || last === undefined || !hasWords(fieldType)) return expression;
  const words: Expression = { ...expression, path: [...expression.path.slice(0, -1), { ...last, words: fieldType }], type: 'text' };
  parsing.info.set(words, { type: 'text', fieldType });
  return words;
}

const ITEM: Readonly<Partial<Record<ValueType, ValueType>>> = { options: 'option', references: 'reference' };
/** The type literals are read as: that of the needle where the first operand is a list. */
const literalType = (type: ValueType): ValueType => ITEM[type] ?? type;

/** Parses a comparison: types of both sides are the same, or a date meets an instant where that has a meaning. */
export function parseComparison(
  parsing: Parsing,
  name: string,
  { op, arity, types, mixesDates }: ComparisonSpec,
  args: readonly unknown[],
  path: string,
  depth: number,
): Expression | undefined {
  if (!hasArity(parsing, args, arity, name, path)) return undefined;
  const operandsRead = parseFields(parsing, args, path, depth);
  if (operandsRead === undefined) return undefined;
  const parsed = operandsRead.map((operand, index) => (index === 0 ? asWords(parsing, name, operand) : operand));
  const leaders = parsed.filter((expression) => expression !== undefined);
  const leader = leaders.find((expression) => expression.type === 'datetime') ?? leaders[0];
  const type = leader?.type ?? naturalType(args.find((arg) => arg !== null) ?? null);
  const info = leader && parsing.info.get(leader);
  // No literal can be read as it; said of the field, and not of what stands beside it.
  if (leader?.type === 'structure' && !args.includes(null))
    return refuseType(parsing, name, types, leader, `${path}/${String(parsed.indexOf(leader))}`);

  const all: (Expression | undefined)[] = args.map((arg, index) => {
    const known = parsed[index];
    if (known !== undefined) return known;
    const isDay = mixesDates && type === 'datetime' && typeof arg === 'string' && arg.length === 10;
    return parseNode(parsing, arg, `${path}/${String(index)}`, depth + 1, isDay ? 'date' : literalType(type));
  });
  if (!all.every((expression) => expression !== undefined)) return undefined;

  const empty = all.findIndex((expression) => expression.type === 'null');
  if (empty >= 0) return compareWithNull(parsing, name, all, empty, path);

  const first = all[0];
  if (first === undefined || !types.includes(first.type)) {
    return refuseType(parsing, name, types, first, `${path}/0`);
  }
  const wanted = literalType(type);
  const made: Expression[] = [];
  for (const [index, expression] of all.entries()) {
    const at = `${path}/${String(index)}`;
    const isHaystack = index === 0 && ITEM[first.type] !== undefined;
    if (mixesDates && type === 'datetime' && expression.type === 'date') made.push(asInstant(expression));
    else if (isHaystack || expression.type === wanted) made.push(asKept(expression, info));
    else {
      const hint = expression.type === 'date' && wanted === 'datetime' ? ' Use "between", or ">=" and "<", to name a day.' : '';
      return refuse(parsing, at, 'wrong_type', `Expected ${typeName(wanted)}, found ${typeName(expression.type)}.${hint}`);
    }
    if (expression !== leader && !fits(parsing, expression, info, at)) return undefined;
  }
  return call(op, made);
}

/** `== null` and `!= null` ask whether there is a value; every other comparison with nothing is false, and surely a slip. */
function compareWithNull(parsing: Parsing, name: string, all: readonly Expression[], empty: number, path: string): Expression | undefined {
  const other = all[empty === 0 ? 1 : 0];
  if (other !== undefined && (name === '==' || name === '!=')) {
    const isEmpty = call('is_empty', [other]);
    return name === '==' ? isEmpty : call('not', [isEmpty]);
  }
  return refuse(
    parsing,
    `${path}/${String(empty)}`,
    'bad_literal',
    `"${name}" with nothing is never true. Use "is_empty" to ask for a missing value.`,
  );
}

/** Parses {"in": [link to a person, {"var": "$user.team"}]}; territories are names, and compared with texts and codes. */
function inUserList(
  parsing: Parsing,
  needle: unknown,
  list: Extract<Expression, { kind: 'people' }>,
  path: string,
  depth: number,
): Expression | undefined {
  const wanted: readonly ValueType[] = list.type === 'references' ? ['reference'] : ['text', 'option'];
  const item = parseNode(parsing, needle, `${path}/0`, depth + 1, wanted[0]);
  if (item === undefined) return undefined;
  if (!wanted.includes(item.type)) {
    return refuse(parsing, `${path}/0`, 'wrong_type', `Expected ${wanted.map(typeName).join(' or ')}, found ${typeName(item.type)}.`);
  }
  return fits(parsing, item, parsing.info.get(list), `${path}/0`) ? call('in', [item, list]) : undefined;
}

const IN_TYPES: readonly ValueType[] = ['text', 'decimal', 'date', 'time', 'datetime', 'option', 'reference'];

/** Parses {"in": [value, [literals]]} and {"in": [code, field with several options]}. */
export function parseIn(parsing: Parsing, args: readonly unknown[], path: string, depth: number): Expression | undefined {
  if (!hasArity(parsing, args, 2, 'in', path)) return undefined;
  const [needle, haystack] = args;
  if (isOperation(haystack)) {
    const list = parseNode(parsing, haystack, `${path}/1`, depth + 1);
    if (list === undefined) return undefined;
    if (list.kind === 'people') return inUserList(parsing, needle, list, path, depth);
    const wanted = ITEM[list.type];
    if (wanted === undefined) return refuse(parsing, `${path}/1`, 'wrong_type', `Expected a list, found ${typeName(list.type)}.`);
    const item = parseNode(parsing, needle, `${path}/0`, depth + 1, wanted);
    if (item === undefined) return undefined;
    if (item.type !== wanted)
      return refuse(parsing, `${path}/0`, 'wrong_type', `Expected ${typeName(wanted)}, found ${typeName(item.type)}.`);
    return fits(parsing, item, parsing.info.get(list), `${path}/0`)
      ? call('contains', [list, asKept(item, parsing.info.get(list))])
      : undefined;
  }
  if (!Array.isArray(haystack)) return refuse(parsing, `${path}/1`, 'malformed', 'The second operand of "in" is a list of values.');
  if (haystack.length > MAX_LIST) {
    return refuse(parsing, `${path}/1`, 'too_large', `A list may have at most ${String(MAX_LIST)} values.`);
  }
  const value = parseNode(parsing, needle, `${path}/0`, depth + 1, haystack.length > 0 ? naturalType(haystack[0]) : undefined);
  if (value === undefined) return undefined;
  if (!IN_TYPES.includes(value.type)) {
    return refuse(
      parsing,
      `${path}/0`,
      'wrong_type',
      `"in" works on ${IN_TYPES.map(typeName).join(', ')}; this is ${typeName(value.type)}.`,
    );
  }
  const values: string[] = [];
  for (const [index, json] of haystack.entries()) {
    const literal = readLiteral(json, value.type);
    if ('expected' in literal) refuse(parsing, `${path}/1/${String(index)}`, 'bad_literal', `Expected ${literal.expected}.`);
    else if (typeof literal.value !== 'string') {
      refuse(
        parsing,
        `${path}/1/${String(index)}`,
        'bad_literal',
        'A list holds no empty values. Use "is_empty" to ask for a missing one.',
      );
    } else values.push(literal.value);
  }
  const list: Expression = { kind: 'literal', type: value.type, value: values };
  return values.length === haystack.length && fits(parsing, list, parsing.info.get(value), `${path}/1`)
    ? call('in', [value, list])
    : undefined;
}
