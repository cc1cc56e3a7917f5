/** A statement that Postgres is done with in less than so many milliseconds, as a rule, is quick. */
const QUICK_MS = 2;
/** So many are executed at a time without being in each other's way, whatever Postgres runs on. */
const SIDE_BY_SIDE = 2;
/** How much of an average the newest execution is; of the first few the least counts, because they are planned and read from disk. */
const NEWEST = 0.1;
const FIRST = 5;
const MAX_STATEMENTS = 5_000;

/**
 * What statements take in Postgres, by their text: a moving average in milliseconds, without what they wait for.
 *
 * Shape:  `note` is told how many were executed at that time: the more there are, the longer each takes, and none of them is slow for it.
 */
export class ServiceTimes {
  readonly #known = new Map<string, { count: number; ms: number }>();

  /** Whether it was quick so far; nothing is known of one that never ran. */
  isQuick(text: string): boolean {
    const known = this.#known.get(text);
    return known !== undefined && known.ms < QUICK_MS;
  }

  note(text: string, took: number, atOnce: number): void {
    const ms = atOnce > SIDE_BY_SIDE ? (took * SIDE_BY_SIDE) / atOnce : took;
    const known = this.#known.get(text);
    if (known === undefined) {
      if (this.#known.size >= MAX_STATEMENTS) this.#known.clear();
      this.#known.set(text, { count: 1, ms });
      return;
    }
    known.count += 1;
    known.ms = known.count <= FIRST ? Math.min(known.ms, ms) : known.ms + NEWEST * (ms - known.ms);
  }
}
