import { AppError, type ErrorCode } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';

/** Code to status and title. Every code has a line, so that a new one cannot be forgotten. */
const ANSWERS: Record<ErrorCode, readonly [status: number, title: string]> = {
  malformed: [400, 'The request is malformed'],
  unauthenticated: [401, 'Sign in first'],
  forbidden: [403, 'You may not do this'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Not supported here'],
  version_conflict: [409, 'Somebody else changed it'],
  duplicate: [409, 'It exists already'],
  conflict: [409, 'Conflict'],
  plan_stale: [409, 'The plan is stale'],
  precondition_failed: [412, 'The precondition failed'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'Unsupported media type'],
  record_invalid: [422, 'The record is invalid'],
  metadata_invalid: [422, 'The metadata is invalid'],
  hazard_unconfirmed: [422, 'Confirmation is missing'],
  idempotency_mismatch: [422, 'The key was used for something else'],
  limit_exceeded: [422, 'A limit was exceeded'],
  rate_limited: [429, 'Too many attempts'],
  overloaded: [503, 'Overloaded'],
  setup_failed: [503, 'Not ready'],
};

export type ProblemAnswer = { status: number; headers: Record<string, string>; json: string };

/**
 * RFC 9457 problem details of a failure. What is not an AppError is a bug: it is logged with its stack and answers a bare 500.
 *
 * Shape: `extra` of the error becomes further members, except `retryAfter` (seconds) and `allow`, which become headers.
 */
export function problemOf(error: unknown, requestId: string, logger: Logger): ProblemAnswer {
  if (!(error instanceof AppError)) {
    logger.error(
      { requestId, error: error instanceof Error ? (error.stack ?? error.message).slice(0, 4000) : typeof error },
      'unexpected failure',
    );
    return problem(
      500,
      'Something went wrong',
      'internal_error',
      'The request failed on our side. It was logged under its request id.',
      requestId,
      {},
    );
  }
  const [status, title] = ANSWERS[error.code];
  if (status >= 500)
    logger.warn({ requestId, code: error.code, cause: error.cause instanceof Error ? error.cause.message : undefined }, error.message);
  const { retryAfter, allow, ...extra } = error.extra;
  const answer = problem(status, title, error.code, error.message, requestId, {
    ...extra,
    issues: error.issues,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
  if (retryAfter !== undefined || status === 503) answer.headers['Retry-After'] = String(Math.ceil(Number(retryAfter ?? 1)));
  if (allow !== undefined) answer.headers['Allow'] = String(allow);
  return answer;
}

function problem(
  status: number,
  title: string,
  code: string,
  detail: string,
  requestId: string,
  more: Record<string, unknown>,
): ProblemAnswer {
  const body = { type: `https://fieldstone.dev/errors/${code}`, title, status, code, detail, issues: [], ...more, requestId };
  return { status, headers: { 'Content-Type': 'application/problem+json; charset=utf-8' }, json: JSON.stringify(body) };
}
