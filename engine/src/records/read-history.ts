import { rightsKey } from '../rules/access.js';
import { notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor } from '../store/cursor.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { selectHistory } from '../store/select-history.js';
import type { RequestContext } from './context.js';
import { DEFAULT_LIMIT } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';

const histories = new CompiledCache<Compiled>();

/**
 * The changes of one record as JSON text: {data: HistoryEntry[], page: {next}}, newest first.
 *
 * Errors: not_found, malformed (cursor).
 */
export async function readHistory(
  ctx: RequestContext,
  objectName: string,
  id: string,
  query: { limit?: number; cursor?: string } = {},
): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  if (!isUuid(id) || object.system) throw notFound();
  const limit = query.limit ?? DEFAULT_LIMIT;
  const place = JSON.stringify([ctx.actor.tenantId, ctx.actor.userId, 'history', objectName, id]);
  const before = query.cursor === undefined ? undefined : decodeCursor(ctx.cursorKey, place, query.cursor)[0];
  const key = JSON.stringify([rightsKey(ctx.actor), objectName, limit, before === undefined]);
  const compiled = histories.get(ctx.active, key, () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectHistory(scope, object, limit, before === undefined), params: scope.params };
  });
  const answer = await runStatement(ctx, compiled, { id, before });
  if (answer === null) throw notFound();
  const cut = answer.indexOf(SEPARATOR);
  const next = cut === 0 ? null : encodeCursor(ctx.cursorKey, place, [answer.slice(0, cut)]);
  return `{"data":${answer.slice(cut + 1)},"page":${JSON.stringify({ next })}}`;
}
