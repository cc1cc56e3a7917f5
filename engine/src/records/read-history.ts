import { malformed, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { rightsKey } from '../rules/access.js';
import { fieldsBehind } from '../store/change-parts.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor } from '../store/cursor.js';
import { unknownField } from '../store/field-selection.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { selectHistory } from '../store/select-history.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { curiosityOf } from './curiosity.js';
import { DEFAULT_LIMIT } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';

export type HistoryQuery = { readonly field?: string; readonly limit?: number; readonly cursor?: string };

const histories = new CompiledCache<Compiled>();

/**
 * The changes of one record as JSON text: {data: HistoryEntry[], page: {next}}, newest first; with `field`, those of that field alone. A formula
 * changes with the fields of the record it reads: these are told.
 *
 * Errors: not_found, malformed (cursor, field).
 */
export async function readHistory(ctx: RequestContext, objectName: string, id: string, query: HistoryQuery = {}): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  if (!isUuid(id) || object.system) throw notFound();
  const { field, limit = DEFAULT_LIMIT } = query;
  const place = JSON.stringify([ctx.actor.tenantId, ctx.actor.userId, 'history', objectName, id, ...(field === undefined ? [] : [field])]);
  const before = query.cursor === undefined ? undefined : (decodeCursor(ctx.cursorKey, place, query.cursor)[0] ?? undefined);
  const found = await changesOf(ctx, object, id, { limit, field, before });
  if (found === undefined) throw notFound();
  const next = found.next === '' ? null : encodeCursor(ctx.cursorKey, place, [found.next]);
  return `{"data":${found.entries},"page":${JSON.stringify({ next })}}`;
}

/** A page of changes as the statement gives it: where to go on, the label of the record as JSON, and the entries as JSON. */
export type Changes = { readonly next: string; readonly label: string; readonly entries: string };

/** Changes before the version `before`, newest first; undefined when the record is not the caller's to read. */
export async function changesOf(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  { limit, field, before }: { limit: number; field: string | undefined; before: string | undefined },
): Promise<Changes | undefined> {
  const key = JSON.stringify([rightsKey(ctx.actor), object.name, limit, before === undefined, field]);
  const compiled = histories.get(ctx.active, key, () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    const fields = field === undefined ? undefined : fieldsBehind(scope, object, field);
    if (field !== undefined && fields === undefined) throw malformed(told('list.fields'), [unknownField('/field', field)]);
    const asked = { limit, isFirstPage: before === undefined, curiosity: curiosityOf(ctx), ...(fields ? { fields } : {}) };
    return { text: selectHistory(scope, object, asked), params: scope.params };
  });
  const answer = await runStatement(ctx, compiled, { id, before });
  if (answer === null) return undefined;
  const [next = '', label = 'null', entries = '[]'] = answer.split(SEPARATOR);
  return { next, label, entries };
}
