import { AppError } from '../kernel/errors.js';
import type { ObjectModel } from '../model/types.js';
import { ASSERTION_STATE, isDatabaseFailure, translateDatabaseError } from '../store/pg-errors.js';
import type { RowParameters } from '../store/row-parameters.js';
import { failedRows, type Check } from '../store/write-checks.js';
import type { RequestContext } from './context.js';
import { runtimeOf } from './run-statement.js';
import { isLostRace, refusalOf, writeInputs, type WriteOutcome } from './run-write.js';

/** A write of many records, compiled. */
export type CompiledRows = { readonly text: string; readonly params: RowParameters; readonly checks: readonly Check[] };

/** Inputs of one record of it; `id` is in lower case, as Postgres gives it back. */
export type RowInputs = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * What became of one record. "alone": it has to be written by itself, because only then is it known what is wrong with it, or whether anything is.
 */
export type RowOutcome =
  | { readonly kind: 'done'; readonly outcome: WriteOutcome }
  | { readonly kind: 'refused'; readonly error: AppError }
  | { readonly kind: 'alone' };

type Answer = {
  readonly revision: boolean;
  readonly locked?: readonly (readonly [id: string, version: number, allowed: boolean])[] | null;
  readonly written?: readonly (readonly [id: string, version: number])[] | null;
};

/** Records that fail are left out and the others tried again; what is said of them then may fail others, so not for ever. */
const MAX_ROUNDS = 3;

/**
 * Writes many records with one statement, in the transaction of the caller; with as many more as it takes to part those that fail from the others.
 *
 * Errors: what is about none of the records: "stale" when the metadata moved on; a lost race, as the database told it; overloaded.
 */
export async function writeRows(
  ctx: RequestContext,
  object: ObjectModel,
  write: CompiledRows,
  rows: readonly RowInputs[],
): Promise<Map<string, RowOutcome> | 'stale'> {
  const outcomes = new Map<string, RowOutcome>();
  let left = rows;
  for (let round = 1; left.length > 0 && round <= MAX_ROUNDS; round += 1) {
    const inputs = { ...writeInputs(ctx), ...write.params.rowInputs(left) };
    let answer: Answer;
    try {
      const text = await ctx.tx?.attempt({ text: write.text, values: write.params.values(runtimeOf(ctx), inputs) });
      answer = JSON.parse(text ?? '{"revision":false}') as Answer;
    } catch (error) {
      const failed = failedIn(ctx, write, error);
      if (failed === undefined) break;
      for (const [id, checks] of failed) {
        const refused = refusalOf(object, checks);
        outcomes.set(id, refused === undefined ? { kind: 'alone' } : { kind: 'refused', error: refused });
      }
      left = left.filter(({ id }) => !outcomes.has(id));
      continue;
    }
    if (!answer.revision) return 'stale';
    for (const [id, outcome] of outcomesOf(answer, left)) outcomes.set(id, { kind: 'done', outcome });
    return outcomes;
  }
  for (const { id } of left) outcomes.set(id, { kind: 'alone' });
  return outcomes;
}

/** The records that failed and their checks; none where it takes writing them one by one to know. */
function failedIn(ctx: RequestContext, { checks }: CompiledRows, error: unknown): Map<string, Check[]> | undefined {
  if (!isDatabaseFailure(error)) throw translateDatabaseError(error);
  if (isLostRace(error)) throw error;
  if (error.code === ASSERTION_STATE) {
    const failed = failedRows(error.message, checks);
    if (failed === undefined) throw error;
    const depend = [...failed.values()].some((all) => all.some(({ outcome }) => outcome.kind === 'order'));
    return depend ? undefined : failed;
  }
  const known = translateDatabaseError(error, ctx.active);
  if (known instanceof AppError && known.code !== 'overloaded') return undefined;
  throw known;
}

function* outcomesOf({ locked, written }: Answer, rows: readonly RowInputs[]): Generator<[string, WriteOutcome]> {
  // New records are all there, or the statement had failed.
  if (locked === undefined) {
    for (const { id } of rows) yield [id, { revision: true, version: 1 }];
    return;
  }
  const before = new Map((locked ?? []).map(([id, version, allowed]) => [id, { version, allowed }]));
  const after = new Map(written);
  for (const { id } of rows) {
    const was = before.get(id);
    const version = after.get(id) ?? null;
    yield [id, { revision: true, found: was !== undefined, allowed: was?.allowed ?? false, was: was?.version ?? null, version }];
  }
}
