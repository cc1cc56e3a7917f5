import { fieldType } from '../fields/registry.js';
import { AppError, withIssues, type Issue } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { pointer } from '../kernel/json-pointer.js';
import { limitExceeded, LIMITS } from '../model/limits.js';
import type { ObjectModel } from '../model/types.js';
import { childList, hasLists, type ChildList } from '../rules/child-lists.js';
import { told } from '../texts/told.js';
import { writeRound } from './bulk-round.js';
import { checkQuota } from './check-quota.js';
import { aside, type RequestContext } from './context.js';
import type { RecordQuery } from './list-query.js';
import { objectFor } from './object-access.js';
import { inOneTransaction } from './one-transaction.js';
import { readRecord } from './read-record.js';
import { withRevision } from './run-write.js';
import { createRecord, newRecord, type Saved, type Values } from './write-record.js';

/** What was given for a record, parted: its own values, and records that are to point to it. */
type Parted = { readonly own: Values; readonly lists: readonly { readonly list: ChildList; readonly items: readonly Values[] }[] };

/**
 * Saves a new record, and with it records of its lists that are given under the names of those: an order with its lines. All of it or nothing, each one as if
 * it had been made by itself.
 *
 * Errors: those of making each of them, all at once, at the place where it stands in the call; limit_exceeded for too many, or too deep.
 */
export function createWhole(ctx: RequestContext, objectName: string, input: Values, options: { read?: RecordQuery } = {}): Promise<Saved> {
  if (!hasLists(ctx.active.model.objects.get(objectName), input)) return createRecord(ctx, objectName, input, options);
  return withRevision({ ...ctx, operation: ctx.operation ?? newId() }, async (now) => {
    const object = objectFor(now, objectName, 'create');
    countIn(now, object, input);
    // At once for all of them, where it is the whole call that there is no room for.
    checkQuota(now, object, 'create');
    const wrong = shapeErrors(now, object, input);
    if (wrong.length > 0) throw together(object, wrong);
    return inOneTransaction(now, async (within) => {
      const saved = await createTree(within, object, input);
      if (saved === 'stale' || options.read === undefined) return saved;
      return { ...saved, json: await readBack(within, object, saved.id, options.read) };
    });
  });
}

function part({ active, actor }: RequestContext, object: ObjectModel, input: Values): Parted {
  const lists: Parted['lists'][number][] = [];
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const list = object.fields.has(name) ? undefined : childList(active.model, actor, object, name);
    if (list === undefined || !list.mayCreate || !isList(value)) own[name] = value;
    else lists.push({ list, items: value });
  }
  return { own, lists };
}

const isList = (value: unknown): value is readonly Values[] =>
  Array.isArray(value) && value.every((item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item));

/**
 * How many records stand in the lists of a new one.
 *
 * Errors: limit_exceeded, where there are more of them, or of levels, than one record takes.
 */
export function countIn(ctx: RequestContext, object: ObjectModel, input: Values, at = ''): number {
  let count = 0;
  const visit = (of: ObjectModel, values: Values, level: number, path: string): void => {
    for (const { list, items } of part(ctx, of, values).lists) {
      count += items.length;
      if (level > LIMITS.nested_levels.max) throw limitExceeded('nested_levels', level, path + pointer(list.name));
      if (count > LIMITS.nested_records.max) throw limitExceeded('nested_records', count, path + pointer(list.name));
      for (const [index, item] of items.entries()) visit(list.child, item, level + 1, `${path}${pointer(list.name)}/${index}`);
    }
  };
  visit(object, input, 1, at);
  return count;
}

/** The link that makes a record one of the list. */
const linkTo = ({ by }: ChildList, object: ObjectModel, id: string): Values => {
  const { link } = fieldType(by.type);
  return { [by.name]: link === 'many' ? [id] : link === 'any' ? { object: object.name, id } : id };
};

/** What can be told without the database of all records at once. */
function shapeErrors(ctx: RequestContext, object: ObjectModel, input: Values): AppError[] {
  const { own, lists } = part(ctx, object, input);
  const errors: AppError[] = [];
  const attempt = (work: () => unknown, path = '', more: readonly Issue[] = []): void => {
    try {
      work();
      if (more.length > 0) errors.push(new AppError('malformed', told('record.not_saved', { object: object.label }), { issues: more }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(below(error, path, more));
    }
  };
  attempt(() => newRecord(ctx, object, own));
  const id = newId();
  for (const { list, items } of lists) {
    for (const [index, item] of items.entries()) {
      const path = `${pointer(list.name)}/${index}`;
      const given = Object.hasOwn(item, list.by.name)
        ? [{ path: path + pointer(list.by.name), code: 'not_writable', ...told('field.by_list', { field: list.by.label }) }]
        : [];
      attempt(() => objectFor(ctx, list.child.name, 'create'), path, given);
      for (const error of shapeErrors(ctx, list.child, { ...item, ...linkTo(list, object, id) })) errors.push(below(error, path));
    }
  }
  return errors;
}

/** The same failure, where it stands in the record that it is a part of. */
function below(error: AppError, path: string, more: readonly Issue[] = []): AppError {
  const { detail } = error.said;
  const bare: Issue = { path, code: error.code, message: error.message, ...(detail === undefined ? {} : { said: detail }) };
  const issues = error.issues.length === 0 && path !== '' ? [bare] : error.issues.map((issue) => ({ ...issue, path: path + issue.path }));
  return withIssues(error, [...issues, ...more]);
}

/** One failure of all: what its parts have in common, or else that the record is not valid. */
function together(object: ObjectModel, errors: readonly AppError[]): AppError {
  const codes = new Set(errors.map(({ code }) => code));
  const [only] = codes;
  const code = codes.has('malformed') ? 'malformed' : codes.size === 1 && only !== undefined ? only : 'record_invalid';
  return new AppError(code, told('record.not_saved', { object: object.label }), { issues: errors.flatMap(({ issues }) => issues) });
}

async function createTree(ctx: RequestContext, object: ObjectModel, input: Values): Promise<Saved | 'stale'> {
  const { own, lists } = part(ctx, object, input);
  const here = aside(ctx);
  const saved = await createRecord(here, object.name, own);
  const errors: AppError[] = [];
  for (const { list, items } of lists) {
    const link = linkTo(list, object, saved.id);
    const results = await writeRound(
      here,
      list.child,
      items.map((item, index) => ({ index, op: 'create', values: { ...item, ...link } })),
      createWhole,
    );
    if (results === 'stale') return 'stale';
    const failed = results.flatMap(([index, result]) => (result instanceof AppError ? [{ index, error: result }] : []));
    failed.sort((a, b) => a.index - b.index);
    errors.push(...failed.map(({ index, error }) => below(error, `${pointer(list.name)}/${index}`)));
  }
  if (errors.length > 0) throw together(object, errors);
  return saved;
}

/** The record as the caller sees it, now that its lists are there; null where they do not. */
async function readBack(ctx: RequestContext, object: ObjectModel, id: string, query: RecordQuery): Promise<string | null> {
  try {
    return (await readRecord(ctx, object.name, id, query)).json;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return null;
    throw error;
  }
}
