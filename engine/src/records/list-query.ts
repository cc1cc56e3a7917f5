import { malformed, type Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS, type RequestLimit } from '../model/limits.js';
import type { SortLevel } from '../store/ordered-select.js';
import { told, type Told } from '../texts/told.js';

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
};

export const DEFAULT_LIMIT = 50;

/** "-amount,name" to levels. */
export const parseSort = (text: string): SortLevel[] =>
  names(text).map((name) => (name.startsWith('-') ? { field: name.slice(1), direction: 'desc' } : { field: name, direction: 'asc' }));

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Collects what is wrong with the parameters of one call, to say it all at once. */
class Reader {
  readonly issues: Issue[] = [];
  readonly #given: ReadonlyMap<string, unknown>;
  /** JSON Pointer to where the parameters stand in what the caller sent. */
  readonly #at: string;

  constructor(given: ReadonlyMap<string, unknown>, at = '') {
    this.#given = given;
    this.#at = at;
  }

  known(allowed: readonly string[]): void {
    for (const name of this.#given.keys()) {
      if (!allowed.includes(name)) this.#issue(name.slice(0, 100), 'unknown_parameter', told('list.unknown_parameter'));
    }
  }
  text(name: string): string | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    this.#issue(name, 'not_text', told('list.not_text'));
    return undefined;
  }
  list(name: string): string[] | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return names(value);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.#issue(name, 'not_a_list', told('list.not_names'));
    return undefined;
  }
  integer(name: string, limit: RequestLimit): number | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 1) {
      this.#issue(name, 'not_a_count', told('list.not_a_count'));
      return undefined;
    }
    if (number > LIMITS[limit].max) throw limitExceeded(limit, number, this.#at + pointer(name));
    return number;
  }
  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#given.get(name);
    if (value === undefined || value === null) return undefined;
    const choice = choices.find((item) => item === value);
    if (choice === undefined) this.#issue(name, 'not_a_choice', told('list.not_a_choice', { choices: choices.join(', ') }));
    return choice;
  }
  json(name: string): unknown {
    const value = this.#given.get(name);
    if (typeof value !== 'string') return value ?? undefined;
    if (value.length > LIMITS.filter_characters.max) throw limitExceeded('filter_characters', value.length, this.#at + pointer(name));
    try {
      return JSON.parse(value) as unknown;
    } catch {
      this.#issue(name, 'not_json', told('list.not_json'));
      return undefined;
    }
  }
  refuse(name: string, code: string, text: Told): void {
    this.#issue(name, code, text);
  }
  done(): void {
    if (this.issues.length > 0) throw malformed(told('list.parameters'), this.issues);
  }

  #issue(name: string, code: string, text: Told): void {
    this.issues.push({ path: this.#at + pointer(name), code, ...text });
  }
}

/** Leaves out what is undefined, so that optional members are absent rather than undefined. */
function present<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const LIST = ['filter', 'q', 'sort', 'fields', 'limit', 'cursor', 'skip', 'count', 'view'] as const;

/** Parameters of a list, from a query string or a body. */
export function parseListQuery(given: ReadonlyMap<string, unknown>): ListQuery {
  const read = new Reader(given);
  read.known(LIST);
  const query = present({
    ...common(read),
    count: read.choice('count', ['none', 'capped', 'exact']),
    limit: read.integer('limit', 'page_rows'),
    skip: read.integer('skip', 'skipped_rows'),
  });
  if (query.skip !== undefined && query.cursor !== undefined) read.refuse('skip', 'not_with_cursor', told('list.cursor_or_skip'));
  read.done();
  return query;
}

const common = (read: Reader) => ({
  filter: read.json('filter'),
  q: read.text('q') || undefined,
  sort: sortOf(read),
  fields: read.list('fields'),
  cursor: read.text('cursor') || undefined,
  view: read.text('view') || undefined,
});

function sortOf(read: Reader): SortLevel[] | undefined {
  const list = read.list('sort');
  return list === undefined || list.length === 0 ? undefined : parseSort(list.join(','));
}

/** What a board is asked for: a saved view, or a field to arrange by and fields to sum. */
export type BoardQuery = Omit<ListQuery, 'count' | 'skip'> & {
  readonly by?: string;
  readonly sum?: readonly string[];
  readonly switcher?: string;
  /** Sends along what the board can be narrowed to; without `switcher` it is narrowed to the one new records start with. */
  readonly choices?: 'switcher';
  /** Only this column; null for the records without a value, written as an empty text. */
  readonly column?: string | null;
};

export const DEFAULT_CARDS = 20;

export function parseBoardQuery(given: ReadonlyMap<string, unknown>): BoardQuery {
  const read = new Reader(given);
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
}

function columnOf(read: Reader): string | null | undefined {
  const text = read.text('column');
  return text === '' ? null : text;
}

/** Page of a history. */
export function parseHistoryQuery(given: ReadonlyMap<string, unknown>): { limit?: number; cursor?: string } {
  const read = new Reader(given);
  read.known(['limit', 'cursor']);
  const query = present({ limit: read.integer('limit', 'page_rows'), cursor: read.text('cursor') || undefined });
  read.done();
  return query;
}

/** A related list to send along with a record. */
export type RelatedQuery = {
  readonly relation: string;
  readonly limit: number;
  readonly sort: readonly SortLevel[];
  readonly fields?: readonly string[];
};
export type RecordQuery = { readonly fields?: readonly string[]; readonly include?: readonly RelatedQuery[] };

const DEFAULT_RELATED_ROWS = 10;

export function parseRecordQuery(given: ReadonlyMap<string, unknown>): RecordQuery {
  const read = new Reader(given);
  read.known(['fields', 'include']);
  const fields = read.list('fields');
  const include = read.json('include');
  read.done();
  if (include === undefined) return present({ fields });
  if (typeof include !== 'object' || include === null || Array.isArray(include)) {
    throw malformed(told('list.parameters'), [
      { path: '/include', code: 'not_an_object', ...told('list.include', { example: '{"tasks":{"limit":10}}' }) },
    ]);
  }
  const entries = Object.entries(include);
  if (entries.length > LIMITS.related_lists.max) throw limitExceeded('related_lists', entries.length, '/include');
  const related = entries.map(([relation, options]): RelatedQuery => {
    const at = pointer('include', relation.slice(0, 100));
    if (typeof options !== 'object' || Array.isArray(options)) {
      throw malformed(told('list.parameters'), [{ path: at, code: 'not_an_object', ...told('list.include_part') }]);
    }
    const inner = new Reader(new Map(Object.entries(options ?? {})), at);
    inner.known(['limit', 'sort', 'fields']);
    const found = {
      relation,
      limit: inner.integer('limit', 'related_rows') ?? DEFAULT_RELATED_ROWS,
      sort: sortOf(inner) ?? [],
      ...present({ fields: inner.list('fields') }),
    };
    inner.done();
    return found;
  });
  return present({ fields, include: related });
}
