import type { Sentence } from '../texts/sentence.js';
import { told, type Told } from '../texts/told.js';

/** Stable codes of failures a caller can act on; each has its paragraph in docs/errors.md. */
export type ErrorCode =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'record_invalid'
  | 'metadata_invalid'
  | 'version_conflict'
  | 'precondition_failed'
  | 'duplicate'
  | 'conflict'
  | 'plan_stale'
  | 'base_differs'
  | 'hazard_unconfirmed'
  | 'idempotency_mismatch'
  | 'limit_exceeded'
  | 'quota_exceeded'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'share_exceeded'
  | 'overloaded'
  | 'setup_failed';

/** A place in a text: characters from 0, line and column from 1. */
export type TextPlace = { readonly offset?: number; readonly length?: number; readonly line?: number; readonly column?: number };

/**
 * One problem at one place. `path` is a JSON Pointer into what the caller sent; `file` names the metadata file, where there is one. In a text, such
 * as a formula, the place is told too.
 *
 * Shape: with `said` it is told in the reader's language and `message` is the English of it; without, `message` is told as it is.
 */
export type Issue = {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly said?: Sentence;
  readonly file?: string;
} & TextPlace;

export type AppErrorDetails = {
  readonly issues?: readonly Issue[];
  readonly hint?: Told | string;
  /** Further members of the answer, such as the current version in a version conflict. Only what the caller may see. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/**
 * A failure the caller can act on. Anything else thrown is a bug and leaves as a bare 500.
 *
 * Shape:  `code` is stable and documented; `message` is for people and quotes no SQL, path or foreign value; `hint` says what to try next. What end
 *         users meet comes from the catalogue of texts; problems of metadata, which its authors meet, are English.
 * Source: the code list is docs/errors.md; `http/middleware/error-response.ts` maps code to status.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  readonly hint: string | undefined;
  readonly said: { readonly detail?: Sentence; readonly hint?: Sentence };
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: Told | string, { hint, ...more }: AppErrorDetails = {}) {
    super(textOf(detail), { cause: more.cause });
    this.code = code;
    this.issues = more.issues ?? [];
    this.hint = hint === undefined ? undefined : textOf(hint);
    this.said = {
      ...(typeof detail === 'string' ? {} : { detail: detail.said }),
      ...(typeof hint === 'object' ? { hint: hint.said } : {}),
    };
    this.extra = more.extra ?? {};
  }
}

const textOf = (text: Told | string): string => (typeof text === 'string' ? text : text.message);

/** The same failure with other issues, or with the same ones at other places. */
export function withIssues(error: AppError, issues: readonly Issue[]): AppError {
  const { detail, hint } = error.said;
  const text = detail === undefined ? error.message : { message: error.message, said: detail };
  const advice = error.hint === undefined || hint === undefined ? error.hint : { message: error.hint, said: hint };
  return new AppError(error.code, text, {
    issues,
    extra: error.extra,
    cause: error.cause,
    ...(advice === undefined ? {} : { hint: advice }),
  });
}

export const malformed = (detail: Told | string, issues: readonly Issue[] = []) => new AppError('malformed', detail, { issues });
export const forbidden = (detail: Told | string) => new AppError('forbidden', detail);
export const notFound = (detail: Told | string = told('record.not_found')) => new AppError('not_found', detail);
export const recordInvalid = (objectLabel: string, issues: readonly Issue[]) =>
  new AppError('record_invalid', told('record.not_saved', { object: objectLabel }), { issues });
export const metadataInvalid = (issues: readonly Issue[]) => new AppError('metadata_invalid', 'The metadata has problems.', { issues });
export const planStale = () =>
  new AppError('plan_stale', 'The metadata changed after this plan was made.', { hint: 'Make the plan again and review it.' });
