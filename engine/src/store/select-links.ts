import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, columnsOf, liveRows, objectNumberOf, pointsTo, systemTable, tableOf } from './physical-names.js';
import { Parameters } from './parameters.js';
import type { QueryScope } from './query-scope.js';
import { referenceJson } from './select-list.js';

/** A field by which records of `object` point to records of another object. */
export type Pointer = { readonly object: ObjectModel; readonly field: FieldModel };

/** Every field of the model that can point to records of `target`, in the order of the model. */
export function pointersTo(scope: QueryScope, target: ObjectModel): Pointer[] {
  return [...scope.active.model.objects.values()].flatMap((object) =>
    object.system
      ? []
      : [...object.fields.values()]
          .filter((field) => field.computed === undefined && field.type !== 'id' && pointsAt(field, target))
          .map((field) => ({ object, field })),
  );
}

const pointsAt = ({ target, targets = [] }: FieldModel, { name }: ObjectModel): boolean => target === name || targets.includes(name);

/** Rows by way of an index: from the few records that are merged to those that point to them. */
const rowsPointing = (scope: QueryScope, pointer: Pointer, target: ObjectModel): string => {
  const from = scope.params.input('from', '::uuid[]');
  return `unnest(${from}) f(id) join ${tableOf(scope.active, pointer.object)} d on ${pointsTo(scope.active, pointer.field, 'd', target, 'f.id')}`;
};

/**
 * The records that point to those that are merged, with what they point to now: a JSON list of [id, list of ids or null]. Input `from`.
 * Those that are merged are left out themselves.
 */
export function selectPointing(scope: QueryScope, pointer: Pointer, target: ObjectModel): string {
  const { object, field } = pointer;
  const [column = ''] = columnsOf(scope.active, field).map(({ name }) => at('d', name));
  const list = fieldType(field.type).link === 'many' ? `to_json(${column})` : 'null::json';
  const isOwn = object === target ? ` and d."id" <> all(${scope.params.input('from', '::uuid[]')})` : '';
  return `select coalesce(json_agg(json_build_array(t.id, t.list) order by t.id), '[]'::json)::text from (select distinct on (d."id") d."id" as id, ${list} as list from ${rowsPointing(scope, pointer, target)} where ${liveRows(object, 'd', scope.params.tenant)}${isOwn} order by d."id") t`;
}

/** How many records the caller sees that point to those of input `from`, by each of the pointers: a JSON list of numbers in their order. */
export function countPointing(scope: QueryScope, pointers: readonly Pointer[], target: ObjectModel): string {
  const counts = pointers.map((pointer) => {
    const { object } = pointer;
    const read = scope.mayRead(object.name, 'd');
    return `(select count(distinct d."id") from ${rowsPointing(scope, pointer, target)} where ${liveRows(object, 'd', scope.params.tenant)}${read === 'true' ? '' : ` and ${read}`})`;
  });
  return `select json_build_array(${counts.join(', ')})::text where ${scope.params.tenant} is not null`;
}

/** Where a merged record went, as {id, label}: input `id`. No row unless the caller might have read it; null when the record that stayed is not theirs to read. */
export function selectMergedInto(scope: QueryScope, object: ObjectModel): string {
  const { active, params } = scope;
  const read = scope.mayRead(object.name, 'd');
  const history = `select h."cause" ->> 'into' as into, h."op" from ${systemTable(active, 'sys_history')} h where h."tenant_id" = ${params.tenant} and h."object_no" = ${objectNumberOf(active, object)} and h."record_id" = d."id" order by h."version" desc limit 1`;
  return `select json_build_object('into', l.into, 'record', ${referenceJson(scope, object, 'l.into::uuid', 'm')})::text from ${tableOf(active, object)} d cross join lateral (${history}) l where d."tenant_id" = ${params.tenant} and d."deleted_at" is not null and d."id" = ${params.input('id', '::uuid')} and l.op = 'delete' and l.into is not null${read === 'true' ? '' : ` and ${read}`}`;
}

/**
 * Gives the record `into` the shares of those of input `from`, of each person the one that gives most. Inputs `into`, `operation` and `actor`.
 *
 * Shape:  who has a share of it already keeps that as it is.
 */
export function copyShares(object: ObjectModel): { text: string; params: Parameters } {
  const params = new Parameters();
  const of = `s.tenant_id = ${params.tenant} and s.object_id = ${params.constant(object.id)} and s.record_id = any(${params.input('from', '::uuid[]')}) and (s.expires_at is null or s.expires_at > now())`;
  return {
    text:
      `insert into "meta_v"."record_share" (tenant_id, object_id, record_id, principal_id, may_edit, expires_at, shared_by, reason, operation) ` +
      `select distinct on (s.principal_id) ${params.tenant}, s.object_id, ${params.input('into', '::uuid')}, s.principal_id, s.may_edit, s.expires_at, ${params.input('actor', '::uuid')}, s.reason, ${params.input('operation', '::uuid')} ` +
      `from "meta_v"."record_share" s where ${of} order by s.principal_id, s.may_edit desc, s.expires_at desc nulls first on conflict do nothing`,
    params,
  };
}

/** Takes back the shares that a merge gave, input `operation`, but for those that somebody changed since. */
export function removeCopiedShares(): { text: string; params: Parameters } {
  const params = new Parameters();
  return {
    text: `delete from "meta_v"."record_share" s where s.tenant_id = ${params.tenant} and s.operation = ${params.input('operation', '::uuid')}`,
    params,
  };
}
