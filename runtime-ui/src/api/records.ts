import type { BoardAnswer, ListAnswer, RecordBody, StartAnswer } from '@fieldstone/metadata/types/wire.js';
import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import { call } from './http.js';

export type ListQuery = {
  readonly filter?: ConditionJson | undefined;
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly skip?: number | undefined;
  readonly count?: 'none' | 'capped' | 'exact' | undefined;
  readonly view?: string | undefined;
};

export type Include = Record<string, { limit?: number; sort?: string; fields?: readonly string[] }>;
export type RelatedPage = { readonly data: readonly RecordBody[]; readonly hasMore: boolean };

const at = (...parts: string[]) => `/records/${parts.map(encodeURIComponent).join('/')}`;

const parameters = (query: ListQuery) => ({
  filter: query.filter === undefined ? undefined : JSON.stringify(query.filter),
  q: query.q,
  sort: query.sort,
  fields: query.fields?.join(','),
  limit: query.limit,
  cursor: query.cursor,
  skip: query.skip,
  count: query.count,
  view: query.view,
});

export const signIn = (email: string, password: string) => call<unknown>('/auth/login', { method: 'POST', body: { email, password } });
export const signOut = () => call<unknown>('/auth/logout', { method: 'POST' });
export const endViewing = () => call<undefined>('/auth/view-as', { method: 'DELETE' });
/** Who is here and what their screens are drawn from. */
/** The caller's own language; null follows the browser. */
export const saveLocale = (locale: string | null) => call<undefined>('/me', { method: 'PATCH', body: { locale } });
export const readStart = () => call<StartAnswer>('/metadata', { query: { include: 'me' } });

export const listRecords = (object: string, query: ListQuery, signal?: AbortSignal) =>
  call<ListAnswer>(at(object), { query: parameters(query), ...(signal ? { signal } : {}) });

export const readRecord = (object: string, id: string, more: { fields?: readonly string[]; include?: Include } = {}) =>
  call<RecordBody>(at(object, id), {
    query: { fields: more.fields?.join(','), include: more.include ? JSON.stringify(more.include) : undefined },
  });

export type BoardQuery = {
  readonly view: string;
  readonly filter?: ConditionJson | undefined;
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly switcher?: string | undefined;
  readonly choices?: 'switcher' | undefined;
  readonly limit?: number | undefined;
  /** Null for the cards without a value. */
  readonly column?: string | null | undefined;
  readonly cursor?: string | undefined;
};

export const readBoard = (object: string, query: BoardQuery) =>
  call<BoardAnswer>(at(object, 'board'), {
    query: {
      view: query.view,
      filter: query.filter === undefined ? undefined : JSON.stringify(query.filter),
      q: query.q,
      sort: query.sort,
      switcher: query.switcher,
      choices: query.choices,
      limit: query.limit,
      column: query.column,
      cursor: query.cursor,
    },
  });

export const createRecord = (object: string, values: Record<string, unknown>, idempotencyKey: string) =>
  call<RecordBody>(at(object), { method: 'POST', body: values, idempotencyKey });

export const updateRecord = (object: string, id: string, changes: Record<string, unknown>, version?: number) =>
  call<RecordBody>(at(object, id), { method: 'PATCH', body: changes, ...(version === undefined ? {} : { ifMatch: version }) });

export const deleteRecord = (object: string, id: string) => call<unknown>(at(object, id), { method: 'DELETE' });
export const restoreRecord = (object: string, id: string) => call<unknown>(at(object, id, 'restore'), { method: 'POST' });

export const runAction = (object: string, id: string, action: string, input: Record<string, unknown>, idempotencyKey: string) =>
  call<RecordBody>(at(object, id, 'actions', action), { method: 'POST', body: input, idempotencyKey });
/** Remembers that the person opened a record. It is a convenience: nobody is told when it is not. */
export const noteOpened = (object: string, id: string) =>
  call<undefined>('/search/recent/records', { method: 'POST', body: { object, id } }).catch(() => undefined);
