import type { ChangeSet, ChangeSetAnswer } from '@fieldstone/metadata/types/wire.js';
import { saveJson } from '../ui/save-json.js';
import { call } from './client.js';

export const exportDraft = (id: string) => call<ChangeSet>('GET', `/metadata/drafts/${id}/change-set`);
export const exportRevisions = (from: number, to: number) => call<ChangeSet>('GET', `/metadata/versions/${from}/change-set?to=${to}`);
export const checkChangeSet = (changeSet: unknown) => call<ChangeSetAnswer>('POST', '/metadata/change-sets/check', { changeSet });
export const importChangeSet = (changeSet: unknown, name: string) =>
  call<ChangeSetAnswer>('POST', '/metadata/change-sets', { changeSet, name });

/** Gives a change set to the person as a file: the same bytes that the command line writes. */
export function saveChangeSet(set: ChangeSet): void {
  const name = set.name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  saveJson(`${name || 'change-set'}.json`, set);
}
