import { AppError } from '../kernel/errors.js';

/**
 * Why a step did not succeed, in words for the people who look at the run. `retryable`: the same step may succeed later.
 *
 * Units: retryAfterMs, what the other side asked for.
 */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, more: { retryable?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryable = more.retryable ?? false;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** Something the definition needs is not there (a node type, a retired field, an active user). The run waits until it is, and is not lost. */
export class StepBlocked extends Error {
  override readonly name = 'StepBlocked';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of the write path that pass by themselves: a busy database, two writers on one record. */
const PASSING = new Set(['overloaded', 'conflict', 'version_conflict', 'limit_exceeded', 'rate_limited', 'share_exceeded']);
/** States of Postgres that pass by themselves: serialization failure, deadlock, lock not available, shutdown, connection trouble. */
const PASSING_STATE = /^(40001|40P01|55P03|57P0[123]|57014|53300|08)/;

/** Any error of a step as a failure with a class. What nobody foresaw is permanent and says no more than that. */
export function failureOf(error: unknown): StepFailure {
  if (error instanceof StepFailure) return error;
  if (error instanceof AppError) {
    const details = error.issues.map((issue) => (issue.path ? `${issue.path.slice(1)}: ${issue.message}` : issue.message)).join(' ');
    return new StepFailure(error.code, details ? `${error.message} ${details}` : error.message, {
      retryable: PASSING.has(error.code),
      cause: error,
    });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (PASSING_STATE.test(code) || /^(ECONN|EPIPE|ETIMEDOUT)/.test(code) || /connection/i.test(String((error as Error | null)?.message))) {
    return new StepFailure('overloaded', 'The database was not available.', { retryable: true, cause: error });
  }
  return new StepFailure('internal', 'The step failed for a reason that is in the log of the server.', { cause: error });
}
