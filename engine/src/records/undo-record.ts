import { fieldType } from '../fields/registry.js';
import { AppError, type Issue } from '../kernel/errors.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess, isWritable } from '../rules/access.js';
import type { OperationField } from '../store/select-operation.js';
import type { RequestContext } from './context.js';
import { touchedRecords, type Touched } from './find-operation.js';
import { endsTransaction } from './run-write.js';
import { updateRecord } from './write-record.js';

/** Why something was not restored. */
export const UNDO_REASONS = [
  'changed_since',
  'undone_already',
  'no_right',
  'gone',
  'link_gone',
  'duplicate',
  'invalid',
  'not_kept',
  'busy',
] as const;
export type UndoReason = (typeof UNDO_REASONS)[number];

/** What people are told: a sentence of the catalogue, or one of the metadata, which is in their language already. */
export type Said = Pick<Issue, 'message' | 'said'>;

/** What could not be restored: a field, or the whole record when there is none. `text` is what the write path said. */
export type UndoProblem = { readonly field?: FieldModel; readonly reason: UndoReason; readonly text?: Said };

export type UndoneRecord = {
  readonly record: Touched;
  readonly restored: readonly FieldModel[];
  readonly problems: readonly UndoProblem[];
  /** Something was written. */
  readonly isWritten: boolean;
};

const ATTEMPTS = 3;

/** The operation that is undone, and whether it is the caller's own: then they may hear of fields of it that they may not see any more. */
type Undoes = { readonly id: string; readonly isOwn: boolean };
type Values = Map<FieldModel, unknown>;

/**
 * Gives the fields of one record the values they had before the operation, those that nobody changed since, as a change by the caller like any other.
 * What stands in the way of one field does not stop the others.
 *
 * Shape:  the record is looked at again when somebody changes it at the same time: what they wrote stays.
 */
export async function undoFields(ctx: RequestContext, undoes: Undoes, record: Touched, attempt = 1): Promise<UndoneRecord> {
  if (record.isDeleted) return refused(record, 'gone');
  const { values, problems } = whatToRestore(ctx, undoes, record);
  let done: UndoneRecord = { record, restored: [], problems, isWritten: false };
  const parts: Values[] = [values];
  let { version } = record;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (part.size === 0) continue;
    try {
      const saved = await write(ctx, record, version, part);
      version = saved.version;
      done = { ...done, restored: [...done.restored, ...part.keys()], isWritten: done.isWritten || saved.operation !== undefined };
    } catch (error) {
      if (!(error instanceof AppError) || endsTransaction(ctx, error)) throw error;
      if (error.code === 'version_conflict') {
        if (done.isWritten || attempt === ATTEMPTS)
          return withProblems(done, [...part.keys(), ...parts.flatMap((rest) => [...rest.keys()])]);
        const [now] = await touchedRecords(ctx, record.object, undoes.id, [record.id]);
        return now === undefined ? refused(record, 'gone') : undoFields(ctx, undoes, now, attempt + 1);
      }
      const { left, taken } = takeOut(part, error);
      done = { ...done, problems: [...done.problems, ...taken] };
      parts.push(...left);
    }
  }
  return done;
}

/** Others wrote the record while it was restored: what is left of it is theirs. */
const withProblems = (done: UndoneRecord, fields: readonly FieldModel[]): UndoneRecord => ({
  ...done,
  problems: [...done.problems, ...fields.map((field): UndoProblem => ({ field, reason: 'busy' }))],
});

function whatToRestore(
  ctx: RequestContext,
  { isOwn }: Undoes,
  { object, fields, undoneBy }: Touched,
): { values: Values; problems: UndoProblem[] } {
  const problems: UndoProblem[] = [];
  const values: Values = new Map();
  for (const found of fields) {
    const field = fieldOf(object, found.id);
    if (field === undefined) problems.push({ reason: 'gone' });
    else if (!found.isShown) {
      if (isOwn) problems.push({ reason: 'no_right' });
    } else if (!found.isKept || fieldType(field.type).isSecret) problems.push({ field, reason: 'not_kept' });
    else if (!found.isSame) problems.push({ field, reason: undoneBy.length > 0 ? 'undone_already' : 'changed_since' });
    else if (!mayEdit(ctx, field)) {
      // The moment of a change is noted anew when the change is taken back.
      if (field.options.stampedBy === undefined) problems.push({ field, reason: 'no_right' });
    } else {
      values.set(field, writtenOf(ctx, field, found));
      if (found.isShort) problems.push({ field, reason: 'link_gone' });
    }
  }
  return { values, problems };
}

function write(ctx: RequestContext, { object, id }: Touched, expectedVersion: number, values: Values) {
  const changes = Object.fromEntries([...values].map(([{ name }, value]) => [name, value]));
  const files = [...values].flatMap(([{ type }, value]) =>
    fieldType(type).holds !== undefined && typeof value === 'string' ? [value] : [],
  );
  return updateRecord(ctx, object.name, id, changes, { expectedVersion, files });
}

export const refused = (record: Touched, reason: UndoReason, text?: Said): UndoneRecord => ({
  record,
  restored: [],
  problems: [{ reason, ...(text === undefined ? {} : { text }) }],
  isWritten: false,
});

const fieldOf = ({ fields }: ObjectModel, id: string): FieldModel | undefined =>
  [...fields.values()].find((field) => field.id === id && field.computed === undefined);

function mayEdit({ active, actor }: RequestContext, field: FieldModel): boolean {
  if (actor.kind === 'system') return isWritable(field);
  return fieldAccess(accessOf(active.model, actor, field.object), field.name).edit.kind !== 'none';
}

/** A value of the history as a write takes it: there objects have ids, which renames do not touch. */
function writtenOf({ active }: RequestContext, field: FieldModel, { before }: OperationField): unknown {
  const type = fieldType(field.type);
  if (before === null) return null;
  if (type.link === 'any') {
    const { object, id } = before as { object: string; id: string };
    const target = [...active.model.objects.values()].find((model) => model.id === object);
    return { object: target?.name ?? '', id };
  }
  return type.toWritten?.(before) ?? before;
}

/**
 * What a refused write leaves to be tried: without the fields it was refused for; each by itself when it was refused for something else, since any of
 * them may be what does not fit.
 */
function takeOut(values: Values, error: AppError): { left: Values[]; taken: UndoProblem[] } {
  const named = new Map(
    error.issues.flatMap((issue) => {
      const field = [...values.keys()].find(({ name }) => issue.path.split('/')[1] === name);
      return field === undefined ? [] : [[field, { field, reason: reasonOf(issue, error), text: textOf(issue) }] as const];
    }),
  );
  if (named.size > 0) return { left: [new Map([...values].filter(([field]) => !named.has(field)))], taken: [...named.values()] };
  if (values.size > 1) return { left: [...values].map((entry) => new Map([entry])), taken: [] };
  return { left: [], taken: [...values.keys()].map((field): UndoProblem => ({ field, ...wholeReason(error) })) };
}

const textOf = ({ message, said }: Issue): Said => (said === undefined ? { message } : { message, said });

function reasonOf({ code }: Issue, error: AppError): UndoReason {
  if (code === 'lookup_missing') return 'link_gone';
  if (code === 'not_writable' || code === 'unknown_field') return 'no_right';
  return error.code === 'duplicate' ? 'duplicate' : 'invalid';
}

/** Why a record was refused as a whole. */
export function wholeReason(error: AppError): { readonly reason: UndoReason; readonly text?: Said } {
  const [issue] = error.issues;
  const text = issue === undefined ? {} : { text: textOf(issue) };
  switch (error.code) {
    case 'not_found':
      return { reason: 'gone' };
    case 'forbidden':
      return { reason: 'no_right' };
    case 'version_conflict':
      return { reason: 'changed_since' };
    case 'duplicate':
      return { reason: 'duplicate', ...text };
    case 'overloaded':
      return { reason: 'busy' };
    default:
      return { reason: 'invalid', ...text };
  }
}
