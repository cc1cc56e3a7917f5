import type { Catalog } from '../../catalog/catalog.js';
import {
  changeDraft,
  createDraft,
  discardDraft,
  readDrafts,
  readElementHistory,
  restoreDraft,
  selectDraft,
} from '../../catalog/draft-list.js';
import { putElement, readDraft, readElement, revertElement } from '../../catalog/drafts.js';
import { decide, readConflicts, rebaseDraft } from '../../catalog/rebase-draft.js';
import { does, gives, makes, type Exchange } from '../exchange.js';
import { about, list, oneOf, orNull, shape, text, whole } from '../schema.js';
import { decisionSent, document, draftAnswer, draftInfo, elementHistory, rebaseAnswer } from '../schemas/metadata.js';
import { may, type Answer, type RequestScope, type Route } from '../route.js';
import { decisionsBody, draftChangeBody, editorOf, elementBody, expectedVersion, kindAndName, newDraftBody } from './draft-query.js';

/** Which draft: the caller's current one, or another by its id. */
const NAMED = { query: { draft: about('Id of a draft; the current one when left out', text) } };
const MATCH = { 'If-Match': 'Version of the change that was edited, 0 for none' };
const sharing = oneOf('private', 'view', 'edit');
const edit = shape({
  baseRevision: whole,
  document: about('null retires the element', orNull(document)),
  'comment?': about('Why', text),
});
const draftWords = shape({ 'name?': text, 'description?': text, 'sharing?': sharing });
const newDraft = shape({
  name: text,
  'description?': text,
  'sharing?': sharing,
  'from?': about('A draft to copy', text),
  'revision?': about('A version to return to', whole),
});

const etag = (version: number): Record<string, string> => ({ ETag: `"${version}"` });

/**
 * Drafts of metadata. Those at /metadata/draft are about the draft the caller works in, or the one that `draft=<id>` names; those at
 * /metadata/drafts about any the caller may see.
 */
export function draftRoutes(catalog: Catalog): Route[] {
  const route = (
    method: Route['method'],
    path: string,
    summary: string,
    exchange: Exchange,
    handler: (scope: RequestScope) => Promise<Answer>,
  ): Route => ({
    method,
    path: `/metadata${path}`,
    policy: may('edit_metadata'),
    summary,
    exchange,
    handler,
  });
  return [
    route(
      'GET',
      '/draft',
      "The caller's draft: what differs from what is published; draft=<id> names another one",
      gives(draftAnswer, NAMED),
      async (scope) => ({
        value: await readDraft(catalog, editorOf(scope)),
      }),
    ),
    route('DELETE', '/draft', 'Discards the draft; it can be brought back for 30 days', does(NAMED), async (scope) => {
      await discardDraft(catalog, editorOf(scope));
      return {};
    }),
    route(
      'GET',
      '/draft/{kind}/{name}',
      'One document as the draft wants it; ETag is the version of the change',
      gives(shape({ document }), NAMED),
      async (scope) => {
        const { document, version } = await readElement(catalog, editorOf(scope), ...kindAndName(scope));
        return { value: { document }, headers: etag(version) };
      },
    ),
    route(
      'PUT',
      '/draft/{kind}/{name}',
      'Keeps a wanted document in the draft: { baseRevision, document, comment? }; document null retires the element; If-Match names the version that was edited',
      does({ ...NAMED, headers: MATCH, body: edit }),
      async (scope) => ({ headers: etag(await putElement(catalog, editorOf(scope), ...kindAndName(scope), elementBody(scope))) }),
    ),
    route(
      'DELETE',
      '/draft/{kind}/{name}',
      'Takes back what the draft says about one element',
      does({ ...NAMED, headers: MATCH }),
      async (scope) => {
        await revertElement(catalog, editorOf(scope), ...kindAndName(scope), expectedVersion(scope));
        return {};
      },
    ),
    route(
      'GET',
      '/drafts',
      'Drafts of the caller and drafts others share, the last changed first',
      gives(shape({ data: list(draftInfo) })),
      async (scope) => ({
        value: { data: await readDrafts(catalog, editorOf(scope)) },
      }),
    ),
    route(
      'POST',
      '/drafts',
      'Opens a draft to work in: { name, description?, sharing?, from? (a draft to copy), revision? (a version to return to) }',
      makes(draftInfo, { body: newDraft }),
      async (scope) => ({ status: 201, value: await createDraft(catalog, editorOf(scope), newDraftBody(scope)) }),
    ),
    route('GET', '/drafts/{id}', 'One draft with its changes', gives(draftAnswer), async (scope) => ({
      value: await readDraft(catalog, editorOf(scope)),
    })),
    route(
      'PATCH',
      '/drafts/{id}',
      'Names, describes or shares a draft: { name?, description?, sharing? }',
      gives(draftInfo, { body: draftWords }),
      async (scope) => ({
        value: await changeDraft(catalog, editorOf(scope), draftChangeBody(scope)),
      }),
    ),
    route('DELETE', '/drafts/{id}', 'Discards a draft; it can be brought back for 30 days', does(), async (scope) => {
      await discardDraft(catalog, editorOf(scope));
      return {};
    }),
    route('POST', '/drafts/{id}/restore', 'Brings a discarded draft back', gives(draftInfo, { body: null }), async (scope) => ({
      value: await restoreDraft(catalog, editorOf(scope)),
    })),
    route('POST', '/drafts/{id}/select', 'Makes a draft the one the caller works in', gives(draftInfo, { body: null }), async (scope) => ({
      value: await selectDraft(catalog, editorOf(scope)),
    })),
    route(
      'GET',
      '/drafts/{id}/conflicts',
      'What the draft and a later version both changed, property by property',
      gives(rebaseAnswer),
      async (scope) => ({
        value: await readConflicts(catalog, editorOf(scope)),
      }),
    ),
    route(
      'PUT',
      '/drafts/{id}/conflicts',
      'Keeps decisions: { decisions: [{ id, path, take: "mine" | "theirs" | "value" | null, value? }] }',
      gives(rebaseAnswer, { body: shape({ decisions: list(decisionSent) }) }),
      async (scope) => ({ value: await decide(catalog, editorOf(scope), decisionsBody(scope)) }),
    ),
    route(
      'POST',
      '/drafts/{id}/rebase',
      'Moves the draft onto the newest version; names what is still to be decided',
      gives(rebaseAnswer, { body: null }),
      async (scope) => ({
        value: await rebaseDraft(catalog, editorOf(scope)),
      }),
    ),
    route(
      'GET',
      '/elements/{kind}/{name}/history',
      'Who changed an element, when and why, newest first',
      gives(elementHistory),
      async (scope) => ({
        value: await readElementHistory(catalog, editorOf(scope), ...kindAndName(scope)),
      }),
    ),
  ];
}
