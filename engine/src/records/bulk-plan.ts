import { AppError } from '../kernel/errors.js';
import type { ObjectModel } from '../model/types.js';
import type { BulkOperation, Target } from './bulk-operations.js';
import type { RequestContext } from './context.js';
import { findMatches, soughtBy, type Sought } from './find-matches.js';
import type { Values } from './write-record.js';

/** An operation with its place in the call. */
export type Placed = { readonly index: number; readonly operation: BulkOperation };

/** An operation whose record was looked up. `id` is that of one that may be there; a new one has none. `sought` is what an upsert looked for. */
export type Found = {
  readonly index: number;
  readonly op: BulkOperation['op'];
  readonly id?: string;
  readonly values?: Values;
  readonly version?: number;
  readonly sought?: Sought;
};
export type Failed = { readonly index: number; readonly error: AppError };

export type Round = { readonly found: readonly Found[]; readonly failed: readonly Failed[]; readonly rest: readonly Placed[] };

/**
 * The first operations of a call that can be done together without anybody noticing: of one kind, each about another record, none linking to a record that
 * an earlier one changes. Their records are looked up.
 */
export async function nextRound(ctx: RequestContext, object: ObjectModel, queue: readonly Placed[]): Promise<Round> {
  const failed: Failed[] = [];
  const chosen: { placed: Placed; sought?: Sought }[] = [];
  const keys = new Set<string>();
  let length = 0;
  for (const placed of queue) {
    const { operation, index } = placed;
    if (operation.op !== queue[0]?.operation.op || linksTo(object, operation, keys)) break;
    const target = 'target' in operation ? operation.target : undefined;
    const sought = target === undefined ? undefined : soughtIn(ctx, object, target);
    if (sought instanceof AppError) failed.push({ index, error: sought });
    else {
      const key = keyOf(target, sought);
      if (key !== undefined && keys.has(key)) break;
      if (key !== undefined) keys.add(key);
      chosen.push({ placed, ...(sought === undefined ? {} : { sought }) });
    }
    length += 1;
  }
  const matches = chosen.flatMap(({ sought }) => sought ?? []);
  const ids = matches.length === 0 ? [] : await findMatches(ctx, object, matches);
  const found: Found[] = [];
  const taken = new Set<string>();
  for (const { placed, sought } of chosen) {
    const { operation } = placed;
    const id = sought === undefined ? ownId(operation) : ids[matches.indexOf(sought)];
    // Named once by its id and once by a value: the second comes after the first.
    if (id !== undefined && taken.has(id)) {
      length = queue.indexOf(placed);
      break;
    }
    if (id !== undefined) taken.add(id);
    found.push(foundOf(placed, id, sought));
  }
  const rest = queue.slice(length);
  const first = rest[0]?.index ?? Infinity;
  return { found, failed: failed.filter(({ index }) => index < first), rest };
}

/** What an operation names its record by, if not by its id; why that makes no sense. */
export function soughtIn(ctx: RequestContext, object: ObjectModel, target: Target): Sought | AppError | undefined {
  if ('id' in target) return undefined;
  try {
    return soughtBy(ctx, object, target.match);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const ownId = (operation: BulkOperation): string | undefined =>
  'target' in operation && 'id' in operation.target ? operation.target.id.toLowerCase() : undefined;

const keyOf = (target: Target | undefined, sought: Sought | undefined): string | undefined =>
  sought?.key ?? (target !== undefined && 'id' in target ? target.id.toLowerCase() : undefined);

/** Whether a value of the operation is the id of a record in `keys`, through a link of the object to itself. */
function linksTo(object: ObjectModel, operation: BulkOperation, keys: ReadonlySet<string>): boolean {
  if (!('values' in operation) || keys.size === 0) return false;
  return [...object.fields.values()].some((field) => {
    const isOwn = field.target === object.name || (field.targets?.includes(object.name) ?? false);
    if (!isOwn || !Object.hasOwn(operation.values, field.name)) return false;
    const value = operation.values[field.name];
    const ids: unknown[] = Array.isArray(value) ? value : [typeof value === 'object' && value !== null && 'id' in value ? value.id : value];
    return ids.some((id) => typeof id === 'string' && keys.has(id.toLowerCase()));
  });
}

function foundOf({ index, operation }: Placed, id: string | undefined, sought: Sought | undefined): Found {
  const version = 'version' in operation && operation.version !== undefined ? { version: operation.version } : {};
  const values = 'values' in operation ? { values: operation.values } : {};
  // No record has an empty id: whoever looks for it hears that there is none, once it is known what else is wrong.
  const isMissing = id === undefined && operation.op !== 'create' && operation.op !== 'upsert';
  const place = isMissing ? { id: '' } : id === undefined ? {} : { id };
  return {
    index,
    op: operation.op,
    ...place,
    ...values,
    ...version,
    ...(operation.op === 'upsert' && sought !== undefined ? { sought } : {}),
  };
}
