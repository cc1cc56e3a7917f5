import { AppError, malformed } from '../../kernel/errors.js';
import type { RequestContext } from '../../records/context.js';
import { parseAggregateQuery } from '../../records/aggregate-query.js';
import { aggregateRecords } from '../../records/aggregate-records.js';
import { deleteRecord, restoreRecord } from '../../records/delete-record.js';
import { parseBoardQuery, parseHistoryQuery, parseListQuery, parseRecordQuery, type RecordQuery } from '../../records/list-query.js';
import { listRecords } from '../../records/list-records.js';
import { readBoard } from '../../records/read-board.js';
import { readHistory } from '../../records/read-history.js';
import { readRecord } from '../../records/read-record.js';
import { createRecord, updateRecord, type Saved } from '../../records/write-record.js';
import type { ExchangeOf } from '../exchange.js';
import { recordExchanges } from '../schemas/records.js';
import { bodyObject, param, signedIn, type Answer, type RequestScope, type Route } from '../route.js';
import { told } from '../../texts/told.js';

export type RecordParts = { readonly contextOf: (scope: RequestScope) => RequestContext };

const etag = (version: number): string => `"${version}"`;

/**
 * The version named by If-Match; none when the header is absent or "*".
 *
 * Errors: precondition_failed for a header that can not name a version of a record.
 */
function expectedVersion(scope: RequestScope): { expectedVersion?: number } {
  const header = scope.header('if-match');
  if (header === undefined || header.trim() === '*') return {};
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw new AppError('precondition_failed', told('record.if_match'), { hint: told('record.if_match.hint') });
  return { expectedVersion: Number(version) };
}

const noParameters = (scope: RequestScope): void => {
  const [name] = scope.query.keys();
  if (name === undefined) return;
  throw malformed(told('list.parameters'), [
    { path: `/${name.slice(0, 100)}`, code: 'unknown_parameter', ...told('list.unknown_parameter') },
  ]);
};

/** Names what was done, so that it can be undone: on every answer to a call that wrote something. */
export const operationHeader = ({ operation }: Pick<Saved, 'operation'>): Record<string, string> =>
  operation === undefined ? {} : { 'Operation-Id': operation };

/** Whoever has no use for the record says `Prefer: return=minimal` (RFC 7240) and spares reading it back. */
const wantsRecord = (scope: RequestScope): boolean => !/(^|,)\s*return\s*=\s*"?minimal"?\s*(;|,|$)/i.test(scope.header('prefer') ?? '');

/** What to read back, and the headers that say so. */
const answerOf = (scope: RequestScope): { read: { read?: RecordQuery }; headers: Record<string, string> } =>
  wantsRecord(scope) ? { read: { read: {} }, headers: {} } : { read: {}, headers: { 'Preference-Applied': 'return=minimal' } };

/** A write is answered with the record as the caller may see it; with id and version when the caller no longer may, or asked for no more. */
const savedAnswer = (saved: Saved, status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...headers, ...operationHeader(saved), ETag: etag(saved.version) },
  json: saved.json ?? JSON.stringify({ id: saved.id, version: saved.version }),
});

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
    route('POST', '/query', 'A page of records, with the parameters in the body', recordExchanges.query, async (scope) => {
      noParameters(scope);
      return { json: await listRecords(contextOf(scope), object(scope), parseListQuery(new Map(Object.entries(bodyObject(scope))))) };
    }),
    route(
      'POST',
      '/aggregate',
      'Groups of records with their counts, sums, averages, smallest and largest values',
      recordExchanges.aggregate,
      async (scope) => {
        noParameters(scope);
        return { json: await aggregateRecords(contextOf(scope), object(scope), parseAggregateQuery(bodyObject(scope))) };
      },
    ),
    route('GET', '/board', 'Every column of a board with its count, sums and first cards', recordExchanges.board, async (scope) => ({
      json: await readBoard(contextOf(scope), object(scope), parseBoardQuery(scope.query)),
    })),
    route('POST', '', 'Makes a record', recordExchanges.create, async (scope) => {
      noParameters(scope);
      const { read, headers } = answerOf(scope);
      const saved = await createRecord(contextOf(scope), object(scope), bodyObject(scope), read);
      return savedAnswer(saved, 201, { ...headers, Location: `/api/v1/records/${encodeURIComponent(object(scope))}/${saved.id}` });
    }),
    route('GET', '/{id}', 'One record: fields, include', recordExchanges.get, async (scope) => {
      const { version, json } = await readRecord(contextOf(scope), object(scope), id(scope), parseRecordQuery(scope.query));
      return { headers: { ETag: etag(version) }, json };
    }),
    route('PATCH', '/{id}', 'Changes the fields sent; If-Match guards against changes of others', recordExchanges.update, async (scope) => {
      noParameters(scope);
      const { read, headers } = answerOf(scope);
      const saved = await updateRecord(contextOf(scope), object(scope), id(scope), bodyObject(scope), {
        ...expectedVersion(scope),
        ...read,
      });
      return savedAnswer(saved, 200, headers);
    }),
    route('DELETE', '/{id}', 'Moves a record to the recycle bin, with what belongs to it', recordExchanges.delete, async (scope) => {
      noParameters(scope);
      const saved = await deleteRecord(contextOf(scope), object(scope), id(scope), expectedVersion(scope));
      return { status: 204, headers: operationHeader(saved) };
    }),
    route('POST', '/{id}/restore', 'Brings a record back from the recycle bin', recordExchanges.restore, async (scope) => {
      noParameters(scope);
      const ctx = contextOf(scope);
      const saved = await restoreRecord(ctx, object(scope), id(scope));
      const { version, json } = await readRecord(ctx, object(scope), id(scope));
      return { headers: { ...operationHeader(saved), ETag: etag(version) }, json };
    }),
    route('GET', '/{id}/history', 'Changes of a record, newest first: limit, cursor', recordExchanges.history, async (scope) => ({
      json: await readHistory(contextOf(scope), object(scope), id(scope), parseHistoryQuery(scope.query)),
    })),
  ];
}
