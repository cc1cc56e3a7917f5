import type { BoardAnswer, ListAnswer } from '@fieldstone/metadata/types/wire.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import { AppError } from '../kernel/errors.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { QueryScope } from '../store/query-scope.js';
import type { RequestContext } from './context.js';
import { listRecords } from './list-records.js';
import { LIMITS } from '../model/limits.js';
import { parseSort } from './read-parameters.js';

/**
 * The records a board can be narrowed to, and which one it is narrowed to: the one asked for, else the one a new record would get by the
 * field's default, else the first. Undefined for a board without a switcher, or whose switcher the caller may not read.
 */
export async function boardSwitcher(
  ctx: RequestContext,
  object: ObjectModel,
  view: ViewDocument | undefined,
  asked: string | undefined,
): Promise<BoardAnswer['switcher']> {
  const field = object.fields.get(view?.board?.switcher ?? '');
  const scope = new QueryScope(ctx.active, ctx.actor);
  if (field?.target === undefined || scope.readRule(field).kind !== 'all') return undefined;
  if (scope.access(field.target).read.kind === 'none') return undefined;
  const target = scope.object(field.target);
  const name = target.nameField;
  const { data } = JSON.parse(
    await listRecords(ctx, target.name, { fields: [name], sort: parseSort(name), limit: LIMITS.page_rows.max }),
  ) as ListAnswer;
  const choices = data.map((record) => ({ value: record.id, label: String(record[name] ?? '') }));
  return { value: asked ?? (await startsWith(ctx, field, target)) ?? choices[0]?.value ?? null, choices };
}

async function startsWith(ctx: RequestContext, field: FieldModel, target: ObjectModel): Promise<string | undefined> {
  const fallback: unknown = field.options.default;
  if (typeof fallback !== 'object' || fallback === null || !('$lookup' in fallback)) return undefined;
  const { where, sort } = fallback.$lookup as { where?: unknown; sort?: string };
  try {
    const query = { filter: where, fields: ['id'], limit: 1, ...(sort === undefined ? {} : { sort: parseSort(sort) }) };
    const { data } = JSON.parse(await listRecords(ctx, target.name, query)) as ListAnswer;
    return data[0]?.id;
  } catch (error) {
    // The default reads what the caller may not, or depends on the record that is being made: the board starts with the first.
    if (error instanceof AppError && error.code === 'malformed') return undefined;
    throw error;
  }
}
