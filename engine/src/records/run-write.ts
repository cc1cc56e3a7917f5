import { fieldType } from '../fields/registry.js';
import { hintOf } from '../fields/encrypted-text.js';
import { personOf, type Cause } from '../kernel/actor.js';
import { AppError, forbidden, recordInvalid } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess } from '../rules/access.js';
import { ASSERTION_STATE, isDatabaseFailure, translateDatabaseError } from '../store/pg-errors.js';
import { isRetriable } from '../store/sql-state.js';
import { failedChecks, type Check } from '../store/write-checks.js';
import { putColumns } from '../store/write-parts.js';
import type { RequestContext } from './context.js';
import { runtimeOf, type Compiled } from './run-statement.js';
import { told } from '../texts/told.js';

export type CompiledWrite = Compiled & { readonly checks: readonly Check[] };

/** What a write statement says happened; see the statements for which members they give. */
export type WriteOutcome = {
  readonly revision: boolean;
  readonly found?: boolean;
  readonly allowed?: boolean;
  readonly was?: number | null;
  readonly version: number | null;
  readonly existing?: number | null;
  /** Whether workflow runs were stored with the change. */
  readonly runs?: boolean;
};

export const MAX_ATTEMPTS = 3;
const LOST_RACE = new Set(['40001', '40P01']);
/** Whether another write came in between, so that the same one may succeed when it is tried again. */
export const isLostRace = (error: unknown): boolean => isDatabaseFailure(error) && LOST_RACE.has(error.code);

/** Whether an error means that the common transaction of several writes has to begin again: others are in its way, whatever it does next. */
export const endsTransaction = ({ tx }: Pick<RequestContext, 'tx'>, error: AppError): boolean =>
  tx !== undefined && isRetriable(error.cause);

export type WriteInputs = Record<string, unknown> & { readonly operation: string };

/** Inputs that every write has: which record, who did it, as part of what, why, and where it stands in a chain of workflows. */
export function writeInputs({ actor, operation }: RequestContext, id?: string): WriteInputs {
  const { kind, runId, rootId, depth } = actor.cause;
  const isRun = kind === 'workflow';
  return {
    id,
    actor: personOf(actor),
    operation: operation ?? newId(),
    cause: causeText(actor.cause),
    root: rootId ?? runId ?? null,
    parent: runId ?? null,
    depth: isRun ? (depth ?? 0) + 1 : 0,
  };
}

const causeTexts = new WeakMap<Cause, string>();

/** The cause as history keeps it. */
function causeText(cause: Cause): string {
  let text = causeTexts.get(cause);
  if (text === undefined) {
    const { kind, label, undoes, into, moved, workflow, runId, step, restores } = cause;
    causeTexts.set(cause, (text = JSON.stringify({ kind, label, undoes, into, moved, workflow, runId, step, restores })));
  }
  return text;
}

/** The values of fields as inputs of a statement that writes them to the record `id`. Secrets are sealed here and leave the process so. */
export function columnInputs<T extends Record<string, unknown>>(
  into: T,
  { active, actor, data }: RequestContext,
  object: ObjectModel,
  id: string,
  fields: readonly FieldModel[],
  values: Readonly<Record<string, unknown>>,
): T {
  for (const field of fields) {
    const value = values[field.name] ?? null;
    if (!fieldType(field.type).isSecret || typeof value !== 'string') {
      putColumns(into, active, field, value);
      continue;
    }
    const place = { tenantId: actor.tenantId, object: object.id, record: id, field: field.id };
    putColumns(into, active, field, { sealed: data.keys.seal(place, value), last4: hintOf(value, field.options) });
  }
  return into;
}

/** What a pack brings along is a beginning, not an event: it sets off no workflows. */
export const startsRuns = ({ actor }: RequestContext): boolean => actor.cause.kind !== 'pack';

/**
 * Runs a write statement and, behind it in the same flush, the statement that reads the record back.
 *
 * Errors: forbidden and record_invalid from the checks of the statement, all issues at once; duplicate; conflict after three lost races.
 */
export async function runWrite(
  ctx: RequestContext,
  object: ObjectModel,
  write: CompiledWrite,
  inputs: Readonly<Record<string, unknown>>,
  readBack?: Compiled,
): Promise<{ readonly outcome: WriteOutcome; readonly record: string | null }> {
  const runtime = runtimeOf(ctx);
  const statements = [write, ...(readBack ? [readBack] : [])].map(({ text, params }) => ({ text, values: params.values(runtime, inputs) }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [answer, record] = ctx.tx ? await inTransaction(ctx.tx, statements) : await ctx.data.batch(ctx.actor.tenantId, statements);
      const outcome = JSON.parse(answer ?? '{"revision":false,"version":null}') as WriteOutcome;
      if (outcome.runs && ctx.tx === undefined) ctx.runsStarted?.();
      return { outcome, record: record ?? null };
    } catch (error) {
      if (!isLostRace(error) || ctx.tx !== undefined || attempt === MAX_ATTEMPTS) throw explain(ctx, object, write, error);
    }
  }
}

async function inTransaction(tx: NonNullable<RequestContext['tx']>, statements: readonly { text: string; values: unknown[] }[]) {
  const answers: (string | null)[] = [];
  for (const statement of statements) answers.push(await tx.query(statement));
  return answers;
}

/** What the checks that a record fails come to: that it is not the caller's to write so, or all its issues. */
export function refusalOf(object: ObjectModel, failed: readonly Check[]): AppError | undefined {
  const refused = failed.find(({ outcome }) => outcome.kind === 'forbidden')?.outcome;
  if (refused?.kind === 'forbidden') {
    return forbidden(
      refused.field
        ? told('record.no_field_change', { field: refused.field.label, object: object.label })
        : told('record.no_save', { object: object.label }),
    );
  }
  const issues = failed.flatMap(({ outcome }) => (outcome.kind === 'issue' ? [outcome.issue] : []));
  return issues.length > 0 ? recordInvalid(object.label, issues) : undefined;
}

function explain(ctx: RequestContext, object: ObjectModel, write: CompiledWrite, error: unknown): unknown {
  if (isDatabaseFailure(error) && error.code === ASSERTION_STATE) {
    const refused = refusalOf(object, failedChecks(error.message, write.checks));
    if (refused !== undefined) return refused;
  }
  const { model } = ctx.active;
  return translateDatabaseError(
    error,
    ctx.active,
    (field) => fieldAccess(accessOf(model, ctx.actor, field.object), field.name).read.kind !== 'none',
  );
}

/**
 * Does a write with the current revision; when the metadata moved on meanwhile, once more with the new one.
 *
 * Errors: overloaded when it moves on twice in a row.
 */
export async function withRevision<T>(ctx: RequestContext, work: (ctx: RequestContext) => Promise<T | 'stale'>): Promise<T> {
  const first = await work(ctx);
  if (first !== 'stale') return first;
  const active: ActiveModel = await ctx.refresh();
  const second = await work({ ...ctx, active });
  if (second !== 'stale') return second;
  throw new AppError('overloaded', told('call.publishing'), { hint: told('try_later') });
}
