import type { RequestContext } from '../../records/context.js';
import { parseAggregateQuery } from '../../records/aggregate-query.js';
import { aggregateRecords } from '../../records/aggregate-records.js';
import { cloneRecord, parseClone } from '../../records/clone-record.js';
import { createWhole } from '../../records/create-whole.js';
import { deleteRecord, restoreRecord } from '../../records/delete-record.js';
import { parseBoardQuery, parseListQuery, parseRecordQuery } from '../../records/list-query.js';
import { listRecords } from '../../records/list-records.js';
import { readBoard } from '../../records/read-board.js';
import { whereItWent } from '../../records/merged-into.js';
import { readRecord } from '../../records/read-record.js';
import { updateRecord } from '../../records/write-record.js';
import { LIMITS } from '../../model/limits.js';
import type { ExchangeOf } from '../exchange.js';
import { cloneExchange } from '../schemas/bulk.js';
import { recordExchanges } from '../schemas/records.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { actionRoute } from './actions.js';
import { bulkRoute } from './bulk.js';
import { historyRoutes } from './history.js';
import { answerOf, etag, expectedVersion, operationHeader, savedAnswer } from './record-answers.js';

export type RecordParts = { readonly contextOf: (scope: RequestScope) => RequestContext };

/** Records of every object of the metadata, by the object's API name. */
export function recordRoutes({ contextOf }: RecordParts): Route[] {
  const object = (scope: RequestScope) => param(scope, 'object');
  const id = (scope: RequestScope) => param(scope, 'id');
  const route = (method: Route['method'], path: string, summary: string, exchange: ExchangeOf, handler: Route['handler']): Route => ({
    method,
    path: `/records/{object}${path}`,
    policy: signedIn,
    summary,
    exchange,
    handler,
  });
  /** Reads with a body. */
  const question = (path: string, summary: string, exchange: ExchangeOf, handler: Route['handler']): Route => ({
    ...route('POST', path, summary, exchange, handler),
    maxBytes: LIMITS.question_bytes.max,
  });
  return [
    route(
      'GET',
      '',
      'A page of records: filter, q, sort, fields, limit, cursor, skip, count, view',
      recordExchanges.list,
      async (scope) => ({
        json: await listRecords(contextOf(scope), object(scope), parseListQuery(scope.query)),
      }),
    ),
    question('/query', 'A page of records, with the parameters in the body', recordExchanges.query, async (scope) => {
      return { json: await listRecords(contextOf(scope), object(scope), parseListQuery(new Map(Object.entries(bodyObject(scope))))) };
    }),
    question(
      '/aggregate',
      'Groups of records with their counts, sums, averages, smallest and largest values',
      recordExchanges.aggregate,
      async (scope) => {
        return { json: await aggregateRecords(contextOf(scope), object(scope), parseAggregateQuery(bodyObject(scope))) };
      },
    ),
    route('GET', '/board', 'Every column of a board with its count, sums and first cards', recordExchanges.board, async (scope) => ({
      json: await readBoard(contextOf(scope), object(scope), parseBoardQuery(scope.query)),
    })),
    route('POST', '', 'Makes a record', recordExchanges.create, async (scope) => {
      const { read, headers } = answerOf(scope);
      const saved = await createWhole(contextOf(scope), object(scope), bodyObject(scope), read);
      return savedAnswer(saved, 201, { ...headers, Location: `/api/v1/records/${encodeURIComponent(object(scope))}/${saved.id}` });
    }),
    bulkRoute(contextOf),
    route('GET', '/{id}', 'One record: fields, include', recordExchanges.get, async (scope) => {
      const ctx = contextOf(scope);
      const { version, json } = await readRecord(ctx, object(scope), id(scope), parseRecordQuery(scope.query)).catch(
        async (error: unknown) => {
          throw await whereItWent(ctx, object(scope), id(scope), error);
        },
      );
      return { headers: { ETag: etag(version) }, json };
    }),
    route('POST', '/{id}/clone', 'Makes a record like this one, with records of its lists on request', cloneExchange, async (scope) => {
      const { read, headers } = answerOf(scope);
      const saved = await cloneRecord(contextOf(scope), object(scope), id(scope), parseClone(bodyObject(scope)), read);
      return savedAnswer(saved, 201, { ...headers, Location: `/api/v1/records/${encodeURIComponent(object(scope))}/${saved.id}` });
    }),
    route('PATCH', '/{id}', 'Changes the fields sent; If-Match guards against changes of others', recordExchanges.update, async (scope) => {
      const { read, headers } = answerOf(scope);
      const saved = await updateRecord(contextOf(scope), object(scope), id(scope), bodyObject(scope), {
        ...expectedVersion(scope),
        ...read,
      });
      return savedAnswer(saved, 200, headers);
    }),
    route('DELETE', '/{id}', 'Moves a record to the recycle bin, with what belongs to it', recordExchanges.delete, async (scope) => {
      const saved = await deleteRecord(contextOf(scope), object(scope), id(scope), expectedVersion(scope));
      return { status: 204, headers: operationHeader(saved) };
    }),
    route('POST', '/{id}/restore', 'Brings a record back from the recycle bin', recordExchanges.restore, async (scope) => {
      const ctx = contextOf(scope);
      const saved = await restoreRecord(ctx, object(scope), id(scope));
      const { version, json } = await readRecord(ctx, object(scope), id(scope));
      return { headers: { ...operationHeader(saved), ETag: etag(version) }, json };
    }),
    actionRoute(contextOf),
    ...historyRoutes(contextOf),
  ];
}
