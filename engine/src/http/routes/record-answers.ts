import { AppError, malformed } from '../../kernel/errors.js';
import { WHOLE_RECORD, type RecordQuery } from '../../records/list-query.js';
import type { Saved } from '../../records/write-record.js';
import { told } from '../../texts/told.js';
import type { Answer, RequestScope } from '../route.js';

export const etag = (version: number): string => `"${version}"`;

/**
 * The version named by If-Match; none when the header is absent or "*".
 *
 * Errors: precondition_failed for a header that can not name a version of a record.
 */
export function expectedVersion(scope: RequestScope): { expectedVersion?: number } {
  const header = scope.header('if-match');
  if (header === undefined || header.trim() === '*') return {};
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw new AppError('precondition_failed', told('record.if_match'), { hint: told('record.if_match.hint') });
  return { expectedVersion: Number(version) };
}

export const noParameters = (scope: RequestScope): void => {
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
export const answerOf = (scope: RequestScope): { read: { read?: RecordQuery }; headers: Record<string, string> } =>
  wantsRecord(scope) ? { read: { read: WHOLE_RECORD }, headers: {} } : { read: {}, headers: { 'Preference-Applied': 'return=minimal' } };

/** A write is answered with the record as the caller may see it; with id and version when the caller no longer may, or asked for no more. */
export const savedAnswer = (saved: Saved, status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...headers, ...operationHeader(saved), ETag: etag(saved.version) },
  json: saved.json ?? JSON.stringify({ id: saved.id, version: saved.version }),
});
