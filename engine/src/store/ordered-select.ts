import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { quote } from '../kernel/statement.js';
import { malformed, type Issue } from '../kernel/errors.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { resultType } from '../fields/registry.js';
import { unknownField } from './field-selection.js';
import { keysetPredicate, type Key } from './keyset.js';
import { at, columnsOf, firstColumn, isReference, liveRows, pgTypeOf, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { isOwner, type RowAccess } from './row-access.js';
import { told } from '../texts/told.js';

export type SortLevel = { readonly field: string; readonly direction: 'asc' | 'desc' };

/**
 * One level of an order.
 *
 * Shape:  `output` is a physical column of the object itself; else `expression` computes the key from alias `d` (a field of a lookup's target).
 *         Keys that can be null come last in both directions.
 */
export type SortKey = {
  readonly id: string;
  readonly direction: 'asc' | 'desc';
  readonly isNullable: boolean;
  readonly pgType: string;
  readonly output: string;
  readonly expression?: string;
  /** The key as SQL over alias `d` that an index may be built on: a computed field of the object itself. */
  readonly inline?: string;
  /** No index has it: every row has to be read before the first is known, and of a roll-up every row that it brings together. */
  readonly isWide?: 'reads' | 'rolls_up' | false;
};

const NEVER_NULL = new Set(['id', 'version', 'created_at', 'updated_at']);

/**
 * The order of a list, made total by the id in the direction of the last level, so that every page has one place to go on from.
 *
 * Errors: malformed for names that do not exist, may not be read on every row, or have no order; the same for all of them.
 */
export function sortKeys(
  scope: QueryScope,
  object: ObjectModel,
  sort: readonly SortLevel[],
  unknown: 'refuse' | 'drop',
  at = '',
): SortKey[] {
  if (sort.length > LIMITS.sort_levels.max) throw limitExceeded('sort_levels', sort.length, `${at}/sort`);
  const issues: Issue[] = [];
  const keys = new Map<string, SortKey>();
  for (const [index, level] of sort.entries()) {
    // Compiled once: a statement may not have parameters that it does not use.
    if (keys.has(level.field)) continue;
    const key = sortKey(scope, object, level, index);
    if (key !== undefined) keys.set(level.field, key);
    else if (unknown === 'refuse') issues.push(unknownField(`${at}/sort/${index}`, level.field));
  }
  if (issues.length > 0) throw malformed(told('list.sort'), issues);
  if (keys.size === 0) return defaultOrder(scope, object);
  const order = [...keys.values()];
  return order.some(({ id }) => id === 'sys_id') ? order : [...order, idKey(order.at(-1)?.direction ?? 'asc')];
}

const idKey = (direction: 'asc' | 'desc'): SortKey => ({ id: 'sys_id', direction, isNullable: false, pgType: 'uuid', output: 'id' });

/** Latest change first; the built-in users, who have no such time, by name. */
function defaultOrder(scope: QueryScope, object: ObjectModel): SortKey[] {
  const [field, direction] = object.system ? ([object.nameField, 'asc'] as const) : (['updated_at', 'desc'] as const);
  const key = sortKey(scope, object, { field, direction }, 0);
  return key === undefined ? [idKey('desc')] : [key, idKey(direction)];
}

function sortKey(scope: QueryScope, object: ObjectModel, { field: path, direction }: SortLevel, index: number): SortKey | undefined {
  const names = path.split('.');
  if (names.length > 4) return undefined;
  const first = sortable(scope, object, names[0]);
  if (first === undefined) return undefined;
  const part = partColumn(scope, first, names[1]);
  if (part !== undefined)
    return names.length === 2 ? { id: path, direction, isNullable: true, pgType: part.pgType, output: part.name } : undefined;
  if (names.length === 1 && (!isReference(first) || first.type === 'id')) {
    if (!resultType(first).isSortable) return undefined;
    if (first.computed !== undefined) {
      const inline = scope.value(first, 'd');
      return {
        id: first.id,
        direction,
        isNullable: true,
        pgType: pgTypeOf(scope.active, first),
        output: `k${index}`,
        inline,
        isWide: rollsUp(scope, first) ? 'rolls_up' : first.indexed ? false : 'reads',
      };
    }
    const { name, pgType } = firstColumn(scope.active, first);
    const isNullable = !(first.system && (NEVER_NULL.has(first.name) || object.system));
    return { id: first.id, direction, isNullable, pgType, output: name };
  }
  const found = throughLookup(scope, first, names.slice(1), 'd', index);
  return (
    found && { id: path, direction, isNullable: true, pgType: found.pgType, output: `k${index}`, expression: found.sql, isWide: 'reads' }
  );
}

/** Whether the value of a field is brought together for each row: a roll-up that is no column, or what is made of one. */
function rollsUp(scope: QueryScope, { computed }: FieldModel): boolean {
  if (computed === undefined) return false;
  if (computed.kind === 'rollup') return !computed.isStored;
  return fieldsRead(computed.expression).some((path) => {
    const last = path.at(-1);
    const field = last && scope.active.model.objects.get(last.object)?.fields.get(last.field);
    return field !== undefined && rollsUp(scope, field);
  });
}

function sortable(scope: QueryScope, object: ObjectModel, name: string | undefined): FieldModel | undefined {
  const field = name === undefined ? undefined : object.fields.get(name);
  return field !== undefined && field.name !== 'deleted_at' && scope.readRule(field).kind === 'all' ? field : undefined;
}

/** The column of a part of a value, such as the city of an address. */
function partColumn(scope: QueryScope, field: FieldModel, name: string | undefined): { name: string; pgType: string } | undefined {
  const part = name === undefined ? undefined : resultType(field).parts?.get(name);
  if (part === undefined) return undefined;
  const column = firstColumn(scope.active, field).name;
  return columnsOf(scope.active, field).find((each) => each.name === column + part.suffix);
}

/** A lookup is sorted by its target's name, or by the field named after it; targets the caller may not read count as empty. */
function throughLookup(
  scope: QueryScope,
  lookup: FieldModel,
  rest: readonly string[],
  alias: string,
  index: number,
): { sql: string; pgType: string } | undefined {
  if (!isReference(lookup) || lookup.type === 'id') return undefined;
  const target = scope.object(lookup.target);
  const field = sortable(scope, target, rest[0] ?? target.nameField);
  if (field === undefined || scope.access(target.name).read.kind === 'none') return undefined;
  const inner = `s${index}_${rest.length}`;
  const deeper = isReference(field) && field.type !== 'id' ? throughLookup(scope, field, rest.slice(1), inner, index) : undefined;
  const part = rest.length === 2 ? partColumn(scope, field, rest[1]) : undefined;
  if (deeper === undefined && part === undefined && (rest.length > 1 || isReference(field) || !resultType(field).isSortable))
    return undefined;
  const own = field.computed === undefined ? at(inner, (part ?? firstColumn(scope.active, field)).name) : scope.value(field, inner);
  const value = deeper ?? { sql: own, pgType: part?.pgType ?? pgTypeOf(scope.active, field) };
  const from = at(alias, firstColumn(scope.active, lookup).name);
  const read = scope.mayRead(target.name, inner);
  return {
    pgType: value.pgType,
    sql: `(select ${value.sql} from ${tableOf(scope.active, target)} ${inner} where ${liveRows(target, inner, scope.params.tenant)} and ${at(inner, 'id')} = ${from}${read === 'true' ? '' : ` and ${read}`})`,
  };
}

/** What a cursor says: for each key whether its value is null. The values themselves are inputs `after0`, `after1` ... */
export type After = readonly boolean[];

export type OrderedSelect = {
  readonly scope: QueryScope;
  readonly object: ObjectModel;
  /** Conditions over alias `d`, the live rows of the tenant among them. */
  readonly where: readonly string[];
  readonly keys: readonly SortKey[];
  readonly columns: Iterable<string>;
  readonly limit: number;
  /** SQL for the number of rows to pass over. */
  readonly skip?: string | undefined;
  readonly after?: After | undefined;
  /** The conditions name few rows, which an index finds: they are sorted, and no order is walked along. */
  readonly isFound?: boolean;
  /** How to reach the rows that the caller may read; they are among the conditions when it is left out. */
  readonly access?: RowAccess;
  /**
   * An index finds what the conditions ask for, and seldom much. "few": `onFew` is given a CTE that collects it, up to a thousand, and the page is made of
   * these; `isMany` says whether there are more. "many": the page is met on a walk along the order.
   */
  readonly lookedUp?: 'few' | 'many' | undefined;
  readonly onFew?: (cte: string) => void;
};

export const orderBy = (keys: readonly SortKey[], alias: string): string =>
  keys
    .map((key) => `${at(alias, key.output)} ${key.direction}${key.isNullable && key.direction === 'desc' ? ' nulls last' : ''}`)
    .join(', ');

/**
 * So few rows are read and sorted; of more, enough are met on a walk along the order.
 *
 * Source: of a million records, 1,800 that somebody may see took a walk over 28,000; reading and sorting them a third of it. What is looked up by a text
 *         is read whole before it is counted, so fewer of it are.
 */
const FEW = { seen: 4_000, lookedUp: 1_000 };

/** Whether more were looked up than `onFew` collects: then the page is to be had on a walk. */
export const isMany = `(select count(*) > ${FEW.lookedUp} from few)`;

/**
 * The rows of one page, reached in the cheapest way: a select that gives the wanted columns and the sort keys, in order, at most `limit` of them.
 *
 * Shape:  rows always meet the predicate of `access`; its other members only say where to look. Rows that indexes name are collected, up to some thousands; if
 *         these are all, they are the ones to sort, and if there are more, the walk along the order meets a page of them soon. Rows of several owners,
 *         or with one of a few options of a picklist, in an order that an index by that field has, are a page of each, merged.
 * Source: docs/decisions/0037-ways-to-rows.md and 0082-a-page-of-each-wanted-option.md. What a text is looked up by has one best plan, whatever the text
 *         is: with the choice left to Postgres it planned each call for longer than it took, and now and then walked along the order past all rows that do
 *         not have it.
 */
export function orderedSelect({ access, where, lookedUp, onFew, ...parts }: OrderedSelect): string {
  if (access === undefined) return orderedRows({ ...parts, where });
  const { scope, object, keys, limit, skip } = parts;
  const conditions = conditionsOf(where, access);
  if (!isByColumns(keys)) return orderedRows({ ...parts, where: conditions });
  const merged = (rows: string) =>
    `select u.* from ${rows} order by ${orderBy(keys, 'u')} limit ${limit}${skip === undefined ? '' : ` offset ${skip}`}`;
  // What is merged has to give all the rows passed over.
  const ofEach = { ...parts, skip: undefined, limit: skip === undefined ? limit : `${limit} + ${skip}` };
  if (lookedUp === 'many') return orderedRows({ ...parts, where: conditions });
  if (lookedUp === 'few') {
    const columns = [...new Set([...parts.columns, ...keys.map(({ output }) => output)])].map((name) => at('d', name));
    const found = `select ${columns.join(', ')} from ${tableOf(scope.active, object)} d where ${conditions.join(' and ')}`;
    onFew?.(`few as materialized (${found} limit ${FEW.lookedUp + 1})`);
    return orderedRows({ ...parts, where: ['true'], source: 'few', isFound: true });
  }
  const most = FEW.seen;
  const walk = () => orderedRows({ ...ofEach, where: [...conditions, `(select count(*) > ${most} from few)`] });
  const { listed } = access;
  const column = listed && at('d', firstColumn(scope.active, listed.field).name);
  const isMerged = listed !== undefined && (skip === undefined || isOwner(listed.field)) && hasOrder(scope, object, listed.field, keys);
  if (isMerged) {
    const rows = orderedRows({ ...ofEach, where: [...conditions, `${column} = o.value`] });
    return merged(`unnest(${listed.values()}) o(value) cross join lateral (${rows}) u`);
  }
  const arms = access.arms?.() ?? (listed && isOwner(listed.field) ? [`${column} = any(${listed.values()})`] : []);
  if (arms.length === 0) return orderedRows({ ...parts, where: conditions });
  const live = liveRows(object, 'd', scope.params.tenant);
  const few = arms.map((arm) => `(select d."id" from ${tableOf(scope.active, object)} d where ${live} and ${arm} limit ${most + 1})`);
  const sorted = orderedRows({
    ...ofEach,
    where: [...conditions, `(select count(*) <= ${most} from few)`, `d."id" = any(array(select id from few))`],
  });
  return `with few as materialized (${few.join(' union all ')}) ${merged(`((${sorted}) union all (${walk()})) u`)}`;
}

/** Whether an index can have the order: no key has to be worked out first. */
export const isByColumns = (keys: readonly SortKey[]): boolean =>
  keys.every(({ expression, inline }) => expression === undefined && inline === undefined);

/** Whether an index has the records of each value of a field in this order. */
function hasOrder(scope: QueryScope, object: ObjectModel, field: FieldModel, [first, ...rest]: readonly SortKey[]): boolean {
  if (first === undefined || rest.length !== 1 || rest[0]?.output !== 'id' || rest[0].direction !== first.direction) return false;
  const ofOwner: (readonly string[])[] = object.system ? [] : [['owner', 'updated_at']];
  return [...ofOwner, ...object.indexes].some(([value, order]) => {
    const ordered = order === undefined ? undefined : object.fields.get(order);
    return value === field.name && ordered?.computed === undefined && ordered && firstColumn(scope.active, ordered).name === first.output;
  });
}

/** Conditions that rows meet whichever way they are reached. */
export function conditionsOf(where: readonly string[], access: RowAccess): string[] {
  const predicate = access.predicate();
  return [...where, ...(predicate === 'true' ? [] : [predicate])];
}

/**
 * The rows of one page in one walk.
 *
 * Source: with the row comparison a page deep in a list costs what the first one costs; written with OR it reads everything before it. An order
 *         by one column that can be null is read in two arms, filled rows first, because no plain index gives descending order with empty ones last.
 */
function orderedRows({
  scope,
  object,
  where,
  keys,
  columns,
  limit,
  skip,
  after,
  isFound = false,
  source: rowsFrom,
}: Omit<OrderedSelect, 'access' | 'limit'> & { readonly limit: number | string; readonly source?: string }): string {
  const passed = skip === undefined ? '' : ` offset ${skip}`;
  const table = `${rowsFrom ?? tableOf(scope.active, object)} d`;
  const plain = keys.filter(({ expression, inline }) => expression === undefined && inline === undefined);
  const output = [
    ...[...new Set([...columns, ...plain.map((key) => key.output)])].map((name) => at('d', name)),
    ...keys.flatMap(({ inline, output: name }) => (inline === undefined ? [] : [`${inline} as ${quote(name)}`])),
  ];
  const value = (index: number) => scope.params.input(`after${index}`, `::${keys[index]?.pgType ?? 'text'}`);
  const [first, second] = keys;
  // An index has empty keys last as it is when it rises; a cursor has to say on its own that they come after everything.
  const isWalkable = !isFound && (first?.direction === 'desc' || after !== undefined);
  if (isWalkable && first?.isNullable && !first.expression && keys.length === 2 && second?.direction === first.direction) {
    const column = first.inline ?? at('d', first.output);
    const rows = (conditions: string[], order: string, count: string) =>
      `select ${output.join(', ')} from ${table} where ${[...where, ...conditions].join(' and ')} order by ${order} limit ${count}`;
    const operator = first.direction === 'asc' ? '>' : '<';
    const byId = `${at('d', second.output)} ${second.direction}`;
    const isPastFilled = after?.[0] === true;
    const empty = [`${column} is null`, ...(isPastFilled ? [`${at('d', second.output)} ${operator} ${value(1)}`] : [])];
    // Named though it is the same for all: so the index is known to have the order.
    const ofEmpty = `${column} ${first.direction}, ${byId}`;
    if (isPastFilled) return rows(empty, ofEmpty, `${limit}${passed}`);
    const filled = [`${column} is not null`];
    if (after) filled.push(`(${column}, ${at('d', second.output)}) ${operator} (${value(0)}, ${value(1)})`);
    const ofFilled = rows(filled, `${column} ${first.direction}, ${byId}`, `${limit}${passed}`);
    // One arm after the other, and the second is not begun when the first had enough: Postgres does so as long as nothing runs in parallel.
    if (skip === undefined) return `(${ofFilled}) union all (${rows(empty, ofEmpty, String(limit))}) limit ${limit}`;
    // Filled rows are only counted where the page begins behind them.
    const before = `(select count(*) from ${table} where ${[...where, ...filled].join(' and ')})`;
    const ofRest = `offset case when exists (select 1 from filled) then 0 else greatest(${skip} - ${before}, 0) end`;
    return [
      `with filled as materialized (${ofFilled})`,
      `select * from filled union all (${rows(empty, ofEmpty, `${limit} - (select count(*) from filled) ${ofRest}`)})`,
    ].join(' ');
  }
  const computed = keys.filter((key) => key.expression !== undefined);
  const lateral = computed.map((key) => `${key.expression ?? ''} as ${quote(key.output)}`);
  const source = lateral.length === 0 ? table : `${table} cross join lateral (select ${lateral.join(', ')} offset 0) k`;
  const list = [...output, ...computed.map((key) => at('k', key.output))];
  const sqlKeys: Key[] = keys.map((key) => ({
    sql: key.inline ?? at(key.expression ? 'k' : 'd', key.output),
    direction: key.direction,
    isNullable: key.isNullable,
  }));
  const conditions = [...where];
  if (after) conditions.push(keysetPredicate(sqlKeys, after, value));
  const order = sqlKeys.map((key) => `${key.sql} ${key.direction}${key.isNullable && key.direction === 'desc' ? ' nulls last' : ''}`);
  return `select ${list.join(', ')} from ${source} where ${conditions.join(' and ')} order by ${order.join(', ')} limit ${limit}${passed}`;
}
