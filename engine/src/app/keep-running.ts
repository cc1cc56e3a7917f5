import type { ChildProcess } from 'node:child_process';
import type { Logger } from '../kernel/logger.js';

/** A server process that was ready once. */
export type Running = { readonly child: ChildProcess; readonly ended: Promise<void> };

export type KeptRunning = {
  /** The process that runs now, or ran last. */
  readonly child: ChildProcess;
  /** Called once when it ended and did not start again, with the reason. */
  onGivenUp(listener: (reason: string) => void): void;
  /** Whoever runs is asked to stop; nothing is started any more. */
  stop(): Promise<void>;
};

export type KeepOptions = {
  /** Starts it as it was started before, for the same clients. */
  readonly again: () => Promise<Running>;
  /** Asks it to stop and waits for the end. */
  readonly stop: (running: Running) => Promise<void>;
  readonly logger: Logger;
  /** For how long starting again is tried. */
  readonly patienceMs?: number;
};

const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 2_000;
/** Whoever ran for so long did start: when it ends, that is another failure. */
const STARTED_MS = 1_000;

/**
 * Starts a server again whenever it ends without being asked to: killed for want of memory, or by hand.
 *
 * Shape:  a server that is gone as soon as it is there, or does not start, is tried again after growing pauses until patience ends; then it is given up.
 * Source: what is left of a killed PostgreSQL may run for as long as its last statement, and a new one refuses to start beside it.
 */
export function keepRunning(first: Running, { again, stop, logger, patienceMs = PATIENCE_MS }: KeepOptions): KeptRunning {
  let running = first;
  let isStopping = false;
  let startedAt = Date.now();
  let patienceEnds = 0;
  let restarting: Promise<void> = Promise.resolve();
  let givenUp: string | undefined;
  const listeners: ((reason: string) => void)[] = [];

  const watch = (now: Running) => {
    void now.ended.then(() => {
      if (!isStopping) restarting = restart();
    });
  };
  const restart = async (): Promise<void> => {
    if (patienceEnds === 0 || Date.now() - startedAt >= STARTED_MS) patienceEnds = Date.now() + patienceMs;
    logger.error(
      { code: running.child.exitCode, signal: running.child.signalCode },
      'the database server ended by itself; starting it again',
    );
    let reason = 'it ends as soon as it has started';
    for (let pause = 100; Date.now() < patienceEnds; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        running = await again();
        startedAt = Date.now();
        logger.warn({}, 'the database server runs again');
        watch(running);
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        logger.warn({ error: reason }, 'the database server does not start yet');
      }
      if (isStopping) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    givenUp = reason;
    for (const listener of listeners) listener(reason);
  };

  watch(first);
  return {
    get child() {
      return running.child;
    },
    onGivenUp: (listener) => {
      if (givenUp === undefined) listeners.push(listener);
      else listener(givenUp);
    },
    stop: async () => {
      isStopping = true;
      await restarting;
      await stop(running);
    },
  };
}
