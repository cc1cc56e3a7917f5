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

/** Every record of an object that meets a condition, page by page. */
export async function allOf(call: Caller, object: string, fields: readonly string[], filter?: object): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const body = {
      fields: ['id', ...fields],
      limit: 200,
      ...(filter === undefined ? {} : { filter }),
      ...(cursor === null ? {} : { cursor }),
    };
    const answer: Answer = await must(call, 'POST', `/records/${object}/query`, { body });
    rows.push(...(answer.body['data'] as Row[]));
    cursor = (answer.body['page'] as { next: string | null }).next;
  } while (cursor !== null);
  return rows;
}

/** How many records of an object there are. */
export async function countOf(call: Caller, object: string): Promise<number> {
  const { body } = await must(call, 'POST', `/records/${object}/query`, { body: { fields: ['id'], limit: 1, count: 'exact' } });
  return (body['page'] as { count: number }).count;
}
