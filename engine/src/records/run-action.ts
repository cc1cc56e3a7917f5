import { evaluate, type Environment } from '@fieldstone/metadata/language/evaluate.js';
import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { AppError, malformed, notFound, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import type { ActionModel, ActionValue, ObjectModel, RowRule } from '../model/types.js';
import { accessOf } from '../rules/access.js';
import { checkShape } from '../rules/record-schema.js';
import type { DataTransaction } from '../store/data-pool.js';
import { judgeLockedRecord } from '../store/judge-record.js';
import { QueryScope } from '../store/query-scope.js';
import { insertActionRuns } from '../store/workflow-runs.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { objectFor } from './object-access.js';
import { together } from './one-transaction.js';
import { readRecord } from './read-record.js';
import { runStatement } from './run-statement.js';
import { updateRecord, type Saved, type Values } from './write-record.js';

/**
 * Runs an action of the metadata on one record, in one transaction: the record is locked and judged, the fields are set through the one write path, and
 * the workflows that the action starts get their runs.
 *
 * Shape:  `input` is keyed by the names of the inputs.
 * Errors: not_found for a record the caller may not see, and for an action that is not there or not theirs, the same for both; malformed and
 *         record_invalid for what was filled in, every issue at once; record_invalid with "not_offered" where the condition of the action does not hold;
 *         what the write path says of the fields it sets.
 */
export async function runAction(ctx: RequestContext, objectName: string, id: string, name: string, input: Values): Promise<Saved> {
  const object = objectFor(ctx, objectName, 'read');
  const action = object.actions.get(name);
  if (action === undefined || !accessOf(ctx.active.model, ctx.actor, objectName).actions.has(name)) throw notFound(told('action.unknown'));
  if (!isUuid(id)) throw notFound();
  const given = await checkInput(ctx, object, action, input);
  return together(ctx, (within) => carryOut({ ...within, operation: newId() }, object, action, id, given));
}

type InTransaction = RequestContext & { readonly tx: DataTransaction; readonly operation: string };

async function carryOut(ctx: InTransaction, object: ObjectModel, action: ActionModel, id: string, given: Values): Promise<Saved> {
  const version = await lockedVersion(ctx, object, action, id);
  const system = { ...ctx, actor: { ...ctx.actor, kind: 'system' as const } };
  let saved: Saved = { id, version };
  if (action.set.size > 0) {
    const changes = await valuesOf(system, object, action, id, given);
    saved = await updateRecord(action.isSystem ? system : ctx, object.name, id, changes).catch((error: unknown) => {
      throw aboutInputs(error, action);
    });
  }
  if (action.workflows.length > 0) {
    await insertActionRuns(ctx.tx, {
      workflows: action.workflows,
      revision: ctx.active.revision,
      action: action.name,
      objectId: object.id,
      recordId: id,
      version: saved.version,
      actor: ctx.actor.userId,
      input: given,
    });
  }
  return saved;
}

const ALWAYS: RowRule = { kind: 'all' };

/** Locks the record, so that nothing changes between its being judged and its being changed. */
async function lockedVersion(ctx: RequestContext, object: ObjectModel, { when }: ActionModel, id: string): Promise<number> {
  const scope = new QueryScope(ctx.active, ctx.actor);
  const offered: RowRule = when === undefined ? ALWAYS : { kind: 'where', where: when };
  const text = judgeLockedRecord(scope, object, [scope.access(object.name).read, offered]);
  const answer = await runStatement(ctx, { text, params: scope.params }, { id });
  const [mayRead, isOffered, version] = JSON.parse(answer ?? '[]') as [boolean?, boolean?, number?];
  if (mayRead !== true || version === undefined) throw notFound();
  if (isOffered !== true) {
    const text = told('action.not_offered', { object: object.label });
    throw new AppError('record_invalid', text, { issues: [{ path: '', code: 'not_offered', ...text }] });
  }
  return version;
}

const forms = new WeakMap<ActionModel, ObjectModel>();

/** What an action asks for, as an object whose records are never stored. */
function formOf(object: ObjectModel, action: ActionModel): ObjectModel {
  let form = forms.get(action);
  if (form === undefined) forms.set(action, (form = { ...object, fields: new Map(action.inputs.map((field) => [field.name, field])) }));
  return form;
}

/** What was filled in, in canonical form; what was left out is empty. */
async function checkInput(ctx: RequestContext, object: ObjectModel, action: ActionModel, input: Values): Promise<Values> {
  const form = formOf(object, action);
  const { issues, values } = checkShape(form, input, 'create', { currency: ctx.actor.currency });
  const all = [...issues, ...(await unseenLinks(ctx, action, values, new Set(issues.map(({ path }) => path))))];
  const text = told('action.not_run', { action: action.label });
  if (issues.some(({ code }) => code === 'unknown_field')) throw malformed(text, all);
  if (all.length > 0) throw new AppError('record_invalid', text, { issues: all });
  return Object.fromEntries(action.inputs.map(({ name }) => [name, values[name] ?? null]));
}

/** Links to records that the caller may not see are refused like links to none: a workflow may work with more rights than the caller has. */
async function unseenLinks(ctx: RequestContext, action: ActionModel, values: Values, wrong: ReadonlySet<string>): Promise<Issue[]> {
  const links = action.inputs.filter(
    ({ name, target }) => target !== undefined && typeof values[name] === 'string' && !wrong.has(pointer(name)),
  );
  const found = await Promise.all(
    links.map(async ({ name, target = '' }): Promise<Issue[]> => {
      const isSeen = await readRecord(ctx, target, values[name] as string, { fields: ['id'] }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return false;
          throw error;
        },
      );
      return isSeen ? [] : [{ path: pointer(name), code: 'lookup_missing', ...told('link.missing') }];
    }),
  );
  return found.flat();
}

/** What the action sets. Expressions read the record as it is, whatever the caller may read of it: who made the action decides what it shows. */
async function valuesOf(system: RequestContext, object: ObjectModel, { set }: ActionModel, id: string, given: Values): Promise<Values> {
  const expressions = [...set.values()].flatMap((value) => (value.kind === 'expression' ? [value.expression] : []));
  const needed = [...new Set(expressions.flatMap((expression) => fieldsRead(expression).map(([step]) => step?.field ?? 'id')))];
  const record = needed.length === 0 ? {} : (JSON.parse((await readRecord(system, object.name, id, { fields: needed })).json) as Values);
  const { actor, clock } = system;
  const environment: Environment = { record, previous: null, userId: actor.userId, now: clock.now(), timeZone: actor.timeZone };
  const valueOf = (value: ActionValue): unknown => {
    if (value.kind === 'literal') return value.value;
    return value.kind === 'input' ? given[value.name] : (evaluate(value.expression, environment) ?? null);
  };
  return Object.fromEntries([...set].map(([name, value]) => [name, valueOf(value)]));
}

/** A problem of a field that was filled in is one of the input it came from: there people can do something about it. */
function aboutInputs(error: unknown, { set, inputs }: ActionModel): unknown {
  if (!(error instanceof AppError) || error.issues.length === 0) return error;
  const places = new Map([...set].flatMap(([field, value]) => (value.kind === 'input' ? [[pointer(field), pointer(value.name)]] : [])));
  const names = new Set(inputs.map(({ name }) => pointer(name)));
  const issues = error.issues.map((issue) => {
    const place = places.get(issue.path);
    // Another field may be called like an input: its message is about the whole.
    return { ...issue, path: place ?? (names.has(issue.path) ? '' : issue.path) };
  });
  const { detail } = error.said;
  // That a field may not be set is no fault of what was sent.
  const code = error.code === 'malformed' ? 'forbidden' : error.code;
  return new AppError(code, detail === undefined ? error.message : { message: error.message, said: detail }, { issues });
}
