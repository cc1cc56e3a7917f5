/** Whether Postgres makes one plan for all values, plans each execution by its own, or does that and has workers read along. */
export type Plan = 'once' | 'by_value' | 'with_workers';

type Measured = Exclude<Plan, 'with_workers'>;
/** For how many executions the values are planned by themselves still, for how many this time in all, and what they take so. */
type Exception = { left: number; length: number; readonly usual: Average };

/** Executions that are planned by their values before anything else is tried: most statements never come so often. */
const LEARNING = 12;
/**
 * Executions of a trial, each second one by either plan: what both take is measured under the same load, and when everything is warm.
 * It goes on while the difference may be chance.
 */
const TRIAL = { least: 32, most: 160 };
/** A difference of so many standard errors is none by chance. */
const CERTAIN = 2;
/** Executions with the one plan until it is tried again: at first, and at most. */
const REVIEW = { first: 1_000, most: 8_000 };
/** Executions by their values until the one plan is tried again: at first, and at most. */
const PAUSE = { first: 64, most: 2_048 };
/** The one plan may take so much more on average than planning does. */
const WORSE = 1.15;
/** Where an execution with the one plan takes so many times what it took when it was tried, it is tried again, but not before so many executions. */
const CHANGED = { times: 2, after: 64 };
/** An execution with the one plan may be wrong for its values when it took so many times as long as usual, and so many milliseconds more. */
const WRONG = { times: 4, ms: 10 };
/** Values that the one plan may be wrong for, which are not planned by themselves yet; where there are more, it is everything that takes long. */
const MAX_SUSPECTS = 4;
/** Values that are planned by themselves, and for how many executions until the one plan is tried for them again: at first, and at most. */
const EXCEPTIONS = { most: 64, first: 16, longest: 2_048 };
/** Statements that something is known of; the one that was asked for longest ago is forgotten. */
const MAX_STATEMENTS = 1_000;
/** How much of an average the newest execution is. */
const NEWEST = 0.06;
/** An execution that takes so many milliseconds by one process is worth starting workers for, and planning anew. */
const WORTH_WORKERS_MS = 20;
/** Of executions that may have workers, one of so many has none, so that a table that became small is noticed; prime, so that no round of values meets it. */
const WITHOUT_WORKERS = 61;

/**
 * Learns for one statement whether one plan serves all its values, by what executions take.
 *
 * A filter on a common value wants another plan than one on a rare value, and planning can take as long as the page itself. Postgres compares its own
 * estimates, which for a statement with parameters are guesses. Here both are measured: a statement that comes often enough is tried with one plan, keeps
 * it where that takes no longer, and single values that it is wrong for are planned by themselves from then on.
 *
 * Shape:  `next` says how to execute, `note` what it took, in milliseconds. Executions may overlap, and whatever else goes on may make all of them take
 *         many times as long: only what was measured at the same time is compared. Workers are had only by a statement that was slow without them, while
 *         nothing else is executed (`mayFork`); what they take is no measure of the two plans.
 * Source: docs/decisions/0076-plans-compared-at-the-same-time.md.
 */
export class PlanChoice {
  #phase: 'by_value' | 'trial' | 'once' = 'by_value';
  #turn = 0;
  /** The turn at which the phase ends; a trial ends by what it finds. */
  #until = LEARNING;
  #changedFrom = 0;
  #review = REVIEW.first;
  #pause = PAUSE.first;
  #trial = newTrial();
  /** What an execution took of late, by whatever plan, and at the end of the trial. */
  #usual = new Average();
  #judged = 0;
  /** Values that took too long with the one plan, and how long; they are planned by themselves when they come next, which shows whether it was the plan. */
  readonly #suspects = new Map<string, number>();
  /** Values that the one plan is wrong for; the oldest is forgotten first. */
  readonly #exceptions = new Map<string, Exception>();

  next(values: readonly unknown[], mayFork = false): Plan {
    this.#turn += 1;
    if (mayFork && this.#usual.mean >= WORTH_WORKERS_MS && this.#turn % WITHOUT_WORKERS !== 1) return 'with_workers';
    if (this.#phase !== 'trial' && this.#turn > this.#until) this.#try();
    if (this.#isException(values)) return 'by_value';
    if (this.#phase === 'trial') return this.#turn % 2 === 1 ? 'once' : 'by_value';
    return this.#phase;
  }

  note(plan: Plan, values: readonly unknown[], ms: number): void {
    // They are not among what both plans are compared by.
    if (plan === 'with_workers') return;
    const maybeWrong = plan === 'once' && isWrong(ms, this.#usual.mean);
    const key = maybeWrong || this.#exceptions.size + this.#suspects.size > 0 ? JSON.stringify(values) : '';
    const exception = this.#exceptions.get(key);
    if (exception !== undefined) this.#noteException(key, exception, plan, ms);
    else if (maybeWrong && this.#suspects.size < MAX_SUSPECTS) this.#suspects.set(key, ms);
    else if (plan === 'once' || !this.#isProven(key, ms)) this.#learn(plan, ms, maybeWrong);
  }

  /** Whether the values are planned by themselves, or are to be now, because that shows whether the one plan is wrong for them. */
  #isException(values: readonly unknown[]): boolean {
    if (this.#exceptions.size + this.#suspects.size === 0) return false;
    const key = JSON.stringify(values);
    return this.#suspects.has(key) || (this.#exceptions.get(key)?.left ?? 0) > 0;
  }

  #noteException(key: string, exception: Exception, plan: Measured, ms: number): void {
    if (plan === 'by_value') {
      exception.left -= 1;
      exception.usual.add(ms);
    } else if (isWrong(ms, exception.usual.mean)) exception.left = exception.length = Math.min(exception.length * 4, EXCEPTIONS.longest);
    else this.#exceptions.delete(key);
  }

  /** Whether the one plan is wrong for values it was suspected of, now that they were planned by themselves. Otherwise it was an execution like any other. */
  #isProven(key: string, ms: number): boolean {
    const once = this.#suspects.get(key);
    if (once === undefined) return false;
    this.#suspects.delete(key);
    if (isWrong(once, ms)) this.#except(key, ms);
    else this.#learn('once', once, false);
    return this.#exceptions.has(key);
  }

  #except(key: string, ms: number): void {
    this.#exceptions.set(key, { left: EXCEPTIONS.first, length: EXCEPTIONS.first, usual: new Average({ count: 1, mean: ms }) });
    if (this.#exceptions.size <= EXCEPTIONS.most) return;
    for (const oldest of this.#exceptions.keys()) {
      this.#exceptions.delete(oldest);
      return;
    }
  }

  #learn(plan: Measured, ms: number, maybeWrong: boolean): void {
    this.#usual.add(ms);
    if (this.#phase === 'once' && plan === 'once') {
      const isSlower = this.#turn > this.#changedFrom && this.#usual.mean > this.#judged * CHANGED.times;
      if (maybeWrong || isSlower) this.#try();
    } else if (this.#phase === 'trial') {
      this.#trial[plan].add(ms);
      this.#judge();
    }
  }

  #try(): void {
    this.#phase = 'trial';
    this.#trial = newTrial();
    this.#suspects.clear();
  }

  #judge(): void {
    const { once, by_value: byValue } = this.#trial;
    const count = once.count + byValue.count;
    if (count < TRIAL.least || Math.min(once.count, byValue.count) < TRIAL.least / 4) return;
    const worse = once.mean - WORSE * byValue.mean;
    const chance = CERTAIN * Math.sqrt(once.variance / once.count + (WORSE ** 2 * byValue.variance) / byValue.count);
    if (Math.abs(worse) < chance && count < TRIAL.most) return;
    if (worse > 0) this.#end('by_value');
    else this.#end('once');
  }

  #end(phase: Measured): void {
    this.#suspects.clear();
    this.#phase = phase;
    this.#judged = this.#trial.once.mean;
    this.#usual = new Average(this.#trial[phase]);
    this.#changedFrom = this.#turn + CHANGED.after;
    if (phase === 'once') {
      this.#until = this.#turn + this.#review;
      this.#review = Math.min(this.#review * 2, REVIEW.most);
      if (this.#review > REVIEW.first * 2) this.#pause = PAUSE.first;
    } else {
      this.#until = this.#turn + this.#pause;
      this.#pause = Math.min(this.#pause * 4, PAUSE.most);
      this.#review = REVIEW.first;
    }
  }
}

const isWrong = (ms: number, usual: number): boolean => ms > usual * WRONG.times && ms > usual + WRONG.ms;

/** Mean and variance of all numbers so far (Welford). */
class Sample {
  count = 0;
  mean = 0;
  #squares = 0;

  add(value: number): void {
    this.count += 1;
    const off = value - this.mean;
    this.mean += off / this.count;
    this.#squares += off * (value - this.mean);
  }

  get variance(): number {
    return this.count > 1 ? this.#squares / (this.count - 1) : 0;
  }
}

const newTrial = (): Record<Measured, Sample> => ({ once: new Sample(), by_value: new Sample() });

/** The mean of the first numbers, then an average that the newest weigh more in. */
class Average {
  #count: number;
  mean: number;

  constructor(start: { readonly count: number; readonly mean: number } = { count: 0, mean: 0 }) {
    this.#count = start.count;
    this.mean = start.mean;
  }

  add(value: number): void {
    this.#count += 1;
    this.mean += Math.max(NEWEST, 1 / this.#count) * (value - this.mean);
  }
}

/** What is learned of statements, by their text: a filter is one statement for all its values. */
export class PlanChoices {
  readonly #known = new Map<string, PlanChoice>();

  of(text: string): PlanChoice {
    const choice = this.#known.get(text) ?? new PlanChoice();
    this.#known.delete(text);
    this.#known.set(text, choice);
    const oldest = this.#known.size > MAX_STATEMENTS ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    return choice;
  }
}
