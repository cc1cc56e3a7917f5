import type { DataDocument } from '@fieldstone/metadata/types/documents.js';
import { AppError } from '../kernel/errors.js';
import { digest } from '../kernel/hash.js';
import { packsByNeeds, type PackContent } from '../model/pack-content.js';
import type { Model } from '../model/types.js';
import type { RequestContext } from '../records/context.js';
import { createRecord } from '../records/write-record.js';
import { installedSources, markInstalled } from '../store/data-installs.js';
import type { Database } from '../store/open-database.js';
import { AlignedParts } from './aligned-parts.js';
import { applyUpdates, inOrder, recordsOf } from './pack-records.js';
import { readPackData, type PackData } from './read-pack-data.js';
import { KnownRecords, makeRecords, type RecordToMake } from './recipe-records.js';

export type LoadOptions = {
  /** Installed packs with their content: the records of these are loaded, those of the folder for a pack that is not among them. */
  readonly installed?: readonly PackContent[];
  /** Whether recipes are followed; records that packs need to work are loaded in any case. */
  readonly demo: boolean;
  /** The people who own demo records, by id, with the API name of their role. */
  readonly users: readonly { readonly id: string; readonly role: string }[];
};

/** Records of one transaction. */
const CHUNK = 100;

type Step = {
  readonly source: string;
  readonly pack: string;
  readonly checksum: string;
  readonly object: string;
  readonly records: readonly RecordToMake[];
  /** The file itself, when it changes records too. */
  readonly document?: DataDocument;
};

/**
 * Loads the records that packs ship, each file once per tenant, through the one write path. Their ids follow from pack, object and key, so a
 * load that was cut short goes on where it stopped.
 *
 * Shape:  `ctx.actor` is the system with the cause `pack`, which starts no workflows. Gives the number of records written.
 * Errors: record_invalid, naming the file and the key, when a record breaks a rule of the metadata.
 */
export async function loadPackData(database: Database, ctx: RequestContext, packsFolder: string, options: LoadOptions): Promise<number> {
  const installed = new Set(ctx.active.model.packs.map((pack) => pack.name));
  const packs = withContents(
    (await readPackData(packsFolder)).filter((pack) => installed.has(pack.pack)),
    options.installed ?? [],
    ctx.active.model,
  );
  const loaded = await installedSources(database, ctx.actor.tenantId);
  const wanted = packs.flatMap((pack) => [...pack.data, ...(options.demo ? pack.recipes : [])]);
  if (wanted.every((source) => loaded.has(source.source))) return 0;

  let written = 0;
  const known = new KnownRecords();
  for (const step of stepsOf(packs, ctx, options, known)) {
    if (loaded.has(step.source)) continue;
    written += await write(ctx, step);
    if (step.document) written += await update(ctx, step, step.document, known);
    await markInstalled(database, ctx.actor.tenantId, step.source, step.checksum);
  }
  return written;
}

/** What packs ship, with the records of installed packs as they were installed, under the names that objects and fields have here. */
function withContents(packs: readonly PackData[], installed: readonly PackContent[], model: Model): PackData[] {
  if (installed.length === 0) return [...packs];
  const aligned = new AlignedParts(installed, model);
  const byName = new Map(packs.map((pack) => [pack.pack, pack]));
  const contents = packsByNeeds(installed).ordered.map((content): PackData => {
    const data = content.data.map(({ file = '', document }) => ({
      source: file,
      checksum: digest(document),
      document: aligned.data(document),
    }));
    const none = { pack: content.name, recipes: [], lists: new Map(), users: [] };
    return { ...(byName.get(content.name) ?? none), data };
  });
  return [...contents, ...packs.filter((pack) => !installed.some((content) => content.name === pack.pack))];
}

/** What to write, in order: a record comes after those it refers to. Recipes draw on everything before them. */
function* stepsOf(packs: readonly PackData[], ctx: RequestContext, options: LoadOptions, known: KnownRecords): Generator<Step> {
  const today = new Date(`${ctx.clock.now().toISOString().slice(0, 10)}T00:00:00Z`);
  const ids = (role: string) => options.users.filter((user) => user.role === role).map((user) => user.id);
  for (const pack of packs) {
    for (const source of inOrder(pack.data.map((part) => ({ ...part, file: part.source })))) {
      // The object was retired here. Should it come back, so do the records.
      if (!ctx.active.model.objects.has(source.document.object)) continue;
      yield { ...source, pack: pack.pack, object: source.document.object, records: recordsOf(pack.pack, source.document, known) };
    }
    if (!options.demo) continue;
    const world = { pack: pack.pack, today, lists: pack.lists, known, usersWith: ids };
    for (const recipe of pack.recipes) {
      const { source, checksum, document } = recipe;
      yield { source, checksum, pack: pack.pack, object: document.object, records: makeRecords(document, world) };
    }
  }
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

async function update(ctx: RequestContext, { source, pack }: Step, document: DataDocument, known: KnownRecords): Promise<number> {
  try {
    return await applyUpdates(ctx, pack, document, known);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${source}: ${error.message}`, { issues: error.issues, cause: error });
  }
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
