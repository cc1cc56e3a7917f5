import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, firstColumn, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { actorOf, causeOf } from './write-parts.js';

/**
 * A secret of one record, sealed as it is stored, and the note that it was opened: one statement, so that none is opened without the note. Inputs
 * `id`, `actor` and `cause`.
 *
 * Shape:  the answer is the sealed text; no row when there is no such record or value, or it is not the caller's to read.
 */
export function revealSecret(scope: QueryScope, object: ObjectModel, field: FieldModel): string {
  const { active, params } = scope;
  const read = scope.mayRead(object.name, 'r');
  const rule = scope.rule(scope.readRule(field), 'r');
  const sealed = at('r', firstColumn(active, field).name);
  const where = [
    liveRows(object, 'r', params.tenant),
    `r."id" = ${params.input('id', '::uuid')}`,
    `${sealed} is not null`,
    ...[read, rule].filter((condition) => condition !== 'true'),
  ];
  const note = `select ${params.tenant}, ${actorOf(scope)}, ${causeOf(scope)}, ${params.constant(object.id)}::text, s.id, ${params.constant(field.id)}::text from s`;
  return [
    `with s as materialized (select r."id" as id, ${sealed} as sealed from ${tableOf(active, object)} r where ${where.join(' and ')}),`,
    `n as (insert into "meta_v"."reveal" (tenant_id, actor, cause, object_id, record_id, field_id) ${note} returning 1)`,
    `select s.sealed from s where exists (select 1 from n)`,
  ].join(' ');
}

/** When secrets were opened, newest first. Inputs `before` (a number of the list, or null) and `limit`. */
export function selectReveals(scope: QueryScope): string {
  const { params } = scope;
  const before = params.input('before', '::bigint');
  return [
    `select coalesce(json_agg(json_build_object('seq', v.seq::text, 'at', to_char(v.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),`,
    `'by', v.name, 'cause', v.cause ->> 'kind', 'object', v.object_id, 'record', v.record_id, 'field', v.field_id) order by v.seq desc), '[]'::json)::text`,
    `from (select r.*, u."name" from "meta_v"."reveal" r left join ${tableOf(scope.active, scope.object('user'))} u on u."tenant_id" = ${params.tenant} and u."id" = r.actor`,
    `where r.tenant_id = ${params.tenant} and (${before} is null or r.seq < ${before}) order by r.seq desc limit ${params.input('limit', '::int')}) v`,
  ].join(' ');
}
