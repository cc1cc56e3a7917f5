import type { BinItem, BinRestoreAnswer, UndoAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';

export const undoOperation = (operation: string) =>
  call<UndoAnswer>(`/operations/${encodeURIComponent(operation)}/undo`, { method: 'POST' });

export type BinPage = {
  readonly data: readonly BinItem[];
  readonly page: { readonly next: string | null };
  readonly keepDays: number | null;
};
export type BinQuery = { readonly object?: string; readonly q?: string; readonly mine?: boolean };

export const readBin = ({ object, q, mine }: BinQuery, cursor?: string) =>
  call<BinPage>('/recycle-bin', { query: { object, q, mine: mine === true ? 'true' : undefined, cursor, limit: 50 } });
export const restoreRecords = (records: readonly { readonly object: string; readonly id: string }[]) =>
  call<BinRestoreAnswer>('/recycle-bin/restore', { method: 'POST', body: { records } });
