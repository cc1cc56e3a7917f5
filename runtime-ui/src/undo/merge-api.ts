import type { MergePreview, RecordBody } from '@fieldstone/metadata/types/wire.js';
import { call } from '../api/http.js';

const at = (object: string, id: string) => `/records/${encodeURIComponent(object)}/${encodeURIComponent(id)}/merge`;

export const previewMerge = (object: string, id: string, from: readonly string[]) =>
  call<MergePreview>(`${at(object, id)}/preview`, { query: { from: from.join(',') } });
export const mergeRecords = (
  object: string,
  id: string,
  from: readonly string[],
  values: Readonly<Record<string, unknown>>,
  version: number,
) => call<RecordBody>(at(object, id), { method: 'POST', body: { from, values }, ifMatch: version });
