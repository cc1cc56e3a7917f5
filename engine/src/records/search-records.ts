import type { SearchAnswer, SearchHit, TextRange } from '@fieldstone/metadata/types/wire.js';
import { malformed } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ObjectModel } from '../model/types.js';
import { rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { MATCHES, ObjectSearch, type MatchKind } from '../store/search-object.js';
import { searchQuestion, type SearchQuestion } from '../store/search-terms.js';
import { indexedFields, isOfDigits } from '../store/search-words.js';
import { FEW, isSearchable, MATCH_CAP, selectSearch, type SearchStep } from '../store/select-search.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { excerpt, likest, rangesOf, similarRanges } from './mark-matches.js';
import { ParameterReader, present } from './read-parameters.js';
import { runStatement, type Compiled } from './run-statement.js';

export type SearchQuery = { readonly q?: string; readonly objects?: readonly string[]; readonly limit?: number };

export const DEFAULT_HITS = 20;

export function parseSearchQuery(given: ReadonlyMap<string, unknown>): SearchQuery {
  const read = new ParameterReader(given);
  read.known(['q', 'objects', 'limit']);
  const query = present({
    q: read.text('q') || undefined,
    objects: read.list('objects'),
    limit: read.integer('limit', 'search_hits'),
  });
  read.done();
  return query;
}

type Row = {
  readonly o: number;
  readonly id: string;
  readonly at: string;
  readonly label: string | null;
  readonly rank: number;
  readonly field: number;
  readonly text: string | null;
  readonly fields: Record<string, unknown>;
};
type Rows = { readonly hits: readonly Row[]; readonly counts: readonly (readonly [o: number, count: number])[] };

const statements = new CompiledCache<Compiled | undefined>();

/**
 * Looks for a text in all objects that are searched, as far as the caller may read.
 *
 * Shape:  every word must be in some value of a record. Exact values come first, then those that begin with the text, those with words that do, and
 *         parts of words; names before other fields, and of what is equal the latest change. Where hardly anything matches, similar words follow.
 * Errors: malformed (no text; objects that are not there, may not be read or are not searched, the same for all), limit_exceeded.
 */
export async function searchRecords(ctx: RequestContext, { q, objects: wanted, limit = DEFAULT_HITS }: SearchQuery): Promise<SearchAnswer> {
  if (q === undefined) throw malformed(told('search.no_text'), [{ path: '/q', code: 'required', ...told('search.no_text') }]);
  const objects = objectsFor(ctx, wanted);
  const question = searchQuestion(q);
  if (question === undefined || objects.length === 0) return { data: [], objects: [], suggestion: null };
  const found = await step(ctx, 'matching', objects, question, limit);
  const { counts } = found;
  const rows = new Map(found.hits.map((row) => [row.id, row]));
  const add = (more: Rows) => more.hits.forEach((row) => rows.has(row.id) || rows.set(row.id, row));
  // Of very many matches not all were looked at, so those whose name begins with the text are looked for by themselves.
  const isMany = new Set(counts.flatMap(([place, count]) => (count > MATCH_CAP ? [place] : [])));
  if (isMany.size > 0) add(await step(ctx, 'beginning', objects, question, limit, isMany));
  const isFew = counts.reduce((sum, [, count]) => sum + count, 0) < FEW;
  if (isFew && question.shape.some(({ near }) => near !== undefined)) add(await step(ctx, 'similar', objects, question, limit));
  const best = [...rows.values()].toSorted((a, b) => b.rank - a.rank || compare(b.at, a.at) || compare(b.id, a.id)).slice(0, limit);
  const scope = new QueryScope(ctx.active, ctx.actor);
  const data = best.flatMap((row) => {
    const object = objects[row.o];
    return object === undefined ? [] : [hitOf(new ObjectSearch(scope, object, row.o, question.shape), row, question)];
  });
  return {
    data,
    objects: counts.flatMap(([place, count]) => {
      const object = objects[place];
      if (object === undefined) return [];
      return [{ object: object.name, label: object.pluralLabel, count: Math.min(count, MATCH_CAP), countIsCapped: count > MATCH_CAP }];
    }),
    suggestion: counts.length > 0 ? null : suggestionOf(data[0], question),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One statement. Nearly always there is one; whoever finds very much or hardly anything has a second one asked. */
async function step(
  ctx: RequestContext,
  kind: SearchStep,
  objects: readonly ObjectModel[],
  { shape, inputs }: SearchQuestion,
  limit: number,
  only?: ReadonlySet<number>,
): Promise<Rows> {
  const key = `${rightsKey(ctx.actor)}\n${JSON.stringify([kind, objects.map(({ id }) => id), shape, limit, only && [...only]])}`;
  const compiled = statements.get(ctx.active, key, () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    const searches = objects
      .map((object, place) => new ObjectSearch(scope, object, place, shape))
      .filter((search) => (only?.has(search.place) ?? true) && (kind !== 'similar' || search.hasWords));
    return searches.length === 0 ? undefined : { text: selectSearch(scope, searches, kind, limit), params: scope.params };
  });
  const answer = compiled === undefined ? null : await runStatement(ctx, compiled, inputs);
  return answer === null ? { hits: [], counts: [] } : (JSON.parse(answer) as Rows);
}

/** Objects that are searched and whose records the caller may read, some of them at least. */
function objectsFor(ctx: RequestContext, wanted: readonly string[] | undefined): ObjectModel[] {
  const scope = new QueryScope(ctx.active, ctx.actor);
  const may = [...ctx.active.model.objects.values()].filter((object) => isSearchable(object) && isReadable(scope, object));
  if (wanted === undefined) return may;
  const issues = wanted.flatMap((name, index) =>
    may.some((object) => object.name === name)
      ? []
      : [{ path: pointer('objects', index), code: 'unknown_object', ...told('search.unknown_object') }],
  );
  if (issues.length > 0) throw malformed(told('search.objects'), issues);
  return may.filter(({ name }) => wanted.includes(name));
}

const isReadable = (scope: QueryScope, object: ObjectModel): boolean =>
  scope.access(object.name).read.kind !== 'none' &&
  indexedFields(scope.active, object).some((field) => scope.readRule(field).kind !== 'none');

function hitOf(
  { object, texts }: ObjectSearch,
  { id, label, rank, field: place, text, fields }: Row,
  { terms }: SearchQuestion,
): SearchHit {
  const field = texts[place]?.field;
  const kind: MatchKind = rank < 1 ? 'similar' : (MATCHES[Math.floor(rank / 2) - 1] ?? 'part');
  const mark = (value: string, isNumber: boolean): TextRange[] =>
    kind === 'similar' ? similarRanges(value, terms) : rangesOf(value, terms, isNumber);
  const whole = text ?? '';
  const name = label ?? '';
  return {
    object: object.name,
    id,
    label,
    labelRanges: mark(name, false),
    match: { kind, field: field?.name ?? '', ...excerpt(whole, mark(whole, field !== undefined && isOfDigits(field))) },
    fields,
  };
}

/** The words that were typed, each replaced by the one that is most like it in what was found. */
function suggestionOf(hit: SearchHit | undefined, { terms }: SearchQuestion): string | null {
  if (hit === undefined) return null;
  const text = `${hit.label ?? ''} ${hit.match.text}`;
  return terms.map(({ texts }) => likest(text, texts[0] ?? '')?.word ?? texts[0] ?? '').join(' ');
}
