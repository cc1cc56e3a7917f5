/** So many are let go at once, and so many more in each round. */
const BURST = 100;
const ROUND = { count: 10, ms: 10 };
/** Nobody is held for longer: that is what they are told to wait for anyway. */
const MOST_MS = 1_000;
/** More than this are not held, but let go: each one is a connection that is kept open. */
const MOST_HELD = 10_000;

/**
 * Lets those go who are turned away, first come first, and in a flood no more of them than the process can well spare.
 *
 * Shape:  a promise that is kept at once for the first hundred, and then for a thousand a second; for everybody within a second.
 * Source: whoever is refused asks again, and a refusal costs half of a short answer: refused at once, a thousand connections left 4 % of the
 *         answers there could have been (docs/decisions/0077-what-is-quick-waits-for-room.md).
 */
export class Pace {
  readonly #held: { readonly since: number; readonly go: () => void }[] = [];
  #next = 0;
  #credit = BURST;
  #timer: NodeJS.Timeout | undefined;

  /** Waits for its turn to be let go. */
  wait(now = performance.now()): Promise<void> | undefined {
    this.#timer ??= setInterval(() => this.#round(performance.now()), ROUND.ms).unref();
    if (this.#credit > 0 || this.#held.length - this.#next >= MOST_HELD) {
      this.#credit = Math.max(0, this.#credit - 1);
      return undefined;
    }
    return new Promise((go) => this.#held.push({ since: now, go }));
  }

  #round(now: number): void {
    let left = ROUND.count;
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
    this.#credit = Math.min(BURST, this.#credit + Math.max(0, left));
    if (this.#credit < BURST || this.#held.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
