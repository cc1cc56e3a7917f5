import { fieldType } from '../fields/registry.js';
import { AppError, forbidden, malformed, notFound, recordInvalid, type Issue } from '../kernel/errors.js';
import { isUuid, newId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, rightsKey } from '../rules/access.js';
import { applyDefaults, type LookupDefault } from '../rules/defaults.js';
import { childList } from '../rules/child-lists.js';
import { checkShape, type Shape, type ShapeContext } from '../rules/record-schema.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { insertRecord } from '../store/insert-record.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { updateRecord as updateStatement } from '../store/update-record.js';
import { firstDiff } from '../store/write-parts.js';
import { brokenRules } from './broken-rules.js';
import { checkQuota } from './check-quota.js';
import type { RequestContext } from './context.js';
import type { RecordQuery } from './list-query.js';
import { issuesOfTheRest } from './issues-of-the-rest.js';
import { objectFor } from './object-access.js';
import { compiledRecord, readRecord } from './read-record.js';
import {
  columnInputs,
  runWrite,
  startsRuns,
  withRevision,
  writeInputs,
  type CompiledWrite,
  type WriteInputs,
  type WriteOutcome,
} from './run-write.js';
import { told } from '../texts/told.js';

export type Values = Readonly<Record<string, unknown>>;
/**
 * What was saved. `operation` is the id of the operation, by which it can be undone; none when nothing was written. `json` is the record as the caller may
 * see it, when it was asked for; null when the caller may not see it any more.
 */
export type Saved = { readonly id: string; readonly version: number; readonly operation?: string; readonly json?: string | null };

const inserts = new CompiledCache<CompiledWrite & { readonly sent: readonly FieldModel[] }>();
const updates = new CompiledCache<CompiledWrite>();

/**
 * Saves a new record. This page is the order of a write: rights, defaults, shape; then one statement that guards the revision, writes, judges
 * rules, links and rights on the row itself, and adds history, outbox and runs.
 *
 * Shape:  `input` is keyed by API name. With `id`, a second call with the same values changes nothing and gives the same answer.
 * Errors: not_found and forbidden (object), malformed (names that may not be written), record_invalid (every issue at once), duplicate.
 */
export function createRecord(
  ctx: RequestContext,
  objectName: string,
  input: Values,
  options: { id?: string; read?: RecordQuery } = {},
): Promise<Saved> {
  return withRevision(ctx, async (now) => {
    const object = objectFor(now, objectName, 'create');
    const { values, lookups, written, given } = newRecord(now, object, input);
    const hasOwnId = options.id !== undefined;
    const found = lookups.map(({ field }) => field.name).join();
    const form = `${hasOwnId ? 'own' : ''} ${startsRuns(now) ? 'runs' : ''}`;
    const key = `${objectName} ${names(given).join()} ${names(written).join()} ${found} ${form} ${rightsKey(now.actor)}`;
    const statement = inserts.get(now.active, key, () => {
      const scope = new QueryScope(now.active, now.actor);
      return {
        ...insertRecord({ scope, object, given, written: new Set(written), lookups, hasOwnId, startsRuns: startsRuns(now) }),
        params: scope.params,
      };
    });
    const id = options.id ?? newId();
    const inputs = columnInputs(writeInputs(now, id), now, object, id.toLowerCase(), given, values);
    if (statement.sent.length > 0) inputs['diff'] = firstDiff(now.active, statement.sent, inputs);
    const { outcome, record } = await runWrite(now, object, statement, inputs, options.read && compiledRecord(now, object, options.read));
    if (!outcome.revision) return 'stale';
    const version = outcome.version ?? (await sameAsExisting(now, object, id, values, outcome));
    return { id, version, ...writtenBy(outcome, inputs), ...(options.read ? { json: bodyOf(record) } : {}) };
  });
}

/**
 * Changes some fields of a record. Values that are what they were write nothing at all.
 *
 * Errors: not_found; forbidden (row or field); malformed; record_invalid; duplicate; version_conflict, with the current version and the current
 *         values the caller may read, when `expectedVersion` is not the current one.
 *         `files` are files that need not be the caller's own uploads: those that the record held, or another one that it is to stand for.
 */
export function updateRecord(
  ctx: RequestContext,
  objectName: string,
  id: string,
  changes: Values,
  options: { expectedVersion?: number; read?: RecordQuery; files?: readonly string[] } = {},
): Promise<Saved> {
  return withRevision(ctx, async (now) => {
    const object = objectFor(now, objectName, 'update');
    const { values, fields } = await changeOf(now, object, id, changes, options.expectedVersion);
    const statement = updates.get(
      now.active,
      `${objectName} ${names(fields).join()} ${startsRuns(now) ? 'runs' : ''} ${rightsKey(now.actor)}`,
      () => {
        const scope = new QueryScope(now.active, now.actor);
        return { ...updateStatement(scope, object, fields, startsRuns(now)), params: scope.params };
      },
    );
    const common: WriteInputs = { ...writeInputs(now, id), expected: options.expectedVersion ?? null, files: options.files ?? null };
    const inputs = columnInputs(common, now, object, id.toLowerCase(), fields, values);
    const { outcome, record } = await runWrite(now, object, statement, inputs, options.read && compiledRecord(now, object, options.read));
    if (!outcome.revision) return 'stale';
    const version = await versionAfter(now, object, id, outcome, options.expectedVersion);
    return { id, version, ...writtenBy(outcome, inputs), ...(options.read ? { json: bodyOf(record) } : {}) };
  });
}

/** A new record as it leaves memory: canonical values with their defaults, and what the statement has to look up. */
export type NewRecord = {
  readonly values: Values;
  readonly lookups: readonly LookupDefault[];
  /** Fields with a value of their own or a default. */
  readonly given: readonly FieldModel[];
  /** Those of them that the caller wrote. */
  readonly written: readonly FieldModel[];
};

/**
 * Fills a new record and checks its shape.
 *
 * Errors: malformed and record_invalid, with every issue that can be told without the database; quota_exceeded.
 */
export function newRecord(now: RequestContext, object: ObjectModel, input: Values): NewRecord {
  checkQuota(now, object, 'create');
  const { values: filled, lookups } = applyDefaults(object, input, { model: now.active.model, actor: now.actor, now: now.clock.now() });
  const awaited = new Set(lookups.map(({ field }) => pointer(field.name)));
  const checked = checkShape(object, filled, 'create', { ...shapeContext(now, object.name), given: new Set(Object.keys(input)) });
  const shape = { ...checked, issues: checked.issues.filter(({ code, path }) => code !== 'required' || !awaited.has(path)) };
  if (shape.issues.length > 0) refuse(object, shape, brokenRules(now, object, shape));
  return { values: shape.values, lookups, given: fieldsOf(object, shape.values), written: fieldsOf(object, input) };
}

/**
 * Checks the shape of a change, and gives its values in canonical form.
 *
 * Errors: malformed and record_invalid, with every issue, also those of the values that are well formed; quota_exceeded.
 */
export async function changeOf(
  now: RequestContext,
  object: ObjectModel,
  id: string,
  changes: Values,
  expectedVersion?: number,
): Promise<{ readonly values: Values; readonly fields: readonly FieldModel[] }> {
  checkQuota(now, object, 'update');
  const shape = checkShape(object, changes, 'update', shapeContext(now, object.name));
  if (shape.issues.length > 0) refuse(object, shape, await issuesOfTheRest(now, object, id, shape, expectedVersion));
  if (!isUuid(id)) throw notFound();
  return { values: shape.values, fields: fieldsOf(object, shape.values) };
}

/** The operation that a write was part of, if it wrote anything. */
export const writtenBy = ({ version }: WriteOutcome, { operation }: { readonly operation: string }): { readonly operation?: string } =>
  version === null ? {} : { operation };

/** The version after a write of an existing record, or the reason why there was none. */
export async function versionAfter(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  outcome: WriteOutcome,
  expected?: number,
): Promise<number> {
  if (!outcome.found) throw notFound();
  if (!outcome.allowed) throw forbidden(told('record.no_change', { object: object.label }));
  if (outcome.version !== null) return outcome.version;
  const current = outcome.was ?? 0;
  if (expected === undefined || expected === current) return current;
  const { json } = await readRecord(ctx, object.name, id);
  throw new AppError('version_conflict', told('record.changed', { object: object.label }), {
    hint: told('record.changed.hint'),
    extra: { version: current, current: JSON.parse(json) as unknown },
  });
}

export const names = (fields: readonly FieldModel[]): string[] => fields.map(({ name }) => name);

function fieldsOf(object: ObjectModel, values: Values): FieldModel[] {
  const fields: FieldModel[] = [];
  for (const field of object.fields.values()) if (Object.hasOwn(values, field.name)) fields.push(field);
  return fields;
}

const shapeContext = ({ active, actor }: RequestContext, object: string): ShapeContext => ({
  currency: actor.currency,
  ...(actor.kind === 'system'
    ? {}
    : {
        access: accessOf(active.model, actor, object),
        isThere: (of: string) => accessOf(active.model, actor, of).read.kind !== 'none',
      }),
  listOf(name) {
    const model = active.model.objects.get(object);
    return model && childList(active.model, actor, model, name);
  },
});

const bodyOf = (answer: string | null): string | null => (answer === null ? null : answer.slice(answer.indexOf(SEPARATOR) + 1));

const WRONG_NAME = new Set(['unknown_field', 'not_writable']);

/** Throws what is wrong with the shape, and with it what else can be said already. Names that may not be written make the call itself malformed. */
function refuse(object: ObjectModel, { issues }: Shape, more: readonly Issue[]): never {
  const all = [...issues, ...more];
  if (issues.some(({ code }) => WRONG_NAME.has(code))) throw malformed(told('record.not_saved', { object: object.label }), all);
  throw recordInvalid(object.label, all);
}

/** Values that were given and can not be compared: that there is one has to do. */
const isSecret = (field: FieldModel | undefined): boolean => field !== undefined && fieldType(field.type).isSecret === true;

/** A value of an answer as a write gives it: links are ids there. */
const storedOf = (field: FieldModel | undefined, value: unknown): unknown => (field && fieldType(field.type).toWritten?.(value)) ?? value;

/** A create whose id was there already is the same call come twice, if that record was made by the same person with the same values. */
async function sameAsExisting(
  ctx: RequestContext,
  object: ObjectModel,
  id: string,
  values: Values,
  outcome: WriteOutcome,
): Promise<number> {
  const taken = new AppError('duplicate', told('record.id_taken'));
  if (outcome.existing === undefined || outcome.existing === null) throw taken;
  const found = await readRecord(ctx, object.name, id).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'not_found' ? taken : error;
  });
  const record = JSON.parse(found.json) as Record<string, unknown>;
  const isSame = Object.entries(values).every(([name, value]) => {
    const now = record[name] as { id?: unknown } | null | undefined;
    if (isSecret(object.fields.get(name))) return ((now ?? null) === null) === ((value ?? null) === null);
    const stored = storedOf(object.fields.get(name), now);
    return JSON.stringify(stored ?? null) === JSON.stringify(value ?? null);
  });
  if (!isSame) throw taken;
  return outcome.existing;
}
