import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../kernel/errors.js';

export type Listening = {
  /** Where people reach it; names a host that a browser on this machine can open. */
  readonly url: string;
  /** From now on requests are answered by this; until then they are told to come back. */
  serve(listener: RequestListener, inFlight: () => number): void;
  /** Takes no new connection, lets running requests end, cuts streams. */
  close(): Promise<void>;
};

const GRACE_MS = 10_000;

/**
 * Takes the port at once, before the slow part of a start: a port that is taken is known in a moment, and probes see the process live.
 *
 * Errors: setup_failed when the port is taken or not allowed.
 */
export async function listen(host: string, port: number): Promise<Listening> {
  let answering: RequestListener = startingUp;
  let inFlight = () => 0;
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    (request, response) => {
      answering(request, response);
    },
  );
  await bind(server, host, port);
  const { address, port: bound, family } = server.address() as AddressInfo;
  const isEverywhere = address === '0.0.0.0' || address === '::';
  const name = isEverywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `http://${name}:${String(bound)}`,
    serve: (listener, count) => {
      answering = listener;
      inFlight = count;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const until = Date.now() + GRACE_MS;
      while (inFlight() > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      // Answers on their way out get a moment; streams would never end by themselves.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 100))]);
      server.closeAllConnections();
      await closed;
    },
  };
}

const startingUp: RequestListener = (request, response) => {
  const isLive = request.url?.endsWith('/health/live') ?? false;
  response.writeHead(isLive ? 200 : 503, {
    'Content-Type': 'application/json; charset=utf-8',
    'Retry-After': '1',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify({ status: isLive ? 'ok' : 'starting' }));
};

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(bindFailure(cause, host, port));
    });
    server.listen(port, host, resolve);
  });
}

function bindFailure(cause: NodeJS.ErrnoException, host: string, port: number): unknown {
  const at = `${host}:${String(port)}`;
  const hint = 'Set PORT to another one.';
  if (cause.code === 'EADDRINUSE')
    return new AppError('setup_failed', `Port ${String(port)} is taken: something else listens at ${at}.`, { hint, cause });
  if (cause.code === 'EACCES') return new AppError('setup_failed', `This account may not listen at port ${String(port)}.`, { hint, cause });
  if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND') {
    return new AppError('setup_failed', `FIELDSTONE_HOST ${host} is not an address of this machine.`, { cause });
  }
  return cause;
}
