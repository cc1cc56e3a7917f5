import { fieldType } from '../fields/registry.js';
import { byTarget } from '../fields/polymorphic.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import type { Selection } from './field-selection.js';
import { fileJson } from './files.js';
import { at, columnsOf, columnsRead, firstColumn, isReference, liveRows, pgTypeOf, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';

/** The members of one record as SQL: select items, the joins they need, and the columns of the record they read. */
export type SelectList = { readonly items: readonly string[]; readonly joins: readonly string[]; readonly columns: ReadonlySet<string> };

type Draft = { joins: string[]; masks: Map<string, string>; prefix: string; next: number };

/**
 * Compiles selected fields of the rows of `alias` (a page of records, already limited) to select items named by API name.
 *
 * Shape:  a lookup is joined once and reads as {id, label, ...}, or null when its target is gone or not the caller's to read. Fields readable
 *         on some rows only are masked by flags that one lateral computes once a row.
 */
export function selectList(scope: QueryScope, object: ObjectModel, alias: string, selection: readonly Selection[]): SelectList {
  const draft: Draft = { joins: [], masks: new Map(), prefix: alias, next: 0 };
  const columns = new Set<string>();
  const items: string[] = [];
  for (const entry of selection) {
    const { field } = entry;
    for (const name of columnsRead(scope.active, field)) columns.add(name);
    const rule = scope.readRule(field);
    const mask = rule.kind === 'where' ? maskFlag(draft, scope.rule(rule, alias)) : undefined;
    const value = valueOf(scope, alias, entry, draft, mask);
    items.push(`${mask ? `case when ${mask} then ${value} end` : value} as ${quote(field.name)}`);
  }
  if (draft.masks.size > 0) {
    // The rules may read any column of the record.
    for (const field of object.fields.values()) for (const column of columnsOf(scope.active, field)) columns.add(column.name);
    const flags = [...draft.masks].map(([sql, flag]) => `${sql} as ${flag}`);
    draft.joins.unshift(`cross join lateral (select ${flags.join(', ')} offset 0) ${alias}_m`);
  }
  return { items, joins: draft.joins, columns };
}

function maskFlag(draft: Draft, sql: string): string {
  let flag = draft.masks.get(sql);
  if (flag === undefined) draft.masks.set(sql, (flag = `m${draft.masks.size}`));
  return `${draft.prefix}_m.${flag}`;
}

function valueOf(scope: QueryScope, alias: string, { field, inner }: Selection, draft: Draft, mask?: string): string {
  const { link, holds, isSecret } = fieldType(field.type);
  if (holds !== undefined) return fileJson(scope, at(alias, firstColumn(scope.active, field).name));
  if (isSecret) {
    const [sealed = '', last4 = ''] = columnsOf(scope.active, field).map(({ name }) => at(alias, name));
    return `case when ${sealed} is not null then json_strip_nulls(json_build_object('has_value', true, 'last4', ${last4})) end`;
  }
  if (link === 'any') {
    const [id = '', object = ''] = columnsOf(scope.active, field).map(({ name }) => at(alias, name));
    return anyLinkJson(scope, field, id, object, `${draft.prefix}_p${(draft.next += 1)}`);
  }
  if (link === 'many') return listJson(scope, field, at(alias, firstColumn(scope.active, field).name), mask);
  if (!isReference(field) || field.type === 'id') return scope.json(field, alias);
  const target = scope.object(field.target);
  const joined = `${draft.prefix}_j${(draft.next += 1)}`;
  const conditions = [
    liveRows(target, joined, scope.params.tenant),
    `${at(joined, 'id')} = ${at(alias, firstColumn(scope.active, field).name)}`,
  ];
  const read = scope.mayRead(target.name, joined);
  if (read !== 'true') conditions.push(read);
  if (mask !== undefined) conditions.push(mask);
  draft.joins.push(`left join ${tableOf(scope.active, target)} ${joined} on ${conditions.join(' and ')}`);
  const members = [`'id', ${at(joined, 'id')}`, `'label', ${labelOf(scope, target, joined)}`];
  for (const entry of inner) {
    if (entry.field.name === 'id') continue;
    const rule = scope.readRule(entry.field);
    const value = valueOf(scope, joined, entry, draft);
    members.push(`'${entry.field.name}', ${rule.kind === 'where' ? `case when ${scope.rule(rule, joined)} then ${value} end` : value}`);
  }
  return `case when ${at(joined, 'id')} is not null then json_build_object(${members.join(', ')}) end`;
}

/** The label of a record: its name field, as far as the caller may read it. */
export function labelOf(scope: QueryScope, object: ObjectModel, alias: string): string {
  const field = object.fields.get(object.nameField);
  if (field === undefined) return 'null::text';
  const rule = scope.readRule(field);
  if (rule.kind === 'none') return 'null::text';
  const label = pgTypeOf(scope.active, field) === 'text' ? scope.value(field, alias) : `(${scope.json(field, alias)})::text`;
  return rule.kind === 'all' ? label : `case when ${scope.rule(rule, alias)} then ${label} end`;
}

/** [{id, label}] of the records of a list of ids that are there and the caller's to read, by label; null when there is none. */
export function listJson(scope: QueryScope, { targets = [] }: FieldModel, ids: string, mask?: string): string {
  const target = scope.object(targets[0] ?? '');
  const label = labelOf(scope, target, 'l');
  const conditions = [readableLink(scope, target, 'l'), `l."id" = any(${ids}::uuid[])`, ...(mask === undefined ? [] : [mask])];
  return `(select json_agg(json_build_object('id', l."id", 'label', ${label}) order by ${label}, l."id") from ${tableOf(scope.active, target)} l where ${conditions.join(' and ')})`;
}

/** {object, id, label} of the record of one of several objects, or null when it is gone or not the caller's to read. */
export function anyLinkJson(scope: QueryScope, field: FieldModel, id: string, object: string, alias: string): string {
  return byTarget(object, field.options, (name) => {
    const target = scope.object(name);
    const members = `'object', '${name}', 'id', ${at(alias, 'id')}, 'label', ${labelOf(scope, target, alias)}`;
    return `(select json_build_object(${members}) from ${tableOf(scope.active, target)} ${alias} where ${readableLink(scope, target, alias)} and ${at(alias, 'id')} = ${id})`;
  });
}

/** Which records of `target` a link of the caller's may lead to: live ones that they may read. */
export function readableLink(scope: QueryScope, target: ObjectModel, alias: string): string {
  const read = scope.mayRead(target.name, alias);
  return `${liveRows(target, alias, scope.params.tenant)}${read === 'true' ? '' : ` and ${read}`}`;
}

/** {id, label} of one record by its id, or null when it is not the caller's to read: for single values, where a join has no place. */
export function referenceJson(scope: QueryScope, target: ObjectModel, id: string, alias: string): string {
  const read = scope.mayRead(target.name, alias);
  return `(select json_build_object('id', ${at(alias, 'id')}, 'label', ${labelOf(scope, target, alias)}) from ${tableOf(scope.active, target)} ${alias} where ${liveRows(target, alias, scope.params.tenant)} and ${at(alias, 'id')} = ${id}${read === 'true' ? '' : ` and ${read}`})`;
}
