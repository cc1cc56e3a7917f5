import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { fieldRows, isToldOf, mayHide, sideJson } from './change-parts.js';
import { objectNumberOf, SEPARATOR_SQL, systemTable } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { recordRow } from './select-history.js';
import { isTracked, keptJson } from './write-parts.js';

/**
 * A field whose value at the version asked for was another than it is now.
 *
 * Shape:  `kept` is the value as history keeps it, null for none; `then` and `now` as an answer tells them. `isThere` says of links and files that
 *         what it led to is still there and the caller's to use. Where the caller may not read all that a link can lead to, it led to nothing else than
 *         what is shown: that there was more would tell of it.
 */
export type FieldThen = {
  readonly field: string;
  readonly kept: unknown;
  readonly then: unknown;
  readonly now: unknown;
  readonly mayEdit: boolean;
  readonly isThere: boolean;
};

/** Fields whose changes are kept and that the caller may read on some rows. */
export const trackedFields = (scope: QueryScope, object: ObjectModel): FieldModel[] =>
  [...object.fields.values()].filter((field) => isTracked(object, field) && scope.readRule(field).kind !== 'none');

/**
 * What of a record was different at a version: worked out backwards, from the first change of each field after it. Inputs `id` and `version`.
 *
 * Shape:  parts joined by a separator: the version now; ids of changed fields that the model no longer has, as a JSON array; FieldThen as a JSON
 *         array. No row when the record is not the caller's to read.
 */
export function selectVersion(scope: QueryScope, object: ObjectModel): string {
  const { active, params } = scope;
  const fields = trackedFields(scope, object);
  const known = params.constant([...object.fields.values()].map(({ id }) => id));
  const mayEdit = (field: FieldModel) => {
    const rule = scope.editRule(field);
    return [rule.kind === 'where' ? `(${scope.rule(rule, 'r')}) is true` : String(rule.kind === 'all')];
  };
  const rows = fields.length === 0 ? `(null::text, null::text, null::text, false, false)` : fieldRows(scope, fields, 'r', mayEdit);
  const now = fields.map((field) => `when ${params.constant(field.id)}::text then to_jsonb(${keptJson(active, field, 'r')})`);
  const changed = [
    `select distinct on (x.key) x.key, x.value -> 0 as kept from ${systemTable(active, 'sys_history')} h cross join lateral jsonb_each(h."diff") x`,
    `where h."tenant_id" = ${params.tenant} and h."object_no" = ${objectNumberOf(active, object)} and h."record_id" = ${params.input('id', '::uuid')} and h."version" > ${params.input('version', '::int')} and jsonb_typeof(x.value) = 'array'`,
    `order by x.key, h."version"`,
  ].join(' ');
  // Of a secret nothing is kept but that it changed.
  const secrets = fields.filter(({ type }) => fieldType(type).isSecret).map(({ id }) => id);
  const alwaysTold = secrets.length === 0 ? '' : ` or e.key = any(${params.constant(secrets)}::text[])`;
  const told = [
    `select f.id, f.name as field, f.place, ${keptThen(scope, fields)} as kept, ${sideJson(scope, fields, 0)} as "then", ${sideJson(scope, fields, 1)} as "now", f.may_edit as "mayEdit", ${isThere(scope, fields)} as "isThere"`,
    `from compared e join visible f on f.id = e.key where f.is_shown and (e.value -> 0 is distinct from e.value -> 1${alwaysTold})`,
  ].join(' ');
  return [
    `with record as materialized (${recordRow(scope, object)}),`,
    `visible as materialized (select v.id, v.name, v.label, v.is_shown, v.may_edit, row_number() over () as place from record r cross join lateral (values ${rows}) v(id, name, label, is_shown, may_edit)),`,
    `changed as materialized (${changed}),`,
    `compared as (select c.key, jsonb_build_array(c.kept, case c.key ${now.join(' ')} ${now.length === 0 ? 'when null then null' : ''} end) as value from changed c cross join record r)`,
    `select record."version" || ${SEPARATOR_SQL} || (select coalesce(json_agg(c.key order by c.key), '[]'::json) from changed c where c.key <> all(${known}::text[]))::text`,
    `|| ${SEPARATOR_SQL} || (select coalesce(json_agg(t order by t.place), '[]'::json) from (select u.field, u.place, u.kept, u."then", u."now", u."mayEdit", u."isThere" from (${told}) u where ${isToldOf(scope, fields, 'u.id', 'u."then"', 'u."now"')}) t)::text from record`,
  ].join(' ');
}

/** A value of `e` as history keeps it, but for links that the caller may not read. */
function keptThen(scope: QueryScope, fields: readonly FieldModel[]): string {
  const hiding = fields.filter((field) => mayHide(scope, field));
  const ids = (isMany: boolean) => hiding.filter(({ type }) => (fieldType(type).link === 'many') === isMany).map(({ id }) => id);
  const shown = sideJson(scope, hiding, 0, 'k');
  const arms = [
    [ids(false), `case when (${shown}) is not null then e.value -> 0 end`],
    [ids(true), `(select jsonb_agg(m ->> 'id') from json_array_elements(${shown}) m)`],
  ] as const;
  const some = arms
    .filter(([of]) => of.length > 0)
    .map(([of, sql]) => `when e.key = any(${scope.params.constant(of)}::text[]) then ${sql}`);
  return some.length === 0 ? 'e.value -> 0' : `case ${some.join(' ')} else e.value -> 0 end`;
}

/** Whether what a kept link or file of `e` leads to is all there; true of everything that leads nowhere. */
function isThere(scope: QueryScope, all: readonly FieldModel[]): string {
  const { params } = scope;
  const fields = all.filter((field) => !mayHide(scope, field));
  const ids = (test: (field: FieldModel) => boolean) => fields.filter(test).map(({ id }) => id);
  const files = ids(({ type }) => fieldType(type).holds !== undefined);
  const many = ids(({ type }) => fieldType(type).link === 'many');
  const links = ids(({ type }) => ['one', 'any'].includes(fieldType(type).link ?? ''));
  const told = sideJson(scope, fields, 0, 'i');
  const arms = [
    ...(files.length === 0
      ? []
      : [
          `when e.key = any(${params.constant(files)}::text[]) then exists (select 1 from "meta_v"."file" w where w.tenant_id = ${params.tenant} and w.id = (e.value ->> 0)::uuid and w.created_by = ${params.user})`,
        ]),
    ...(many.length === 0
      ? []
      : [
          `when e.key = any(${params.constant(many)}::text[]) then coalesce(json_array_length(${told}), 0) = jsonb_array_length(e.value -> 0)`,
        ]),
    ...(links.length === 0 ? [] : [`when e.key = any(${params.constant(links)}::text[]) then (${told}) is not null`]),
  ];
  return `case when coalesce(e.value -> 0, 'null'::jsonb) = 'null'::jsonb then true ${arms.join(' ')} else true end`;
}
