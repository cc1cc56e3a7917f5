/** A statement that Postgres is done with in less than so many milliseconds, as a rule, is quick. */
const QUICK_MS = 2;
/** One that takes more, so many times in a row, is long; the first time decides by itself. */
const LONG = { ms: 50, times: 5 };
/** So many are executed at a time without being in each other's way, whatever Postgres runs on. */
const SIDE_BY_SIDE = 2;
/** How much of an average the newest execution is. */
const NEWEST = 0.1;
/** One that is not quick may become it after so many executions; after more of them each time it turns out that it is not, up to a number. */
const PATIENCE = { first: 5, most: 640 };
const MAX_STATEMENTS = 5_000;

type Known = {
  isQuick: boolean;
  /** What it takes on average while it is quick; of one that is not, the least that it took since it was last decided. */
  ms: number;
  /** How many times in a row it was long. */
  long: number;
  /** Executions since it was last decided. */
  count: number;
  patience: number;
};

/**
 * Which statements are quick, by their key (see StatementKeys): what they take in Postgres, in milliseconds, without what they wait for.
 *
 * Shape:  a quick one is sent behind others, where it shows what Postgres needs for it (`noteShared`); it is slow once that is too much on average. One that
 *         is not quick is alone, and seems to take longer the more is executed and the more this process has to do; no load makes it seem quicker, so what
 *         counts is the least of several times (`noteAlone`).
 */
export class ServiceTimes {
  readonly #known = new Map<string, Known>();

  /** Whether it was quick so far; nothing is known of one that never ran. */
  isQuick(key: string): boolean {
    return this.#known.get(key)?.isQuick === true;
  }

  /** Whether it takes long; nothing is known of one that never ran. */
  isLong(key: string): boolean {
    return (this.#known.get(key)?.long ?? 0) >= LONG.times;
  }

  /** It was executed on a connection of its own, while so many were executed in all. One that may never be sent behind others is not quick. */
  noteAlone(key: string, took: number, atOnce: number, mayShare: boolean): void {
    const known = this.#known.get(key);
    if (known?.isQuick === true) return;
    const ms = inItself(took, atOnce);
    const isLong = ms >= LONG.ms;
    if (known === undefined) {
      if (this.#known.size >= MAX_STATEMENTS) this.#known.clear();
      this.#known.set(key, { isQuick: mayShare && ms < QUICK_MS, ms, long: isLong ? LONG.times : 0, count: 1, patience: PATIENCE.first });
      return;
    }
    known.ms = Math.min(known.ms, ms);
    known.count += 1;
    known.long = isLong ? known.long + 1 : 0;
    if (!mayShare || known.count < known.patience) return;
    if (known.ms < QUICK_MS) known.isQuick = true;
    else known.ms = Infinity;
    known.count = 0;
  }

  /** It was executed behind others, and took so long after them. */
  noteShared(key: string, took: number, atOnce: number): void {
    const known = this.#known.get(key);
    if (known?.isQuick !== true) return;
    known.ms += NEWEST * (inItself(took, atOnce) - known.ms);
    known.count += 1;
    if (known.count >= PATIENCE.most) known.patience = PATIENCE.first;
    if (known.ms < QUICK_MS) return;
    known.isQuick = false;
    known.ms = Infinity;
    known.count = 0;
    known.patience = Math.min(known.patience * 2, PATIENCE.most);
  }
}

/** What is executed beside others takes longer for it. */
const inItself = (took: number, atOnce: number): number => (atOnce > SIDE_BY_SIDE ? (took * SIDE_BY_SIDE) / atOnce : took);
