import type { UndoAnswer, UndoItem } from '@fieldstone/metadata/types/wire.js';
import { AppError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { LIMITS } from '../model/limits.js';
import { accessOf } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { removeCopiedShares } from '../store/select-links.js';
import { say } from '../texts/say.js';
import { told } from '../texts/told.js';
import { aside, type RequestContext } from './context.js';
import { deleteRecord, restoreRecord } from './delete-record.js';
import { findOperation, touchedRecords, type FoundOperation, type Touched } from './find-operation.js';
import { together } from './one-transaction.js';
import { runStatement, type Compiled } from './run-statement.js';
import { endsTransaction } from './run-write.js';
import { refused, undoFields, wholeReason, type UndoneRecord } from './undo-record.js';

/** Records that are written at once: each is a transaction of its own, and most of it is waiting for the disk. In a common one they go one by one. */
const AT_ONCE = 4;
const MAX_LISTED = 200;

/**
 * Takes an operation back, as far as nobody changed since what it left. Whoever may change the records may do it, whoever made it: each record and each
 * field is written by the one write path with the rights of the caller.
 *
 * Shape:  it is an operation itself, whose id is in the answer, so that it can be undone too. Records are written one by one, each whole or not at all;
 *         a call that was cut off is called again and goes on. What was created is moved to the recycle bin, what was deleted comes back with all that
 *         went with it. `operation` is null when nothing was written. A merge is taken back in one transaction, and so is everything in the transaction of a
 *         caller: what stands in the way of one record leaves it as it is, and not the others.
 * Errors: not_found; conflict when it is too long ago; limit_exceeded.
 */
export async function undoOperation(ctx: RequestContext, id: string): Promise<UndoAnswer> {
  const found = await findOperation(ctx, id);
  if (!found.isOpen)
    throw new AppError('conflict', told('operation.too_old', { hours: LIMITS.undo_hours.max }), { hint: told('operation.too_old.hint') });
  const operation = newId();
  const { into } = found.head;
  const cause = { kind: 'undo' as const, undoes: found.id, ...(into === null ? {} : { into }) };
  const undo: RequestContext = { ...ctx, operation, actor: { ...ctx.actor, cause } };
  // A merge that is half undone would leave links at either end.
  const isWhole = into !== null || ctx.tx !== undefined;
  const undone = await (isWhole ? together(undo, (within) => undoAll(aside(within), found)) : undoAll(undo, found));
  return answerOf(ctx, found, operation, undone);
}

const shares = new CompiledCache<Compiled>();

type Kind = 'bring_back' | 'send_off' | 'fields' | 'nothing';

/** What has to be done with a record: what was made and deleted in one operation is as it was before. */
function kindOf({ did }: Touched): Kind {
  const does = (what: Touched['did'][number]) => did.includes(what);
  if (does('create')) return does('delete') ? 'nothing' : 'send_off';
  if (does('delete')) return does('restore') ? 'nothing' : 'bring_back';
  return does('restore') ? 'send_off' : 'fields';
}

async function undoAll(ctx: RequestContext, found: FoundOperation): Promise<UndoneRecord[]> {
  const of = (kind: Kind) => found.records.filter((record) => kindOf(record) === kind && !record.isMoved);
  const deleted = of('bring_back').filter(({ goesAlong }) => !goesAlong);
  const first = await each(ctx, deleted, (record) => bringBack(ctx, found, record));
  // What came back can be changed now, and has another version.
  const changedToo = deleted.filter(({ fields }) => fields.length > 0);
  const fresh = changedToo.length === 0 ? [] : await again(ctx, found, changedToo);
  const fields = await each(ctx, [...of('fields'), ...fresh], (record) => undoFields(ctx, found, record));
  // A value that stood in the way of a record may have been taken from another one meanwhile.
  const stuck = first.filter(({ problems }) => problems.some(({ reason }) => reason === 'duplicate'));
  const second = await each(
    ctx,
    stuck.map(({ record }) => record),
    (record) => bringBack(ctx, found, record),
  );
  const back = [...first.filter((one) => !stuck.includes(one)), ...second];
  const linked = second.some(({ isWritten }) => isWritten) ? await linkAgain(ctx, found, fields) : [];
  const moved = await undoMoves(ctx, found, back);
  const along = await withTheirWhole(
    ctx,
    found,
    of('bring_back').filter(({ goesAlong }) => goesAlong),
  );
  const sent = await each(ctx, of('send_off'), (record) => sendOff(ctx, found, record));
  return byRecord([...back, ...fields, ...linked, ...moved, ...sent, ...along]);
}

/** Links to records that came back late: those fields of the records alone, for the rest of them is done. */
async function linkAgain(ctx: RequestContext, found: FoundOperation, done: UndoneRecord[]): Promise<UndoneRecord[]> {
  const unlinked = done.filter(({ problems }) => problems.some(({ reason }) => reason === 'link_gone'));
  const records = await again(
    ctx,
    found,
    unlinked.map(({ record }) => record),
  );
  const linked: UndoneRecord[] = [];
  for (const record of records) {
    const { restored, isWritten } = await undoFields(ctx, found, record);
    const index = done.findIndex((one) => one.record.id === record.id);
    const before = done[index];
    if (before === undefined) continue;
    done[index] = { ...before, problems: before.problems.filter(({ field }) => field === undefined || !restored.includes(field)) };
    linked.push({ record, restored, problems: [], isWritten });
  }
  return linked;
}

/** A record that was deleted and changed in one operation was written twice, and is one to whoever is told. */
function byRecord(undone: readonly UndoneRecord[]): UndoneRecord[] {
  const byId = new Map<string, UndoneRecord>();
  for (const one of undone) {
    const known = byId.get(one.record.id);
    byId.set(
      one.record.id,
      known === undefined
        ? one
        : {
            record: one.record,
            restored: [...known.restored, ...one.restored],
            problems: [...known.problems, ...one.problems],
            isWritten: known.isWritten || one.isWritten,
          },
    );
  }
  return [...byId.values()];
}

/** The records as they are now, those that are not in the recycle bin. */
async function again(ctx: RequestContext, found: FoundOperation, records: readonly Touched[]): Promise<Touched[]> {
  const now: Touched[] = [];
  for (const object of new Set(records.map((record) => record.object))) {
    const ids = records.filter((record) => record.object === object).map(({ id }) => id);
    now.push(...(await touchedRecords(ctx, object, found.id, ids)));
  }
  return now.filter(({ isDeleted }) => !isDeleted);
}

async function bringBack(ctx: RequestContext, found: FoundOperation, record: Touched): Promise<UndoneRecord> {
  if (!record.isDeleted || record.bin !== found.id) return refused(record, record.undoneBy.length > 0 ? 'undone_already' : 'changed_since');
  return attempt(ctx, record, () => restoreRecord(ctx, record.object.name, record.id));
}

/** What the operation made goes to the recycle bin, unless somebody else has worked on it since. */
async function sendOff(ctx: RequestContext, found: FoundOperation, record: Touched): Promise<UndoneRecord> {
  if (record.isDeleted) return refused(record, record.undoneBy.length > 0 ? 'undone_already' : 'gone');
  if (record.isChanged) return refused(record, 'changed_since');
  const one = await attempt(ctx, record, () => deleteRecord(ctx, record.object.name, record.id, { expectedVersion: record.version }));
  if (one.isWritten) return one;
  // What it is part of may have taken it along.
  const [now] = await touchedRecords(ctx, record.object, found.id, [record.id]);
  return now?.bin === ctx.operation ? { ...one, problems: [], isWritten: true } : one;
}

/**
 * Records that a merge gave another record to point to get back the one they had: by the system, as the merge did it, for whoever may merge. That they
 * are somebody else's does not matter, as it did not then.
 */
async function undoMoves(ctx: RequestContext, found: FoundOperation, back: readonly UndoneRecord[]): Promise<UndoneRecord[]> {
  const moved = found.records.filter(({ isMoved }) => isMoved);
  if (moved.length === 0 && found.head.into === null) return [];
  const merged = found.records.filter(({ did }) => did.includes('delete') || did.includes('restore'));
  const objects = new Set(merged.map(({ object }) => object.name));
  const mayMerge = [...objects].every((name) => accessOf(ctx.active.model, ctx.actor, name).actions.has('merge'));
  if (!mayMerge || objects.size === 0) return moved.map((record) => refused(record, 'no_right'));
  if (back.some(({ isWritten }) => !isWritten)) return moved.map((record) => refused(record, 'gone'));
  const system: RequestContext = { ...ctx, actor: { ...ctx.actor, kind: 'system', roles: [], cause: { ...ctx.actor.cause, moved: true } } };
  await runStatement(
    ctx,
    shares.get(ctx.active, '', () => removeCopiedShares()),
    { operation: found.id },
  );
  const records = await again(system, found, moved);
  const own = new Map(moved.map((record) => [record.id, record]));
  return each(ctx, records, async (record) => {
    const undone = await undoFields(system, found, record);
    return { ...undone, record: own.get(record.id) ?? record };
  });
}

/** What went with something else comes back with it, or stays where that stays. */
async function withTheirWhole(ctx: RequestContext, found: FoundOperation, records: readonly Touched[]): Promise<UndoneRecord[]> {
  const live = new Set((await again(ctx, found, records)).map(({ id }) => id));
  return records.map((record) =>
    live.has(record.id) ? { record, restored: [], problems: [], isWritten: record.isDeleted } : refused(record, 'gone'),
  );
}

async function attempt(ctx: RequestContext, record: Touched, write: () => Promise<unknown>): Promise<UndoneRecord> {
  try {
    await write();
    return { record, restored: [], problems: [], isWritten: true };
  } catch (error) {
    if (!(error instanceof AppError) || endsTransaction(ctx, error)) throw error;
    const { reason, text } = wholeReason(error);
    return refused(record, reason, text);
  }
}

async function each<T, R>({ tx }: RequestContext, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(tx === undefined ? AT_ONCE : 1, items.length) }, worker));
  return results;
}

function answerOf(ctx: RequestContext, found: FoundOperation, operation: string, undone: readonly UndoneRecord[]): UndoAnswer {
  const troubled = undone.filter(({ problems }) => problems.length > 0);
  const listed = troubled.filter(({ record }) => record.mayRead);
  const partly = troubled.filter(({ isWritten }) => isWritten).length;
  return {
    operation: undone.some(({ isWritten }) => isWritten) ? operation : null,
    undoes: found.id,
    restored: undone.length - troubled.length,
    partly,
    notRestored: troubled.length - partly,
    hidden: found.ownHidden,
    purged: found.purged,
    records: listed.slice(0, MAX_LISTED).map((one) => itemOf(ctx, one)),
    hasMore: listed.length > MAX_LISTED,
  };
}

const itemOf = ({ actor }: RequestContext, { record, restored, problems }: UndoneRecord): UndoItem => ({
  object: record.object.name,
  id: record.id,
  label: record.label,
  restored: restored.map(({ name, label }) => ({ field: name, label })),
  problems: problems.map(({ field, reason, text }) => ({
    field: field?.name ?? null,
    label: field?.label ?? null,
    reason,
    message: text?.said === undefined ? (text?.message ?? null) : say(actor.locale, text.said),
  })),
});
