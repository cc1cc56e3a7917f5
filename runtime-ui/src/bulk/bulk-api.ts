import type { BulkAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';

export type Operation =
  | { readonly op: 'update'; readonly id: string; readonly values: Readonly<Record<string, unknown>> }
  | { readonly op: 'delete'; readonly id: string };

/** Writes many records, each by itself. With the same key it is done once, however often it is sent. */
export const writeMany = (object: string, operations: readonly Operation[], idempotencyKey: string): Promise<BulkAnswer> =>
  call<BulkAnswer>(`/records/${encodeURIComponent(object)}/bulk`, { method: 'POST', body: { mode: 'each', operations }, idempotencyKey });
