import type { Me, PlanAnswer, PublicationAnswer, PublishAnswer, RevisionInfo, SourceAnswer } from '@fieldstone/metadata/types/wire.js';
import { elementName, type StudioDocument } from '../draft/draft.js';
import { call, callWithTag } from './client.js';

export const readMe = () => call<Me>('GET', '/me');
export const signIn = (email: string, password: string) => call<unknown>('POST', '/auth/login', { email, password });
export const signOut = () => call<unknown>('POST', '/auth/logout', {});

export const readSource = () => call<SourceAnswer>('GET', '/metadata/source');

const elementPath = (document: StudioDocument) => `/metadata/draft/${document.kind}/${encodeURIComponent(elementName(document))}`;

/** What is to be stored about one element: its wanted document, null to retire it, or "revert" to take the change back. */
export type Saved = StudioDocument | null | 'revert';

/** What an edit started from: the draft, the published revision, and the version of the change in the draft, 0 for none. */
export type EditBase = { readonly draft: string | undefined; readonly revision: number; readonly version: number };

/**
 * Stores one change in a draft and answers its new version; 0 when there is no change left.
 *
 * Shape: `known` is the element as it was published or last saved; it gives the address of an element that has no document any more.
 */
export async function saveChange(
  known: StudioDocument,
  wanted: Saved,
  base: EditBase,
  { keepalive = false, comment }: { keepalive?: boolean; comment?: string } = {},
): Promise<number> {
  const options = { keepalive, ifMatch: String(base.version) };
  const query = base.draft === undefined ? '' : `?draft=${base.draft}`;
  if (wanted === 'revert') {
    await call('DELETE', elementPath(known) + query, undefined, options);
    return 0;
  }
  const body = { baseRevision: base.revision, document: wanted, ...(comment === undefined ? {} : { comment }) };
  const { tag } = await callWithTag('PUT', elementPath(wanted ?? known) + query, body, options);
  return Number(tag ?? 0);
}

export const makePlan = (draft: string | undefined) =>
  call<PlanAnswer>('POST', `/metadata/draft/plan${draft === undefined ? '' : `?draft=${draft}`}`, {});
export const publish = (plan: string, confirm: readonly string[], comment: string) =>
  call<PublishAnswer>('POST', '/metadata/draft/publish', { plan, confirm, comment });
export const readPublication = () => call<PublicationAnswer>('GET', '/metadata/publication');
export const stopPublication = () => call<undefined>('DELETE', '/metadata/publication');
export const rollBackPlan = (revision: number) => call<PlanAnswer>('POST', `/metadata/versions/${revision}/rollback`, {});
export const VERSIONS_A_PAGE = 30;
/** Revisions, newest first; `before` goes on after the last one seen. */
export const readVersions = (before?: number) =>
  call<{ data: RevisionInfo[] }>('GET', `/metadata/versions?limit=${VERSIONS_A_PAGE}${before === undefined ? '' : `&before=${before}`}`);
