import type { RecentAnswer, SavedSearch, SearchAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';

export const searchAll = (q: string, objects: readonly string[], limit: number, signal: AbortSignal) =>
  call<SearchAnswer>('/search', { query: { q, objects: objects.join(','), limit }, signal });

export const readRecent = () => call<RecentAnswer>('/search/recent');
export const forgetRecent = () => call<undefined>('/search/recent', { method: 'DELETE' });

const about = (q: string, object: string) => ({ q, ...(object === '' ? {} : { object }) });
/** Remembers what was looked for. Nobody is told when it is not: it is a convenience. */
export const noteSearch = (q: string, object: string) =>
  call<undefined>('/search/recent/searches', { method: 'POST', body: about(q, object) }).catch(() => undefined);
export const saveSearch = (q: string, object: string, name: string) =>
  call<SavedSearch>('/search/saved', { method: 'POST', body: { ...about(q, object), name } });
export const forgetSearch = (id: string) => call<undefined>(`/search/saved/${encodeURIComponent(id)}`, { method: 'DELETE' });
