/** An answer; undefined where the connection broke before there was one. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };
export type Sent = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Somebody who calls the API; paths are below /api/v1. */
export type Caller = (method: string, path: string, sent?: Sent) => Promise<Answer | undefined>;

/** Calls a node that may be gone at any moment. `origin` is asked each time: another node may have taken its place. */
export const callerOf =
  (origin: () => string, authorization: string): Caller =>
  async (method, path, { body, headers } = {}) => {
    try {
      const answer = await fetch(`${origin()}/api/v1${path}`, {
        method,
        headers: { Authorization: authorization, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    } catch {
      return undefined;
    }
  };

/** The same where there has to be an answer. */
export async function must(call: Caller, method: string, path: string, sent?: Sent): Promise<Answer> {
  const answer = await call(method, path, sent);
  if (answer === undefined) throw new Error(`${method} ${path}: no answer`);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  return answer;
}

export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** Every record of an object, page by page. */
export async function allOf(call: Caller, object: string, fields: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { fields: ['id', ...fields].join(','), limit: '200', ...(cursor === null ? {} : { cursor }) };
    const { body } = await must(call, 'GET', `/records/${object}?${new URLSearchParams(query).toString()}`);
    rows.push(...(body['data'] as Row[]));
    cursor = (body['page'] as { next: string | null }).next;
  } while (cursor !== null);
  return rows;
}
