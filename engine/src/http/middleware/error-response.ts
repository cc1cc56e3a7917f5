import { AppError, type ErrorCode } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Sentence } from '../../texts/sentence.js';
import { languageOf, say } from '../../texts/say.js';
import { sentence } from '../../texts/told.js';

/** Code to status; the title is a text. Every code has a line, so that a new one cannot be forgotten. */
const STATUS: Record<ErrorCode, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  version_conflict: 409,
  duplicate: 409,
  conflict: 409,
  plan_stale: 409,
  base_differs: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  record_invalid: 422,
  metadata_invalid: 422,
  hazard_unconfirmed: 422,
  idempotency_mismatch: 422,
  limit_exceeded: 422,
  quota_exceeded: 507,
  rate_limited: 429,
  share_exceeded: 429,
  overloaded: 503,
  setup_failed: 503,
};

export type ProblemAnswer = { status: number; headers: Record<string, string>; json: string };

/**
 * RFC 9457 problem details of a failure, in the language of `locale`. What is not an AppError is a bug: it is logged with its stack and answers a
 * bare 500.
 *
 * Shape: `extra` of the error becomes further members, except `retryAfter` (seconds) and `allow`, which become headers.
 */
export function problemOf(error: unknown, requestId: string, logger: Logger, locale: string): ProblemAnswer {
  if (!(error instanceof AppError)) {
    logger.error(
      { requestId, error: error instanceof Error ? (error.stack ?? error.message).slice(0, 4000) : typeof error },
      'unexpected failure',
    );
    return answerOf(500, { ...problem(500, 'internal_error', say(locale, sentence('bug.detail')), locale), requestId }, locale);
  }
  const status = STATUS[error.code];
  // A tenant that is full is no failure of ours, and may ask as often as it likes.
  if (status >= 500 && error.code !== 'quota_exceeded')
    logger.warn({ requestId, code: error.code, cause: error.cause instanceof Error ? error.cause.message : undefined }, error.message);
  const { retryAfter, allow } = error.extra;
  const answer = answerOf(status, { ...problemMembers(error, locale), requestId }, locale);
  if (retryAfter !== undefined || status === 503) answer.headers['Retry-After'] = String(Math.ceil(Number(retryAfter ?? 1)));
  if (allow !== undefined) answer.headers['Allow'] = String(allow);
  return answer;
}

const inLanguage = (locale: string, said: Sentence | undefined, text: string): string => (said === undefined ? text : say(locale, said));

/** Members of the problem details of a failure: those of an answer, or of one of several results in an answer. */
export function problemMembers(error: AppError, locale: string): Record<string, unknown> & { readonly status: number } {
  const { retryAfter: _, allow: __, ...extra } = error.extra;
  const { detail, hint } = error.said;
  return {
    ...problem(STATUS[error.code], error.code, inLanguage(locale, detail, error.message), locale),
    ...extra,
    issues: error.issues.map(({ said, ...issue }) => ({ ...issue, message: inLanguage(locale, said, issue.message) })),
    ...(error.hint === undefined ? {} : { hint: inLanguage(locale, hint, error.hint) }),
  };
}

function problem(status: number, code: ErrorCode | 'internal_error', detail: string, locale: string) {
  const title = say(locale, sentence(`title.${code}`));
  return { type: `https://fieldstone.dev/errors/${code}`, title, status, code, detail, issues: [] as unknown[] };
}

function answerOf(status: number, body: Record<string, unknown>, locale: string): ProblemAnswer {
  const headers = { 'Content-Type': 'application/problem+json; charset=utf-8', 'Content-Language': languageOf(locale) };
  return { status, headers, json: JSON.stringify(body) };
}
