import type { DataDocument } from '@fieldstone/metadata/types/documents.js';
import { AppError } from '../kernel/errors.js';
import type { RequestContext } from '../records/context.js';
import { readRecord } from '../records/read-record.js';
import { updateRecord } from '../records/write-record.js';
import { checkShape } from '../rules/record-schema.js';
import { packRecordId, type KnownRecords, type RecordToMake } from './recipe-records.js';

const referenceOf = (value: unknown): string | undefined => {
  const reference = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)['$ref'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
};

/** Every record that a value refers to, as "object:key": a link to one, or to several in a list. */
const referencesOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).flatMap((item) => referenceOf(item) ?? []);

/** Values with the ids of the records they refer to. */
function resolved(pack: string, what: string, values: object, known: KnownRecords): Record<string, unknown> {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    const reference = referenceOf(value);
    if (reference === undefined) return value;
    const [object = '', target = ''] = reference.split(':');
    const found = known.byKey(object, target);
    if (!found) throw new Error(`${pack}: ${what} refers to the unknown record ${reference}`);
    return found.id;
  };
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, resolve(value)]));
}

/** The records of a data file, ready to be made. They are added to the known ones. */
export function recordsOf(pack: string, document: DataDocument, known: KnownRecords): RecordToMake[] {
  const { object } = document;
  return document.records.map(({ key, values }) => {
    const record = { object, key, id: packRecordId(pack, object, key), values: resolved(pack, `${object}:${key}`, values, known) };
    known.add(object, record);
    return record;
  });
}

/**
 * Makes the changes of a data file where the records are still what the pack made them: a person's change wins.
 *
 * Shape:  gives the number of records changed. A record that is gone, or that people changed in one of the fields named in `was`, stays as it
 *         is, whole. Every changed field is named there, so made again the changes do nothing. A person who saves meanwhile is seen too.
 * Errors: record_invalid and the like, naming the record, when a rule refuses a change.
 */
export async function applyUpdates(ctx: RequestContext, pack: string, document: DataDocument, known: KnownRecords): Promise<number> {
  let changed = 0;
  for (const { key, was, values } of document.updates ?? []) {
    const what = `${document.object}:${key}`;
    const id = packRecordId(pack, document.object, key);
    const before = resolved(pack, what, was, known);
    const after = resolved(pack, what, values, known);
    try {
      if (await updateUntouched(ctx, document.object, id, before, after)) changed += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, `The record "${what}" was not changed.`, { issues: error.issues, cause: error });
    }
  }
  return changed;
}

type Values = Readonly<Record<string, unknown>>;

async function updateUntouched(ctx: RequestContext, objectName: string, id: string, before: Values, after: Values): Promise<boolean> {
  const object = ctx.active.model.objects.get(objectName);
  if (!object) return false;
  // Numbers and the like in the form they are stored in, so that "10" is "10.00" where the field has two digits.
  const wanted = Object.entries(checkShape(object, before, 'update', { currency: ctx.actor.currency }).values);
  for (;;) {
    const found = await readRecord(ctx, objectName, id, { fields: Object.keys(before) }).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not_found') return null;
      throw error;
    });
    if (found === null) return false;
    const now = JSON.parse(found.json) as Record<string, unknown>;
    if (!wanted.every(([field, value]) => isSame(now[field], value))) return false;
    try {
      await updateRecord(ctx, objectName, id, after, { expectedVersion: found.version });
      return true;
    } catch (error) {
      // Somebody saved between the look and the write: look again.
      if (!(error instanceof AppError) || error.code !== 'version_conflict') throw error;
    }
  }
}

/** A link reads as its id and label, several links as a list of them. */
function isSame(stored: unknown, value: unknown): boolean {
  const plain = (item: unknown): unknown => (item !== null && typeof item === 'object' && 'id' in item ? item.id : item);
  return JSON.stringify((Array.isArray(stored) ? stored.map(plain) : plain(stored)) ?? null) === JSON.stringify(value ?? null);
}

/**
 * Data files in the order in which they load: those without a number, each after those its records refer to, then the numbered ones as they
 * are numbered. A numbered file is a step that a later version brought.
 */
export function inOrder<Part extends { readonly document: DataDocument; readonly file?: string }>(files: readonly Part[]): Part[] {
  const nameOf = (part: Part) => part.file?.slice(part.file.lastIndexOf('/') + 1) ?? '';
  const isStep = (part: Part) => /^\d/.test(nameOf(part));
  const steps = files.filter(isStep).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return [...dependenciesFirst(files.filter((part) => !isStep(part))), ...steps];
}

function dependenciesFirst<Part extends { readonly document: DataDocument }>(files: readonly Part[]): Part[] {
  const ordered: Part[] = [];
  const visit = (file: Part, trail: ReadonlySet<Part>) => {
    if (ordered.includes(file) || trail.has(file)) return;
    const references = file.document.records.flatMap((record) => Object.values(record.values).flatMap(referencesOf));
    const objects = new Set(references.map((reference) => reference.split(':')[0]));
    for (const other of files) if (objects.has(other.document.object)) visit(other, new Set([...trail, file]));
    ordered.push(file);
  };
  for (const file of files) visit(file, new Set());
  return ordered;
}
