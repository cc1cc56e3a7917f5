import type { DataDocument } from '@fieldstone/metadata/types/documents.js';
import { AppError } from '../kernel/errors.js';
import type { RequestContext } from '../records/context.js';
import { createRecord } from '../records/write-record.js';
import { installedSources, markInstalled } from '../store/data-installs.js';
import type { Database } from '../store/open-database.js';
import { readPackData, type DataSource, type PackData } from './read-pack-data.js';
import { KnownRecords, makeRecords, packRecordId, type RecordToMake } from './recipe-records.js';

export type LoadOptions = {
  /** Whether recipes are followed; records that packs need to work are loaded in any case. */
  readonly demo: boolean;
  /** The people who own demo records, by id, with the API name of their role. */
  readonly users: readonly { readonly id: string; readonly role: string }[];
};

/** Records of one transaction. */
const CHUNK = 100;

type Step = { readonly source: string; readonly checksum: string; readonly object: string; readonly records: readonly RecordToMake[] };

/**
 * Loads the records that packs ship, each file once per tenant, through the one write path. Their ids follow from pack, object and key, so a
 * load that was cut short goes on where it stopped.
 *
 * Shape:  `ctx.actor` is the system with the cause `pack`, which starts no workflows. Gives the number of records written.
 * Errors: record_invalid, naming the file and the key, when a record breaks a rule of the metadata.
 */
export async function loadPackData(database: Database, ctx: RequestContext, packsFolder: string, options: LoadOptions): Promise<number> {
  const installed = new Set(ctx.active.model.packs.map((pack) => pack.name));
  const packs = (await readPackData(packsFolder)).filter((pack) => installed.has(pack.pack));
  const loaded = await installedSources(database, ctx.actor.tenantId);
  const wanted = packs.flatMap((pack) => [...pack.data, ...(options.demo ? pack.recipes : [])]);
  if (wanted.every((source) => loaded.has(source.source))) return 0;

  let written = 0;
  for (const step of stepsOf(packs, ctx, options)) {
    if (loaded.has(step.source)) continue;
    written += await write(ctx, step);
    await markInstalled(database, ctx.actor.tenantId, step.source, step.checksum);
  }
  return written;
}

/** What to write, in order: a record comes after those it refers to. Recipes draw on everything before them. */
function* stepsOf(packs: readonly PackData[], ctx: RequestContext, options: LoadOptions): Generator<Step> {
  const known = new KnownRecords();
  const today = new Date(`${ctx.clock.now().toISOString().slice(0, 10)}T00:00:00Z`);
  const ids = (role: string) => options.users.filter((user) => user.role === role).map((user) => user.id);
  for (const pack of packs) {
    for (const source of dependenciesFirst(pack.data)) {
      yield { ...source, object: source.document.object, records: recordsOf(pack.pack, source.document, known) };
    }
    if (!options.demo) continue;
    const world = { pack: pack.pack, today, lists: pack.lists, known, usersWith: ids };
    for (const recipe of pack.recipes) {
      yield { ...recipe, object: recipe.document.object, records: makeRecords(recipe.document, world) };
    }
  }
}

const referenceOf = (value: unknown): string | undefined => {
  const reference = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)['$ref'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
};

/** Every record that a value refers to: a link to one, or to several in a list. */
const referencesOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).flatMap((item) => referenceOf(item) ?? []);

function recordsOf(pack: string, document: DataDocument, known: KnownRecords): RecordToMake[] {
  return document.records.map(({ key, values }) => {
    const resolve = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(resolve);
      const reference = referenceOf(value);
      if (reference === undefined) return value;
      const [object = '', target = ''] = reference.split(':');
      const found = known.byKey(object, target);
      if (!found) throw new Error(`${pack}: ${document.object}:${key} refers to the unknown record ${reference}`);
      return found.id;
    };
    const resolved = Object.entries(values).map(([field, value]) => [field, resolve(value)]);
    const record = {
      object: document.object,
      key,
      id: packRecordId(pack, document.object, key),
      values: Object.fromEntries(resolved) as Record<string, unknown>,
    };
    known.add(document.object, record);
    return record;
  });
}

/** Files whose records refer to records of other files of the pack come after those. */
function dependenciesFirst(files: readonly DataSource<DataDocument>[]): DataSource<DataDocument>[] {
  const ordered: DataSource<DataDocument>[] = [];
  const visit = (file: DataSource<DataDocument>, trail: ReadonlySet<unknown>) => {
    if (ordered.includes(file) || trail.has(file)) return;
    const references = file.document.records.flatMap((record) => Object.values(record.values).flatMap(referencesOf));
    const objects = new Set(references.map((reference) => reference.split(':')[0]));
    for (const other of files) if (objects.has(other.document.object)) visit(other, new Set([...trail, file]));
    ordered.push(file);
  };
  for (const file of files) visit(file, new Set());
  return ordered;
}

/**
 * Writes records in transactions of many, each sent without waiting for the answers: neither the disk nor the way there is paid for each
 * record. Two transactions at a time, so that one works in the database while the other is made ready; one, where records refer to each other.
 */
async function write(ctx: RequestContext, step: Step): Promise<number> {
  const own = new Set(step.records.map((record) => record.id));
  const refersToItself = step.records.some((record) =>
    Object.values(record.values)
      .flat()
      .some((value) => own.has(value as string)),
  );
  const records = sameShape(ctx, step);
  const chunks: (readonly RecordToMake[])[] = [];
  for (let at = 0; at < records.length; at += CHUNK) chunks.push(records.slice(at, at + CHUNK));
  const queue = chunks.values();
  let written = 0;
  const worker = async () => {
    for (const chunk of queue) {
      const made = await ctx.data.transaction(ctx.actor.tenantId, (tx) =>
        Promise.all(chunk.map((record) => writeOne({ ...ctx, tx }, step.source, record))),
      );
      written += made.filter(Boolean).length;
    }
  };
  await Promise.all(Array.from({ length: refersToItself ? 1 : 2 }, worker));
  return written;
}

const fieldsOf = (ctx: RequestContext, step: Step) => ctx.active.model.objects.get(step.object)?.fields ?? new Map<string, never>();

/**
 * Says of fields that only some of the records have that the others have none: the same fields are the same statement, prepared once.
 * Fields with a default stay left out, because there an absent value and none are different things.
 */
function sameShape(ctx: RequestContext, step: Step): RecordToMake[] {
  const fields = fieldsOf(ctx, step);
  const used = new Set(step.records.flatMap((record) => Object.keys(record.values)));
  const empty = [...used].filter((name) => {
    const field = fields.get(name);
    return field !== undefined && !field.system && !field.required && field.options.default === undefined;
  });
  const nothing = Object.fromEntries(empty.map((name) => [name, null]));
  return step.records.map((record) => ({ ...record, values: { ...nothing, ...record.values } }));
}

/** False when the record was there from a load that was cut short. */
async function writeOne(ctx: RequestContext, source: string, record: RecordToMake): Promise<boolean> {
  try {
    await createRecord(ctx, record.object, record.values, { id: record.id });
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // No issue: not a unique value is taken but the id, by this record, which somebody has changed since.
    if (error.code === 'duplicate' && error.issues.length === 0) return false;
    throw new AppError(error.code, `${source}: record "${record.key}" was not saved.`, { issues: error.issues, cause: error });
  }
}
