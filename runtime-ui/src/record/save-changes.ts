import type { RecordBody, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem } from '../api/problem.js';
import { readRecord, updateRecord } from '../api/records.js';
import { showToast } from '../app/toasts.js';
import type { Values } from '../model/same-value.js';
import { t } from '../texts/text.js';
import { conflictsOf, type Conflict } from './conflicts.js';

const isConflict = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 412 || (error.status === 409 && error.code === 'version_conflict'));

export type Choose = (conflicts: readonly Conflict[]) => Promise<ReadonlySet<string> | null>;

/**
 * Writes changes on top of the version they were made on. When the record moved on meanwhile, changes of other fields are kept by both;
 * for a field that both changed the person chooses. Nothing is overwritten unseen.
 *
 * Shape:  `choose` answers the fields to keep as mine, or null to go on editing; the answer is then null too.
 * Errors: ApiProblem, as the server gave it.
 */
export async function saveChanges(
  object: ScreenObject,
  base: RecordBody,
  changes: Readonly<Record<string, unknown>>,
  shown: Values,
  choose: Choose,
): Promise<RecordBody | null> {
  let version = base.version;
  let pending = { ...changes };
  let known: Values = base;
  for (;;) {
    try {
      const saved = await updateRecord(object.name, base.id, pending, version);
      if (version !== base.version) showToast({ text: t('record.merged'), tone: 'info' });
      return saved;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    const theirs = await readRecord(object.name, base.id);
    const conflicts = conflictsOf(known, pending, shown, theirs);
    if (conflicts.length > 0) {
      const mine = await choose(conflicts);
      if (mine === null) return null;
      const dropped = new Set(conflicts.map((conflict) => conflict.field).filter((field) => !mine.has(field)));
      pending = Object.fromEntries(Object.entries(pending).filter(([field]) => !dropped.has(field)));
      if (Object.keys(pending).length === 0) return theirs;
    }
    version = theirs.version;
    known = theirs;
  }
}
