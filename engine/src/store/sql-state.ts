/** SQLSTATE of a Postgres error, or the code of a socket error (ECONNREFUSED ...); undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** lock_not_available: what a statement gets when `lock_timeout` passes. Worth another try. */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === '55P03';

/** deadlock_detected and serialization_failure: the same work may succeed when it is tried again. */
export const isRetriable = (error: unknown): boolean => isLockTimeout(error) || ['40P01', '40001'].includes(sqlState(error) ?? '');

/** What a failed step of a publish is called for people: no SQL, no physical name. */
export function stepFailure(error: unknown): string {
  switch (sqlState(error)) {
    case '23505':
      return 'Some records hold the same value.';
    case '23503':
      return 'Some records point to a record that does not exist.';
    case '23514':
      return 'Some records have no value.';
    case '55P03':
      return 'The table was busy.';
    case '2BP01':
      return 'Something that was made by hand depends on it.';
    case '57014':
      return 'It took too long.';
    case 'XX001':
      return 'The copy of a table differs from it.';
    case '53100':
      return 'The disk of the database is full.';
    default:
      return 'The database refused it.';
  }
}
