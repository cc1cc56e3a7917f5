import { fieldType } from '../fields/registry.js';
import type { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel } from '../model/types.js';
import type { RequestContext } from '../records/context.js';
import type { DataTransaction } from '../store/data-pool.js';
import type { Database } from '../store/open-database.js';
import { currentField, currentObject, type Definition } from './definitions.js';
import type { RunIdentity } from './run-actor.js';
import { StepBlocked } from './step-failure.js';

/**
 * Records as the steps of one run reach them: through the one query compiler and the one write path, with the rights of whom the run works as,
 * inside the transaction of the run.
 *
 * Shape:  objects and fields are named as the definition of the run names them; what was renamed since is found by its id. All that is written is one
 *         operation, as it is one transaction.
 * Errors: StepBlocked when an object or a field was retired; AppError of the write path.
 */
export type RunRecords = {
  /** Values at paths over lookups, in their order; undefined when there is no such record for this run. */
  read(object: string, id: string, paths: readonly (readonly string[])[]): Promise<readonly unknown[] | undefined>;
  create(object: string, values: Readonly<Record<string, unknown>>): Promise<{ id: string; version: number }>;
  update(object: string, id: string, values: Readonly<Record<string, unknown>>): Promise<{ id: string; version: number }>;
  /** Ids of the records that meet a condition, at most `limit`. */
  select(object: string, condition: Readonly<Record<string, unknown>>, limit: number): Promise<string[]>;
};

/** The use cases of records/, as the composition hands them in. */
export type RecordUseCases = {
  readRecord(ctx: RequestContext, object: string, id: string, query: { fields: readonly string[] }): Promise<{ readonly json: string }>;
  listRecords(
    ctx: RequestContext,
    object: string,
    query: { filter?: unknown; fields: readonly string[]; limit: number; cursor?: string },
  ): Promise<string>;
  createRecord(ctx: RequestContext, object: string, values: Readonly<Record<string, unknown>>): Promise<{ id: string; version: number }>;
  updateRecord(ctx: RequestContext, object: string, id: string, changes: Readonly<Record<string, unknown>>): Promise<{ version: number }>;
};

export type RecordServices = {
  readonly records: RecordUseCases;
  readonly database: Database;
  readonly clock: Clock;
  readonly cursorKey: string;
  refresh(space: number): Promise<ActiveModel>;
};

const PAGE = 200;

export function runRecords(
  services: RecordServices,
  definition: Definition,
  active: ActiveModel,
  { actor }: RunIdentity,
  tx: DataTransaction,
): RunRecords {
  const { readRecord, listRecords, createRecord, updateRecord } = services.records;
  const context: RequestContext = {
    actor,
    active,
    data: services.database.data,
    clock: services.clock,
    cursorKey: services.cursorKey,
    refresh: () => services.refresh(active.space),
    operation: newId(),
    tx,
  };
  const objectNow = (name: string) => {
    const object = currentObject(definition, active, name);
    if (!object) throw new StepBlocked('object_missing', `The object "${name}" was retired.`);
    return object;
  };
  const fieldNow = (object: string, name: string) => {
    const field = currentField(definition, active, object, name);
    if (field === undefined) throw new StepBlocked('field_missing', `The field "${name}" of "${object}" was retired.`);
    return field;
  };
  /** A path by its present names. */
  const pathNow = (object: string, path: readonly string[]) => {
    let at: string | undefined = object;
    return path.map((name) => {
      const of = at ?? '';
      at = definition.model.objects.get(of)?.fields.get(name)?.target;
      return fieldNow(of, name);
    });
  };
  const valuesNow = (object: string, values: Readonly<Record<string, unknown>>) => {
    const model = objectNow(object);
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const now = fieldNow(object, name);
        return [now, forWrite(value, model.fields.get(now))];
      }),
    );
  };

  return {
    async read(object, id, paths) {
      const now = paths.map((path) => pathNow(object, path));
      const fields = [...new Set(now.map((path) => path.join('.')))];
      const found = await readRecord(context, objectNow(object).name, id, { fields }).catch(ifMissing);
      if (found === undefined) return undefined;
      const record = JSON.parse(found.json) as unknown;
      return now.map((path) => path.reduce((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], record));
    },
    async create(object, values) {
      const { id, version } = await createRecord(context, objectNow(object).name, valuesNow(object, values));
      return { id, version };
    },
    async update(object, id, values) {
      const { version } = await updateRecord(context, objectNow(object).name, id, valuesNow(object, values));
      return { id, version };
    },
    async select(object, condition, limit) {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const query = {
          filter: condition,
          fields: ['id'],
          limit: Math.min(PAGE, limit - ids.length),
          ...(cursor === null ? {} : { cursor }),
        };
        const answer = JSON.parse(await listRecords(context, objectNow(object).name, query)) as {
          data: { id: string }[];
          page: { next: string | null };
        };
        ids.push(...answer.data.map((record) => record.id));
        cursor = answer.page.next;
      } while (cursor !== null && ids.length < limit);
      return ids;
    },
  };
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'not_found') return undefined;
  throw error;
}

/** What a path or an expression gave, in the form a write takes: a lookup as its id, a whole number as a number. */
const forWrite = (value: unknown, field: FieldModel | undefined): unknown => (field && fieldType(field.type).toWritten?.(value)) ?? value;
