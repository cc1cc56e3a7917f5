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
  /** For how long somebody waits for room, in milliseconds. */
  readonly waitMs: number;
  /** Takes a connection when one is free; it resolves to none where that took too long, or where it could not be made. */
  readonly open: () => Promise<pg.PoolClient | undefined>;
  /** Takes it back; one that is broken is thrown away. */
  readonly close: (client: pg.PoolClient, isBroken: boolean) => void;
};

/**
 * Connections that quick statements of different callers share. Each is sent as soon as it comes, behind those under way, and Postgres executes them one
 * after another without being asked again: what a statement of a tenth of a millisecond costs is for a good part waking up the process that executes it,
 * and telling the one that waits for it.
 *
 * Shape:  `board` gives a lane with room, the one with the fewest on it, or none; then a connection has to be had alone. Where all are busy, another one is
 *         opened for whoever comes later. Whoever finds no room on any may `wait` for it: a connection alone would be taken from what is not quick, and the
 *         backends of the lanes are busy anyway. Every caller who boarded `alight`s. With several tenants each has its share of the room (see FairTurns).
 * Errors: whoever waits for room for too long hears what whoever waits for a connection does.
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
  /** Those who wait for room, or have it and did not board yet. */
  #waiting = 0;
  #isClosed = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#most = parts.size < 2 ? 0 : Math.max(1, Math.floor(parts.size * SHARE));
    this.#room = new FairTurns(0, parts.waitMs);
  }

  /** How many have somebody on board. */
  get busy(): number {
    return this.#busy;
  }

  share(): void {
    this.#room.share();
  }

  board(tenant: number, now: number): Lane | undefined {
    const best = this.#emptiest(now, DEPTH);
    if ((best?.load ?? 1) > 0) this.#openAnother(now);
    if (best === undefined || !this.#room.take(tenant)) return undefined;
    return this.#enter(best, now);
  }

  /** Whether waiting for room is worth while: there are lanes, and on one at least nothing takes long. */
  isMoving(now: number): boolean {
    return this.#emptiest(now, Infinity) !== undefined;
  }

  /** Waits for room. It resolves to none where a connection alone is the better way by then. */
  async wait(tenant: number): Promise<Lane | undefined> {
    this.#waiting += 1;
    const hasRoom = await this.#room.wait(tenant).finally(() => (this.#waiting -= 1));
    if (!hasRoom) return undefined;
    const now = performance.now();
    const best = this.#emptiest(now, Infinity);
    if (best !== undefined) return this.#enter(best, now);
    this.#room.give(tenant);
    return undefined;
  }

  /** Sends one of those who wait for room away, because there is none to be had soon and a connection is free. */
  sendAway(): void {
    this.#room.sendAway();
  }

  /** One of those on board is done; gives how long it was executed, in milliseconds. */
  alight(lane: Lane, tenant: number, now: number): number {
    const ms = now - lane.servedSince;
    lane.load -= 1;
    lane.servedSince = now;
    if (lane.load === 0) this.#busy -= 1;
    this.#room.give(tenant);
    if (now - lane.openedAt > LIFE_MS) this.#leave(lane);
    if (lane.load === 0 && lane.isClosing) this.#close(lane);
    return ms;
  }

  /** Lets nobody board it any more: it has served as many tenants as it may, or is broken. */
  retire(lane: Lane, isBroken: boolean): void {
    this.#leave(lane);
    lane.isBroken ||= isBroken;
    if (lane.load === 0) this.#close(lane);
  }

  /** Gives back a lane that nobody is on, or is about to board; false when there is none. */
  giveBack(): boolean {
    if (this.#waiting > 0) return false;
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

  /** The lane with the fewest on it, of those where nothing takes long and there are fewer than so many. */
  #emptiest(now: number, below: number): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.isClosing || lane.load >= (best?.load ?? below)) continue;
      if (lane.load > 0 && now - lane.servedSince > STUCK_MS) continue;
      best = lane;
    }
    return best;
  }

  #enter(lane: Lane, now: number): Lane {
    if (lane.load === 0) {
      lane.servedSince = now;
      this.#busy += 1;
    }
    lane.load += 1;
    return lane;
  }

  #openAnother(now: number): void {
    if (this.#isClosed || this.#lanes.size + this.#opening >= this.#most) return;
    this.#opening += 1;
    void this.#parts.open().then((client) => {
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
      isClosing: false,
      isBroken: false,
    };
    this.#lanes.add(lane);
    client.on('error', lane.lost);
    this.#room.resize(DEPTH);
    if (this.#isClosed) this.#close(lane);
  }

  /** Nobody boards it any more. */
  #leave(lane: Lane): void {
    if (lane.isClosing) return;
    lane.isClosing = true;
    this.#room.resize(-DEPTH);
  }

  #close(lane: Lane): void {
    // Whoever hears of it twice gives it back once.
    if (!this.#lanes.delete(lane)) return;
    this.#leave(lane);
    lane.client.off('error', lane.lost);
    this.#parts.close(lane.client, lane.isBroken);
  }
}
