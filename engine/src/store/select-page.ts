import { LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import type { Selection } from './field-selection.js';
import type { ListRows } from './list-conditions.js';
import { conditionsOf, isByColumns, isMany, orderBy, orderedSelect, type After, type SortKey } from './ordered-select.js';
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
  /** How to reach rows that an index looks up. */
  readonly lookedUp?: 'few' | 'many' | undefined;
  /** Further members of each row, as select items over alias `p`. */
  readonly items?: readonly string[];
};

/** Counting stops here: it costs as much as reading the index up to it. */
export const COUNT_CAP = 10_000;

/** Stands between the rows of a page as text. White space to JSON, and a line break is nowhere else in what Postgres makes of a row. */
export const ROW_SEPARATOR = ',\n';

/** The rows of a page as JSON, read in one pass: SQL to select from, and aggregates over it. */
export type PageJson = {
  readonly from: string;
  /** A JSON array of the rows, in order. */
  readonly rows: string;
  /** The members of that array as text, parted by ROW_SEPARATOR; with one too many if there are more. */
  readonly text: string;
  /** Whether there are more than the page holds. */
  readonly isMore: string;
  /** If there are, the keys of its last row as texts, null where a key is null: what a cursor holds. */
  readonly next: string;
};

/**
 * Prepares the rows of a page, of which `page` (given the columns they are made of) selects one more than `limit`; `items` are further members of each.
 *
 * Source: with the array, its last keys and whether there is more each read and sorted on their own, a page took a quarter longer. Rows that are numbered
 *         so that the one too many can be left out take 16 µs a page; a slice of an array and a text that is cut take none.
 */
export function pageJson(
  scope: QueryScope,
  object: ObjectModel,
  selection: readonly Selection[],
  keys: readonly SortKey[],
  limit: number,
  page: (columns: ReadonlySet<string>) => string,
  more: { readonly alias?: string; readonly items?: readonly string[] } = {},
): PageJson {
  const { alias = 'p', items = [] } = more;
  const list = selectList(scope, object, alias, selection);
  const outputs = [...new Set(keys.map(({ output }) => at(alias, output)))];
  const last = keys.map(({ output }) => `(array_agg(${at('t', output)}))[${limit}]::text`);
  const members = [...list.items, ...items].join(', ');
  // A join may turn them round. Where it does not, Postgres knows that there is nothing to sort.
  const order = list.joins.length === 0 ? '' : ` order by ${orderBy(keys, alias)}`;
  return {
    from: `(select ${outputs.join(', ')}, row_to_json(b) as body from (${page(list.columns)}) ${alias} ${list.joins.join(' ')} cross join lateral (select ${members}) b${order}) t`,
    rows: `coalesce(array_to_json((array_agg(t.body))[1:${limit}]), '[]'::json)`,
    text: `coalesce(string_agg(t.body::text, E'${ROW_SEPARATOR.replace('\n', '\\n')}'), '')`,
    isMore: `count(*) > ${limit}`,
    next: `case when count(*) > ${limit} then json_build_array(${last.join(', ')}) end`,
  };
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
  return `select ${list.join(', ')} from (${page}) k join ${tableOf(scope.active, object)} d on ${live} and d."id" = k."id" order by ${orderBy(keys, 'd')}`;
}

/**
 * One statement for one page: the rows are chosen, ordered and limited first, and only then are labels joined to them.
 *
 * Shape:  the answer is a head and the rows as text, parted by a separator; the head is {"next": keys of the last row if there are more, "count"?}.
 *         Then there is one row too many: `rowsOf` makes the array. {"isMany": true}: there are more than the few that the page was made of, and the
 *         statement for many has it.
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
  lookedUp,
  items = [],
}: PageParts): string {
  const ctes: string[] = [];
  const most = limitOf(keys);
  const guard = most === undefined ? [] : [isNarrow(most)];
  const select = (columns: Iterable<string>) =>
    orderedSelect({
      scope,
      object,
      where: [...asked, ...guard],
      access,
      lookedUp,
      onFew: (cte) => ctes.push(cte),
      keys,
      columns,
      limit: limit + 1,
      after,
      skip: skips ? scope.params.input('skip', '::integer') : undefined,
    });
  const isFetched = skips && isByColumns(keys);
  const page = pageJson(
    scope,
    object,
    selection,
    keys,
    limit,
    (columns) => (isFetched ? fetched(scope, object, keys, columns, select([])) : select(columns)),
    { items },
  );
  if (most !== undefined) ctes.push(wideCte(scope, object, conditionsOf(asked, access), LIMITS[most].max));
  const head = [`'next', ${page.next}`, ...(lookedUp === 'few' ? [`'isMany', ${isMany}`] : [])];
  if (count !== 'none') {
    const matches = `select 1 from ${tableOf(scope.active, object)} d where ${conditionsOf(asked, access).join(' and ')}`;
    ctes.push(`matches as materialized (select count(*) n from (${matches}${count === 'capped' ? ` limit ${COUNT_CAP + 1}` : ''}) x)`);
    head.push(`'count', (select n from matches)`);
  }
  const first = ctes.length === 0 ? '' : `with ${ctes.join(', ')} `;
  return `${first}select json_build_object(${head.join(', ')})::text || ${SEPARATOR_SQL} || ${page.text} from ${page.from}`;
}

/** The array of the rows of a page, as JSON. */
export function rowsOf(text: string, isMore: boolean): string {
  return `[${isMore ? text.slice(0, text.lastIndexOf(ROW_SEPARATOR)) : text}]`;
}
