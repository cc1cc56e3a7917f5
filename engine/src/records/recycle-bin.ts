import type { BinRestoreAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError, malformed, type Issue } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { ObjectModel } from '../model/types.js';
import { abilityOf } from '../rules/ability.js';
import { rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor } from '../store/cursor.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { selectBin } from '../store/select-bin.js';
import { say } from '../texts/say.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { curiosityOf } from './curiosity.js';
import { restoreRecord } from './delete-record.js';
import { DEFAULT_LIMIT } from './list-query.js';
import { searchOf } from './list-records.js';
import { objectFor } from './object-access.js';
import { parseRecords, type Named } from './parse-purge.js';
import { ParameterReader, present } from './read-parameters.js';
import { runStatement, type Compiled } from './run-statement.js';

export type BinQuery = {
  readonly object?: string;
  readonly q?: string;
  /** Only what the caller deleted. */
  readonly mine?: boolean;
  readonly limit?: number;
  readonly cursor?: string;
};

/** Parameters of a page of the recycle bin. */
export function parseBinQuery(given: ReadonlyMap<string, unknown>): BinQuery {
  const read = new ParameterReader(given);
  read.known(['object', 'q', 'mine', 'limit', 'cursor']);
  const query = present({
    object: read.text('object') || undefined,
    q: read.text('q') || undefined,
    mine: read.choice('mine', ['true', 'false']) === 'true' || undefined,
    limit: read.integer('limit', 'page_rows'),
    cursor: read.text('cursor') || undefined,
  });
  read.done();
  return query;
}

const pages = new CompiledCache<Compiled>();

/**
 * A page of what lies in the recycle bin and the caller may restore, last deleted first, as JSON text, with the days after which it goes for good.
 *
 * Errors: not_found and forbidden for the object asked about; malformed (cursor); limit_exceeded.
 */
export async function readBin(ctx: RequestContext, query: BinQuery, keepDays: number | null = null): Promise<string> {
  const objects = query.object === undefined ? restorable(ctx) : [objectFor(ctx, query.object, 'delete')];
  const { limit = DEFAULT_LIMIT, mine: isOwn = false } = query;
  if (objects.length === 0) return `{"data":[],"page":{"next":null},"keepDays":${JSON.stringify(keepDays)}}`;
  const search = searchOf(query.q);
  const place = JSON.stringify([ctx.actor.tenantId, ctx.actor.userId, 'bin', query.object, query.q, isOwn]);
  const [at, id, number] = query.cursor === undefined ? [] : decodeCursor(ctx.cursorKey, place, query.cursor);
  const asked = { limit, isFirstPage: at === undefined, search: search.shape, isOwn, curiosity: curiosityOf(ctx) };
  const compiled = pages.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), query.object, asked]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectBin(scope, objects, asked), params: scope.params };
  });
  const answer = (await runStatement(ctx, compiled, { ...search.inputs, at, id, number })) ?? '';
  const cut = answer.indexOf(SEPARATOR);
  const next = cut === 0 ? null : encodeCursor(ctx.cursorKey, place, JSON.parse(answer.slice(0, cut)) as string[]);
  return `{"data":${answer.slice(cut + 1)},"page":${JSON.stringify({ next })},"keepDays":${JSON.stringify(keepDays)}}`;
}

/** Objects of which the caller may restore some records: those that they may delete. */
function restorable({ active, actor }: RequestContext): ObjectModel[] {
  const ability = abilityOf(active.model, actor);
  return [...active.model.objects.values()].filter(
    ({ name, system }) => !system && ability.can('read', name) && ability.can('delete', name),
  );
}

/** { records: [{ object, id }] }. */
export function parseRestore(body: Readonly<Record<string, unknown>>): Named[] {
  const issues: Issue[] = Object.keys(body)
    .filter((name) => name !== 'records')
    .map((name) => ({ path: `/${name.slice(0, 100)}`, code: 'unknown_parameter', ...told('list.unknown_parameter') }));
  const records = parseRecords(body['records'], (path, code, text) => issues.push({ path, code, ...text }));
  if (issues.length > 0) throw malformed(told('bin.not_restored'), issues);
  return records;
}

/**
 * Brings records back, each by itself with what went with it, as one operation. Those that can not come back are named with the reason.
 */
export async function restoreFromBin(ctx: RequestContext, records: readonly Named[]): Promise<BinRestoreAnswer> {
  const operation = newId();
  const failed: BinRestoreAnswer['failed'] = [];
  for (const { object, id } of records) {
    try {
      await restoreRecord({ ...ctx, operation }, object, id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const [issue] = error.issues;
      const { message, said } = issue ?? { message: error.message, said: error.said.detail };
      failed.push({ object, id, code: issue?.code ?? error.code, message: said === undefined ? message : say(ctx.actor.locale, said) });
    }
  }
  return { operation: failed.length === records.length ? null : operation, restored: records.length - failed.length, failed };
}
