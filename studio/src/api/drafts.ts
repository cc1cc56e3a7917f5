import type { Decision, DraftAnswer, DraftInfo, ElementHistory, RebaseAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { call } from './client.js';

/** The draft the person works in; without a name, the one the server has as the current one. */
export const readDraft = (id?: string) => call<DraftAnswer>('GET', id === undefined ? '/metadata/draft' : `/metadata/drafts/${id}`);

const listDrafts = () => call<{ data: DraftInfo[] }>('GET', '/metadata/drafts').then(({ data }) => data);
export const useDrafts = () => useQuery({ queryKey: ['drafts'], queryFn: listDrafts, staleTime: 5_000 });

export type DraftWords = { name?: string; description?: string; sharing?: DraftInfo['sharing'] };
export const createDraft = (body: DraftWords & { name: string; from?: string; revision?: number }) =>
  call<DraftInfo>('POST', '/metadata/drafts', body);
export const describeDraft = (id: string, body: DraftWords) => call<DraftInfo>('PATCH', `/metadata/drafts/${id}`, body);
export const discardDraft = (id: string) => call<unknown>('DELETE', `/metadata/drafts/${id}`);
export const restoreDraft = (id: string) => call<DraftInfo>('POST', `/metadata/drafts/${id}/restore`, {});
export const selectDraft = (id: string) => call<DraftInfo>('POST', `/metadata/drafts/${id}/select`, {});

export const readConflicts = (id: string) => call<RebaseAnswer>('GET', `/metadata/drafts/${id}/conflicts`);
export type NewDecision = { id: string } & (Decision | { path: string; take: null });
export const decide = (id: string, decisions: readonly NewDecision[]) =>
  call<RebaseAnswer>('PUT', `/metadata/drafts/${id}/conflicts`, { decisions });
export const rebase = (id: string) => call<RebaseAnswer>('POST', `/metadata/drafts/${id}/rebase`, {});

export const readElementHistory = (kind: string, name: string) =>
  call<ElementHistory>('GET', `/metadata/elements/${kind}/${encodeURIComponent(name)}/history`);
