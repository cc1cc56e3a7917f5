import { limitExceeded, LIMITS } from '../model/limits.js';
import { translateDatabaseError } from '../store/pg-errors.js';
import type { DataStatement } from '../store/data-pool.js';
import type { Parameters, Runtime } from '../store/parameters.js';
import type { RequestContext } from './context.js';

/** A statement compiled for one revision and set of roles; the parameters know what to take from each call. */
export type Compiled = { readonly text: string; readonly params: Parameters } & Pick<DataStatement, 'plan' | 'mayFork'>;

export const runtimeOf = ({ actor, clock }: RequestContext): Runtime => ({
  tenantId: actor.tenantId,
  userId: actor.userId,
  now: clock.now(),
  timeZone: actor.timeZone,
  currency: actor.currency,
});

/** Runs a read: on its own, or in the transaction of the caller. */
export async function runStatement(
  ctx: RequestContext,
  compiled: Compiled,
  inputs: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  const { text, params, plan = 'once', mayFork } = compiled;
  const statement = { text, values: params.values(runtimeOf(ctx), inputs), plan, ...(mayFork && { mayFork }) };
  let answer: string | null;
  try {
    answer = await (ctx.tx ? ctx.tx.query(statement) : ctx.data.query(ctx.actor.tenantId, statement));
  } catch (error) {
    throw translateDatabaseError(error, ctx.active);
  }
  // Postgres made it and nothing was parsed yet: refusing it here costs one string. A letter takes three bytes at most for each of its units.
  const { max } = LIMITS.answer_bytes;
  if (answer !== null && answer.length * 3 > max) {
    const bytes = Buffer.byteLength(answer);
    if (bytes > max) throw limitExceeded('answer_bytes', bytes);
  }
  return answer;
}
