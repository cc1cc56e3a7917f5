import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { fieldType } from '../fields/registry.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { fileJson } from './files.js';
import { isReference, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { anyLinkJson, labelOf, listJson, referenceJson } from './select-list.js';

/** What the reader may hear about how changes came about, besides what rights on records say. */
export type Curiosity = {
  /** Looks after automation: may follow a change into the run that made it. */
  readonly runs: boolean;
  /** Looks after people: may know the names of keys that are not their own. */
  readonly keys: boolean;
  /** Edits metadata: may hear of fields that were retired. */
  readonly retired: boolean;
};

/** An instant as the API writes it. */
export const instantSql = (sql: string): string => `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Fields of which changes are kept and told to the caller on some rows at least. Nothing of a computed field is kept. */
export const toldFields = (scope: QueryScope, object: ObjectModel): FieldModel[] =>
  [...object.fields.values()].filter((field) => field.computed === undefined && scope.readRule(field).kind !== 'none');

/**
 * The fields whose changes are those of the field `name`: itself, or what a formula reads of the record. Undefined for a name that does not
 * exist or may not be read.
 */
export function fieldsBehind(scope: QueryScope, object: ObjectModel, name: string): FieldModel[] | undefined {
  const field = object.fields.get(name);
  if (field === undefined || field.name === 'deleted_at' || scope.readRule(field).kind === 'none') return undefined;
  if (field.computed === undefined) return [field];
  if (field.computed.kind === 'rollup') return [];
  const read = new Set([...fieldsRead(field.computed.expression), ...field.computed.money].flatMap(([step]) => step?.field ?? []));
  return [...read].flatMap((each) => fieldsBehind(scope, object, each) ?? []);
}

/** Rows (id, name, label, whether the row of `alias` shows it) of fields, for `values`. */
export function fieldRows(
  scope: QueryScope,
  fields: readonly FieldModel[],
  alias: string,
  more: (field: FieldModel) => string[] = () => [],
): string {
  const { params } = scope;
  const rows = fields.map((field) => {
    const rule = scope.readRule(field);
    const shown = rule.kind === 'where' ? scope.rule(rule, alias) : String(rule.kind === 'all');
    const texts = [field.id, field.name, field.label].map((text) => `${params.constant(text)}::text`);
    return `(${[...texts, shown, ...more(field)].join(', ')})`;
  });
  return rows.join(', ');
}

/** Fields that hold files, of some fields. */
export const fileFields = (fields: readonly FieldModel[]): FieldModel[] => fields.filter(({ type }) => fieldType(type).holds !== undefined);

/** Who did it, of the history row `alias`: as far as the caller may read users. */
export function byJson(scope: QueryScope, person: string, alias = 'a'): string {
  const user = scope.object('user');
  const read = scope.mayRead('user', alias);
  return `(select json_build_object('id', ${alias}."id", 'label', ${labelOf(scope, user, alias)}) from ${tableOf(scope.active, user)} ${alias} where ${alias}."tenant_id" = ${scope.params.tenant} and ${alias}."id" = ${person}${read === 'true' ? '' : ` and ${read}`})`;
}

/**
 * Why it was done, of SQL for a cause and for who did it.
 *
 * Shape:  {kind, label, workflow?, step?, run?, restores?, undoes?}. A workflow is named to whoever may read the records it is about, a key to who it
 *         belongs to and who looks after people; for anybody else `label` is null. A run is named to who looks after automation.
 */
export function causeJson(scope: QueryScope, cause: string, actor: string, { runs, keys }: Curiosity): string {
  const { params } = scope;
  const told = [...scope.active.model.workflows.values()].filter(({ object }) => runs || scope.access(object).read.kind !== 'none');
  const named = told.map(({ id, name, label, nodes }) => {
    const steps = Object.fromEntries(nodes.map((node) => [node.id, node.label ?? null]));
    return [id, { name, label, steps }] as const;
  });
  const known = `(${params.constant(JSON.stringify(Object.fromEntries(named)))}::jsonb -> (${cause} ->> 'workflow'))`;
  const label = [
    `when 'workflow' then coalesce(${known} ->> 'label'${runs ? `, ${cause} ->> 'label'` : ''})`,
    `when 'api_key' then case when ${keys ? 'true' : `${actor} = ${params.user}`} then ${cause} ->> 'label' end`,
  ];
  const steps = `json_build_object('id', ${cause} ->> 'step', 'label', ${known} -> 'steps' ->> (${cause} ->> 'step'))`;
  const ofWorkflow = [
    `'workflow', ${known} -> 'name'`,
    `'step', case when ${known} is not null and ${cause} ? 'step' then ${steps} end`,
    ...(runs ? [`'run', ${cause} -> 'runId'`] : []),
  ];
  return [
    `jsonb_build_object('kind', ${cause} ->> 'kind', 'label', case ${cause} ->> 'kind' ${label.join(' ')} else ${cause} ->> 'label' end)`,
    `case when ${cause} ->> 'kind' = 'workflow' then jsonb_strip_nulls(jsonb_build_object(${ofWorkflow.join(', ')})) else '{}'::jsonb end`,
    `jsonb_strip_nulls(jsonb_build_object('restores', ${cause} -> 'restores', 'undoes', ${cause} -> 'undoes'))`,
  ].join(' || ');
}

/** Whether a field links to records of which the caller may not read all: a link to one of the others is shown as none. */
export function mayHide(scope: QueryScope, { type, target, targets = [] }: FieldModel): boolean {
  if (fieldType(type).link === undefined || type === 'id') return false;
  return (target === undefined ? targets : [target]).some((name) => scope.access(name).read.kind !== 'all');
}

/**
 * Whether a change of field `key` may be told at all, of SQL for both sides as they are shown: that a link went from one record one may not read to
 * another, or to none, is not.
 */
export function isToldOf(scope: QueryScope, fields: readonly FieldModel[], key: string, before: string, after: string): string {
  const links = fields.filter((field) => mayHide(scope, field));
  if (links.length === 0) return 'true';
  const ids = scope.params.constant(links.map(({ id }) => id));
  return `(${key} <> all(${ids}::text[]) or ${before}::text is distinct from ${after}::text)`;
}

/**
 * One side of a kept change `e` (key: field id, value: [before, after]): links are shown by the label of what they point to, files by their names,
 * as far as the caller may read that.
 */
export function sideJson(scope: QueryScope, fields: readonly FieldModel[], side: 0 | 1, prefix = ''): string {
  const byTarget = new Map<string, string[]>();
  for (const field of fields) {
    if (!isReference(field) || field.type === 'id') continue;
    byTarget.set(field.target, [...(byTarget.get(field.target) ?? []), field.id]);
  }
  const arms = [...byTarget].map(
    ([target, ids], index) =>
      `when e.key = any(${scope.params.constant(ids)}::text[]) then ${referenceJson(scope, scope.object(target), `(e.value ->> ${side})::uuid`, `${prefix}h${side}_${index}`)}`,
  );
  const value = `(e.value -> ${side})`;
  for (const field of fields) {
    if (fieldType(field.type).link !== 'many') continue;
    const ids = `(select array_agg(x::uuid) from jsonb_array_elements_text(case when jsonb_typeof(${value}) = 'array' then ${value} else '[]' end) x)`;
    arms.push(`when e.key = ${scope.params.constant(field.id)}::text then ${listJson(scope, field, ids)}`);
  }
  for (const [index, field] of fields.entries()) {
    if (fieldType(field.type).link !== 'any') continue;
    const link = anyLinkJson(scope, field, `(${value} ->> 'id')::uuid`, `(${value} ->> 'object')`, `${prefix}p${side}_${index}`);
    arms.push(`when e.key = ${scope.params.constant(field.id)}::text then ${link}`);
  }
  const files = fields.filter(({ type }) => fieldType(type).holds !== undefined).map(({ id }) => id);
  if (files.length > 0)
    arms.push(`when e.key = any(${scope.params.constant(files)}::text[]) then ${fileJson(scope, `(e.value ->> ${side})::uuid`)}`);
  const plain = `${value}::json`;
  return arms.length === 0 ? plain : `case ${arms.join(' ')} else ${plain} end`;
}
