import type { VersionAnswer } from '@fieldstone/metadata/types/wire.js';
import { fieldType } from '../fields/registry.js';
import { AppError, malformed, notFound, type Issue } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, isWritable, rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { unknownField } from '../store/field-selection.js';
import { SEPARATOR } from '../store/physical-names.js';
import { QueryScope } from '../store/query-scope.js';
import { selectVersion, type FieldThen } from '../store/select-version.js';
import { isTracked } from '../store/write-parts.js';
import { say } from '../texts/say.js';
import { told, type Told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { curiosityOf } from './curiosity.js';
import type { RecordQuery } from './list-query.js';
import { objectFor } from './object-access.js';
import { runStatement, type Compiled } from './run-statement.js';
import { updateRecord, type Saved } from './write-record.js';

type Kept = VersionAnswer['kept'][number];
type Then = { readonly current: number; readonly gone: readonly string[]; readonly fields: readonly FieldThen[] };

const versions = new CompiledCache<Compiled>();

/**
 * What of a record was different at a version: what bringing it back would change, and what can not be brought back, each with why.
 *
 * Errors: not_found, also for a version that the record never had.
 */
export async function readVersion(ctx: RequestContext, objectName: string, id: string, version: number): Promise<VersionAnswer> {
  const object = objectFor(ctx, objectName, 'read');
  const then = await readThen(ctx, object, id, version);
  const kept = keptBack(ctx, object, then);
  const isKept = new Set(kept.map(({ field }) => field));
  const changes = then.fields
    .filter(({ field }) => !isKept.has(field))
    .map((each) => ({ field: each.field, label: labelOf(object, each.field), then: each.then, now: each.now }));
  return { version, current: then.current, changes, kept };
}

/**
 * Brings the values of a version back: an update like any other, with all that it is held to. Without `fields` it is everything that can be
 * brought back; with them, these alone.
 *
 * Errors: not_found; malformed (names); record_invalid for fields that can not be brought back, each with why, and for what rules refuse;
 *         forbidden; version_conflict when the record was changed since `expectedVersion`, or while it was looked at.
 */
export async function restoreVersion(
  ctx: RequestContext,
  objectName: string,
  id: string,
  { version, fields, expectedVersion, read }: { version: number; fields?: readonly string[]; expectedVersion?: number; read?: RecordQuery },
): Promise<Saved> {
  const object = objectFor(ctx, objectName, 'update');
  const then = await readThen(ctx, object, id, version);
  const kept = new Map(keptBack(ctx, object, then).map((each) => [each.field, each]));
  const readable = accessOf(ctx.active.model, ctx.actor, object.name).fields;
  const unknown = (fields ?? []).flatMap((name, index) =>
    (readable.get(name)?.read.kind ?? 'none') === 'none' ? [unknownField(`/fields/${index}`, name)] : [],
  );
  if (unknown.length > 0) throw malformed(told('list.fields'), unknown);
  const refused = (fields ?? []).flatMap((name, index): Issue[] => {
    const field = object.fields.get(name);
    // What the platform gives never comes back, whether or not it is as it was.
    const code = kept.get(name)?.code ?? (field !== undefined && !isWritable(field) ? 'not_writable' : undefined);
    return code === undefined ? [] : [{ path: `/fields/${index}`, ...REASONS[code] }];
  });
  if (refused.length > 0) throw new AppError('record_invalid', told('record.not_saved', { object: object.label }), { issues: refused });
  const wanted = then.fields.filter(({ field }) => !kept.has(field) && (fields === undefined || fields.includes(field)));
  const values = Object.fromEntries(wanted.map(({ field, kept: value }) => [field, writtenOf(ctx, object.fields.get(field), value)]));
  const actor = { ...ctx.actor, cause: { ...ctx.actor.cause, restores: version } };
  return updateRecord({ ...ctx, actor }, objectName, id, values, {
    expectedVersion: expectedVersion ?? then.current,
    ...(read ? { read } : {}),
  });
}

async function readThen(ctx: RequestContext, object: ObjectModel, id: string, version: number): Promise<Then> {
  if (!isUuid(id) || object.system) throw notFound();
  const compiled = versions.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), object.name]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectVersion(scope, object), params: scope.params };
  });
  const answer = await runStatement(ctx, compiled, { id, version });
  const [current = '', gone = '[]', fields = '[]'] = answer?.split(SEPARATOR) ?? [];
  if (answer === null || version < 1 || version > Number(current)) throw notFound(told('history.no_version'));
  return { current: Number(current), gone: JSON.parse(gone) as string[], fields: JSON.parse(fields) as FieldThen[] };
}

/** Why a field stays as it is. */
const REASONS: Readonly<Record<Kept['code'], { readonly code: Kept['code'] } & Told>> = {
  untracked: { code: 'untracked', ...told('history.untracked') },
  secret: { code: 'secret', ...told('history.secret') },
  not_writable: { code: 'not_writable', ...told('history.not_writable') },
  target_gone: { code: 'target_gone', ...told('history.target_gone') },
  file_gone: { code: 'file_gone', ...told('history.file_gone') },
  retired: { code: 'retired', ...told('history.retired') },
};

/** Fields that stay as they are, as far as the caller may know of them. What was retired is told to who may edit metadata. */
function keptBack(ctx: RequestContext, object: ObjectModel, { fields, gone }: Then): Kept[] {
  const kept: Kept[] = [];
  const add = (field: string, code: Kept['code']) =>
    kept.push({ field, label: labelOf(object, field), code, message: say(ctx.actor.locale, REASONS[code].said) });
  for (const each of fields) {
    const type = fieldType(object.fields.get(each.field)?.type ?? 'text');
    if (type.isSecret) add(each.field, 'secret');
    else if (!each.mayEdit) add(each.field, 'not_writable');
    else if (!each.isThere) add(each.field, type.holds === undefined ? 'target_gone' : 'file_gone');
  }
  const access = accessOf(ctx.active.model, ctx.actor, object.name);
  for (const field of object.fields.values()) {
    const isPlain = !field.system && field.computed === undefined && fieldType(field.type).givenBy === undefined;
    if (isPlain && !isTracked(object, field) && access.fields.get(field.name)?.read.kind === 'all') add(field.name, 'untracked');
  }
  if (curiosityOf(ctx).retired) for (const id of gone) add(id, 'retired');
  return kept;
}

const labelOf = (object: ObjectModel, field: string): string => object.fields.get(field)?.label ?? field;

/** A kept value as a write takes it: objects by their names of today. */
function writtenOf({ active }: RequestContext, field: FieldModel | undefined, value: unknown): unknown {
  if (field === undefined || value === null || fieldType(field.type).link !== 'any') return value;
  const { object: objectId, id } = value as { object: string; id: string };
  const object = [...active.model.objects.values()].find((each) => each.id === objectId);
  return { object: object?.name ?? objectId, id };
}
