import { ApiProblem } from './problem.js';

export type CallOptions = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  readonly body?: unknown;
  /** Version the change was made on; the server refuses it when the record has moved on. */
  readonly ifMatch?: number;
  /** The same key with the same body is carried out once, however often it is sent. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
};

const base = '/api/v1';
let onSignedOut: () => void = () => undefined;
let onWritten: (operation: string) => void = () => undefined;

/** Called when the server no longer knows who is calling. */
export function whenSignedOut(listener: () => void) {
  onSignedOut = listener;
}

/** Called with the id of what a call wrote, by which it can be undone. */
export function whenWritten(listener: (operation: string) => void) {
  onWritten = listener;
}

const etags = new Map<string, { etag: string; answer: unknown }>();

/** Nothing that was read stays behind for the next person at this screen. */
export function forgetAnswers() {
  etags.clear();
}

function addressOf(path: string, query: CallOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    // Null is sent as an empty text; nothing is sent for what was not given.
    if (value !== undefined && value !== '') parameters.set(name, value === null ? '' : String(value));
  }
  const text = parameters.toString();
  return `${base}${path}${text === '' ? '' : `?${text}`}`;
}

/**
 * One call of the API.
 *
 * Errors: every failure is an ApiProblem; code `offline` when there was no answer.
 */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const method = options.method ?? 'GET';
  const address = addressOf(path, options.query);
  const known = method === 'GET' ? etags.get(address) : undefined;
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`;
  if (options.idempotencyKey !== undefined) headers['Idempotency-Key'] = options.idempotencyKey;
  if (known) headers['If-None-Match'] = known.etag;

  let response: Response;
  try {
    response = await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiProblem(0, { code: 'offline', detail: 'The server can not be reached. Check your connection and try again.' });
  }
  const operation = response.headers.get('Operation-Id');
  if (operation !== null) onWritten(operation);
  if (response.status === 304 && known) return known.answer as T;
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  let answer: unknown;
  try {
    answer = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new ApiProblem(response.status, { detail: `The server gave an answer that can not be read (${response.status}).` });
  }
  if (!response.ok) {
    if (response.status === 401 && path !== '/auth/login' && path !== '/metadata') onSignedOut();
    throw new ApiProblem(response.status, typeof answer === 'object' && answer !== null ? answer : {});
  }
  const etag = response.headers.get('ETag');
  if (method === 'GET' && etag !== null && path === '/metadata') etags.set(address, { etag, answer });
  return answer as T;
}
