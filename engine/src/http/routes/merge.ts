import type { RequestContext } from '../../records/context.js';
import { mergeRecords, parseMerge } from '../../records/merge-records.js';
import { previewMerge } from '../../records/merge-preview.js';
import { malformed } from '../../kernel/errors.js';
import { told } from '../../texts/told.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { mergeExchanges } from '../schemas/merge.js';
import { expectedVersion, savedAnswer } from './record-answers.js';

/** Several records made one. Taken back by undoing the operation. */
export const mergeRoutes = (contextOf: (scope: RequestScope) => RequestContext): Route[] => [
  {
    method: 'GET',
    path: '/records/{object}/{id}/merge/preview',
    policy: signedIn,
    summary: 'What merging other records into this one would come to: from',
    exchange: mergeExchanges.preview,
    handler: async (scope) => {
      const unknown = [...scope.query.keys()].find((name) => name !== 'from');
      if (unknown !== undefined)
        throw malformed(told('list.parameters'), [
          { path: `/${unknown.slice(0, 100)}`, code: 'unknown_parameter', ...told('list.unknown_parameter') },
        ]);
      const { from } = parseMerge({ from: (scope.query.get('from') ?? '').split(',').filter((id) => id !== '') });
      return { value: await previewMerge(contextOf(scope), param(scope, 'object'), param(scope, 'id'), from) };
    },
  },
  {
    method: 'POST',
    path: '/records/{object}/{id}/merge',
    policy: signedIn,
    summary: 'Merges other records into this one, with all that points to them: from, values',
    exchange: mergeExchanges.merge,
    handler: async (scope) => {
      const request = parseMerge(bodyObject(scope));
      return savedAnswer(
        await mergeRecords(contextOf(scope), param(scope, 'object'), param(scope, 'id'), request, expectedVersion(scope)),
        200,
      );
    },
  },
];
