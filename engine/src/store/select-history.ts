import type { FieldModel, ObjectModel } from '../model/types.js';
import { byJson, causeJson, fieldRows, instantSql, isToldOf, sideJson, toldFields, type Curiosity } from './change-parts.js';
import { allColumns } from './list-conditions.js';
import { at, liveRows, objectNumberOf, SEPARATOR_SQL, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { labelOf } from './select-list.js';

/** Which changes: all, or those of some fields; a page of them, or what comes before a version. */
export type HistoryAsked = {
  readonly limit: number;
  readonly isFirstPage: boolean;
  readonly fields?: readonly FieldModel[];
  readonly curiosity: Curiosity;
};

/** The live record `r` whose id is input `id`, when the caller may read it. */
export function recordRow(scope: QueryScope, object: ObjectModel): string {
  const { params } = scope;
  const read = scope.mayRead(object.name, 'r');
  const columns = allColumns(scope, object).map((name) => at('r', name));
  return `select ${columns.join(', ')} from ${tableOf(scope.active, object)} r where ${liveRows(object, 'r', params.tenant)} and r."id" = ${params.input('id', '::uuid')}${read === 'true' ? '' : ` and ${read}`}`;
}

/**
 * The changes of one record, newest first, as far as the caller may read its fields today. Inputs `id` and, behind the first page, `before`
 * (a version).
 *
 * Shape:  parts joined by a separator: the version to go on from, or nothing; the label of the record as JSON; then the entries as a JSON array.
 *         An update of which the caller may see nothing is left out, and with `fields` everything that changed none of them. No row when the record
 *         is not the caller's to read.
 */
export function selectHistory(scope: QueryScope, object: ObjectModel, { limit, isFirstPage, fields, curiosity }: HistoryAsked): string {
  const { active, params } = scope;
  const wanted = fields ?? toldFields(scope, object);
  const number = objectNumberOf(active, object);
  const older = isFirstPage ? '' : ` and h."version" < ${params.input('before', '::int')}`;
  const entries = [
    `select h."version", h."at", h."op", h."cause", h."actor", h."rev", h."operation", ${byJson(scope, 'h."actor"')} as by,`,
    `(select json_agg(json_build_object('field', c.name, 'label', c.label, 'before', c."before", 'after', c."after") order by c.place)`,
    `from (select e.key, f.name, f.label, f.place, ${sideJson(scope, wanted, 0)} as "before", ${sideJson(scope, wanted, 1)} as "after"`,
    `from jsonb_each(h."diff") e join visible f on f.id = e.key and f.is_shown where jsonb_typeof(e.value) = 'array') c`,
    `where ${isToldOf(scope, wanted, 'c.key', 'c."before"', 'c."after"')}) as changes`,
    `from ${systemTable(active, 'sys_history')} h where h."tenant_id" = ${params.tenant} and h."object_no" = ${number} and h."record_id" = ${params.input('id', '::uuid')}${older}`,
  ].join(' ');
  const isTold = fields === undefined ? `x.op <> 'update' or x.changes is not null` : 'x.changes is not null';
  const rows = wanted.length === 0 ? `(null::text, null::text, null::text, false)` : fieldRows(scope, wanted, 'r');
  return [
    `with record as materialized (${recordRow(scope, object)}),`,
    `visible as materialized (select v.id, v.name, v.label, v.is_shown, row_number() over () as place from record r cross join lateral (values ${rows}) v(id, name, label, is_shown)),`,
    `entries as materialized (select * from (${entries}) x where ${isTold} order by x.version desc limit ${limit + 1})`,
    `select coalesce(case when (select count(*) from entries) > ${limit} then (select version::text from entries order by version desc offset ${limit - 1} limit 1) end, '')`,
    `|| ${SEPARATOR_SQL} || coalesce(to_json(${labelOf(scope, object, 'record')}), 'null'::json)::text`,
    `|| ${SEPARATOR_SQL} || (select coalesce(json_agg(json_build_object('at', ${instantSql('t.at')}, 'by', t.by, 'operation', t.op, 'operationId', t.operation,`,
    `'cause', ${causeJson(scope, 't.cause', 't.actor', curiosity)}, 'version', t.version, 'revision', t.rev, 'changes', coalesce(t.changes, '[]'::json)) order by t.version desc), '[]'::json)`,
    `from (select * from entries order by version desc limit ${limit}) t)::text from record`,
  ].join(' ');
}
