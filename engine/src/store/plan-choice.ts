/** Whether Postgres makes one plan for all values, plans each execution by its own, or does that and has workers read along. */
export type Plan = 'once' | 'by_value' | 'with_workers';

type Measured = Exclude<Plan, 'with_workers'>;

/** Executions that are planned by their values before anything else is tried: most statements never come so often. */
const LEARNING = 12;
/** Executions that try the one plan, each second one: what both take is measured under the same load, and when everything is warm. */
const TRIAL = 32;
/** While the one plan is used, one execution of so many is planned by its values, so that both are known under the same load; prime, so that no round of values meets it. */
const SAMPLE = 61;
/** Executions until the one plan is tried again: at first, and at most. */
const PAUSE = { first: 64, most: 2_048 };
/** The one plan may take so much more on average than planning does. */
const WORSE = 1.15;
/** An execution with the one plan was wrong for its values when it took so many times as long as usual, and so many milliseconds more. */
const WRONG = { times: 4, ms: 10 };
const MAX_EXCEPTIONS = 64;
/** Statements that something is known of; the one that was asked for longest ago is forgotten. */
const MAX_STATEMENTS = 1_000;
/** Values in a row of executions that the one plan is wrong for, before it is wrong for the statement. */
const MAX_WRONG = 4;
/** How much of an average the newest execution is. */
const NEWEST = 0.06;
/** An execution that takes so many milliseconds by one process is worth starting workers for, and planning anew. */
const WORTH_WORKERS_MS = 20;

/**
 * Learns for one statement whether one plan serves all its values, by what executions take.
 *
 * A filter on a common value wants another plan than one on a rare value, and planning can take as long as the page itself. Postgres compares its own
 * estimates, which for a statement with parameters are guesses. Here both are measured: a statement that comes often enough is tried with one plan, keeps
 * it where that takes no longer, and single values that it is wrong for are planned by themselves from then on.
 *
 * Shape:  `next` says how to execute, `note` what it took, in milliseconds. Executions may overlap. Workers are had only by a statement that was slow
 *         without them, while nothing else is executed (`mayFork`); what they take is no measure of the two plans.
 * Source: docs/decisions/0061-plans-that-are-measured.md.
 */
export class PlanChoice {
  #preferred: Measured = 'by_value';
  #turn = 0;
  #tryAt = LEARNING;
  #tried = 0;
  #pause = PAUSE.first;
  #wrong = 0;
  readonly #typical: Record<Measured, number> = { once: 0, by_value: 0 };
  readonly #counted: Record<Measured, number> = { once: 0, by_value: 0 };
  /** Values that the one plan is wrong for; the oldest is forgotten first. */
  readonly #exceptions = new Set<string>();

  next(values: readonly unknown[], mayFork = false): Plan {
    this.#turn += 1;
    // Now and then without, so that a table that became small is noticed.
    if (mayFork && this.#typical[this.#preferred] >= WORTH_WORKERS_MS && this.#turn % SAMPLE !== 1) return 'with_workers';
    if (this.#isException(values)) return 'by_value';
    if (this.#preferred === 'once') return this.#turn % SAMPLE === 0 ? 'by_value' : 'once';
    if (this.#turn <= this.#tryAt) return 'by_value';
    // What was measured before the trial was measured under another load: it is no more than a first guess.
    if (this.#turn === this.#tryAt + 1) this.#counted.by_value = Math.min(this.#counted.by_value, 1);
    return (this.#turn - this.#tryAt) % 2 === 1 ? 'once' : 'by_value';
  }

  note(plan: Plan, values: readonly unknown[], ms: number): void {
    // They are not among what both plans are compared by.
    if (plan === 'with_workers' || this.#isException(values)) return;
    const usual = this.#typical.by_value;
    const isWrong = plan === 'once' && ms > usual * WRONG.times && ms > usual + WRONG.ms;
    if (isWrong) this.#except(values);
    else this.#learn(plan, ms);
    if (plan === 'by_value') return;
    this.#tried += 1;
    this.#wrong = isWrong ? this.#wrong + 1 : this.#wrong * 0.95;
    const isWorse = this.#wrong >= MAX_WRONG || (this.#tried >= TRIAL && this.#typical.once > this.#typical.by_value * WORSE);
    if (isWorse) this.#giveUp();
    else if (this.#tried >= TRIAL) this.#preferred = 'once';
    if (this.#tried >= PAUSE.most) this.#pause = PAUSE.first;
  }

  /** The mean of the first executions, then an average that the newest weigh more in. */
  #learn(plan: Measured, ms: number): void {
    const count = (this.#counted[plan] += 1);
    this.#typical[plan] += Math.max(NEWEST, 1 / count) * (ms - this.#typical[plan]);
  }

  #isException(values: readonly unknown[]): boolean {
    return this.#exceptions.size > 0 && this.#exceptions.has(JSON.stringify(values));
  }

  #except(values: readonly unknown[]): void {
    this.#exceptions.add(JSON.stringify(values));
    if (this.#exceptions.size <= MAX_EXCEPTIONS) return;
    for (const oldest of this.#exceptions) {
      this.#exceptions.delete(oldest);
      return;
    }
  }

  #giveUp(): void {
    this.#preferred = 'by_value';
    this.#tryAt = this.#turn + this.#pause;
    this.#pause = Math.min(this.#pause * 4, PAUSE.most);
    this.#tried = 0;
    this.#wrong = 0;
    this.#counted.once = 0;
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
