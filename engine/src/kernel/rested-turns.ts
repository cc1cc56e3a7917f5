import { setTimeout } from 'node:timers/promises';

/** After a piece of work its owner rests for so many times as long as that took, and for so many milliseconds at most. */
const REST = { times: 20, mostMs: 300 };

/** What time it is, and how to let it pass; in milliseconds. */
export type Rest = { now(): number; pause(ms: number): Promise<void> };
const WALL_CLOCK: Rest = { now: () => performance.now(), pause: (ms) => setTimeout(ms) };

/**
 * Work that each owner has done one piece after another, with a rest behind each, so that no owner has more than a twentieth of a processor for it.
 *
 * Shape:  an owner is a number, such as a tenant; others do not wait for it. An answer is given before the rest; who sends one piece at a time does not
 *         notice it. A piece that fails holds up nobody. Nothing is kept of an owner that has nothing to do.
 * Source: fifty calls of one tenant at a time, each of them the largest formula there may be, took the calls of another from 6 ms to 175 (p99), and with
 *         the rests from 3.5 to 4.5 (bench/neighbours.mjs).
 */
export class RestedTurns {
  readonly #last = new Map<number, Promise<void>>();
  readonly #clock: Rest;

  constructor(clock: Rest = WALL_CLOCK) {
    this.#clock = clock;
  }

  run<T>(owner: number, work: () => T | Promise<T>): Promise<T> {
    const before = this.#last.get(owner) ?? Promise.resolve();
    let began = 0;
    const mine = before.then(() => {
      began = this.#clock.now();
      return work();
    });
    const rest = () => this.#clock.pause(Math.min(REST.times * (this.#clock.now() - began), REST.mostMs));
    const rested = mine.then(rest, rest).then(() => {
      if (this.#last.get(owner) === rested) this.#last.delete(owner);
    });
    this.#last.set(owner, rested);
    return mine;
  }
}
