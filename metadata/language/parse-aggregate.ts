import type { AggregateFunction, Expression } from './expression.js';
import { AGGREGATE_TYPES, MAX_AGGREGATES, typeName } from './operators.js';
import { parseRelation, parseVar } from './parse-names.js';
import { isOperation, parseBoolean, refuse, type Parsing } from './parsing.js';

/**
 * Parses {"count": ["lines", where]} and {"sum": ["lines", "amount", where]}, the same for min, max and avg. The condition may be left out,
 * and {"count": "lines"} is short for {"count": ["lines"]}.
 */
export function parseAggregate(
  parsing: Parsing,
  name: AggregateFunction,
  args: readonly unknown[],
  path: string,
  depth: number,
): Expression | undefined {
  parsing.count.aggregates += 1;
  if (parsing.count.aggregates > MAX_AGGREGATES) {
    return refuse(parsing, path, 'too_large', `A condition may have at most ${String(MAX_AGGREGATES)} values over related records.`);
  }
  const least = name === 'count' ? 1 : 2;
  if (args.length < least || args.length > least + 1) {
    const takes =
      name === 'count' ? 'a relation and, if wanted, a condition' : 'a relation, a field of its records and, if wanted, a condition';
    return refuse(parsing, path, 'wrong_arity', `"${name}" takes ${takes}.`);
  }
  const found = parseRelation(parsing, args[0], `${path}/0`);
  if (found === undefined) return undefined;
  const { object, relation, from, by } = found;
  const value = name === 'count' ? undefined : parseField(found.parsing, name, args[1], `${path}/1`);
  const where = args[least] === undefined ? undefined : parseBoolean(found.parsing, args[least], `${path}/${String(least)}`, depth + 1);
  if ((name !== 'count' && value === undefined) || (args[least] !== undefined && where === undefined)) return undefined;
  return {
    kind: 'aggregate',
    function: name,
    object,
    relation,
    from,
    by,
    ...(value === undefined ? {} : { value }),
    ...(where === undefined ? {} : { where }),
    type: value?.type ?? 'decimal',
  };
}

/** The field that is added up: "amount" or {"var": "amount"}, of the related record itself or over a link. */
function parseField(parsing: Parsing, name: Exclude<AggregateFunction, 'count'>, json: unknown, path: string): Expression | undefined {
  const isVar = isOperation(json) && Object.keys(json).length === 1 && 'var' in json;
  const dotted: unknown = isVar ? json['var'] : json;
  const at = isVar ? `${path}/var` : path;
  if (typeof dotted !== 'string' || dotted === '' || dotted.startsWith('$')) {
    return refuse(parsing, at, 'malformed', 'Expected the name of a field of the related records, such as "amount".');
  }
  const field = parseVar(parsing, dotted, at);
  const types = AGGREGATE_TYPES[name];
  if (field === undefined || types.includes(field.type)) return field;
  return refuse(parsing, at, 'wrong_type', `"${name}" works on ${types.map(typeName).join(', ')}; this is ${typeName(field.type)}.`);
}
