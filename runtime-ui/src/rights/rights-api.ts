import type { AccessAnswer, Principal, ShareInfo, WhoAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';

const at = (object: string, id: string, ...rest: string[]) => `/records/${[object, id, ...rest].map(encodeURIComponent).join('/')}`;

export const readShares = (object: string, id: string) => call<{ data: ShareInfo[] }>(at(object, id, 'shares'));
export const readCandidates = (object: string, id: string, q: string) =>
  call<{ data: Principal[] }>(at(object, id, 'share-candidates'), { query: { q } });

export type NewShare = { readonly to: string; readonly mayEdit: boolean; readonly expiresAt: string | null; readonly reason: string };
export const shareRecord = (object: string, id: string, share: NewShare) =>
  call<ShareInfo>(at(object, id, 'shares'), { method: 'POST', body: share });
export const takeBackShare = (object: string, id: string, to: string) =>
  call<undefined>(at(object, id, 'shares', to), { method: 'DELETE' });

export const readWho = (object: string, id: string, skip: number) =>
  call<WhoAnswer>(at(object, id, 'access'), { query: { limit: 50, cursor: skip === 0 ? undefined : String(skip) } });

export type Question = { readonly object: string; readonly record: string; readonly field?: string; readonly do: string };
/** About the caller's own rights. */
export const explain = (question: Question) => call<AccessAnswer>('/access/explain', { method: 'POST', body: question });
