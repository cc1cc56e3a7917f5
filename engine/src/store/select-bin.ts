import type { ObjectModel } from '../model/types.js';
import { byJson, causeJson, instantSql, type Curiosity } from './change-parts.js';
import { goesAlong } from './select-operation.js';
import { allColumns } from './list-conditions.js';
import { at, objectNumberOf, SEPARATOR_SQL, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { searchConditions } from './search-condition.js';
import type { SearchShape } from './search-question.js';
import { labelOf, referenceJson } from './select-list.js';

export type BinAsked = {
  readonly limit: number;
  readonly isFirstPage: boolean;
  /** Of a search text, whose terms are inputs. */
  readonly search: SearchShape;
  /** Only what the caller deleted. */
  readonly isOwn: boolean;
  readonly curiosity: Curiosity;
};

/**
 * What lies in the recycle bin, last deleted first, of the objects given. Inputs are those of the search, and behind the first page `at`, `id` and `number` of the last row
 * that was sent.
 *
 * Shape:  two parts: the keys to go on from as JSON, or nothing, then the rows as a JSON array. A record is in it when the caller might read it and may
 *         delete it, which is what restoring takes. What went with a record it is part of is not told: it comes back with that.
 * Source: one range of ix_sys_history_deleted for each object, of which no more is read than a page; a deletion that was taken back meets no row.
 */
export function selectBin(scope: QueryScope, objects: readonly ObjectModel[], asked: BinAsked): string {
  const { params } = scope;
  const { limit } = asked;
  const arms = objects.map((object) => `(${arm(scope, object, asked)})`);
  const row = [
    `'object', t.object, 'objectLabel', t.object_label, 'id', t.id, 'label', t.label, 'deletedAt', ${instantSql('t.at')}`,
    `'by', ${byJson(scope, 't.actor')}, 'cause', ${causeJson(scope, 't.cause', 't.actor', asked.curiosity)}, 'operation', t.operation, 'mergedInto', t.into`,
  ].join(', ');
  const order = 't.at desc, t.id desc, t.number desc';
  return [
    `with found as materialized (select * from (${arms.join(' union all ')}) t where ${params.tenant} is not null order by ${order} limit ${limit + 1})`,
    `select coalesce(case when (select count(*) from found) > ${limit} then (select json_build_array(t.at::text, t.id, t.number::text)::text from found t order by ${order} offset ${limit - 1} limit 1) end, '')`,
    `|| ${SEPARATOR_SQL} || (select coalesce(json_agg(json_build_object(${row}) order by ${order}), '[]'::json) from (select * from found t order by ${order} limit ${limit}) t)::text`,
  ].join(' ');
}

/** Rows `d` of the bin that the caller may restore, which are those that lie there by themselves. */
export function restorable(scope: QueryScope, object: ObjectModel): string[] {
  const access = scope.access(object.name);
  return [scope.rule(access.read, 'd'), scope.rule(access.delete, 'd'), `not ${goesAlong(scope, object, 'd."deleted_batch"')}`];
}

/**
 * Deletions `h` of one object with the records `d` as they lie in the bin.
 *
 * Shape: a select of `items`, in the order they were deleted or the other way round; `more` are further conditions.
 */
export function binArm(
  scope: QueryScope,
  object: ObjectModel,
  items: readonly string[],
  {
    limit,
    isOldestFirst,
    search,
    isOwn,
    more,
  }: Pick<BinAsked, 'limit' | 'search' | 'isOwn'> & { isOldestFirst: boolean; more: readonly string[] },
): string {
  const { active, params } = scope;
  const number = objectNumberOf(active, object);
  const columns = allColumns(scope, object).map((name) => at('x', name));
  const where = [
    `h."tenant_id" = ${params.tenant}`,
    `h."object_no" = ${number}`,
    `h."op" = 'delete'`,
    ...restorable(scope, object),
    ...more,
  ];
  if (isOwn) where.push(`h."actor" = ${params.user}`);
  where.push(...searchConditions(scope, object, search).conditions);
  const record = `select ${columns.join(', ')}, x."deleted_batch" from ${tableOf(active, object)} x where x."tenant_id" = ${params.tenant} and x."id" = h."record_id" and x."deleted_at" = h."at" offset 0`;
  const way = isOldestFirst ? '' : ' desc';
  return `select ${items.join(', ')} from ${systemTable(active, 'sys_history')} h cross join lateral (${record}) d where ${where.join(' and ')} order by h."at"${way}, h."record_id"${way} limit ${limit}`;
}

/** What comes behind the row with the inputs `at`, `id` and `number`, in the order of the bin or the other way round. */
export function behind({ params }: QueryScope, isOldestFirst: boolean): string {
  const last = [params.input('at', '::timestamptz'), params.input('id', '::uuid'), params.input('number', '::int')];
  return `(h."at", h."record_id", h."object_no") ${isOldestFirst ? '>' : '<'} (${last.join(', ')})`;
}

function arm(scope: QueryScope, object: ObjectModel, { limit, isFirstPage, search, isOwn }: BinAsked): string {
  const { params } = scope;
  const items = [
    `h."at" as at, h."object_no" as number, h."record_id" as id, h."actor" as actor, h."cause" as cause, d."deleted_batch" as operation`,
    `${params.constant(object.name)}::text as object, ${params.constant(object.label)}::text as object_label`,
    `${labelOf(scope, object, 'd')} as label`,
    `case when h."cause" ->> 'into' is not null then ${referenceJson(scope, object, `(h."cause" ->> 'into')::uuid`, 'm')} end as into`,
  ];
  return binArm(scope, object, items, {
    limit: limit + 1,
    isOldestFirst: false,
    search,
    isOwn,
    more: isFirstPage ? [] : [behind(scope, false)],
  });
}
