import { AppError, type Issue } from '../kernel/errors.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ActiveModel } from '../model/active.js';
import { LIMITS } from '../model/limits.js';
import type { FieldModel } from '../model/types.js';
import { told, type Told } from '../texts/told.js';
import { sqlState } from './sql-state.js';

/** What Postgres says of an error. Only the state and the names of the objects are used; the texts hold SQL and values and go nowhere. */
type DatabaseFailure = { readonly code: string; readonly constraint?: string; readonly column?: string; readonly message: string };

export function isDatabaseFailure(error: unknown): error is DatabaseFailure {
  // A digit tells states from errors of sockets: EPIPE has five letters too.
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(error.code);
}

/** What the driver and the pools say of a connection that broke, could not be made, or was not free in time. */
const NO_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|connect ECONNREFUSED|Client has encountered a connection error|Client was closed|Knex: Timeout acquiring a connection)/;
const OF_SOCKETS: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
]);

/** States of a server that is not there for now: starting, ending, out of connections, memory or room, or only to be read after a failover. */
const FOR_NOW: ReadonlySet<string> = new Set(['55P03', '25P03', '25006', '58030']);
const isForNow = (state: string): boolean => FOR_NOW.has(state) || /^(08|53|57P)/.test(state);

/** Codes of the assertions that stop a statement which would have to sort too many rows. */
export const TOO_WIDE = { sorted_over_links: 'SORT_TOO_WIDE', sorted_by_roll_ups: 'SORT_ROLLS_UP' } as const;
export type WideLimit = keyof typeof TOO_WIDE;

/** State of `meta_v.assert`: a rule inside a statement did not hold; the message is its code. */
export const ASSERTION_STATE = 'P0403';

/** The field a constraint or index belongs to: names are uq_, fk_, nn_ or ix_ and the column, and columns are unique in the space. */
export function fieldOfConstraint(active: ActiveModel, constraint: string): FieldModel | undefined {
  const column = /^(?:uq|fk|nn|ix)_(.+)$/.exec(constraint)?.[1];
  if (column === undefined) return undefined;
  for (const object of active.model.objects.values()) {
    for (const field of object.fields.values()) {
      if (!field.system && active.bindings.columns.get(field.id)?.column === column) return field;
    }
  }
  return undefined;
}

/** A text with a character that no text of Postgres has, wherever it was sent along: a NUL. */
const BAD_CHARACTER = '22021';

/**
 * A database that is not there for now, wherever it was missed: 503, to be tried again. A text that it can not take is malformed, also where nobody looked at
 * it before. Anything else comes back as it was.
 */
export function databaseAway(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (isDatabaseFailure(error)) {
    if (error.code === BAD_CHARACTER) return new AppError('malformed', told('value.bad_characters'), { cause: error });
    return isForNow(error.code) ? overloaded(error) : error;
  }
  const text = error instanceof Error ? error.message : '';
  return OF_SOCKETS.has(sqlState(error) ?? '') || NO_CONNECTION.test(text) ? overloaded(error) : error;
}

/**
 * Turns a failure of Postgres into one the caller can act on.
 *
 * Shape:  `canName` says whether the caller may know of a field; a conflict on any other names no field.
 * Errors: anything that is not the caller's doing comes back as it was, to leave as a bare 500.
 * Source: PostgreSQL manual, appendix A (error codes).
 */
export function translateDatabaseError(
  error: unknown,
  active?: ActiveModel,
  canName: (field: FieldModel) => boolean = () => true,
): unknown {
  if (error instanceof AppError) return error;
  if (!isDatabaseFailure(error)) return databaseAway(error);
  const field = active && error.constraint ? fieldOfConstraint(active, error.constraint) : undefined;
  const named = field && canName(field) ? field : undefined;
  const issue = (code: string, text: Told): { issues: Issue[]; cause: unknown } => ({
    issues: named ? [{ path: pointer(named.name), code, ...text }] : [],
    cause: error,
  });
  switch (error.code) {
    case '23505':
      return new AppError('duplicate', told('record.value_taken'), {
        ...issue('duplicate', named ? told('field.taken', { field: named.label }) : told('record.value_taken')),
      });
    case '23503':
      return new AppError('record_invalid', told('record.link_missing'), { ...issue('lookup_missing', told('link.missing')) });
    case '23514':
    case '23502':
      return new AppError('record_invalid', told('record.value_missing'), {
        ...issue('required', named ? told('field.required', { field: named.label }) : told('field.required_any')),
      });
    case '22001':
    case '22003':
    case '22008':
    case '22P02':
    case '22021':
      return new AppError('record_invalid', told('record.value_unfit'), { cause: error });
    case '40001':
    case '40P01':
      return new AppError('conflict', told('record.same_time'), { hint: told('try_again'), cause: error });
    case ASSERTION_STATE:
      return sortsTooMuch(error) ?? error;
    case '57014':
      return tookTooLong(error);
    default:
      return databaseAway(error);
  }
}

const overloaded = (cause: unknown) => new AppError('overloaded', told('call.database_busy'), { hint: told('try_later'), cause });

function tookTooLong(cause: unknown): AppError {
  const text = told('list.too_slow', { max: LIMITS.statement_seconds.max });
  return new AppError('limit_exceeded', text, {
    issues: [{ path: '', code: 'limit_exceeded', ...text }],
    hint: told('list.too_slow.hint'),
    cause,
  });
}

/** Which limit on sorting an assertion was about, in words; undefined for one about something else. */
function sortsTooMuch(cause: { readonly message: string }): AppError | undefined {
  if (cause.message !== TOO_WIDE.sorted_over_links && cause.message !== TOO_WIDE.sorted_by_roll_ups) return undefined;
  const text =
    cause.message === TOO_WIDE.sorted_by_roll_ups
      ? told('list.rolls_up_too_much', { max: LIMITS.sorted_by_roll_ups.max })
      : told('list.sorts_too_much', { max: LIMITS.sorted_over_links.max });
  return new AppError('limit_exceeded', text, { issues: [{ path: '/sort', code: 'limit_exceeded', ...text }], cause });
}
