import { describeFor } from '../../catalog/describe.js';
import type { Catalog } from '../../catalog/catalog.js';
import { readSource } from '../../catalog/drafts.js';
import { digest } from '../../kernel/hash.js';
import { may, signedIn, type Route } from '../route.js';
import { meOf } from './session.js';
import { gives } from '../exchange.js';
import { either, only } from '../schema.js';
import { screenMetadata, sourceAnswer, startAnswer } from '../schemas/metadata.js';

const editing = may('edit_metadata');

/** What screens are made from, and the source documents. */
export function metadataRoutes(catalog: Catalog): Route[] {
  return [
    {
      method: 'GET',
      path: '/metadata',
      policy: signedIn,
      summary: 'What the screens of the caller are made from; with include=me also who the caller is, so that a page starts with one call',
      exchange: gives(either(screenMetadata, startAnswer), { query: { include: only('me') } }),
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
      exchange: gives(sourceAnswer),
      handler: async (scope) => ({ value: await readSource(catalog, scope.active.space) }),
    },
  ];
}
