import type { ChangeCause } from '@fieldstone/metadata/types/wire.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { byJson, causeJson, instantSql, type Curiosity } from './change-parts.js';
import { partsOf, type Part } from './delete-record.js';
import { allColumns } from './list-conditions.js';
import { at, columnsOf, firstColumn, isReference, liveRows, objectNumberOf, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { labelOf, readableLink } from './select-list.js';
import { keptJson } from './write-parts.js';

/** What one operation did: who, when, why, and to how many records of which objects, by the number of the object. */
export type OperationHead = {
  readonly at: string;
  readonly actor: string | null;
  readonly by: { readonly id: string; readonly label: string | null } | null;
  readonly cause: ChangeCause;
  /** Of a merge: the record that stayed. */
  readonly into: string | null;
  readonly objects: readonly { readonly number: number; readonly records: number }[];
};

/** A field that the operation changed, of one record. */
export type OperationField = {
  readonly id: string;
  /** As history keeps it; of a list of links only those that the caller may give. */
  readonly before: unknown;
  /** Nobody has changed it since: the value is the one that the operation left, and nobody has set it back to that. */
  readonly isSame: boolean;
  /** False where no former value was kept. */
  readonly isKept: boolean;
  readonly isShown: boolean;
  /** Some records of the list are gone. */
  readonly isShort: boolean;
};

/** One record of an operation, as it is now. */
export type OperationRecord = {
  readonly id: string;
  readonly isThere: boolean;
  readonly mayRead: boolean;
  readonly label: string | null;
  readonly version: number;
  /** Where it lies in the recycle bin: the operation that moved it there. */
  readonly bin: string | null;
  readonly isDeleted: boolean;
  /** What happened to it, in no order. */
  readonly did: readonly ('create' | 'update' | 'delete' | 'restore')[];
  /** A merge gave it another record to point to, and did nothing else with it; nobody chose that value. */
  readonly isMoved: boolean;
  /** Somebody else has changed it since; of what was made or brought back, also what is part of it. */
  readonly isChanged: boolean;
  /** What it is part of lies in the recycle bin by the same operation: it comes back with that. */
  readonly goesAlong: boolean;
  /** Operations that took this one back. */
  readonly undoneBy: readonly string[];
  readonly fields: readonly OperationField[];
};

/** The head of an operation, input `operation`. No row when nothing was kept of it. */
export function selectOperation(scope: QueryScope, curiosity: Curiosity): string {
  const { active, params } = scope;
  const history = systemTable(active, 'sys_history');
  const rows = `select h."object_no", h."record_id", h."at", h."actor", h."cause" from ${history} h where h."tenant_id" = ${params.tenant} and h."operation" = ${params.input('operation', '::uuid')}`;
  const objects = `(select json_agg(json_build_object('number', c."object_no", 'records', c.records) order by c."object_no") from (select "object_no", count(distinct "record_id") as records from rows group by "object_no") c)`;
  return [
    `with rows as materialized (${rows}), f as materialized (select "at", "actor", "cause" from rows order by "at" limit 1)`,
    `select json_build_object('at', ${instantSql('f."at"')}, 'actor', f."actor", 'by', ${byJson(scope, 'f."actor"')}, 'cause', ${causeJson(scope, 'f."cause"', 'f."actor"', curiosity)}, 'into', f."cause" ->> 'into', 'objects', ${objects})::text from f`,
  ].join(' ');
}

/**
 * The records of one object that an operation touched, each with what it changed and whether that is still so. Inputs `operation`, `after` (an id or
 * null) and `ids` (a list, or null for all).
 *
 * Shape:  a JSON list in the order of ids, at most `limit`. Several changes of one record in one operation count as one: the value before the first and
 *         the value after the last. What the caller may not read is in it, marked: it is for the use case to leave out.
 */
export function selectOperationRecords(scope: QueryScope, object: ObjectModel, limit: number): string {
  const { active, params } = scope;
  const operation = params.input('operation', '::uuid');
  const history = systemTable(active, 'sys_history');
  const number = objectNumberOf(active, object);
  const ids = params.input('ids', '::uuid[]');
  const after = params.input('after', '::uuid');
  const ofRecord = `h."tenant_id" = ${params.tenant} and h."object_no" = ${number}`;
  const h = `select h."record_id", h."version", h."op", h."diff", h."actor", h."cause" from ${history} h where ${ofRecord} and h."operation" = ${operation} and (${ids} is null or h."record_id" = any(${ids})) and (${after} is null or h."record_id" > ${after})`;
  const r = `select "record_id", max("version") as last, (array_agg("actor" order by "version" desc))[1] as actor, array_agg(distinct "op") as did, bool_and("cause" ->> 'moved' is not null) as moved from h group by "record_id" order by "record_id" limit ${limit}`;
  const f = [
    'select h."record_id", e.key, (array_agg(e.value -> 0 order by h."version"))[1] as before, (array_agg(e.value -> 1 order by h."version" desc))[1] as after,',
    `bool_and(jsonb_typeof(e.value) = 'array') as kept`,
    `from h join r on r."record_id" = h."record_id" cross join lateral jsonb_each(h."diff") e where h."op" = 'update' group by 1, 2`,
  ].join(' ');
  const columns = allColumns(scope, object).map((name) => at('d', name));
  const d = `select ${columns.join(', ')}, d."deleted_batch" from ${tableOf(active, object)} d join r on d."id" = r."record_id" where d."tenant_id" = ${params.tenant}`;
  const later = `${history} h where ${ofRecord} and h."record_id" = r."record_id" and h."version" > r.last`;
  const members = [
    `'id', r."record_id"`,
    `'isThere', d."id" is not null`,
    `'mayRead', coalesce(${scope.mayRead(object.name, 'd')}, false) and d."id" is not null`,
    `'label', ${labelOf(scope, object, 'd')}`,
    `'version', d."version"`,
    `'bin', d."deleted_batch"`,
    `'isDeleted', d."deleted_at" is not null`,
    `'did', r.did`,
    `'isMoved', r.moved`,
    `'isChanged', d."updated_by" is distinct from r.actor or exists (select 1 from ${later} and h."actor" is distinct from r.actor) or (r.did && array['create', 'restore'] and ${partsChanged(scope, object)})`,
    `'goesAlong', ${goesAlong(scope, object, operation)}`,
    `'undoneBy', (select coalesce(json_agg(distinct h."operation"), '[]'::json) from ${later} and h."cause" ->> 'undoes' = ${operation}::text)`,
    `'fields', (select coalesce(json_agg(${fieldJson(scope, object, later)} order by f.key), '[]'::json) from f where f."record_id" = r."record_id")`,
  ];
  return [
    `with h as materialized (${h}), r as materialized (${r}), f as materialized (${f}), d as materialized (${d})`,
    `select coalesce(json_agg(json_build_object(${members.join(', ')}) order by r."record_id"), '[]'::json)::text`,
    `from r left join d on d."id" = r."record_id"`,
  ].join(' ');
}

/** Whether the record that the row `d` is part of went to the recycle bin with it: by the operation that the SQL names. */
export function goesAlong(scope: QueryScope, object: ObjectModel, operation: string): string {
  const parents = [...object.fields.values()].filter(isReference).filter(({ type }) => fieldType(type).isPart === true);
  const gone = parents.map((field) => {
    const parent = scope.object(field.target);
    const id = at('d', firstColumn(scope.active, field).name);
    return `exists (select 1 from ${tableOf(scope.active, parent)} p where p."tenant_id" = ${scope.params.tenant} and p."id" = ${id} and p."deleted_batch" = ${operation})`;
  });
  return gone.length === 0 ? 'false' : `(${gone.join(' or ')})`;
}

/** Whether somebody else made or changed something that is part of the row `d`: it would go to the recycle bin with it. */
function partsChanged(scope: QueryScope, object: ObjectModel): string {
  const parts = partsOf(scope, object);
  const changed = parts.slice(1).map((part, index) => {
    const last = index + 1;
    const tables: string[] = [];
    const where = [`p${last}."updated_by" is distinct from r.actor`];
    for (let at = last, here: Part | undefined = part; here?.by !== undefined; at = here.parent, here = parts[at]) {
      tables.push(`${tableOf(scope.active, here.object)} p${at}`);
      const parent = here.parent === 0 ? 'd' : `p${here.parent}`;
      where.push(
        liveRows(here.object, `p${at}`, scope.params.tenant),
        `p${at}."${firstColumn(scope.active, here.by).name}" = ${parent}."id"`,
      );
    }
    return `exists (select 1 from ${tables.join(' cross join ')} where ${where.join(' and ')})`;
  });
  return changed.length === 0 ? 'false' : `(${changed.join(' or ')})`;
}

const asJson = (scope: QueryScope, field: FieldModel): string => `jsonb_build_array(${keptJson(scope.active, field, 'd')}) -> 0`;

/** One field of `f` beside the row `d`. Fields that are no more have no arm, and neither have those that the caller may not read on any record. */
function fieldJson(scope: QueryScope, object: ObjectModel, later: string): string {
  const fields = [...object.fields.values()].filter((field) => field.computed === undefined && columnsOf(scope.active, field).length > 0);
  const id = ({ id: of }: FieldModel) => `'${of.replaceAll("'", "''")}'`;
  const shown = fields.flatMap((field) => {
    const rule = scope.readRule(field);
    return rule.kind === 'none' ? [] : [`when ${id(field)} then coalesce(${scope.rule(rule, 'd')}, false)`];
  });
  const now = fields.map((field) => `when ${id(field)} then ${asJson(scope, field)}`);
  const lists = fields.filter(({ type }) => fieldType(type).link === 'many');
  const given = lists.map((field) => `when ${id(field)} then ${listed(scope, field, false)}`);
  const short = lists.map((field) => `when ${id(field)} then ${listed(scope, field, true)}`);
  const before = given.length === 0 ? 'f.before' : `case f.key ${given.join(' ')} else f.before end`;
  const members = [
    `'id', f.key`,
    `'before', ${before}`,
    `'isSame', (case f.key ${now.join(' ')} end) is not distinct from f.after and not exists (select 1 from ${later} and h."diff" ? f.key)`,
    `'isKept', f.kept`,
    `'isShown', ${shown.length === 0 ? 'false' : `case f.key ${shown.join(' ')} else false end`}`,
    `'isShort', ${short.length === 0 ? 'false' : `case f.key ${short.join(' ')} else false end`}`,
  ];
  return `json_build_object(${members.join(', ')})`;
}

/** Of a list of links as it was, what the caller may give; or whether some of it is gone that is not in the list now. */
function listed(scope: QueryScope, field: FieldModel, isMissing: boolean): string {
  const target = scope.object(field.targets?.[0] ?? '');
  const there = `exists (select 1 from ${tableOf(scope.active, target)} l where ${readableLink(scope, target, 'l')} and l."id" = x.id::uuid)`;
  const was = `jsonb_array_elements_text(case when jsonb_typeof(f.before) = 'array' then f.before else '[]' end) x(id)`;
  if (!isMissing) return `(select jsonb_agg(x.id order by x.id) from ${was} where ${there})`;
  const column = at('d', firstColumn(scope.active, field).name);
  return `exists (select 1 from ${was} where not ${there} and (x.id::uuid = any(${column})) is not true)`;
}
