import type { IncomingMessage } from 'node:http';
import { AppError, malformed } from '../../kernel/errors.js';
import { jsonMistakeAt } from './json-mistake.js';
import { told, type Told } from '../../texts/told.js';

export const MAX_BODY_BYTES = 1_000_000;
/** Deeper than any condition people write, shallower than what recursive readers could choke on. */
export const MAX_JSON_DEPTH = 64;

/** The text of a body, for the fingerprint of an idempotent call, and its value. */
export type Body = { readonly text: string; readonly value: unknown };
const EMPTY: Body = { text: '', value: undefined };

/**
 * Reads and parses the JSON body of a call.
 *
 * Errors: payload_too_large over 1 MB, or what the route allows; unsupported_media_type for anything but JSON in UTF-8, so that a form of a foreign page is never one;
 *         malformed with line and column of the mistake.
 */
export async function readBody(request: IncomingMessage, maxBytes: number = MAX_BODY_BYTES): Promise<Body> {
  const { 'content-length': length, 'transfer-encoding': transfer, 'content-type': type, 'content-encoding': encoding } = request.headers;
  if (transfer === undefined && (length === undefined || length === '0')) return EMPTY;
  if (Number(length) > maxBytes) throw tooLarge(request, maxBytes);
  if (
    type === undefined ||
    !/^application\/(merge-patch\+)?json\s*(;|$)/i.test(type) ||
    (encoding !== undefined && encoding !== 'identity')
  ) {
    request.resume();
    throw new AppError('unsupported_media_type', told('call.body_type'));
  }
  const bytes = await bytesOf(request, maxBytes);
  return bytes.length === 0 ? EMPTY : parseBody(bytes);
}

/** By events: an iterator over the request costs more than reading and parsing a short body. */
function bytesOf(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) reject(tooLarge(request, maxBytes));
        else chunks.push(chunk);
      })
      .on('end', () => {
        const [first, ...more] = chunks;
        resolve(first !== undefined && more.length === 0 ? first : Buffer.concat(chunks));
      })
      .on('error', reject);
  });
}

function tooLarge(request: IncomingMessage, maxBytes: number): AppError {
  request.resume();
  return new AppError('payload_too_large', told('call.body_size', { bytes: maxBytes }));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseBody(bytes: Uint8Array): Body {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw notJson(told('call.body_utf8'));
  }
  refuseDepth(text);
  // As an own key it is harmless here, but not for the next one who copies the object.
  if (unescaped(text).includes('"__proto__"')) throw notJson(told('call.body_proto'));
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    throw notJson(mistakeIn(text));
  }
}

/** The text with ASCII as itself, however it is spelt. */
const unescaped = (text: string): string =>
  text.includes('\\u00') ? text.replaceAll(/\\u00([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))) : text;

const notJson = (text: Told) => malformed(text, [{ path: '', code: 'not_json', ...text }]);

function mistakeIn(text: string): Told {
  const before = text.slice(0, jsonMistakeAt(text)).split('\n');
  return told('call.body_json', { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
}

function refuseDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_JSON_DEPTH) throw notJson(told('call.body_depth', { levels: MAX_JSON_DEPTH }));
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}
