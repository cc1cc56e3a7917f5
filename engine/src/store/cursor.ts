import { createHmac, timingSafeEqual } from 'node:crypto';
import { malformed } from '../kernel/errors.js';
import { told } from '../texts/told.js';

export type CursorValues = readonly (string | null)[];

const SIGNATURE_BYTES = 16;

const invalid = () => malformed(told('list.cursor'), [{ path: '/cursor', code: 'invalid_cursor', ...told('list.first_page') }]);

const sign = (key: string, payload: string, query: string): Buffer =>
  // A payload has no line break: what is signed can be read in one way only.
  createHmac('sha256', key).update(`${payload}\n${query}`).digest().subarray(0, SIGNATURE_BYTES);

/**
 * A place in an ordered list, opaque to callers and signed.
 *
 * Shape:  the signature covers the query it was made for (`query` names the tenant, the caller, the order and the filter), so a cursor can not be
 *         carried to another one. What it holds are keys of a row that was sent.
 */
export function encodeCursor(key: string, query: string, values: CursorValues): string {
  const payload = Buffer.from(JSON.stringify(values)).toString('base64url');
  return `${payload}.${sign(key, payload, query).toString('base64url')}`;
}

export function decodeCursor(key: string, query: string, cursor: string): CursorValues {
  const [payload, signature, ...rest] = cursor.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) throw invalid();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== SIGNATURE_BYTES || !timingSafeEqual(given, sign(key, payload, query))) throw invalid();
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as CursorValues;
}
