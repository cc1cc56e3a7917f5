import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import { MAX_HOPS } from '@fieldstone/metadata/language/operators.js';
import { resultType } from '../fields/registry.js';
import type { FieldType } from '../fields/field-type.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, columnsOf, firstColumn, isReference, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/** The joins of a statement that works with values of linked records: each link is joined once. A link leads to live records that the caller may read. */
export class LinkJoins {
  readonly sql: string[] = [];
  readonly #scope: QueryScope;
  readonly #aliases = new Map<string, string>();

  constructor(scope: QueryScope) {
    this.#scope = scope;
  }

  /** Alias of the record that `link` of the record of `alias` leads to; all its columns are null where there is none. */
  follow(alias: string, link: FieldModel & { target: string }): string {
    const key = `${alias} ${link.id}`;
    const known = this.#aliases.get(key);
    if (known !== undefined) return known;
    const scope = this.#scope;
    const target = scope.object(link.target);
    const joined = `j${this.#aliases.size + 1}`;
    this.#aliases.set(key, joined);
    const read = scope.mayRead(target.name, joined);
    const conditions = [
      liveRows(target, joined, scope.params.tenant),
      `${at(joined, 'id')} = ${at(alias, firstColumn(scope.active, link).name)}`,
      ...(read === 'true' ? [] : [read]),
    ];
    this.sql.push(`left join ${tableOf(scope.active, target)} ${joined} on ${conditions.join(' and ')}`);
    return joined;
  }
}

/**
 * A value that a path leads to, as SQL.
 *
 * Shape:  `type` is that of the value; of a part of a value, such as a city, there is none. `code` is the currency of an amount. `target` is the object
 *         whose id the value is.
 */
export type LinkValue = {
  readonly field: FieldModel;
  readonly type: FieldType | undefined;
  readonly valueType: ValueType;
  readonly sql: string;
  readonly code?: string;
  readonly target?: ObjectModel;
};

/**
 * Finds what a dotted name such as `amount` or `account.industry` stands for, over alias `d`.
 *
 * Errors: "unknown" for what does not exist and for what may not be read on every row alike; "too_far" for too many links.
 */
export function linkValue(scope: QueryScope, object: ObjectModel, path: string, joins: LinkJoins): LinkValue | 'unknown' | 'too_far' {
  let here = object;
  let alias = 'd';
  const names = path.split('.');
  for (const [index, name] of names.entries()) {
    const field = here.fields.get(name);
    if (field === undefined || field.name === 'deleted_at' || scope.readRule(field).kind !== 'all') return 'unknown';
    const rest = names.slice(index + 1);
    if (rest.length === 0) return leaf(scope, field, alias, joins);
    const part = partOf(scope, field, rest, alias);
    if (part !== undefined) return part;
    if (!isReference(field) || field.type === 'id' || scope.access(field.target).read.kind === 'none') return 'unknown';
    if (index === MAX_HOPS) return 'too_far';
    alias = joins.follow(alias, field);
    here = scope.object(field.target);
  }
  return 'unknown';
}

function leaf(scope: QueryScope, field: FieldModel, alias: string, joins: LinkJoins): LinkValue | 'unknown' {
  const type = resultType(field);
  if (isReference(field) && field.type !== 'id') {
    if (scope.access(field.target).read.kind === 'none') return 'unknown';
    return { field, type, valueType: type.valueType, sql: at(joins.follow(alias, field), 'id'), target: scope.object(field.target) };
  }
  const value = { field, type, valueType: type.valueType, sql: scope.value(field, alias) };
  return type.name === 'currency' ? { ...value, code: `${scope.code(field, alias)}::text` } : value;
}

function partOf(scope: QueryScope, field: FieldModel, rest: readonly string[], alias: string): LinkValue | undefined {
  const part = rest.length === 1 ? resultType(field).parts?.get(rest[0] ?? '') : undefined;
  if (part === undefined || field.computed !== undefined) return undefined;
  const column = firstColumn(scope.active, field).name + part.suffix;
  const isThere = columnsOf(scope.active, field).some(({ name }) => name === column);
  return isThere ? { field, type: undefined, valueType: part.valueType, sql: at(alias, column) } : undefined;
}
