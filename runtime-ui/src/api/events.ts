import type { ServerEvent } from '@fieldstone/metadata/types/wire.js';

type Listener = (event: ServerEvent) => void;

const types: readonly ServerEvent['type'][] = [
  'record.created',
  'record.updated',
  'record.deleted',
  'record.restored',
  'record.left',
  'metadata.published',
  'reset',
];
const AGAIN_MS = 30_000;
const listeners = new Set<Listener>();
const connectionListeners = new Set<(connected: boolean) => void>();
let source: EventSource | undefined;
let again: number | undefined;

/** Opens the stream of changes. The browser reconnects by itself and resumes after the last event it saw. */
export function openEvents() {
  if (source) return;
  source = new EventSource('/api/v1/events');
  for (const type of types) {
    source.addEventListener(type, (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as ServerEvent;
      for (const listener of listeners) listener(event);
    });
  }
  source.onopen = () => connectionListeners.forEach((listener) => listener(true));
  source.onerror = () => {
    connectionListeners.forEach((listener) => listener(false));
    // After a refusal the browser gives up: too many streams, or a server that is starting.
    if (source?.readyState !== EventSource.CLOSED) return;
    closeEvents();
    again = window.setTimeout(openEvents, AGAIN_MS);
  };
}

export function closeEvents() {
  window.clearTimeout(again);
  source?.close();
  source = undefined;
}

/** Calls back for every change the caller may see; the answer ends it. */
export function onServerEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function onConnection(listener: (connected: boolean) => void): () => void {
  connectionListeners.add(listener);
  return () => connectionListeners.delete(listener);
}
