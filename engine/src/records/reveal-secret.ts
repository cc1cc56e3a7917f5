import type { Reveal } from '@fieldstone/metadata/types/wire.js';
import { fieldType } from '../fields/registry.js';
import { AppError, forbidden, notFound } from '../kernel/errors.js';
import { isUuid } from '../kernel/ids.js';
import { accessOf, fieldAccess, rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { revealSecret as revealStatement, selectReveals } from '../store/reveal-secret.js';
import type { RequestContext } from './context.js';
import { objectFor } from './object-access.js';
import { readableRecords } from './readable-records.js';
import { runStatement, type Compiled } from './run-statement.js';
import { writeInputs } from './run-write.js';
import { told } from '../texts/told.js';

const statements = new CompiledCache<Compiled>();

/** Whether somebody may open secrets at all: a capability of people, which neither the system nor a workflow has. */
export const mayReveal = ({ active, actor }: Pick<RequestContext, 'active' | 'actor'>): boolean =>
  actor.kind === 'user' && actor.roles.some((role) => active.model.roles.get(role)?.capabilities.has('reveal_secrets') === true);

/**
 * Opens a secret of a record for somebody who may, and writes down that it was opened.
 *
 * Errors: not_found for a record, field or value that is not there or not the caller's to read, the same for all; forbidden without the capability,
 *         or for a field whose values nobody may open; conflict when the key it was sealed with is not among those of this installation.
 */
export async function revealSecret(ctx: RequestContext, objectName: string, id: string, fieldName: string): Promise<string> {
  const object = objectFor(ctx, objectName, 'read');
  const field = object.fields.get(fieldName);
  const isKnown =
    field !== undefined &&
    fieldType(field.type).isSecret === true &&
    fieldAccess(accessOf(ctx.active.model, ctx.actor, objectName), fieldName).read.kind !== 'none';
  if (field === undefined || !isKnown || !isUuid(id)) throw notFound();
  if (!mayReveal(ctx)) throw forbidden(told('secret.no_reveal'));
  if (field.options.reveal !== true) throw forbidden(told('secret.closed', { field: field.label }));
  const compiled = statements.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), objectName, fieldName]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: revealStatement(scope, object, field), params: scope.params };
  });
  const { actor, cause } = writeInputs(ctx);
  const sealed = await runStatement(ctx, compiled, { id, actor, cause });
  if (sealed === null) throw notFound();
  const place = { tenantId: ctx.actor.tenantId, object: object.id, record: id.toLowerCase(), field: field.id };
  const text = ctx.data.keys.open(place, sealed);
  if (text === undefined) {
    throw new AppError('conflict', told('secret.unreadable', { field: field.label }), {
      hint: told('secret.unreadable.hint'),
    });
  }
  return text;
}

const MAX_REVEALS = 200;

/**
 * Who opened which secret and when, newest first: of which record and which field is for those who may read them. Objects and fields that are retired
 * are named by their ids.
 */
export async function listReveals(
  ctx: RequestContext,
  { limit, before }: { limit: number; before: string | null },
): Promise<{ data: Reveal[]; page: { next: string | null } }> {
  const compiled = statements.get(ctx.active, 'reveals', () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    return { text: selectReveals(scope), params: scope.params };
  });
  const count = Math.min(limit, MAX_REVEALS);
  const answer = await runStatement(ctx, compiled, { before, limit: count + 1 });
  const rows = JSON.parse(answer ?? '[]') as {
    seq: string;
    at: string;
    by: string | null;
    cause: string | null;
    object: string;
    record: string;
    field: string;
  }[];
  const objects = new Map([...ctx.active.model.objects.values()].map((object) => [object.id, object]));
  const shown = rows.slice(0, count);
  const seen = new Map<string, ReadonlySet<string>>();
  for (const object of objects.values()) {
    const ids = shown.filter((row) => row.object === object.id).map(({ record }) => record);
    if (ids.length > 0) seen.set(object.id, await readableRecords(ctx, object.name, ids));
  }
  const data = shown.map(({ seq: _seq, object: objectId, record, field: fieldId, ...row }): Reveal => {
    const object = objects.get(objectId);
    if (object === undefined) return { ...row, object: objectId, record, field: fieldId };
    const access = accessOf(ctx.active.model, ctx.actor, object.name);
    const field = [...object.fields.values()].find(({ id }) => id === fieldId);
    const isField = field === undefined || fieldAccess(access, field.name).read.kind !== 'none';
    return {
      ...row,
      object: access.read.kind === 'none' ? null : object.name,
      record: seen.get(objectId)?.has(record) === true ? record : null,
      field: access.read.kind !== 'none' && isField ? (field?.name ?? fieldId) : null,
    };
  });
  return { data, page: { next: rows.length > count ? (rows[count - 1]?.seq ?? null) : null } };
}
