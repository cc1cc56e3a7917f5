import type {
  PublicationAnswer,
  DraftAnswer,
  Me,
  PlanAnswer,
  PublishAnswer,
  RevisionInfo,
  SourceAnswer,
} from '@fieldstone/metadata/types/wire.js';
import { elementName, type StudioDocument } from '../draft/draft.js';
import { call } from './client.js';

export const readMe = () => call<Me>('GET', '/me');
export const signIn = (email: string, password: string) => call<unknown>('POST', '/auth/login', { email, password });
export const signOut = () => call<unknown>('POST', '/auth/logout', {});

export const readSource = () => call<SourceAnswer>('GET', '/metadata/source');
export const readDraft = () => call<DraftAnswer>('GET', '/metadata/draft');

const elementPath = (document: StudioDocument) => `/metadata/draft/${document.kind}/${encodeURIComponent(elementName(document))}`;

/** What is to be stored about one element: its wanted document, null to retire it, or "revert" to take the change back. */
export type Saved = StudioDocument | null | 'revert';

/**
 * Stores one change in the caller's draft.
 *
 * Shape: `known` is the element as it was published or last saved; it gives the address of an element that has no document any more.
 */
export function saveChange(known: StudioDocument, wanted: Saved, baseRevision: number, keepalive = false): Promise<unknown> {
  const options = { keepalive };
  if (wanted === 'revert') return call('DELETE', elementPath(known), undefined, options);
  if (wanted === null) return call('PUT', elementPath(known), { baseRevision, document: null }, options);
  return call('PUT', elementPath(wanted), { baseRevision, document: wanted }, options);
}

export const makePlan = () => call<PlanAnswer>('POST', '/metadata/draft/plan', {});
export const publish = (plan: string, confirm: readonly string[], comment: string) =>
  call<PublishAnswer>('POST', '/metadata/draft/publish', { plan, confirm, comment });
export const readPublication = () => call<PublicationAnswer>('GET', '/metadata/publication');
export const stopPublication = () => call<undefined>('DELETE', '/metadata/publication');
export const rollBackPlan = (revision: number) => call<PlanAnswer>('POST', `/metadata/versions/${revision}/rollback`, {});
export const VERSIONS_A_PAGE = 30;
/** Revisions, newest first; `before` goes on after the last one seen. */
export const readVersions = (before?: number) =>
  call<{ data: RevisionInfo[] }>('GET', `/metadata/versions?limit=${VERSIONS_A_PAGE}${before === undefined ? '' : `&before=${before}`}`);
