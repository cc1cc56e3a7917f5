import type { Expression } from './expression.js';
import { didYouMean } from './nearest.js';
import { typeName } from './operators.js';
import { call, hasArity, parseNode, refuse, type Parsing } from './parsing.js';

/** Parses {"is_a": [{"var": "related_to"}, "account"]}: whether a link to one of several objects points to a record of these. */
export function parseIsA(parsing: Parsing, args: readonly unknown[], path: string, depth: number): Expression | undefined {
  if (!hasArity(parsing, args, 2, 'is_a', path)) return undefined;
  const field = parseNode(parsing, args[0], `${path}/0`, depth + 1);
  if (field === undefined) return undefined;
  const targets = parsing.info.get(field)?.targets;
  if (field.kind !== 'field' || targets === undefined) {
    return refuse(parsing, `${path}/0`, 'wrong_type', `"is_a" works on a link to one of several objects; this is ${typeName(field.type)}.`);
  }
  const isList = Array.isArray(args[1]);
  const names: readonly unknown[] = isList ? (args[1] as unknown[]) : [args[1]];
  if (names.length === 0) return refuse(parsing, `${path}/1`, 'wrong_arity', 'Name at least one object.');
  const known = names.filter((name): name is string => typeof name === 'string' && targets.includes(name));
  for (const [index, name] of names.entries()) {
    if (known.includes(name as string)) continue;
    const text = String(name).slice(0, 60);
    refuse(
      parsing,
      isList ? `${path}/1/${String(index)}` : `${path}/1`,
      'unknown_object',
      `It does not point to "${text}".${didYouMean(text, targets)}`,
    );
  }
  return known.length === names.length ? call('is_a', [field, { kind: 'literal', type: 'text', value: known }]) : undefined;
}
