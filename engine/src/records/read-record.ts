import { notFound } from '../kernel/errors.js';
import { rightsKey } from '../rules/access.js';
import { isUuid } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { selectionOf } from '../store/field-selection.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { relatedLists } from '../store/related-lists.js';
import { selectRecord } from '../store/select-record.js';
import type { RequestContext } from './context.js';
import { WHOLE_RECORD, type RecordQuery } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';

const records = new CompiledCache<Compiled>();

/** A record as JSON text, with its version for the ETag. */
export type RecordAnswer = { readonly version: number; readonly json: string };

/**
 * One record with the related lists asked for, in one statement.
 *
 * Errors: not_found for a record that does not exist and for one the caller may not see alike; malformed for names.
 */
export async function readRecord(
  ctx: RequestContext,
  objectName: string,
  id: string,
  query: RecordQuery = WHOLE_RECORD,
): Promise<RecordAnswer> {
  const object = objectFor(ctx, objectName, 'read');
  const compiled = compiledRecord(ctx, object, query);
  if (!isUuid(id)) throw notFound();
  const answer = await runStatement(ctx, compiled, { id });
  if (answer === null) throw notFound();
  const cut = answer.indexOf(SEPARATOR);
  return { version: Number(answer.slice(0, cut)), json: answer.slice(cut + 1) };
}

/** The statement that reads a record, with input `id`; a write sends it along to answer with what was saved. */
export const compiledRecord = (ctx: RequestContext, object: ObjectModel, query: RecordQuery): Compiled =>
  records.ofQuery(
    ctx.active,
    query,
    `${object.name} ${rightsKey(ctx.actor)}`,
    () => JSON.stringify([rightsKey(ctx.actor), object.name, query.fields, query.include]),
    () => compileRecord(ctx, object, query),
  );

function compileRecord(ctx: RequestContext, object: ObjectModel, query: RecordQuery): Compiled {
  const scope = new QueryScope(ctx.active, ctx.actor);
  const selection = selectionOf(scope, object, query.fields, 'refuse');
  const related = relatedLists(scope, object, query.include ?? []);
  return { text: selectRecord(scope, object, selection, related), params: scope.params };
}
