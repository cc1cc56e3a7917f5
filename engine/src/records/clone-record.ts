import { fieldType } from '../fields/registry.js';
import { AppError, malformed, notFound, withIssues, type Issue } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess } from '../rules/access.js';
import { childList, type ChildList } from '../rules/child-lists.js';
import { isCopied } from '../rules/copied-fields.js';
import { told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { createWhole } from './create-whole.js';
import type { RecordQuery } from './list-query.js';
import { objectFor } from './object-access.js';
import { inOneTransaction } from './one-transaction.js';
import { readRecord } from './read-record.js';
import { withRevision } from './run-write.js';
import type { Saved, Values } from './write-record.js';

/** What a copy differs in, and which lists are copied with it, by the names that they have on the object. */
export type CloneRequest = { readonly values: Values; readonly include: readonly string[] };

/** Reads the body of a call that copies a record; both members may be left out. */
export function parseClone(body: Readonly<Record<string, unknown>>): CloneRequest {
  const issues: Issue[] = Object.keys(body)
    .filter((name) => name !== 'values' && name !== 'include')
    .map((name) => ({
      path: `/${name.slice(0, 100)}`,
      code: 'unknown_parameter',
      ...told('bulk.unknown', { known: '"values", "include"' }),
    }));
  const { values = {}, include = [] } = body;
  const isValues = typeof values === 'object' && values !== null && !Array.isArray(values);
  const isNames = Array.isArray(include) && include.every((name): name is string => typeof name === 'string');
  if (!isValues) issues.push({ path: '/values', code: 'wrong_type', ...told('bulk.values') });
  if (!isNames) issues.push({ path: '/include', code: 'wrong_type', ...told('clone.include') });
  if (!isValues || !isNames || issues.length > 0) throw malformed(told('bulk.malformed'), issues);
  return { values: values as Values, include: [...new Set(include)] };
}

/**
 * Makes a record like another one: with the values that the caller may both read and give, and with records of its lists on request. Everything else is as
 * if it had been made anew: who owns it, its number, what only one record can have, secrets and files.
 *
 * Errors: not_found, also for a record the caller may not see; those of making it, with `values` as the place of its values; malformed for a list that is
 *         not there or not the caller's to read; limit_exceeded for more records in lists than one call makes.
 */
export function cloneRecord(
  ctx: RequestContext,
  objectName: string,
  id: string,
  { values, include }: CloneRequest,
  options: { read?: RecordQuery } = {},
): Promise<Saved> {
  return withRevision({ ...ctx, operation: ctx.operation ?? newId() }, async (now) => {
    const object = objectFor(now, objectName, 'create');
    if (object.system) throw notFound();
    const lists = listsOf(now, object, include);
    return inOneTransaction(now, async (within) => {
      const related = lists.map(({ name }) => ({
        relation: name,
        limit: LIMITS.nested_records.max,
        sort: [{ field: 'created_at', direction: 'asc' as const }],
      }));
      const { json } = await readRecord(within, objectName, id, related.length === 0 ? {} : { include: related });
      const record = JSON.parse(json) as Record<string, unknown>;
      const copied = { ...copyOf(within, object, record), ...copiesOf(within, lists, record), ...values };
      return createWhole(within, objectName, copied, options).catch((error: unknown) => {
        throw error instanceof AppError
          ? withIssues(
              error,
              error.issues.map((issue) => ({ ...issue, path: `/values${issue.path}` })),
            )
          : error;
      });
    });
  });
}

function listsOf({ active, actor }: RequestContext, object: ObjectModel, names: readonly string[]): ChildList[] {
  const issues: Issue[] = [];
  const lists = names.flatMap((name, index): ChildList[] => {
    const list = childList(active.model, actor, object, name);
    const isRead = list !== undefined && fieldAccess(accessOf(active.model, actor, list.child.name), list.by.name).read.kind === 'all';
    // Records that stand in a list of several belong to none of them.
    if (isRead && fieldType(list.by.type).link === 'one') return [list];
    issues.push({ path: `/include/${index}`, code: 'unknown_relation', ...told('list.unknown_relation', { name: name.slice(0, 100) }) });
    return [];
  });
  if (issues.length > 0) throw malformed(told('list.relations'), issues);
  return lists;
}

function copyOf(
  { active, actor }: RequestContext,
  object: ObjectModel,
  record: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const access = accessOf(active.model, actor, object.name);
  const values: Record<string, unknown> = {};
  for (const field of object.fields.values()) {
    if (!isCopied(field) || !fieldAccess(access, field.name).create || !Object.hasOwn(record, field.name)) continue;
    const value = record[field.name];
    values[field.name] = value === null ? null : (fieldType(field.type).toWritten?.(value) ?? value);
  }
  return values;
}

/** The records of the lists, without the link to the one that is copied. */
function copiesOf(ctx: RequestContext, lists: readonly ChildList[], record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    lists.map(({ name, child, by }) => {
      const { data, hasMore } = record[name] as { data: Record<string, unknown>[]; hasMore: boolean };
      if (hasMore) throw limitExceeded('nested_records', data.length + 1, '/include');
      const copies = data.map((item) => {
        const { [by.name]: _, ...copy } = copyOf(ctx, child, item);
        return copy;
      });
      return [name, copies];
    }),
  );
}
