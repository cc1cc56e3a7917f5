import { rightsKey } from '../rules/access.js';
import { malformed } from '../kernel/errors.js';
import type { ObjectModel } from '../model/types.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor, type CursorValues } from '../store/cursor.js';
import { quote } from '../kernel/statement.js';
import { selectionOf } from '../store/field-selection.js';
import { listRows, type Filter } from '../store/list-conditions.js';
import { isByColumns, sortKeys } from '../store/ordered-select.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { phraseOf, shapeOf, termInputs, type SearchShape, type Term } from '../store/search-question.js';
import { relatedList, relatedLists } from '../store/related-lists.js';
import { COUNT_CAP, rowsOf, selectPage } from '../store/select-page.js';
import type { RequestContext } from './context.js';
import { DEFAULT_LIMIT, type ListQuery } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';
import { told } from '../texts/told.js';

/** `many`: the statement for when more is looked up than is collected. */
type CompiledList = Compiled & { readonly many?: Compiled };

const lists = new CompiledCache<CompiledList>();

/**
 * One page of records, as the JSON text of the API. Postgres makes the rows; they pass through as text.
 *
 * Errors: not_found (object), malformed (names, conditions, cursor; what may not be read like what does not exist), limit_exceeded.
 */
export async function listRecords(ctx: RequestContext, objectName: string, query: ListQuery): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  const limit = query.limit ?? DEFAULT_LIMIT;
  const { search, order } = readingOf(query);
  const shape = () =>
    JSON.stringify([
      objectName,
      query.filter,
      search.shape,
      query.sort,
      query.fields,
      limit,
      query.count,
      query.view,
      query.skip !== undefined,
      query.include,
    ]);
  const place = () => placeOf(ctx, `${objectName} ${order}`, query.q);
  const after = query.cursor === undefined ? undefined : decodeCursor(ctx.cursorKey, place(), query.cursor);
  const rights = rightsKey(ctx.actor);
  const nulls = after === undefined ? '' : JSON.stringify(after.map((value) => value === null));
  const compiled = lists.ofQuery(
    ctx.active,
    query,
    `${objectName} ${nulls} ${rights}`,
    () => `${rights}\n${shape()}${nulls}`,
    () => compileList(ctx, object, query, search.shape, limit, after),
  );
  const inputs = { ...search.inputs, ...afterInputs(after), skip: query.skip };
  let { head, text } = partsOf(await runStatement(ctx, compiled, inputs));
  if (head.isMany && compiled.many) ({ head, text } = partsOf(await runStatement(ctx, compiled.many, inputs)));
  const page = {
    next: head.next ? encodeCursor(ctx.cursorKey, place(), head.next) : null,
    ...(head.count === undefined ? {} : countOf(head.count, query.count)),
  };
  return `{"data":${rowsOf(text, Boolean(head.next))},"page":${JSON.stringify(page)}}`;
}

type Head = { readonly next?: CursorValues | null; readonly count?: number; readonly isMany?: boolean };

function partsOf(answer: string | null): { head: Head; text: string } {
  if (answer === null) return { head: {}, text: '' };
  const cut = answer.indexOf(SEPARATOR);
  return { head: JSON.parse(answer.slice(0, cut)) as Head, text: answer.slice(cut + 1) };
}

const countOf = (count: number, mode: ListQuery['count']) =>
  mode === 'capped' ? { count: Math.min(count, COUNT_CAP), countIsCapped: count > COUNT_CAP } : { count, countIsCapped: false };

/** The best way to a page may depend on what is filtered for: what it takes tells. A text that is looked up has one way, whatever it is. */
export const planOf = (
  view: ViewDocument | undefined,
  { filter, q }: Pick<ListQuery, 'filter' | 'q'>,
  isLookedUp = false,
): 'once' | 'measured' => (view?.filter !== undefined || filter !== undefined || (q !== undefined && !isLookedUp) ? 'measured' : 'once');

/** What a cursor belongs to: the caller, the query (one line) and its search text. */
export const placeOf = ({ actor }: RequestContext, shape: string, q: string | undefined): string =>
  `${String(actor.tenantId)}\n${actor.userId}\n${shape}\n${q === undefined ? '' : `?${q}`}`;

/** What is worked out once of a query that comes again: addresses repeat (see `readOnce`). */
type Reading = { readonly search: Search; readonly order: string };
const readings = new WeakMap<ListQuery, Reading>();

function readingOf(query: ListQuery): Reading {
  let known = readings.get(query);
  if (known === undefined) {
    // A cursor is a place in an order of records: it goes on with other fields, another page size or without a count.
    known = { search: searchOf(query.q), order: JSON.stringify([query.filter, query.sort, query.view]) };
    readings.set(query, known);
  }
  return known;
}

type Search = { readonly shape: SearchShape; readonly inputs: Record<string, unknown> };

/** A search text as a list takes it: what the statement depends on, and its inputs. */
export function searchOf(q: string | undefined): Search {
  const terms: Term[] = q === undefined ? [] : [phraseOf(q)];
  return { shape: shapeOf(terms), inputs: termInputs(terms) };
}

export const afterInputs = (after: CursorValues | undefined): Record<string, unknown> =>
  Object.fromEntries((after ?? []).map((value, index) => [`after${index}`, value]));

export function viewOf(object: ObjectModel, name: string | undefined): ViewDocument | undefined {
  if (name === undefined) return undefined;
  const view = object.views.find((item) => item.name === name);
  if (view === undefined) throw malformed(told('list.no_view'), [{ path: '/view', code: 'unknown_view', ...told('list.unknown_view') }]);
  return view;
}

/** The filter of the saved view and the one of the call: both hold. */
export const filtersOf = (view: ViewDocument | undefined, filter: unknown): Filter[] => [
  ...(view?.filter === undefined ? [] : [{ json: view.filter, path: '/view' }]),
  ...(filter === undefined ? [] : [{ json: filter, path: '/filter' }]),
];

function compileList(
  ctx: RequestContext,
  object: ObjectModel,
  query: ListQuery,
  search: SearchShape,
  limit: number,
  after: CursorValues | undefined,
  lookedUp: 'few' | 'many' = 'few',
): CompiledList {
  const scope = new QueryScope(ctx.active, ctx.actor);
  const view = viewOf(object, query.view);
  const fromView = view?.columns?.map(({ field }) => field) ?? view?.board?.card;
  const keys = query.sort ? sortKeys(scope, object, query.sort, 'refuse') : sortKeys(scope, object, view?.sort ?? [], 'drop');
  if (after !== undefined && after.length !== keys.length) throw malformed(told('list.cursor'));
  const rows = listRows(scope, object, filtersOf(view, query.filter), search);
  const isLookedUp = rows.isLookedUp && isByColumns(keys);
  const text = selectPage({
    scope,
    object,
    selection: query.fields ? selectionOf(scope, object, query.fields, 'refuse') : selectionOf(scope, object, fromView, 'drop'),
    rows,
    keys,
    limit,
    after: after?.map((value) => value === null),
    skips: query.skip !== undefined,
    count: query.count ?? 'none',
    lookedUp: isLookedUp ? lookedUp : undefined,
    items: relatedLists(scope, object, query.include ?? []).map(
      (list) => `${relatedList(scope, object, list, 'p')} as ${quote(list.name)}`,
    ),
  });
  return {
    text,
    params: scope.params,
    plan: planOf(view, query, isLookedUp),
    ...(isLookedUp && lookedUp === 'few' ? { many: compileList(ctx, object, query, search, limit, after, 'many') } : {}),
  };
}
