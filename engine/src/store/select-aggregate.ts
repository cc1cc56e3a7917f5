import { malformed, type Issue } from '../kernel/errors.js';
import { literal } from '../kernel/statement.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import type { Group, Measure } from './aggregate-parts.js';
import type { BaseCurrency } from './base-currency.js';
import { unknownField } from './field-selection.js';
import { groupCondition, type GroupColumn } from './group-condition.js';
import { GroupingSets } from './grouping-sets.js';
import type { LinkJoins } from './link-values.js';
import type { SortLevel } from './ordered-select.js';
import { at, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { labelOf } from './select-list.js';
import { makeMeasures, type MadeMeasure } from './select-measures.js';
import { told } from '../texts/told.js';

export type AggregateParts = {
  readonly scope: QueryScope;
  readonly object: ObjectModel;
  readonly groups: readonly Group[];
  readonly measures: readonly Measure[];
  readonly where: readonly string[];
  readonly joins: LinkJoins;
  readonly money: BaseCurrency;
  readonly having?: unknown;
  readonly sort: readonly SortLevel[];
  readonly limit: number;
  readonly totals: boolean;
};

type Order = { readonly sql: string; readonly direction: 'asc' | 'desc'; readonly isLabel?: boolean };

/**
 * Groups with their measures in one statement.
 *
 * Shape:  the answer is {"data": [...], "page": {"hasMore"}, "totals"?}. Records are read once: the groups, the same parted by currency and the totals are
 *         grouping sets of one pass. A linked record that the caller may not read is the key null. A record is in a group for each value of a list,
 *         and in that without a value when it has none; in the totals it is once, which takes a second pass.
 * Errors: malformed for names in `having` and `sort`.
 * Source: the sub-select is fenced (offset 0) where there are several grouping sets: keys that are expressions or constants come out right in every set only
 *         when they are columns. One set alone is not: behind a fence no workers of Postgres can read along.
 */
export function selectAggregate(parts: AggregateParts): string {
  const { scope, object, groups, measures, where, joins, money, limit } = parts;
  const { facts, codes, made } = makeMeasures(measures, money);
  const sets = new GroupingSets(groups.length, codes.length);
  const order = orderOf(parts, made);
  const having = parts.having === undefined ? [] : [groupCondition(scope, parts.having, columnsOf(groups, measures, made), 'm')];
  const lists = groups.flatMap((group) => group.list ?? []);
  // A record that is in several groups is once in the totals: they are made of the records as they are, in a pass of their own.
  const ownTotals = parts.totals && lists.length > 0;
  const isOneSet = sets.isOne(parts.totals && !ownTotals);
  const fence = isOneSet ? '' : ' offset 0';
  const rowsOf = (list: readonly string[], parted: readonly string[]) =>
    `select ${list.length === 0 ? '1' : list.join(', ')} from ${tableOf(scope.active, object)} d ${[...joins.sql, ...parted].join(' ')} where ${where.join(' and ')}${fence}`;
  const rows = rowsOf([...groups.map(({ sql }, index) => `${sql} as k${index}`), ...facts], lists);
  const columns = [
    `${isOneSet ? sets.main : numberOf(sets.columns)} as gs`,
    `${isOneSet ? 0 : numberOf(sets.keys)} as kg`,
    // A key that is a day is a moment until here: made a date for every record, each would be taken apart once more.
    ...sets.columns.map((column, index) => (groups[index]?.isDay ? `${column}::date as ${column}` : column)),
    ...made.flatMap((measure) => measure.columns),
  ];
  const totals = () => {
    const { gs, kg, codes: parted } = sets.ofTotals();
    const keys = sets.keys.map((key) => `null as ${key}`);
    const list = [`${gs} as gs`, `${kg} as kg`, ...keys, ...parted, ...made.flatMap((measure) => measure.columns)];
    return ` union all select ${list.join(', ')} from (${rowsOf(facts, [])}) f${sets.groupTotals()}`;
  };
  // Rows of one group in the set parted by currency are found by a number, because null is a key like any other.
  const rank =
    codes.length === 0 || groups.length === 0
      ? '1'
      : `dense_rank() over (partition by g.kg order by ${sets.keys.map((key) => `g.${key}`).join(', ')})`;
  const labels = groups.flatMap((group, index) => labelJoin(scope, group, index)).join(' ');
  // Labels are looked up for the groups that are sent, or for all of them where they decide which.
  const early = order.some(({ isLabel }) => isLabel) ? labels : '';
  const page = [
    `select ${['m.*', ...order.map(({ sql }, index) => `${sql} as o${index}`)].join(', ')} from r m ${early}`,
    `where ${[`m.gs = ${sets.main}`, ...having].join(' and ')}${orderBy(order, '')} limit ${limit + 1}`,
  ].join(' ');
  const ctes = [
    ...(money.isUsed ? [money.rates] : []),
    `g as materialized (select ${columns.join(', ')} from (${rows}) f${sets.groupBy(parts.totals && !ownTotals)}${ownTotals ? totals() : ''})`,
    `r as materialized (select g.*, ${rank} as rk from g)`,
    `page as materialized (${page})`,
  ];
  const measured = (set: number) => measures.map(({ as }, index) => `${literal(as)}, ${made[index]?.json('m', set, sets) ?? 'null'}`);
  const members = [...groups.map((group, index) => `${literal(group.as)}, ${keyJson(scope, group, index)}`), ...measured(sets.main)];
  const data = `select json_build_object(${members.join(', ')}) as body from page m ${labels}${orderBy(order, 'm.')} limit ${limit}`;
  const answer = [
    `'data', (select coalesce(json_agg(t.body), '[]'::json) from (${data}) t)`,
    `'page', json_build_object('hasMore', (select count(*) from page) > ${limit})`,
  ];
  if (parts.totals)
    answer.push(`'totals', (select json_build_object(${measured(sets.total).join(', ')}) from r m where m.gs = ${sets.total})`);
  return `with ${ctes.join(', ')} select json_build_object(${answer.join(', ')})::text`;
}

const numberOf = (columns: readonly string[]): string => (columns.length === 0 ? '0' : `grouping(${columns.join(', ')})`);

const orderBy = (order: readonly Order[], alias: string): string =>
  order.length === 0 ? '' : ` order by ${order.map(({ direction }, index) => `${alias}o${index} ${direction} nulls last`).join(', ')}`;

function labelJoin(scope: QueryScope, { value: { target } }: Group, index: number): string[] {
  if (target === undefined) return [];
  const alias = `l${index}`;
  return [
    `left join ${tableOf(scope.active, target)} ${alias} on ${liveRows(target, alias, scope.params.tenant)} and ${at(alias, 'id')} = m.k${index}`,
  ];
}

/** The key of a group: of a link its id and label, of a date its first day, else the value as records have it. */
function keyJson(scope: QueryScope, { value: { target, type, field }, isDay, members }: Group, index: number): string {
  const key = `m.k${index}`;
  if (members !== undefined) return members.jsonSql([key], field.options);
  if (target !== undefined)
    return `case when ${key} is not null then json_build_object('id', ${key}, 'label', ${labelOf(scope, target, `l${index}`)}) end`;
  if (isDay) return `to_char(${key}, 'YYYY-MM-DD')`;
  return type === undefined ? key : type.jsonSql([key], field.options);
}

/** What orders the groups: what was asked for, then the keys, so that the order is total. */
function orderOf({ scope, groups, measures, sort }: AggregateParts, made: readonly MadeMeasure[]): Order[] {
  if (sort.length > LIMITS.sort_levels.max) throw limitExceeded('sort_levels', sort.length, '/sort');
  const issues: Issue[] = [];
  const order: Order[] = [];
  const seen = new Set<string>();
  for (const [index, { field, direction }] of sort.entries()) {
    const key = groups.findIndex(({ as }) => as === field);
    const measure = measures.findIndex(({ as }) => as === field);
    const group = groups[key];
    if (group !== undefined) order.push(...keyOrder(scope, group, key, direction));
    else if (measure >= 0) order.push({ sql: `m.${made[measure]?.column ?? ''}`, direction });
    else issues.push(unknownField(`/sort/${index}`, field));
    seen.add(field);
  }
  if (issues.length > 0) throw malformed(told('list.sort'), issues);
  for (const [index, group] of groups.entries()) {
    // Behind an order by measures, groups that tie need a fixed place, whatever it is.
    if (!seen.has(group.as))
      order.push(...(sort.length === 0 ? keyOrder(scope, group, index, 'asc') : [{ sql: `m.k${index}`, direction: 'asc' as const }]));
  }
  return order;
}

/** Links in the order of their labels, options in the order of their list, anything else by value. */
function keyOrder(scope: QueryScope, { value: { target, field, type } }: Group, index: number, direction: Order['direction']): Order[] {
  const key = { sql: `m.k${index}`, direction };
  if (target !== undefined) return [{ sql: labelOf(scope, target, `l${index}`), direction, isLabel: true }, key];
  if (type?.choice === undefined) return [key];
  const options = (field.options.options ?? []).map(({ value }) => literal(value));
  return options.length === 0 ? [key] : [{ sql: `array_position(array[${options.join(', ')}], m.k${index})`, direction }, key];
}

/** What a condition on groups may name: levels of grouping and measures, those without dots. */
function columnsOf(groups: readonly Group[], measures: readonly Measure[], made: readonly MadeMeasure[]): GroupColumn[] {
  return [
    ...groups.map(({ as, value: { field, type, target }, isDay, members }, index): GroupColumn => {
      const column = `k${index}`;
      if (members !== undefined) return { name: as, column, field: { type: members.name, options: field.options } };
      if (target !== undefined) return { name: as, column, field: { type: 'lookup', options: {}, target: target.name } };
      return { name: as, column, field: { type: isDay ? 'date' : (type?.name ?? 'text'), options: isDay ? {} : field.options } };
    }),
    ...measures.flatMap(({ as }, index): GroupColumn[] => {
      const measure = made[index];
      return measure === undefined ? [] : [{ name: as, column: measure.column, field: measure.field }];
    }),
  ];
}
