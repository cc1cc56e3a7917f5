import { describeFor } from '../../catalog/describe.js';
import type { Catalog } from '../../catalog/catalog.js';
import { discardDraft, putElement, readElement, readOwnDraft, readSource, revertElement, type Editor } from '../../catalog/drafts.js';
import { malformed } from '../../kernel/errors.js';
import { digest } from '../../kernel/hash.js';
import { bodyObject, may, param, signedIn, type RequestScope, type Route } from '../route.js';
import { meOf } from './session.js';

const editorOf = (scope: RequestScope): Editor => ({ space: scope.active.space, owner: scope.actor.userId });
const editing = may('edit_metadata');

/** What screens are made from, and the source documents with the caller's draft of them. */
export function metadataRoutes(catalog: Catalog): Route[] {
  return [
    {
      method: 'GET',
      path: '/metadata',
      policy: signedIn,
      summary: 'What the screens of the caller are made from; with include=me also who the caller is, so that a page starts with one call',
      handler: (scope) => {
        const { etag, json } = describeFor(scope.active, scope.actor);
        const headers = (tag: string) => ({ ETag: tag, 'Cache-Control': 'private, no-cache' });
        if (scope.query.get('include') !== 'me') return { json, headers: headers(etag) };
        const me = JSON.stringify(meOf(scope));
        return { json: `{"me":${me},${json.slice(1)}`, headers: headers(`${etag.slice(0, -1)}-${digest(me).slice(0, 16)}"`) };
      },
    },
    {
      method: 'GET',
      path: '/metadata/source',
      policy: editing,
      summary: 'Every published document, with its hash',
      handler: async (scope) => ({ value: await readSource(catalog, scope.active.space) }),
    },
    {
      method: 'GET',
      path: '/metadata/draft',
      policy: editing,
      summary: "The caller's draft: what differs from what is published",
      handler: async (scope) => ({ value: await readOwnDraft(catalog, editorOf(scope)) }),
    },
    {
      method: 'DELETE',
      path: '/metadata/draft',
      policy: editing,
      summary: "Takes back every change of the caller's draft",
      handler: async (scope) => {
        await discardDraft(catalog, editorOf(scope));
        return {};
      },
    },
    {
      method: 'GET',
      path: '/metadata/draft/{kind}/{name}',
      policy: editing,
      summary: "One document as the caller's draft wants it",
      handler: async (scope) => ({
        value: { document: await readElement(catalog, editorOf(scope), param(scope, 'kind'), param(scope, 'name')) },
      }),
    },
    {
      method: 'PUT',
      path: '/metadata/draft/{kind}/{name}',
      policy: editing,
      summary: 'Keeps a wanted document in the draft: { baseRevision, document }; document null retires the element',
      handler: async (scope) => {
        const { baseRevision, document } = elementBody(scope);
        await putElement(catalog, editorOf(scope), param(scope, 'kind'), param(scope, 'name'), document, baseRevision);
        return {};
      },
    },
    {
      method: 'DELETE',
      path: '/metadata/draft/{kind}/{name}',
      policy: editing,
      summary: 'Takes back what the draft says about one element',
      handler: async (scope) => {
        await revertElement(catalog, editorOf(scope), param(scope, 'kind'), param(scope, 'name'));
        return {};
      },
    },
  ];
}

function elementBody(scope: RequestScope): { baseRevision: number; document: unknown } {
  const body = bodyObject(scope);
  const unknown = Object.keys(body).filter((key) => key !== 'baseRevision' && key !== 'document');
  const issues = unknown.map((key) => ({
    path: `/${key.slice(0, 100)}`,
    code: 'unknown_property',
    message: 'Expected baseRevision and document.',
  }));
  const { baseRevision, document } = body;
  if (typeof baseRevision !== 'number' || !Number.isInteger(baseRevision) || baseRevision < 0 || baseRevision > 2_147_483_647) {
    issues.push({ path: '/baseRevision', code: 'wrong_type', message: 'Name the revision that was edited, a whole number.' });
  }
  if (document === undefined)
    issues.push({ path: '/document', code: 'missing_property', message: 'Send the wanted document, or null to retire the element.' });
  if (issues.length > 0) throw malformed('The body was not understood.', issues);
  return { baseRevision: baseRevision as number, document };
}
