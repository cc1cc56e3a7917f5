import { byTarget } from '../fields/polymorphic.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { fieldType, isComputed } from '../fields/registry.js';
import { plainSql } from '../fields/values.js';
import { judgingFields } from '../rules/judging-fields.js';
import { allColumns } from './list-conditions.js';
import { at, columnsOf, firstColumn, jsonbObject, jsonOf, objectNumberOf, systemTable, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { readableLink } from './select-list.js';

export type Operation = 'create' | 'update' | 'delete' | 'restore';

export const EVENTS: Readonly<Record<Operation, string>> = {
  create: 'record.created',
  update: 'record.updated',
  delete: 'record.deleted',
  restore: 'record.restored',
};

/**
 * The time of a write, to the millisecond: as fine as conditions in memory and the API can tell. With more digits, "created at this instant" would be
 * true in one back end of the condition language and false in the other.
 */
export const WRITE_TIME = `date_trunc('milliseconds', now())`;

/** What every statement of a write begins with: nothing happens unless the metadata is still the revision it was compiled for. */
export const revisionGuard = ({ active }: QueryScope): string =>
  `g as materialized (select 1 as ok from "meta_v"."head" where space_id = ${active.space} and head_rev = ${active.revision})`;

export const columnList = (scope: QueryScope, object: ObjectModel, alias: string): string =>
  allColumns(scope, object)
    .map((name) => at(alias, name))
    .join(', ');

/** A row without values: what a record was before it existed. */
export const emptyRow = (scope: QueryScope, object: ObjectModel, columns: readonly string[] = allColumns(scope, object)): string => {
  const types = new Map(
    [...object.fields.values()].flatMap((field) => columnsOf(scope.active, field).map(({ name, pgType }) => [name, pgType] as const)),
  );
  return `select ${columns.map((name) => `null::${types.get(name) ?? 'text'} as "${name}"`).join(', ')}`;
};

/**
 * The columns of an object that parts of a statement name of a row: what it has besides need not be carried along.
 *
 * Source: a write of an object of twenty fields took Postgres a fifth less, most of it for looking at the statement before it runs.
 */
export function columnsNamed(scope: QueryScope, object: ObjectModel, alias: keyof typeof COLUMN_OF, parts: readonly string[]): string[] {
  const named = new Set(parts.flatMap((sql) => [...sql.matchAll(COLUMN_OF[alias])].map(([, name]) => name)));
  return allColumns(scope, object).filter((name) => named.has(name));
}

/** A column of the row after the write, and of the one before, as statements name it. */
const COLUMN_OF = { n: /(?<![\w".])(?:n|"n")\."([^"]+)"/g, o: /(?<![\w".])(?:o|"o")\."([^"]+)"/g };

/** Whether a field differs between the rows `a` and `b`. */
export const differs = (scope: QueryScope, field: FieldModel, a: string, b: string): string =>
  field.computed !== undefined
    ? `(${scope.wholeValue(field, a)} is distinct from ${scope.wholeValue(field, b)})`
    : `(${columnsOf(scope.active, field)
        .map(({ name }) => `${at(a, name)} is distinct from ${at(b, name)}`)
        .join(' or ')})`;

export const isTracked = (object: ObjectModel, field: FieldModel): boolean => object.trackHistory && field.tracked && !isComputed(field);

/** Cause, actor and operation of the write, as inputs: the same for every record of it. */
export const causeOf = ({ params }: QueryScope): string => params.input('cause', '::jsonb');
export const actorOf = ({ params }: QueryScope): string => params.input('actor', '::uuid');
export const operationOf = ({ params }: QueryScope): string => params.input('operation', '::uuid');

/** A value as history keeps it: objects are named by their ids, which stay when they are renamed. */
export function keptJson(active: ActiveModel, field: FieldModel, alias: string): string {
  if (fieldType(field.type).link !== 'any') return jsonOf(active, field, alias);
  const [id = '', object = ''] = columnsOf(active, field).map(({ name }) => at(alias, name));
  return `case when ${id} is not null then jsonb_build_object('object', ${object}, 'id', ${id}) end`;
}

/**
 * The history row of one change: each tracked field of `fields` that differs, by field id, as [before, after]; one that is not tracked as null, which
 * says that it changed and was not kept.
 *
 * Shape:  rows `n` (after) and `o` (before) of the CTEs named; no history row for an update that touched no tracked field. Deleting and restoring are
 *         noted of every object: the recycle bin is made of these rows, and they hold no values. What a new record has in the fields `sent` is in input
 *         `diff`, as `firstDiff` makes it.
 */
export function historyInsert(
  scope: QueryScope,
  object: ObjectModel,
  operation: Operation,
  fields: readonly FieldModel[],
  from: string,
  sent: readonly FieldModel[] = [],
): string[] {
  if (!object.trackHistory && operation !== 'delete' && operation !== 'restore') return [];
  const tracked = fields.filter((field) => isTracked(object, field));
  const { active, params } = scope;
  const change = (field: FieldModel, kept: string) =>
    `case when ${differs(scope, field, 'n', 'o')} then jsonb_build_object('${field.id.replaceAll("'", "''")}', ${kept}) else '{}'::jsonb end`;
  const changes = tracked.map((field) =>
    change(field, `jsonb_build_array(${keptJson(active, field, 'o')}, ${keptJson(active, field, 'n')})`),
  );
  const diff = operation === 'create' ? firstOf() : changes.length === 0 ? `'{}'::jsonb` : changes.join(' || ');
  function firstOf(): string {
    const others = tracked.filter((field) => !sent.includes(field));
    if (sent.length === 0) return firstValues(active, others);
    return [params.input('diff', '::jsonb'), ...(others.length === 0 ? [] : [firstValues(active, others)])].join(' || ');
  }
  const others = operation === 'update' ? fields.filter((field) => !isTracked(object, field) && !isComputed(field)) : [];
  const notKept = others.map((field) => ` || ${change(field, 'null')}`).join('');
  const needed = operation === 'update' ? ` where x.diff <> '{}'::jsonb` : '';
  return [
    `insert into ${systemTable(active, 'sys_history')} (tenant_id, object_no, record_id, version, at, actor, op, cause, diff, rev, operation) ` +
      `select ${params.tenant}, ${objectNumberOf(active, object)}, n."id", n."version", n."updated_at", ${actorOf(scope)}, '${operation}', ${causeOf(scope)}, x.diff${notKept}, ${active.revision}, ${operationOf(scope)} ` +
      `from ${from} cross join lateral (select ${diff} as diff) x${needed}`,
  ];
}

/** Types of columns that are stored as they are sent, and read as JSON the same way. */
const STORED_AS_SENT = new Set(['text', 'uuid', 'date', 'boolean', 'bigint']);

/** Whether what history says of the first value of a field is known before it is stored. */
export const isStoredAsSent = (active: ActiveModel, field: FieldModel): boolean => {
  const { jsonSql, sentJson } = fieldType(field.type);
  return sentJson !== undefined || (jsonSql === plainSql && STORED_AS_SENT.has(firstColumn(active, field).pgType));
};

/**
 * The first values of a new record as history keeps them, made of the inputs that write them.
 *
 * Source: with eleven values made to JSON by Postgres, one by one, a new record took it a tenth longer.
 */
export function firstDiff(active: ActiveModel, fields: readonly FieldModel[], inputs: Readonly<Record<string, unknown>>): string {
  let members = '';
  for (const field of fields) {
    const json = sentText(active, field, inputs);
    if (json === null) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(field.id)}:[null,${json}]`;
  }
  return `{${members}}`;
}

function sentText(active: ActiveModel, field: FieldModel, inputs: Readonly<Record<string, unknown>>): string | null {
  const { sentJson } = fieldType(field.type);
  const columns = columnsOf(active, field);
  const value = sentJson === undefined ? inputs[columns[0]?.input ?? ''] : sentJson(columns.map(({ input }) => inputs[input] ?? null));
  if (value === null || value === undefined) return null;
  return columns[0]?.pgType === 'bigint' ? String(value as number | string) : JSON.stringify(value);
}

/** What a new record begins with: each value as [null, value]. Built at once; put together field by field, every step copies what is there. */
function firstValues(active: ActiveModel, fields: readonly FieldModel[]): string {
  const pair = (field: FieldModel) => `jsonb_build_array(null, ${keptJson(active, field, 'n')})`;
  const isThere = (field: FieldModel) =>
    columnsOf(active, field)
      .map(({ name }) => `${at('n', name)} is not null`)
      .join(' or ');
  // Leaving out empty members goes all the way down: values that may have such members of their own are added one by one.
  const isPlain = (field: FieldModel) => columnsOf(active, field).length === 1 && !/json/.test(firstColumn(active, field).pgType);
  const plain = fields.filter(isPlain);
  const members = plain.map((field) => [field.id, `case when ${isThere(field)} then ${pair(field)} end`] as const);
  const others = fields.filter((field) => !isPlain(field));
  return [
    plain.length === 0 ? `'{}'::jsonb` : `jsonb_strip_nulls(${jsonbObject(members)})`,
    ...others.map((field) => `case when ${isThere(field)} then ${jsonbObject([[field.id, pair(field)]])} else '{}'::jsonb end`),
  ].join(' || ');
}

/** Fields in which a new record may have a value: those given, looked up and counted. All others are empty, and nothing is to be said of them. */
export const filledFields = (
  object: ObjectModel,
  given: readonly FieldModel[],
  lookups: readonly { readonly field: FieldModel }[],
): ReadonlySet<FieldModel> =>
  new Set([
    ...given,
    ...lookups.map(({ field }) => field),
    ...[...object.fields.values()].filter(({ type }) => fieldType(type).givenBy === 'counter'),
  ]);

/**
 * The outbox row of one change: which record, and the ids of the fields that changed. Values stay out of it; readers look with their own rights.
 *
 * Shape:  `was` holds, by column, what the record was before in fields by which it is judged who may read it. Nobody is told it: it is how somebody
 *         is found out of whose view the record went.
 */
export function outboxInsert(
  scope: QueryScope,
  object: ObjectModel,
  operation: Operation,
  fields: readonly FieldModel[],
  from: string,
): string {
  const { active, params } = scope;
  const changed =
    operation === 'update'
      ? `jsonb_build_object('changed', to_jsonb(array_remove(array[${fields.map((field) => `case when ${differs(scope, field, 'n', 'o')} then '${field.id.replaceAll("'", "''")}' end`).join(', ')}]::text[], null)))${wasJudged(scope, object, fields)}`
      : `'{}'::jsonb`;
  return (
    `insert into ${systemTable(active, 'sys_outbox')} (tenant_id, object_no, record_id, event, version, rev, payload) ` +
    `select ${params.tenant}, ${objectNumberOf(active, object)}, n."id", '${EVENTS[operation]}', n."version", ${active.revision}, ${changed} from ${from}`
  );
}

function wasJudged(scope: QueryScope, object: ObjectModel, fields: readonly FieldModel[]): string {
  const judging = judgingFields(scope.active.model, object.name);
  const parts = fields
    .filter(({ name, computed }) => computed === undefined && judging.has(name))
    .map((field) => {
      const columns = columnsOf(scope.active, field).map(({ name }) => [name, `to_jsonb(${at('o', name)})`] as const);
      return `case when ${differs(scope, field, 'n', 'o')} then ${jsonbObject(columns)} else '{}'::jsonb end`;
    });
  return parts.length === 0 ? '' : ` || jsonb_build_object('was', ${parts.join(' || ')})`;
}

/** Every value of a row by field id, as runs keep it. */
export const snapshotOf = (scope: QueryScope, object: ObjectModel, alias: string): string =>
  jsonbObject(
    [...object.fields.values()]
      .filter(({ name }) => name !== 'deleted_at')
      .map((field) => [field.id, scope.wholeJson(field, alias)] as const),
  );

/** Typed parameters of a field's columns: one input a column, named by it. */
export const columnInputs = (scope: QueryScope, field: FieldModel): readonly { readonly name: string; readonly sql: string }[] =>
  columnsOf(scope.active, field).map(({ name, pgType, input }) => ({ name, sql: scope.params.input(input, `::${pgType}`) }));

/**
 * What an update sets the columns of a field to, over the locked row `o`. A list of links is what was given and, besides, the links the caller
 * does not see: leaving out what one can not know of must not take it away.
 */
export function writtenColumns(scope: QueryScope, field: FieldModel): readonly { readonly name: string; readonly sql: string }[] {
  const inputs = columnInputs(scope, field);
  if (fieldType(field.type).link !== 'many') return inputs;
  const target = scope.object(field.targets?.[0] ?? '');
  return inputs.map(({ name, sql }) => {
    const seen = `select 1 from ${tableOf(scope.active, target)} l where ${readableLink(scope, target, 'l')} and l."id" = h.id`;
    const hidden = `select h.id from unnest(${at('o', name)}) h(id) where not exists (${seen})`;
    return { name, sql: `(select array_agg(u.id order by u.id) from (select unnest(${sql}) union ${hidden}) u(id))` };
  });
}

/** Whether a list of links that was given names a record that is not there or not the caller's to read; `o` is the row before. */
export function givesUnseen(scope: QueryScope, field: FieldModel): string {
  const target = scope.object(field.targets?.[0] ?? '');
  const [column] = columnInputs(scope, field);
  const conditions = [readableLink(scope, target, 'l'), 'l."id" = x.id'];
  // Somebody who has left stays where they are named, and can not be named anew.
  if (target.system) conditions.push(`(l."is_active" or x.id = any(${at('o', column?.name ?? '')}))`);
  return `exists (select 1 from unnest(${column?.sql ?? 'null'}) x(id) where not exists (select 1 from ${tableOf(scope.active, target)} l where ${conditions.join(' and ')}))`;
}

/**
 * Whether a link to one record that was given leads to a record that is not there or not the caller's to read; undefined where the caller may
 * read every record there is behind it.
 */
export function givesHidden(scope: QueryScope, field: FieldModel): string | undefined {
  const [id, object] = columnInputs(scope, field);
  const { link, linksTo } = fieldType(field.type);
  const names = link === 'any' ? (field.targets ?? []) : field.target === undefined || linksTo !== undefined ? [] : [field.target];
  if (field.system || names.every((name) => scope.access(name).read.kind === 'all')) return undefined;
  const isSeen = (name: string): string => {
    const target = scope.object(name);
    return `exists (select 1 from ${tableOf(scope.active, target)} l where ${readableLink(scope, target, 'l')} and l."id" = ${id?.sql ?? 'null'})`;
  };
  const seen = link === 'any' ? byTarget(object?.sql ?? 'null', field.options, isSeen) : names.map(isSeen).join();
  return `(${id?.sql ?? 'null'} is not null and (${seen}) is not true)`;
}

/** The values of those inputs. */
export function putColumns(inputs: Record<string, unknown>, active: ActiveModel, field: FieldModel, value: unknown): void {
  const encoded = fieldType(field.type).encode(value, field.options);
  const columns = columnsOf(active, field);
  for (let index = 0; index < columns.length; index += 1) inputs[columns[index]?.input ?? ''] = encoded[index] ?? null;
}
