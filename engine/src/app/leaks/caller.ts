import type { Person } from './trial-system.js';

/** What was sent and what came back, down to the bytes. */
export type Exchange = {
  /** Everything the caller said: what an answer repeats of it tells nothing. */
  readonly sent: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
};

export type Asked = {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes instead of JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** A stream is read until it says nothing for so long. */
  readonly streamMs?: number;
};

/** Calls an address as somebody, or as nobody. `path` is from the root. */
export async function ask(origin: string, who: Person | null, method: string, path: string, asked: Asked = {}): Promise<Exchange> {
  const query = new URLSearchParams(asked.query).toString();
  const url = path + (query === '' ? '' : `?${query}`);
  const body = asked.bytes ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body));
  const headers: Record<string, string> = {
    ...(who === null ? {} : { Authorization: who.authorization }),
    ...(body === undefined ? {} : { 'Content-Type': asked.bytes === undefined ? 'application/json' : 'application/octet-stream' }),
    ...asked.headers,
  };
  const stop = new AbortController();
  const answer = await fetch(origin + url, {
    ...{ method, headers, redirect: 'manual', signal: stop.signal },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = asked.streamMs === undefined ? Buffer.from(await answer.arrayBuffer()) : await listen(answer, asked.streamMs, stop);
  const said = [
    decodeURIComponent(path),
    ...Object.values(asked.query ?? {}),
    typeof body === 'string' ? body : '',
    JSON.stringify(asked.headers ?? {}),
  ];
  return { sent: said.join('\n'), method, path: url, status: answer.status, headers: answer.headers, bytes, text: bytes.toString('utf8') };
}

async function listen(answer: Response, quietMs: number, stop: AbortController): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let timer = setTimeout(() => {
    stop.abort();
  }, quietMs);
  try {
    for await (const part of answer.body ?? []) {
      parts.push(part as Uint8Array);
      clearTimeout(timer);
      timer = setTimeout(() => {
        stop.abort();
      }, quietMs);
    }
  } catch {
    // Ended by us.
  }
  clearTimeout(timer);
  return Buffer.concat(parts);
}

export const json = <T = Record<string, unknown>>({ text }: Exchange): T => JSON.parse(text) as T;

/** Does something for each, so many at a time. */
export async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const item = items[next] as T;
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
