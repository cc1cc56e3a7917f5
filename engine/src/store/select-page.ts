import { LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import type { Selection } from './field-selection.js';
import type { ListRows } from './list-conditions.js';
import { conditionsOf, isByColumns, orderBy, orderedSelect, type After, type SortKey } from './ordered-select.js';
import { at, liveRows, SEPARATOR_SQL, tableOf } from './physical-names.js';
import { TOO_WIDE, type WideLimit } from './pg-errors.js';
import type { QueryScope } from './query-scope.js';
import { selectList } from './select-list.js';

export type PageParts = {
  readonly scope: QueryScope;
  readonly object: ObjectModel;
  readonly selection: readonly Selection[];
  readonly rows: ListRows;
  readonly keys: readonly SortKey[];
  readonly limit: number;
  readonly after?: After | undefined;
  /** Passes over as many rows as input `skip` says. */
  readonly skips: boolean;
  readonly count: 'none' | 'capped' | 'exact';
  /** Further members of each row, as select items over alias `p`. */
  readonly items?: readonly string[];
};

/** Counting stops here: it costs as much as reading the index up to it. */
export const COUNT_CAP = 10_000;

/** The keys of a row as texts, null where the key is null: what a cursor holds. */
export const keyTexts = (keys: readonly SortKey[], alias: string): string =>
  `json_build_array(${keys.map((key) => `${at(alias, key.output)}::text`).join(', ')})`;

/** The rows of a page as a JSON array, in order, from the ordered rows `from`; `items` are further members of each. */
export function rowsJson(
  scope: QueryScope,
  object: ObjectModel,
  selection: readonly Selection[],
  keys: readonly SortKey[],
  from: string,
  limit: number,
  more: { readonly alias?: string; readonly items?: readonly string[] } = {},
) {
  const { alias = 'p', items = [] } = more;
  const list = selectList(scope, object, alias, selection);
  const rows = `select ${[...list.items, ...items].join(', ')} from ${from} ${alias} ${list.joins.join(' ')} order by ${orderBy(keys, alias)} limit ${limit}`;
  return { sql: `(select coalesce(json_agg(row_to_json(t)), '[]'::json) from (${rows}) t)`, columns: list.columns };
}

/** Counts the rows that would have to be sorted, as far as it matters. */
const wideCte = (scope: QueryScope, object: ObjectModel, where: readonly string[], most: number): string =>
  `wide as materialized (select count(*) n from (select 1 from ${tableOf(scope.active, object)} d where ${where.join(' and ')} limit ${most + 1}) x)`;

/** Asked once, before a row is read. */
const isNarrow = (limit: WideLimit): string => `(select "meta_v"."assert"(n <= ${LIMITS[limit].max}, '${TOO_WIDE[limit]}') from wide)`;

/** The limit on the rows to be sorted, where every one of them has to be read. */
function limitOf(keys: readonly SortKey[]): WideLimit | undefined {
  if (keys.some(({ isWide }) => isWide === 'rolls_up')) return 'sorted_by_roll_ups';
  return keys.some(({ isWide }) => isWide === 'reads') ? 'sorted_over_links' : undefined;
}

/**
 * The rows of a page whose keys were found first: what is passed over is read in the index alone, and only the page itself in the table.
 *
 * Source: at row 100,000 it took a twentieth of reading whole rows up to there.
 */
function fetched(scope: QueryScope, object: ObjectModel, keys: readonly SortKey[], columns: Iterable<string>, page: string): string {
  const list = [...new Set([...columns, ...keys.map(({ output }) => output)])].map((name) => at('d', name));
  const live = liveRows(object, 'd', scope.params.tenant);
  return `select ${list.join(', ')} from (${page}) k join ${tableOf(scope.active, object)} d on ${live} and d."id" = k."id"`;
}

/**
 * One statement for one page: the rows are chosen, ordered and limited first, and only then are labels joined to them.
 *
 * Shape:  the answer is a head and the rows, parted by a separator; the head is {"next": keys of the last row if there are more, "count"?}.
 * Source: labels joined after the limit and json_agg(row_to_json) took a tenth of the time of one query per label, and a quarter of a join
 *         before the limit.
 */
export function selectPage({
  scope,
  object,
  selection,
  rows: { asked, access },
  keys,
  limit,
  after,
  skips,
  count,
  items = [],
}: PageParts): string {
  const rows = rowsJson(scope, object, selection, keys, 'page', limit, { items });
  const most = limitOf(keys);
  const guard = most === undefined ? [] : [isNarrow(most)];
  const select = (columns: Iterable<string>) =>
    orderedSelect({
      scope,
      object,
      where: [...asked, ...guard],
      access,
      keys,
      columns,
      limit: limit + 1,
      after,
      skip: skips ? scope.params.input('skip', '::integer') : undefined,
    });
  const page = skips && isByColumns(keys) ? fetched(scope, object, keys, rows.columns, select([])) : select(rows.columns);
  const next = `case when (select count(*) from page) > ${limit} then (select ${keyTexts(keys, 'p')} from page p order by ${orderBy(keys, 'p')} offset ${limit - 1} limit 1) end`;
  const ctes = [
    ...(most === undefined ? [] : [wideCte(scope, object, conditionsOf(asked, access), LIMITS[most].max)]),
    `page as materialized (${page})`,
  ];
  const head = [`'next', ${next}`];
  if (count !== 'none') {
    const matches = `select 1 from ${tableOf(scope.active, object)} d where ${conditionsOf(asked, access).join(' and ')}`;
    ctes.push(`matches as materialized (select count(*) n from (${matches}${count === 'capped' ? ` limit ${COUNT_CAP + 1}` : ''}) x)`);
    head.push(`'count', (select n from matches)`);
  }
  return `with ${ctes.join(', ')} select json_build_object(${head.join(', ')})::text || ${SEPARATOR_SQL} || ${rows.sql}::text`;
}
