import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { fileJson } from './files.js';
import { allColumns } from './list-conditions.js';
import { at, isReference, liveRows, objectNumberOf, SEPARATOR_SQL, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { anyLinkJson, labelOf, listJson, referenceJson } from './select-list.js';

/**
 * The changes of one record, newest first, as far as the caller may read its fields today. Inputs `id` and, behind the first page, `before`
 * (a version).
 *
 * Shape:  parts joined by a separator: the version to go on from, or nothing; then the entries as a JSON array. An update of which the caller
 *         may see nothing is left out. No row when the record is not the caller's to read.
 */
export function selectHistory(scope: QueryScope, object: ObjectModel, limit: number, isFirstPage: boolean): string {
  const { active, params } = scope;
  const id = params.input('id', '::uuid');
  const read = scope.mayRead(object.name, 'r');
  const columns = allColumns(scope, object).map((name) => at('r', name));
  const record = `select ${columns.join(', ')} from ${tableOf(active, object)} r where ${liveRows(object, 'r', params.tenant)} and r."id" = ${id}${read === 'true' ? '' : ` and ${read}`}`;
  // Nothing of a computed field is kept: the changes of what it is made of are.
  const fields = [...object.fields.values()].filter((field) => field.computed === undefined && scope.readRule(field).kind !== 'none');
  const visible = fields.map((field) => {
    const rule = scope.readRule(field);
    return `(${params.constant(field.id)}::text, ${params.constant(field.name)}::text, ${params.constant(field.label)}::text, ${rule.kind === 'where' ? scope.rule(rule, 'r') : 'true'})`;
  });
  const number = objectNumberOf(active, object);
  const older = isFirstPage ? '' : ` and h."version" < ${params.input('before', '::int')}`;
  const user = scope.object('user');
  // What was kept is the label of that day, in the language of nobody in particular.
  const workflows = Object.fromEntries([...active.model.workflows.values()].map((workflow) => [workflow.id, workflow.label]));
  const causeLabel = `coalesce(${params.constant(JSON.stringify(workflows))}::jsonb ->> (t.cause ->> 'workflow'), t.cause ->> 'label')`;
  const entries = [
    `select h."version", h."at", h."op", h."cause", h."operation",`,
    `(select json_build_object('id', a."id", 'label', ${labelOf(scope, user, 'a')}) from ${tableOf(active, user)} a where a."tenant_id" = ${params.tenant} and a."id" = h."actor") as by,`,
    `(select json_agg(json_build_object('field', f.name, 'label', f.label, 'before', ${sideJson(scope, fields, 0)}, 'after', ${sideJson(scope, fields, 1)}) order by f.place)`,
    `from jsonb_each(h."diff") e join visible f on f.id = e.key and f.is_shown) as changes`,
    `from ${systemTable(active, 'sys_history')} h where h."tenant_id" = ${params.tenant} and h."object_no" = ${number} and h."record_id" = ${id}${older}`,
  ].join(' ');
  return [
    `with record as materialized (${record}),`,
    `visible as materialized (select v.id, v.name, v.label, v.is_shown, row_number() over () as place from record r cross join lateral (values ${visible.join(', ')}) v(id, name, label, is_shown)),`,
    `entries as materialized (select * from (${entries}) x where x.op <> 'update' or x.changes is not null order by x.version desc limit ${limit + 1})`,
    `select coalesce(case when (select count(*) from entries) > ${limit} then (select version::text from entries order by version desc offset ${limit - 1} limit 1) end, '')`,
    `|| ${SEPARATOR_SQL} || (select coalesce(json_agg(json_build_object('at', to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'by', t.by, 'operation', t.op, 'operationId', t.operation,`,
    `'cause', json_build_object('kind', t.cause ->> 'kind', 'label', ${causeLabel}), 'version', t.version, 'changes', coalesce(t.changes, '[]'::json)) order by t.version desc), '[]'::json)`,
    `from (select * from entries order by version desc limit ${limit}) t)::text from record`,
  ].join(' ');
}

/** One side of a change: links are shown by the label of what they point to, as far as the caller may read that. */
function sideJson(scope: QueryScope, fields: readonly FieldModel[], side: 0 | 1): string {
  const byTarget = new Map<string, string[]>();
  for (const field of fields) {
    if (!isReference(field) || field.type === 'id') continue;
    byTarget.set(field.target, [...(byTarget.get(field.target) ?? []), field.id]);
  }
  const arms = [...byTarget].map(
    ([target, ids], index) =>
      `when e.key = any(${scope.params.constant(ids)}::text[]) then ${referenceJson(scope, scope.object(target), `(e.value ->> ${side})::uuid`, `h${side}_${index}`)}`,
  );
  const value = `(e.value -> ${side})`;
  for (const field of fields) {
    if (fieldType(field.type).link !== 'many') continue;
    const ids = `(select array_agg(x::uuid) from jsonb_array_elements_text(case when jsonb_typeof(${value}) = 'array' then ${value} else '[]' end) x)`;
    arms.push(`when e.key = ${scope.params.constant(field.id)}::text then ${listJson(scope, field, ids)}`);
  }
  for (const [index, field] of fields.entries()) {
    if (fieldType(field.type).link !== 'any') continue;
    const link = anyLinkJson(scope, field, `(${value} ->> 'id')::uuid`, `(${value} ->> 'object')`, `p${side}_${index}`);
    arms.push(`when e.key = ${scope.params.constant(field.id)}::text then ${link}`);
  }
  const files = fields.filter(({ type }) => fieldType(type).holds !== undefined).map(({ id }) => id);
  if (files.length > 0)
    arms.push(`when e.key = any(${scope.params.constant(files)}::text[]) then ${fileJson(scope, `(e.value ->> ${side})::uuid`)}`);
  const plain = `${value}::json`;
  return arms.length === 0 ? plain : `case ${arms.join(' ')} else ${plain} end`;
}
