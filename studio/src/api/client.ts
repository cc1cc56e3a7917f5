import type { Problem } from '@fieldstone/metadata/types/wire.js';

/**
 * A call that did not succeed. `code` is the server's stable code, or "offline" when it could not be reached and "unreadable" when its
 * answer was not understood.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly problem: Problem | undefined;

  constructor(status: number, code: string, message: string, problem?: Problem) {
    super(message);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

const isProblem = (body: unknown): body is Problem => typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

export const BASE = '/api/v1';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Options = { signal?: AbortSignal; keepalive?: boolean; ifMatch?: string };

/** Calls the API with the session cookie and answers the parsed body; nothing for 204. `keepalive` lets a call outlive the page. */
export async function call<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  return (await callWithTag<T>(method, path, body, options)).value;
}

/** The same, with the version of what was read or written: the ETag without its quotes. */
export async function callWithTag<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: Options = {},
): Promise<{ value: T; tag: string | undefined }> {
  const response = await send(method, path, body, options);
  const text = await response.text();
  const answer = text === '' ? undefined : parse(text, response.status);
  const tag = response.headers.get('etag')?.replaceAll(/^W\/|"/g, '');
  if (response.ok) return { value: answer as T, tag }; // The contract of wire.ts: the shape is the server's promise.
  if (isProblem(answer)) throw new ApiError(response.status, answer.code, answer.detail || answer.title, answer);
  throw new ApiError(response.status, 'unreadable', `The server answered ${response.status} without saying why.`);
}

async function send(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  try {
    return await fetch(`${BASE}${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.keepalive === true ? { keepalive: true } : {}),
    });
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw new ApiError(0, 'offline', 'The server can not be reached. Check your connection.');
  }
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError(status, 'unreadable', 'The server sent something that is not JSON.');
  }
}

export const isUnauthorized = (error: unknown): boolean => error instanceof ApiError && error.status === 401;
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'Something went wrong.');
