import type { MergePreview } from '@fieldstone/metadata/types/wire.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { accessOf, fieldAccess, isWritable, rightsKey } from '../rules/access.js';
import { CompiledCache } from '../store/compiled-cache.js';
import { QueryScope } from '../store/query-scope.js';
import { countPointing, pointersTo, type Pointer } from '../store/select-links.js';
import type { RequestContext } from './context.js';
import { objectToMerge } from './merge-records.js';
import { readRecord } from './read-record.js';
import { runStatement, type Compiled } from './run-statement.js';

type Counts = { readonly pointers: readonly Pointer[]; readonly compiled: Compiled };
type Body = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

const counts = new CompiledCache<Counts>();

/**
 * What a merge would come to, as far as the caller may see: fields in which the records differ, and how many records would be moved. Changes nothing.
 *
 * Shape:  values stand in the order of `records`, the one that stays first. `choice` is whose value is there to begin with: that of the first record
 *         that has one. Records that the caller may not see are moved too, and not counted here.
 * Errors: those of merging, as far as they are known before.
 */
export async function previewMerge(ctx: RequestContext, objectName: string, id: string, from: readonly string[]): Promise<MergePreview> {
  const object = objectToMerge(ctx, objectName, id, from);
  const bodies: Body[] = [];
  for (const each of [id, ...from]) bodies.push(JSON.parse((await readRecord(ctx, object.name, each)).json) as Body);
  const fields = [...object.fields.values()].filter((field) => isChosen(ctx, field));
  const { pointers, compiled } = counting(ctx, object);
  const found = JSON.parse((await runStatement(ctx, compiled, { from })) ?? '[]') as number[];
  return {
    records: bodies.map((body) => ({ id: body.id, label: labelOf(object, body), version: body.version })),
    fields: fields.flatMap((field) => {
      const values = bodies.map((body) => body[field.name] ?? null);
      const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
      if (isSame) return [];
      const choice = Math.max(
        0,
        values.findIndex((value) => value !== null),
      );
      return [
        { field: field.name, label: field.label, values, mayChoose: mayChoose(ctx, field), choice: mayChoose(ctx, field) ? choice : 0 },
      ];
    }),
    related: pointers.flatMap(({ object: other, field }, index) => {
      const count = found[index] ?? 0;
      return count === 0 ? [] : [{ object: other.name, label: other.pluralLabel, field: field.name, fieldLabel: field.label, count }];
    }),
  };
}

/** What is compared: what people write. An automatic number and what is worked out stay those of the record that stays. */
function isChosen({ active, actor }: RequestContext, field: FieldModel): boolean {
  if (!isWritable(field) || fieldType(field.type).givenBy !== undefined) return false;
  return actor.kind === 'system' || fieldAccess(accessOf(active.model, actor, field.object), field.name).read.kind !== 'none';
}

/** A secret can not be taken over: nobody knows what it is. */
function mayChoose({ active, actor }: RequestContext, field: FieldModel): boolean {
  if (fieldType(field.type).isSecret) return false;
  return actor.kind === 'system' || fieldAccess(accessOf(active.model, actor, field.object), field.name).edit.kind !== 'none';
}

function labelOf({ nameField }: ObjectModel, body: Body): string | null {
  const value = body[nameField] ?? null;
  return typeof value === 'string' ? value : value === null ? null : JSON.stringify(value);
}

function counting(ctx: RequestContext, object: ObjectModel): Counts {
  return counts.get(ctx.active, JSON.stringify([rightsKey(ctx.actor), object.id]), () => {
    const scope = new QueryScope(ctx.active, ctx.actor);
    const seen = pointersTo(scope, object).filter(
      ({ object: other, field }) => scope.access(other.name).read.kind !== 'none' && scope.readRule(field).kind === 'all',
    );
    return { pointers: seen, compiled: { text: countPointing(scope, seen, object), params: scope.params } };
  });
}
