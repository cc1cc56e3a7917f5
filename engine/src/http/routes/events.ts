import { PassThrough } from 'node:stream';
import type { Actor } from '../../kernel/actor.js';
import type { EventFeed } from '../../records/event-feed.js';
import { signedIn, type RequestScope, type Route } from '../route.js';
import { bytes } from '../exchange.js';

export type EventParts = {
  readonly feed: EventFeed;
  /** Who made this request, looked up again: null once the session, key or account is no longer good. */
  readonly actorAgain: (scope: RequestScope) => Promise<Actor | null>;
};

const HEARTBEAT_MS = 15_000;
/** A client that reads so slowly is cut off; it comes back with the id of the last event it saw. */
const MAX_BUFFERED_BYTES = 1_000_000;

/** Changes that the caller may see, as server-sent events. */
export function eventRoutes({ feed, actorAgain }: EventParts): Route[] {
  return [
    {
      method: 'GET',
      path: '/events',
      policy: signedIn,
      summary: 'Server-sent events of record and metadata changes; Last-Event-ID resumes',
      exchange: { headers: { 'Last-Event-ID': 'The last one that was seen' }, answers: { 200: bytes('text/event-stream') } },
      handler: async (scope) => {
        const stream = new PassThrough();
        const write = (text: string) => {
          if (stream.writableEnded || stream.destroyed) return;
          if (stream.writableLength > MAX_BUFFERED_BYTES) stream.destroy();
          else stream.write(text);
        };
        write('retry: 2000\n\n');
        const leave = await feed.subscribe(
          {
            tenantId: scope.actor.tenantId,
            space: scope.active.space,
            person: scope.caller?.viewer?.id ?? scope.actor.userId,
            actor: () => actorAgain(scope),
            send: (event, id) => write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
            // An event with data, though there is nothing to tell: of one without, not every browser keeps the id.
            beat: (id) => write(`id: ${id}\nevent: beat\ndata: {"type":"beat"}\n\n`),
            end: () => stream.end(),
          },
          scope.header('last-event-id'),
        );
        const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
        heartbeat.unref();
        const stop = () => {
          clearInterval(heartbeat);
          leave();
          stream.destroy();
        };
        scope.signal.addEventListener('abort', stop, { once: true });
        stream.once('close', stop);
        return {
          headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
          stream,
        };
      },
    },
  ];
}
