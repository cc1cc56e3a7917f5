import type { ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import type { Context } from 'koa';
import type { HeaderList } from './middleware/security-headers.js';

/** Headers that every answer of a kind has, laid out once as Node takes them: name, value, name, value. */
export type BaseHeaders = { readonly flat: readonly string[]; readonly names: ReadonlySet<string> };

export const baseHeaders = (list: HeaderList): BaseHeaders => ({
  flat: list.flat(),
  names: new Set(list.map(([name]) => name.toLowerCase())),
});

export type WholeAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Null for an answer without a body, such as 204 and 304. */
  readonly body: string | Buffer | null;
};

/**
 * Sends an answer whose body is there as a whole: head and body leave in one write. What an answer says itself goes before what all of them say.
 *
 * Source: set one by one through Koa, fourteen headers took twice the time of the rest of the answer.
 */
export function sendWhole(ctx: Context, requestId: string, base: BaseHeaders, { status, headers = {}, body }: WholeAnswer): void {
  const list = headerList(requestId, base, headers);
  const bytes = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (body !== null) list.push('Content-Length', String(bytes));
  const response: ServerResponse = ctx.res;
  response.writeHead(status, list);
  if (body === null || bytes === 0) response.end();
  // A letter for each byte: copied as it is, not encoded.
  else if (typeof body === 'string' && bytes === body.length) response.end(body, 'latin1');
  else response.end(body);
}

/** Sends an answer as it comes. It ends when whoever asked goes away; if it fails on its way, the connection is cut off, so that nobody takes half for whole. */
export function sendStream(
  ctx: Context,
  requestId: string,
  base: BaseHeaders,
  { status, headers = {}, stream }: Pick<WholeAnswer, 'status' | 'headers'> & { readonly stream: Readable },
): void {
  const response: ServerResponse = ctx.res;
  response.writeHead(status, headerList(requestId, base, headers));
  if (ctx.method === 'HEAD') {
    stream.destroy();
    response.end();
    return;
  }
  response.flushHeaders();
  pipeline(stream, response, () => undefined);
}

function headerList(requestId: string, base: BaseHeaders, headers: Readonly<Record<string, string>>): string[] {
  const own = Object.keys(headers);
  const isOverridden = own.some((name) => base.names.has(name.toLowerCase()));
  const list = isOverridden ? without(base, own) : base.flat.slice();
  list.push('X-Request-Id', requestId);
  for (const name of own) list.push(name, headers[name] ?? '');
  return list;
}

function without({ flat }: BaseHeaders, names: readonly string[]): string[] {
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return flat.filter((_, index) => !gone.has((flat[index - (index % 2)] ?? '').toLowerCase()));
}
