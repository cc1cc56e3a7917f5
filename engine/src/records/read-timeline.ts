import type { TimelineKind } from '@fieldstone/metadata/types/wire.js';
import { nearest } from '@fieldstone/metadata/language/nearest.js';
import { malformed, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { decodeCursor, encodeCursor, type CursorValues } from '../store/cursor.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { OWN_KINDS, selectTimeline, timelineSources } from '../store/select-timeline.js';
import { say } from '../texts/say.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { curiosityOf } from './curiosity.js';
import { DEFAULT_LIMIT } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';

export type TimelineQuery = { readonly kinds?: readonly string[]; readonly limit?: number; readonly cursor?: string };

type Timeline = Compiled & { readonly kinds: readonly TimelineKind[] };

const timelines = new CompiledCache<Timeline>();
const NAMES = { 'record.changed': told('timeline.changes').said, 'record.files': told('timeline.files').said };

/**
 * What happened around a record as JSON text: {data: TimelineEntry[], page: {next}, kinds: TimelineKind[]}, newest first, in one statement.
 *
 * Shape:  `kinds` of the answer are all that this record can have for the caller, whatever was asked for.
 * Errors: not_found; malformed (cursor, and kinds that do not exist or may not be read, the same for both).
 */
export async function readTimeline(ctx: RequestContext, objectName: string, id: string, query: TimelineQuery = {}): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  if (!isUuid(id) || object.system) throw notFound();
  const { limit = DEFAULT_LIMIT } = query;
  const asked = query.kinds && [...new Set(query.kinds)].sort();
  const place = JSON.stringify([ctx.actor.tenantId, ctx.actor.userId, 'timeline', objectName, id, asked ?? null]);
  const after: CursorValues | undefined = query.cursor === undefined ? undefined : decodeCursor(ctx.cursorKey, place, query.cursor);
  const key = JSON.stringify([rightsKey(ctx.actor), objectName, limit, after === undefined, asked]);
  const compiled = timelines.get(ctx.active, key, (): Timeline => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    const sources = timelineSources(scope, object);
    const kinds = sources.map(({ object: { name, pluralLabel, icon } }) => ({ kind: name, label: pluralLabel, icon }));
    const names = [...OWN_KINDS, ...kinds.map(({ kind }) => kind)];
    const unknown = (query.kinds ?? []).flatMap((kind, index) => (names.includes(kind) ? [] : [unknownKind(index, kind, names)]));
    if (unknown.length > 0) throw malformed(told('list.parameters'), unknown);
    const isAsked = (kind: string) => asked === undefined || asked.includes(kind);
    const parts = {
      sources: sources.filter(({ object: { name } }) => isAsked(name)),
      own: OWN_KINDS.filter(isAsked),
      limit,
      isFirstPage: after === undefined,
      curiosity: curiosityOf(ctx),
    };
    return { text: selectTimeline(scope, object, parts), params: scope.params, kinds };
  });
  const [at, of, record, n] = after ?? [];
  const answer = await runStatement(ctx, compiled, { id, at, object: of, record, n });
  if (answer === null) throw notFound();
  const cut = answer.indexOf(SEPARATOR);
  const next = cut === 0 ? null : encodeCursor(ctx.cursorKey, place, JSON.parse(answer.slice(0, cut)) as CursorValues);
  const own = OWN_KINDS.map((kind) => ({ kind, label: say(ctx.actor.locale, NAMES[kind]), icon: null }));
  const kinds: TimelineKind[] = [...own, ...compiled.kinds];
  return `{"data":${answer.slice(cut + 1)},"page":${JSON.stringify({ next })},"kinds":${JSON.stringify(kinds)}}`;
}

const unknownKind = (index: number, kind: string, kinds: readonly string[]) => ({
  path: `/kinds/${String(index)}`,
  code: 'unknown_kind',
  ...told('timeline.unknown_kind', { kind: kind.slice(0, 100), nearest: nearest(kind, kinds) ?? kinds.join(', ') }),
});
