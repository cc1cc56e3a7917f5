import type { HistoryEntry, RecordBody, TimelineAnswer, VersionAnswer, WhyAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';

export type HistoryPage = { readonly data: readonly HistoryEntry[]; readonly page: { readonly next: string | null } };

const at = (...parts: string[]) => `/records/${parts.map(encodeURIComponent).join('/')}`;

export const readHistory = (object: string, id: string, query: { cursor?: string; limit?: number } = {}) =>
  call<HistoryPage>(at(object, id, 'history'), { query });

export const readWhy = (object: string, id: string, version: number) => call<WhyAnswer>(at(object, id, 'history', String(version), 'why'));

export const readVersion = (object: string, id: string, version: number) => call<VersionAnswer>(at(object, id, 'history', String(version)));

/** Brings fields of a version back, over the record as it was looked at. */
export const restoreVersion = (object: string, id: string, version: number, fields: readonly string[], current: number) =>
  call<RecordBody>(at(object, id, 'restore-version'), { method: 'POST', body: { version, fields }, ifMatch: current });

export const readTimeline = (object: string, id: string, query: { kinds?: readonly string[]; cursor?: string; limit?: number }) =>
  call<TimelineAnswer>(at(object, id, 'timeline'), { query: { ...query, kinds: query.kinds?.join(',') } });
