import type pg from 'pg';
import { FairTurns } from './fair-turns.js';

/** Statements that may be under way on one lane: the one that is executed, and those behind it. */
const DEPTH = 8;
/** Share of the connections that may be lanes: what is not quick needs the others. */
const SHARE = 0.4;
/** When the one that is executed takes longer than this, nobody queues behind it any more. */
const STUCK_MS = 10;
/** A lane is given back to the pool after so long, in milliseconds, so that old connections are replaced there. */
const LIFE_MS = 60_000;

/** A connection that several callers have at the same time. */
export type Lane = {
  readonly client: pg.PoolClient;
  readonly openedAt: number;
  readonly lost: () => void;
  /** How many statements are under way. */
  load: number;
  /** Since when the first of them is executed. */
  servedSince: number;
  /** Nobody boards any more; it is given back when it is empty. */
  isClosing: boolean;
  isBroken: boolean;
};

export type LaneParts = {
  /** How many connections there are in all. */
  readonly size: number;
  /** Takes a connection if one is free now; it resolves to none where that was not so, or where it could not be made. */
  readonly open: () => Promise<pg.PoolClient | undefined> | undefined;
  /** Takes it back; one that is broken is thrown away. */
  readonly close: (client: pg.PoolClient, isBroken: boolean) => void;
};

/**
 * Connections that quick statements of different callers share. Each is sent as soon as it comes, behind those under way, and Postgres executes them one
 * after another without being asked again: what a statement of a tenth of a millisecond costs is for a good part waking up the process that executes it,
 * and telling the one that waits for it.
 *
 * Shape:  `board` gives a lane with room, the one with the fewest on it, or none; then a connection has to be had alone. Where all are busy, another one is
 *         opened for whoever comes later. Every caller `alight`s. With several tenants each has its share of the room (see FairTurns).
 * Source: PostgreSQL manual, pipeline mode. Of a record by id at eight and 32 connections, 1.27 times as many requests a second; of new records, where several
 *         commits are written at once on as many lanes, 1.15 to 1.25 (docs/decisions/0074-quick-statements-share-connections.md).
 */
export class Lanes {
  readonly #parts: LaneParts;
  readonly #most: number;
  readonly #room: FairTurns;
  readonly #lanes = new Set<Lane>();
  #opening = 0;
  #busy = 0;
  #isClosed = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#most = parts.size < 2 ? 0 : Math.max(1, Math.floor(parts.size * SHARE));
    this.#room = new FairTurns(this.#most * DEPTH, 0);
  }

  /** How many have somebody on board. */
  get busy(): number {
    return this.#busy;
  }

  share(): void {
    this.#room.share();
  }

  board(tenant: number, now: number): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.isClosing || lane.load >= (best?.load ?? DEPTH)) continue;
      if (lane.load > 0 && now - lane.servedSince > STUCK_MS) continue;
      best = lane;
    }
    if ((best?.load ?? 1) > 0) this.#openAnother(now);
    if (best === undefined || !this.#room.take(tenant)) return undefined;
    if (best.load === 0) {
      best.servedSince = now;
      this.#busy += 1;
    }
    best.load += 1;
    return best;
  }

  /** One of those on board is done; gives how long it was executed, in milliseconds. */
  alight(lane: Lane, tenant: number, now: number): number {
    const ms = now - lane.servedSince;
    lane.load -= 1;
    lane.servedSince = now;
    if (lane.load === 0) this.#busy -= 1;
    this.#room.give(tenant);
    if (now - lane.openedAt > LIFE_MS) lane.isClosing = true;
    if (lane.load === 0 && lane.isClosing) this.#close(lane);
    return ms;
  }

  /** Lets nobody board it any more: it has served as many tenants as it may, or is broken. */
  retire(lane: Lane, isBroken: boolean): void {
    lane.isClosing = true;
    lane.isBroken ||= isBroken;
    if (lane.load === 0) this.#close(lane);
  }

  /** Gives back a lane that nobody is on; false when there is none. */
  giveBack(): boolean {
    for (const lane of this.#lanes) {
      if (lane.load > 0) continue;
      this.#close(lane);
      return true;
    }
    return false;
  }

  /** Lets those on board finish, and nobody board. */
  end(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes) this.retire(lane, false);
  }

  #openAnother(now: number): void {
    if (this.#isClosed || this.#lanes.size + this.#opening >= this.#most) return;
    const opened = this.#parts.open();
    if (opened === undefined) return;
    this.#opening += 1;
    void opened.then((client) => {
      this.#opening -= 1;
      if (client !== undefined) this.#add(client, now);
    });
  }

  #add(client: pg.PoolClient, now: number): void {
    const lane: Lane = {
      client,
      openedAt: now,
      lost: () => {
        this.retire(lane, true);
      },
      load: 0,
      servedSince: now,
      isClosing: this.#isClosed,
      isBroken: false,
    };
    this.#lanes.add(lane);
    client.on('error', lane.lost);
    if (lane.isClosing) this.#close(lane);
  }

  #close(lane: Lane): void {
    // Whoever hears of it twice gives it back once.
    if (!this.#lanes.delete(lane)) return;
    lane.client.off('error', lane.lost);
    this.#parts.close(lane.client, lane.isBroken);
  }
}
