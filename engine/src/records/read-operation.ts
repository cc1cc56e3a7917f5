import type { OperationAnswer, OperationItem } from '@fieldstone/metadata/types/wire.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel } from '../model/types.js';
import { accessOf, fieldAccess } from '../rules/access.js';
import type { RequestContext } from './context.js';
import { findOperation, type FoundOperation, type Touched } from './find-operation.js';
import { abilityOf } from '../rules/ability.js';

const MAX_LISTED = 100;

/**
 * What an operation did, and whether it can still be undone, by the rights of the reader and the values of now. That rules would refuse a value of before
 * is seen when it is tried.
 *
 * Errors: not_found; limit_exceeded.
 */
export async function readOperation(ctx: RequestContext, id: string): Promise<OperationAnswer> {
  const found = await findOperation(ctx, id);
  const seen = found.records.filter(({ mayRead }) => mayRead);
  const items = seen.map((record) => itemOf(ctx, found, record));
  const { head, until } = found;
  return {
    id: found.id,
    at: head.at,
    by: head.by,
    cause: head.cause,
    until: until.toISOString(),
    canUndo: found.isOpen && items.some(({ undo }) => undo !== 'none'),
    undoneBy: [...new Set(seen.flatMap(({ undoneBy }) => undoneBy))],
    objects: [...new Set(seen.map(({ object }) => object))].map((object) => ({
      object: object.name,
      label: object.pluralLabel,
      records: seen.filter((record) => record.object === object).length,
    })),
    hidden: found.ownHidden,
    records: items.slice(0, MAX_LISTED),
    hasMore: items.length > MAX_LISTED,
  };
}

function itemOf(ctx: RequestContext, { id, isOpen }: FoundOperation, record: Touched): OperationItem {
  const { object, did } = record;
  const fields = record.fields.flatMap(({ id: of, isShown, isSame, isKept }) => {
    const field = isShown ? [...object.fields.values()].find((one) => one.id === of) : undefined;
    return field === undefined ? [] : [{ field, isAsLeft: isSame, mayRestore: isSame && isKept && isRestorable(ctx, field) }];
  });
  const kind = did.includes('create') ? 'create' : did.includes('delete') ? 'delete' : did.includes('restore') ? 'restore' : 'update';
  const can = () => {
    if (kind === 'update') return record.isDeleted ? [] : fields.map(({ mayRestore }) => mayRestore);
    const mayDelete = abilityOf(ctx.active.model, ctx.actor).can('delete', object.name);
    return [mayDelete && (kind === 'delete' ? record.isDeleted && record.bin === id : !record.isDeleted && !record.isChanged)];
  };
  const answers = isOpen ? can() : [];
  return {
    object: object.name,
    id: record.id,
    label: record.label,
    did: kind,
    undo: answers.includes(true) ? (answers.includes(false) || fields.length < record.fields.length ? 'some' : 'all') : 'none',
    fields: fields.map(({ field, isAsLeft }) => ({ field: field.name, label: field.label, isAsLeft })),
  };
}

const isRestorable = ({ active, actor }: RequestContext, field: FieldModel): boolean =>
  fieldType(field.type).isSecret !== true && fieldAccess(accessOf(active.model, actor, field.object), field.name).edit.kind !== 'none';
