import type { BinPurgeAnswer, BinPurgePreview } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';
import type { BinQuery } from './undo-api.js';

type Named = { readonly object: string; readonly id: string };
/** Records by name, or all that search and filter find. */
export type Purged = { readonly records: readonly Named[] } | ({ readonly all: true } & BinQuery);

export const previewPurge = (what: Purged) => call<BinPurgePreview>('/recycle-bin/purge/preview', { method: 'POST', body: what });
export const purgeRecords = (what: Purged, more: { readonly until?: string; readonly cursor?: string } = {}) =>
  call<BinPurgeAnswer>('/recycle-bin/purge', { method: 'POST', body: { ...what, ...more } });
