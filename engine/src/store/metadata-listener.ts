import pg from 'pg';
import { ownerConnection } from './connection.js';
import { CHANNEL, draftNotice, type DraftNotice } from './metadata-channel.js';
import type { Database } from './open-database.js';

const LONGEST_PAUSE_MS = 5_000;

/**
 * Listens for published revisions on a connection of its own and makes a new one when it breaks.
 *
 * Shape: a notification is a hint. Some get lost (a broken connection, a pooler in between), so `onHint` is also called after every
 *        (re)connection, and whoever relies on it polls as well.
 */
export function listenForRevisions(
  database: Database,
  onHint: () => void,
  onDraft: (notice: DraftNotice) => void = () => undefined,
): { close(): Promise<void> } {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let pauseMs = 100;

  const connect = async (): Promise<void> => {
    const next = new pg.Client(ownerConnection(database.config, 0));
    client = next;
    const lost = () => {
      if (client !== next || isClosed) return;
      client = undefined;
      next.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), pauseMs);
      timer.unref();
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', (message) => {
      if (message.channel !== CHANNEL) return;
      const notice = draftNotice(message.payload);
      if (notice === null) onHint();
      else onDraft(notice);
    });
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      pauseMs = 100;
      onHint();
    } catch {
      lost();
    }
  };
  void connect();

  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
