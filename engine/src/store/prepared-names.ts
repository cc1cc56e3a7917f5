import type pg from 'pg';

/** A prepared statement takes about 95 KB in its backend, so few are kept and only for shapes that come back. With the two that name the tenant: 100. */
const MAX_PER_CONNECTION = 98;
const MIN_USES = 5;
const MAX_COUNTED = 5_000;

/** Part of the driver's connection that its types leave out: which named statements the server has. */
type Parsed = { connection: { parsedStatements: Record<string, string | undefined> } };

/**
 * Decides which statements are sent as named (prepared) ones: shapes seen at least five times, at most a hundred on each connection, least
 * recently used first to go.
 */
export class PreparedNames {
  readonly #uses = new Map<string, { count: number; name: string }>();
  readonly #kept = new WeakMap<object, Map<string, true>>();
  #next = 0;

  /** The name to send `text` under on this connection, or undefined to send it unnamed. May queue a DEALLOCATE before it. */
  use(client: pg.PoolClient, text: string): string | undefined {
    const seen = this.#uses.get(text);
    if (seen === undefined) {
      // Names are never given twice, so forgetting the counts only costs a few unnamed executions.
      if (this.#uses.size >= MAX_COUNTED) this.#uses.clear();
      this.#uses.set(text, { count: 1, name: `s${(this.#next += 1)}` });
      return undefined;
    }
    seen.count += 1;
    if (seen.count < MIN_USES) return undefined;
    this.#keep(client, seen.name);
    return seen.name;
  }

  #keep(client: pg.PoolClient, name: string): void {
    let kept = this.#kept.get(client);
    if (kept === undefined) this.#kept.set(client, (kept = new Map()));
    kept.delete(name);
    kept.set(name, true);
    if (kept.size <= MAX_PER_CONNECTION) return;
    const oldest = kept.keys().next().value;
    if (oldest === undefined) return;
    kept.delete(oldest);
    const { connection } = client as unknown as Parsed;
    const isParsed = connection.parsedStatements[oldest] !== undefined;
    delete connection.parsedStatements[oldest];
    if (isParsed) client.query(`deallocate "${oldest}"`, () => undefined);
  }
}
