import type { SortLevel } from '../store/ordered-select.js';
import { ParameterReader, present, readOnce, sortOf } from './read-parameters.js';
import { parseInclude, type RelatedQuery } from './related-query.js';
import { told } from '../texts/told.js';

/** What a list is asked for. `filter` is a condition in JSON, checked when it is compiled. */
export type ListQuery = {
  readonly filter?: unknown;
  readonly q?: string;
  readonly sort?: readonly SortLevel[];
  readonly fields?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
  /** Rows to pass over, for a jump to a far place; a cursor then goes on from there. */
  readonly skip?: number;
  readonly count?: 'none' | 'capped' | 'exact';
  readonly view?: string;
  /** Related lists to send along with each record. */
  readonly include?: readonly RelatedQuery[];
};

export const DEFAULT_LIMIT = 50;

const LIST = ['filter', 'q', 'sort', 'fields', 'limit', 'cursor', 'skip', 'count', 'view', 'include'] as const;

/** Parameters of a list, from a query string or a body. */
export const parseListQuery = readOnce((given): ListQuery => {
  const read = new ParameterReader(given);
  read.known(LIST);
  const query = present({
    ...common(read),
    count: read.choice('count', ['none', 'capped', 'exact']),
    limit: read.integer('limit', 'page_rows'),
    skip: read.integer('skip', 'skipped_rows'),
    include: parseInclude(read.json('include'), 'list_expansions'),
  });
  if (query.skip !== undefined && query.cursor !== undefined) read.refuse('skip', 'not_with_cursor', told('list.cursor_or_skip'));
  read.done();
  return query;
});

const common = (read: ParameterReader) => ({
  filter: read.json('filter'),
  q: read.text('q') || undefined,
  sort: sortOf(read),
  fields: read.list('fields'),
  cursor: read.text('cursor') || undefined,
  view: read.text('view') || undefined,
});

/** What a board is asked for: a saved view, or a field to arrange by and fields to sum. */
export type BoardQuery = Omit<ListQuery, 'count' | 'skip' | 'include'> & {
  readonly by?: string;
  readonly sum?: readonly string[];
  readonly switcher?: string;
  /** Sends along what the board can be narrowed to; without `switcher` it is narrowed to the one new records start with. */
  readonly choices?: 'switcher';
  /** Only this column; null for the records without a value, written as an empty text. */
  readonly column?: string | null;
};

export const DEFAULT_CARDS = 20;

export const parseBoardQuery = readOnce((given): BoardQuery => {
  const read = new ParameterReader(given);
  read.known(['filter', 'q', 'sort', 'fields', 'limit', 'cursor', 'view', 'by', 'sum', 'switcher', 'choices', 'column']);
  const query = present({
    ...common(read),
    limit: read.integer('limit', 'board_cards'),
    by: read.text('by') || undefined,
    sum: read.list('sum'),
    switcher: read.text('switcher') || undefined,
    choices: read.choice('choices', ['switcher']),
    column: columnOf(read),
  });
  read.done();
  return query;
});

function columnOf(read: ParameterReader): string | null | undefined {
  const text = read.text('column');
  return text === '' ? null : text;
}

/** Page of a history. */
export function parseHistoryQuery(given: ReadonlyMap<string, unknown>): { field?: string; limit?: number; cursor?: string } {
  const read = new ParameterReader(given);
  read.known(['field', 'limit', 'cursor']);
  const query = present({
    field: read.text('field') || undefined,
    limit: read.integer('limit', 'page_rows'),
    cursor: read.text('cursor') || undefined,
  });
  read.done();
  return query;
}

/** Page of a timeline. */
export function parseTimelineQuery(given: ReadonlyMap<string, unknown>): { kinds?: string[]; limit?: number; cursor?: string } {
  const read = new ParameterReader(given);
  read.known(['kinds', 'limit', 'cursor']);
  const query = present({ kinds: read.list('kinds'), limit: read.integer('limit', 'page_rows'), cursor: read.text('cursor') || undefined });
  read.done();
  return query;
}

export type RecordQuery = { readonly fields?: readonly string[]; readonly include?: readonly RelatedQuery[] };

/** All that the caller may read, without related lists. */
export const WHOLE_RECORD: RecordQuery = Object.freeze({});

export const parseRecordQuery = readOnce((given): RecordQuery => {
  const read = new ParameterReader(given);
  read.known(['fields', 'include']);
  const fields = read.list('fields');
  const include = read.json('include');
  read.done();
  return present({ fields, include: parseInclude(include, 'related_lists') });
});
