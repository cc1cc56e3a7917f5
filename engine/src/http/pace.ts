const ROUND_MS = 10;
/** So many are let go at once, and so many more in each round. */
export type PaceOf = { readonly burst: number; readonly round: number };
const TURNED_AWAY: PaceOf = { burst: 100, round: 10 };
/** Nobody is held for longer: that is what they are told to wait for anyway. */
const MOST_MS = 1_000;
/** More than this are not held, but let go: each one is a connection that is kept open. */
const MOST_HELD = 10_000;

/**
 * Lets those go who are turned away, first come first, and in a flood no more of them than the process can well spare.
 *
 * Shape:  a promise that is kept at once for the first of them (a hundred), and then for so many a second (a thousand); for everybody within a second.
 * Source: whoever is refused asks again, and a refusal costs half of a short answer: refused at once, a thousand connections left 4 % of the
 *         answers there could have been (docs/decisions/0077-what-is-quick-waits-for-room.md).
 */
export class Pace {
  readonly #held: { readonly since: number; readonly go: () => void }[] = [];
  #next = 0;
  readonly #of: PaceOf;
  #credit: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(of: PaceOf = TURNED_AWAY) {
    this.#of = of;
    this.#credit = of.burst;
  }

  /** Waits for its turn to be let go. */
  wait(now = performance.now()): Promise<void> | undefined {
    this.#timer ??= setInterval(() => this.#round(performance.now()), ROUND_MS).unref();
    if (this.#credit > 0 || this.#held.length - this.#next >= MOST_HELD) {
      this.#credit = Math.max(0, this.#credit - 1);
      return undefined;
    }
    return new Promise((go) => this.#held.push({ since: now, go }));
  }

  #round(now: number): void {
    let left = this.#of.round;
    for (; this.#next < this.#held.length; this.#next += 1) {
      const first = this.#held[this.#next];
      if (first === undefined || (left <= 0 && now - first.since < MOST_MS)) break;
      left -= 1;
      first.go();
    }
    if (this.#next === this.#held.length || this.#next >= MOST_HELD) {
      this.#held.splice(0, this.#next);
      this.#next = 0;
    }
    this.#credit = Math.min(this.#of.burst, this.#credit + Math.max(0, left));
    if (this.#credit < this.#of.burst || this.#held.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
