import type { Expression, PathStep, Root, UserList } from './expression.js';
import { didYouMean } from './nearest.js';
import { MAX_HOPS, typeName } from './operators.js';
import { hasArity, isOperation, parseBoolean, refuse, type Parsing } from './parsing.js';
import type { Scope, ScopeField } from './scope.js';

/** So many problems are told with what might be meant: looking for it takes time, and nobody reads more. */
export const MAX_SUGGESTIONS = 50;
const suggestion = ({ scope, issues }: Parsing, object: string, name: string): string =>
  issues.length < MAX_SUGGESTIONS ? didYouMean(name, scope.names?.(object) ?? []) : '';

const unknownField = (parsing: Parsing, path: string, object: string, name: string): undefined =>
  refuse(parsing, path, 'unknown_field', `"${object}" has no field "${name.slice(0, 60)}".${suggestion(parsing, object, name)}`);

/** Resolves a dotted path from `object`: lookups, then a field. */
function resolve(parsing: Parsing, object: string, dotted: string, path: string): { steps: PathStep[]; last: ScopeField } | undefined {
  const names = dotted.split('.');
  const steps: PathStep[] = [];
  let from = object;
  for (const [index, name] of names.entries()) {
    if (index > MAX_HOPS) return refuse(parsing, path, 'path_too_long', `A path may follow ${String(MAX_HOPS)} links at most.`);
    const field = parsing.scope.field(from, name, index > 0);
    if (field === undefined) return unknownField(parsing, path, from, name);
    const [part, ...more] = names.slice(index + 1);
    const partType = part === undefined ? undefined : field.parts?.get(part);
    if (part !== undefined && partType !== undefined && more.length === 0) {
      steps.push({ object: from, field: name, part });
      return { steps, last: { type: partType, fieldType: field.fieldType } };
    }
    steps.push({ object: from, field: name });
    if (part === undefined) return { steps, last: field };
    if (field.parts !== undefined) {
      const message = `"${name}" has no part "${part.slice(0, 60)}".${didYouMean(part, field.parts.keys())}`;
      return refuse(parsing, path, 'unknown_field', message);
    }
    if (field.target === undefined || field.type !== 'reference' || field.fieldType === 'id') {
      return refuse(parsing, path, 'not_a_link', `"${name}" of "${from}" is ${typeName(field.type)}, not a link that a path can follow.`);
    }
    from = field.target;
  }
  return undefined;
}

function rootOf(parsing: Parsing, text: string, path: string): { root: Root; object: string; dotted: string } | undefined {
  const { scope } = parsing;
  if (!text.startsWith('$')) return { root: 'record', object: scope.object, dotted: text };
  const dot = text.indexOf('.');
  const name = dot < 0 ? text : text.slice(0, dot);
  const dotted = dot < 0 ? '' : text.slice(dot + 1);
  if (name === '$previous' && scope.allow.has('previous')) return { root: 'previous', object: scope.object, dotted };
  if (name === '$record' && scope.allow.has('outer') && scope.outerObject !== undefined)
    return { root: 'outer', object: scope.outerObject, dotted };
  const here = [
    ...(scope.allow.has('user') ? ['$user'] : []),
    ...(scope.allow.has('previous') ? ['$previous'] : []),
    ...(scope.allow.has('outer') ? ['$record'] : []),
  ];
  const can =
    here.length === 0 ? 'Only fields of the record can be read here.' : `Here one can read fields of the record and ${here.join(', ')}.`;
  return refuse(parsing, path, 'not_allowed', `"${name.slice(0, 60)}" can not be read here. ${can}`);
}

const USER_LISTS: readonly UserList[] = ['queues', 'team', 'below', 'territories'];

/** Lists of the caller, for the second operand of "in". */
function userList(parsing: Parsing, name: string): Expression | undefined {
  const group = USER_LISTS.find((each) => name === `$user.${each}`);
  if (group === undefined) return undefined;
  const isNames = group === 'territories';
  const list: Expression = { kind: 'people', group, type: isNames ? 'options' : 'references' };
  parsing.info.set(list, isNames ? { type: 'options', fieldType: 'text' } : { type: 'references', fieldType: 'user', target: 'user' });
  return list;
}

/** Parses {"var": "account.name"}, {"var": "$user.id"}, {"var": "$previous.x"}, {"var": "$record.x"}. */
export function parseVar(parsing: Parsing, json: unknown, path: string): Expression | undefined {
  if (typeof json !== 'string' || json === '') return refuse(parsing, path, 'malformed', '"var" takes the name of a field, as a text.');
  if (json === '$user.id' && parsing.scope.allow.has('user')) {
    const user: Expression = { kind: 'user', type: 'reference' };
    parsing.info.set(user, { type: 'reference', fieldType: 'user', target: 'user' });
    return user;
  }
  if (parsing.scope.allow.has('user') && /^\$user\b/.test(json)) {
    const list = parsing.scope.allow.has('people') ? userList(parsing, json) : undefined;
    if (list !== undefined) return list;
    const known = parsing.scope.allow.has('people') ? ['$user.id', ...USER_LISTS.map((name) => `$user.${name}`)] : ['$user.id'];
    return refuse(parsing, path, 'unknown_field', `Of the user, only ${known.map((name) => `"${name}"`).join(', ')} can be read.`);
  }
  const start = rootOf(parsing, json, path);
  if (start === undefined) return undefined;
  const found = resolve(parsing, start.object, start.dotted, path);
  if (found === undefined) return undefined;
  const expression: Expression = { kind: 'field', root: start.root, path: found.steps, type: found.last.type };
  parsing.info.set(expression, found.last);
  return expression;
}

/** Parses {"changed": "stage"}. */
export function parseChanged(parsing: Parsing, json: unknown, path: string): Expression | undefined {
  const { scope } = parsing;
  if (!scope.allow.has('changed')) return refuse(parsing, path, 'not_allowed', '"changed" can be used only where a change is at hand.');
  const name: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json;
  if (typeof name !== 'string') return refuse(parsing, path, 'malformed', '"changed" takes the name of a field, as a text.');
  const field = scope.field(scope.object, name);
  if (field === undefined) return unknownField(parsing, path, scope.object, name);
  return { kind: 'changed', field: { object: scope.object, field: name }, isStructure: field.type === 'structure', type: 'boolean' };
}

/** A field that links to many records is a relation by its own name. */
function listed({ field }: Scope, object: string, name: string): ReturnType<Scope['relation']> {
  const found = field(object, name);
  return found?.type === 'references' && found.target !== undefined ? { from: found.target, by: 'id' } : undefined;
}

/** A relation that an operator looks through, and how names are read behind it: those of the related record, $user and $record. */
export type ParsedRelation = {
  readonly object: string;
  readonly relation: string;
  readonly from: string;
  readonly by: string;
  readonly parsing: Parsing;
};

/** Reads the name of a relation: "contacts" or {"var": "contacts"}. */
export function parseRelation(parsing: Parsing, json: unknown, path: string): ParsedRelation | undefined {
  const relation = isOperation(json) && Object.keys(json).length === 1 ? json['var'] : json;
  if (typeof relation !== 'string') return refuse(parsing, path, 'malformed', 'Expected the name of a relation, such as "contacts".');
  const { object, allow } = parsing.scope;
  const found = parsing.scope.relation(object, relation) ?? listed(parsing.scope, object, relation);
  if (found === undefined) {
    const message = `"${object}" has no relation "${relation.slice(0, 60)}".${suggestion(parsing, object, relation)}`;
    return refuse(parsing, path, 'unknown_relation', message);
  }
  const scope: Scope = {
    ...parsing.scope,
    object: found.from,
    field: (of, name) => parsing.scope.field(of, name, true),
    allow: new Set([...allow].filter((name) => name === 'user' || name === 'people' || name === 'outer')),
  };
  return { object, relation, from: found.from, by: found.by, parsing: { ...parsing, scope } };
}

/** Parses {"any": ["contacts", condition]}; inside, names are those of the related record. */
export function parseRelated(
  parsing: Parsing,
  quantifier: 'any' | 'all' | 'none',
  args: readonly unknown[],
  path: string,
  depth: number,
): Expression | undefined {
  if (!hasArity(parsing, args, 2, quantifier, path)) return undefined;
  const found = parseRelation(parsing, args[0], `${path}/0`);
  if (found === undefined) return undefined;
  const { object, relation, from, by } = found;
  const where = parseBoolean(found.parsing, args[1], `${path}/1`, depth + 1);
  return where && { kind: 'related', quantifier, object, relation, from, by, where, type: 'boolean' };
}
