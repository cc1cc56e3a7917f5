import { rightsKey } from '../rules/access.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType, resultType } from '../fields/registry.js';
import { malformed, type Issue } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor, type CursorValues } from '../store/cursor.js';
import { selectionOf, unknownField } from '../store/field-selection.js';
import { listConditions } from '../store/list-conditions.js';
import { sortKeys } from '../store/ordered-select.js';
import { at, firstColumn, SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { selectBoard, type Axis } from '../store/select-board.js';
import { boardSwitcher } from './board-switcher.js';
import type { RequestContext } from './context.js';
import { afterInputs, filtersOf, searchOf, placeOf, planOf, viewOf } from './list-records.js';
import { DEFAULT_CARDS, type BoardQuery } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';
import { told, type Told } from '../texts/told.js';

const boards = new CompiledCache<Compiled>();

/**
 * A board as JSON text (BoardAnswer): all columns, or with `column` only that one, from `cursor` on.
 *
 * Errors: as for a list.
 */
export async function readBoard(ctx: RequestContext, objectName: string, asked: BoardQuery): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  const { choices, ...query } = asked;
  if (choices === undefined) return `{${await boardColumns(ctx, object, query)}}`;
  const switcher = await boardSwitcher(ctx, object, viewOf(object, query.view), query.switcher);
  if (switcher === undefined) return `{${await boardColumns(ctx, object, query)}}`;
  const narrowed = switcher.value === null ? query : { ...query, switcher: switcher.value };
  return `{${await boardColumns(ctx, object, narrowed)},"switcher":${JSON.stringify(switcher)}}`;
}

async function boardColumns(ctx: RequestContext, object: ObjectModel, query: BoardQuery): Promise<string> {
  const { cursor, column, q, switcher, ...rest } = query;
  if (switcher !== undefined && !isUuid(switcher))
    throw malformed(told('board.not_found'), [wrong('switcher', 'not_an_id', told('board.not_an_id'))]);
  const search = searchOf(q);
  const shape = JSON.stringify([object.name, rest, switcher !== undefined, search.shape]);
  const place = (key: string | null) => placeOf(ctx, JSON.stringify([shape, switcher, key]), q);
  const after = cursor === undefined ? undefined : decodeCursor(ctx.cursorKey, place(column ?? null), cursor);
  const mask = JSON.stringify([column === undefined ? 'all' : column === null ? 'empty' : 'one', after?.map((value) => value === null)]);
  const compiled = boards.get(ctx.active, `${rightsKey(ctx.actor)}\n${shape}${mask}`, () => compileBoard(ctx, object, query, after));
  const answer = await runStatement(ctx, compiled, {
    ...search.inputs,
    ...afterInputs(after),
    switcher,
    ...(column === null ? {} : { column }),
  });
  if (answer === null) return '"columns":[]';
  const [head = '[]', ...columns] = answer.split(SEPARATOR);
  const next = JSON.parse(head) as (CursorValues | null)[];
  const keyOf = /^\{"key" : (null|"(?:[^"\\]|\\.)*")/;
  const whole = columns.map((text, index) => {
    const values = next[index] ?? null;
    const key = JSON.parse(keyOf.exec(text)?.[1] ?? 'null') as string | null;
    return `${text.slice(0, -1)},"next":${values === null ? 'null' : JSON.stringify(encodeCursor(ctx.cursorKey, place(key), values))}}`;
  });
  return `"columns":[${whole.join(',')}]`;
}

const wrong = (name: string, code: string, text: Told): Issue => ({ path: `/${name}`, code, ...text });

function compileBoard(ctx: RequestContext, object: ObjectModel, query: BoardQuery, after: CursorValues | undefined): Compiled {
  const scope = new QueryScope(ctx.active, ctx.actor);
  const view = viewOf(object, query.view);
  const board = view?.board;
  const readable = (name: string | undefined): FieldModel | undefined => {
    const field = name === undefined ? undefined : object.fields.get(name);
    return field !== undefined && scope.readRule(field).kind === 'all' ? field : undefined;
  };
  const byName = query.by ?? board?.by;
  const by = readable(byName);
  if (by === undefined) throw malformed(told('board.not_found'), [unknownField('/by', byName ?? '')]);
  const issues: Issue[] = [];
  const sums = (query.sum ?? board?.sums ?? []).flatMap((name) => {
    const field = readable(name);
    if (field !== undefined && resultType(field).uses.includes('sum')) return [field];
    if (query.sum !== undefined) issues.push(unknownField('/sum', name));
    return [];
  });
  const switcher = readable(board?.switcher);
  if (query.switcher !== undefined && switcher === undefined)
    issues.push(wrong('switcher', 'unknown_parameter', told('board.no_switcher')));
  if (issues.length > 0) throw malformed(told('board.refused'), issues);
  const where = listConditions(scope, object, filtersOf(view, query.filter), searchOf(query.q).shape);
  if (query.switcher !== undefined && switcher !== undefined) {
    where.push(`${at('d', firstColumn(ctx.active, switcher).name)} = ${scope.params.input('switcher', '::uuid')}`);
  }
  const keys = query.sort ? sortKeys(scope, object, query.sort, 'refuse') : sortKeys(scope, object, view?.sort ?? [], 'drop');
  if (after !== undefined && after.length !== keys.length) throw malformed(told('list.cursor'));
  if (typeof query.column === 'string' && by.target !== undefined && !isUuid(query.column)) {
    throw malformed(told('board.no_column'), [wrong('column', 'not_an_id', told('board.not_a_column'))]);
  }
  const text = selectBoard({
    scope,
    object,
    by,
    axis: axisOf(scope, by, board, query.switcher === undefined ? undefined : switcher),
    sums,
    selection: query.fields ? selectionOf(scope, object, query.fields, 'refuse') : selectionOf(scope, object, board?.card, 'drop'),
    where,
    keys,
    limit: query.limit ?? DEFAULT_CARDS,
    columns: query.column === undefined ? 'all' : query.column === null ? 'empty' : 'one',
    after: after?.map((value) => value === null),
  });
  return { text, params: scope.params, plan: planOf(view, query) };
}

function axisOf(scope: QueryScope, by: FieldModel, board: ViewDocument['board'], switcher: FieldModel | undefined): Axis {
  if (fieldType(by.type).choice === 'one') return { kind: 'options', options: by.options.options ?? [] };
  if (by.target === undefined || by.type === 'id' || scope.access(by.target).read.kind === 'none') {
    throw malformed(told('board.not_found'), [wrong('by', 'not_an_axis', told('board.not_an_axis'))]);
  }
  const target = scope.object(by.target);
  const columns = board?.by === by.name ? board.columns : undefined;
  const where = listConditions(scope, target, filtersOf(undefined, columns?.where));
  // The switcher narrows the columns by the field of the same name on their object.
  const narrowed = switcher && target.fields.get(switcher.name);
  if (narrowed !== undefined && scope.readRule(narrowed).kind === 'all') {
    where.push(`${at('d', firstColumn(scope.active, narrowed).name)} = ${scope.params.input('switcher', '::uuid')}`);
  }
  const color = columns?.color === undefined ? undefined : target.fields.get(columns.color);
  return {
    kind: 'records',
    target,
    where,
    keys: sortKeys(scope, target, columns?.sort ?? [{ field: target.nameField, direction: 'asc' }], 'drop'),
    details:
      columns?.details === undefined
        ? []
        : selectionOf(scope, target, columns.details, 'drop').filter(({ field }) => columns.details?.includes(field.name)),
    ...(color !== undefined && scope.readRule(color).kind === 'all' ? { color } : {}),
  };
}
