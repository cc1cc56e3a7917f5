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
  | 'hazard_unconfirmed'
  | 'idempotency_mismatch'
  | 'limit_exceeded'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'overloaded'
  | 'setup_failed';

/** A place in a text: characters from 0, line and column from 1. */
export type TextPlace = { readonly offset?: number; readonly length?: number; readonly line?: number; readonly column?: number };

/**
 * One problem at one place. `path` is a JSON Pointer into what the caller sent; `file` names the metadata file, where there is one. In a text, such
 * as a formula, the place is told too.
 */
export type Issue = { readonly path: string; readonly code: string; readonly message: string; readonly file?: string } & TextPlace;

export type AppErrorDetails = {
  readonly issues?: readonly Issue[];
  readonly hint?: string;
  /** Further members of the answer, such as the current version in a version conflict. Only what the caller may see. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/**
 * A failure the caller can act on. Anything else thrown is a bug and leaves as a bare 500.
 *
 * Shape:  `code` is stable and documented; `message` is for people and quotes no SQL, path or foreign value; `hint` says what to try next.
 * Source: the code list is docs/errors.md; `http/middleware/error-response.ts` maps code to status.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  readonly hint: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, more: AppErrorDetails = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.issues = more.issues ?? [];
    this.hint = more.hint;
    this.extra = more.extra ?? {};
  }
}

export const malformed = (message: string, issues: readonly Issue[] = []) => new AppError('malformed', message, { issues });
export const forbidden = (message: string) => new AppError('forbidden', message);
export const notFound = (message = 'There is no such record, or you may not see it.') => new AppError('not_found', message);
export const recordInvalid = (objectLabel: string, issues: readonly Issue[]) =>
  new AppError('record_invalid', `${objectLabel} was not saved.`, { issues });
export const metadataInvalid = (issues: readonly Issue[]) => new AppError('metadata_invalid', 'The metadata has problems.', { issues });
export const planStale = () =>
  new AppError('plan_stale', 'The metadata changed after this plan was made.', { hint: 'Make the plan again and review it.' });
