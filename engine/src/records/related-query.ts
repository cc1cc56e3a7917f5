import { malformed } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { SortLevel } from '../store/ordered-select.js';
import { told } from '../texts/told.js';
import { ParameterReader, present, sortOf } from './read-parameters.js';

/** A related list to send along with a record: the first of its records, and which of them count. */
export type RelatedQuery = {
  readonly relation: string;
  readonly limit: number;
  readonly sort: readonly SortLevel[];
  readonly fields?: readonly string[];
  readonly filter?: unknown;
};

const DEFAULT_RELATED_ROWS = 10;

/**
 * Reads `include`: an object of related lists by name.
 *
 * Errors: malformed, limit_exceeded. Names are looked up when the statement is compiled.
 */
export function parseInclude(include: unknown, most: 'related_lists' | 'list_expansions'): RelatedQuery[] | undefined {
  if (include === undefined) return undefined;
  if (typeof include !== 'object' || include === null || Array.isArray(include)) {
    throw malformed(told('list.parameters'), [
      { path: '/include', code: 'not_an_object', ...told('list.include', { example: '{"tasks":{"limit":10}}' }) },
    ]);
  }
  const entries = Object.entries(include);
  if (entries.length > LIMITS[most].max) throw limitExceeded(most, entries.length, '/include');
  return entries.map(([relation, options]) => relatedQuery(relation, options));
}

function relatedQuery(relation: string, options: unknown): RelatedQuery {
  const at = pointer('include', relation.slice(0, 100));
  if (typeof options !== 'object' || Array.isArray(options)) {
    throw malformed(told('list.parameters'), [{ path: at, code: 'not_an_object', ...told('list.include_part') }]);
  }
  const inner = new ParameterReader(new Map(Object.entries(options ?? {})), at);
  inner.known(['limit', 'sort', 'fields', 'filter']);
  const found = {
    relation,
    limit: inner.integer('limit', 'related_rows') ?? DEFAULT_RELATED_ROWS,
    sort: sortOf(inner) ?? [],
    ...present({ fields: inner.list('fields'), filter: inner.json('filter') }),
  };
  inner.done();
  return found;
}
