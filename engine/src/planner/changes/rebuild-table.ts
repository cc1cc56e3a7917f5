import { literal, quote } from '../../kernel/statement.js';
import type { TableShape } from '../facts.js';
import type { Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';
import { createPolicy } from './create-table.js';
import { statements as makeView } from './make-view.js';

export type RebuildTable = {
  readonly kind: 'rebuild-table';
  /** As the version before has it: the guard view goes with the old table and comes back over the new one. */
  readonly table: Table;
  readonly shape: TableShape;
  readonly roles: { readonly app: string; readonly bi: string };
};

/**
 * A table that has used up its column slots is written anew while people work: another table beside it, a trigger that copies every write, the
 * rows of before in batches, keys and rules checked online, both compared; then one moment in which the new one takes the name of the old one.
 *
 * Shape:  nothing is lost and no name changes, so it happens before the transaction and stays although the publish is taken back. Each step but
 *         the batch looks whether there is still something to do, so that all can be run again after the change of tables too.
 * Source: docs/decisions/0031-tables-are-rebuilt-online.md.
 */
export function statements(change: RebuildTable): PlannedStatement[] {
  const names = namesOf(change);
  const { at, copy, trigger } = names;
  const before = (sql: string, lock: PlannedStatement['lock'], undo?: readonly string[]): PlannedStatement => ({
    sql,
    phase: 'PRE',
    lock,
    risk: 'R1',
    ...(undo ? { undo } : {}),
  });
  const keys = keySteps(change, names);
  return [
    before(make(change, names), 'L1', [`drop table if exists ${copy}`]),
    before(whileCopied(names, [`execute ${literal(copyFunction(change, names))};`, triggerOf(names)]), 'L1', [
      `drop trigger if exists ${trigger} on ${at}`,
      `drop function if exists ${names.function}()`,
    ]),
    { sql: batch(change, names), phase: 'PRE', lock: 'L3', risk: 'R1', batch: { rows: change.shape.rows } },
    ...keys.map(({ add, undo }) => before(whileCopied(names, add), 'L1', undo.length > 0 ? undo : undefined)),
    ...keys.flatMap(({ check }) => (check === undefined ? [] : [before(whileCopied(names, [check]), 'L2')])),
    before(whileCopied(names, compare(change, names)), 'L2'),
    before(whileCopied(names, [`analyze ${copy};`]), 'L2'),
    before(whileCopied(names, swap(change, names)), 'L1'),
  ];
}

type Names = ReturnType<typeof namesOf>;

function namesOf({ table }: RebuildTable) {
  const copied = `rb_${table.name}`;
  return {
    at: `${quote(table.schema)}.${quote(table.name)}`,
    copy: `${quote(table.schema)}.${quote(copied)}`,
    trigger: quote(copied),
    /** What the trigger calls; functions have names of their own. */
    function: `${quote(table.schema)}.${quote(copied)}`,
    /** Until the names of the old table are free: unique in the schema, and short enough whatever the table is called. */
    meanwhile: (index: number) => `rb${String(index)}_${table.name}`,
    key: `rb_pk_${table.name}`,
  };
}

const block = (lines: readonly string[]): string => `do $do$ begin\n${lines.map((line) => `  ${line}`).join('\n')}\nend $do$`;

/** Nothing is to be done any more when the copy has taken the place of the table. */
const whileCopied = ({ copy }: Names, lines: readonly string[]): string =>
  block([`if to_regclass(${literal(copy)}) is null then return; end if;`, ...lines]);

const list = ({ shape }: RebuildTable, prefix = ''): string => shape.columns.map(({ name }) => prefix + quote(name)).join(', ');

function make({ table, shape, roles }: RebuildTable, { at, copy, key, meanwhile }: Names): string {
  const columns = shape.columns.map(
    ({ name, type, isRequired, defaultSql }) =>
      `${quote(name)} ${type}${isRequired ? ' not null' : ''}${defaultSql === null ? '' : ` default ${defaultSql}`}`,
  );
  const comments = shape.columns.flatMap(({ name, comment }) =>
    comment === null ? [] : [`comment on column ${copy}.${quote(name)} is ${literal(comment)};`],
  );
  return block([
    `if to_regclass(${literal(copy)}) is not null or not exists (select 1 from pg_attribute where attrelid = ${literal(at)}::regclass and attisdropped)`,
    `then return; end if;`,
    `create table ${copy} (${[...columns, `constraint ${quote(key)} primary key ("id", "tenant_id")`].join(', ')});`,
    `comment on table ${copy} is ${literal(table.elementId)};`,
    ...comments,
    `alter table ${copy} enable row level security;`,
    `${createPolicy(copy, roles)};`,
    `grant select on ${copy} to ${quote(roles.bi)};`,
    ...shape.indexes.map(
      ({ isUnique, on }, index) => `create ${isUnique ? 'unique ' : ''}index ${quote(meanwhile(index))} on ${copy} ${on};`,
    ),
  ]);
}

/** Runs with the rights of the owner, as the app role reaches guard views only. */
function copyFunction(change: RebuildTable, { copy, function: name }: Names): string {
  const set = change.shape.columns
    .filter((column) => !['id', 'tenant_id'].includes(column.name))
    .map((column) => `${quote(column.name)} = excluded.${quote(column.name)}`);
  return [
    `create or replace function ${name}() returns trigger language plpgsql security definer set search_path = '' as $copy$`,
    'begin',
    `  if tg_op = 'DELETE' then delete from ${copy} where "id" = old."id" and "tenant_id" = old."tenant_id";`,
    `  else insert into ${copy} (${list(change)}) values (${list(change, 'new.')})`,
    `    on conflict ("id", "tenant_id") do update set ${set.join(', ')};`,
    '  end if;',
    '  return null;',
    'end $copy$',
  ].join('\n');
}

const triggerOf = ({ at, trigger, function: name }: Names): string =>
  `create or replace trigger ${trigger} after insert or update or delete on ${at} for each row execute function ${name}();`;

/** See changes/row-batch.ts for what is asked of a batch. A row that was written meanwhile is there already, as it is now. */
function batch(change: RebuildTable, { at, copy }: Names): string {
  return [
    `with b as materialized (`,
    `  select ${list(change)} from ${at} where ("id", "tenant_id") > ($1::uuid, $2::int) order by "id", "tenant_id" limit $3::int for no key update`,
    `), n as (`,
    `  insert into ${copy} (${list(change)}) select ${list(change)} from b on conflict ("id", "tenant_id") do nothing returning 1`,
    `)`,
    `select (select count(*)::int from b) as rows, (select count(*)::int from n) as changed,`,
    `  (select json_build_object('id', b."id", 'tenant', b."tenant_id") from b order by b."id" desc, b."tenant_id" desc limit 1) as last`,
  ].join('\n');
}

type KeyStep = { readonly add: readonly string[]; readonly undo: readonly string[]; readonly check?: string };

/** Rules and keys of the table, and keys of other tables to it. What was not checked over the rows of before stays so. */
function keySteps({ table, shape }: RebuildTable, { copy, meanwhile }: Names): KeyStep[] {
  const add = (on: string, name: string, definition: string, isValid: boolean, undo: readonly string[] = []): KeyStep => ({
    add: [
      `if not exists (select 1 from pg_constraint where conrelid = ${literal(on)}::regclass and conname = ${literal(name)})`,
      `then alter table ${on} add constraint ${quote(name)} ${definition} not valid; end if;`,
    ],
    undo,
    ...(isValid ? { check: `alter table ${on} validate constraint ${quote(name)};` } : {}),
  });
  const toCopy = (definition: string) => definition.replace(/ REFERENCES [^(]+\(/i, ` REFERENCES ${copy}(`);
  return [
    ...shape.constraints.map(({ name, definition, isValid, isSelf }) => add(copy, name, isSelf ? toCopy(definition) : definition, isValid)),
    ...shape.keys.map(({ table: other, definition, isValid }, index) => {
      const on = `${quote(table.schema)}.${quote(other)}`;
      const here = meanwhile(index);
      return add(on, here, toCopy(definition), isValid, [`alter table if exists ${on} drop constraint if exists ${quote(here)}`]);
    }),
  ];
}

/** Both are read as of one moment, and every write is in both or in none. */
const compare = (change: RebuildTable, { at, copy }: Names): string[] => [
  `if exists (select 1 from ${at} o full join ${copy} n using ("id", "tenant_id") where (${list(change, 'o.')}) is distinct from (${list(change, 'n.')}))`,
  `then raise exception 'the copy of % differs', ${literal(change.table.name)} using errcode = 'data_corrupted'; end if;`,
];

/** The view goes first: whoever asks for it waits, and then finds the new one by its name. */
function swap({ table, shape, roles }: RebuildTable, { at, copy, trigger, function: name, key, meanwhile }: Names): string[] {
  const schema = quote(table.schema);
  return [
    `drop view if exists ${quote(table.viewSchema)}.${quote(table.name)};`,
    ...shape.keys.map(({ table: other, name: of }) => `alter table ${schema}.${quote(other)} drop constraint ${quote(of)};`),
    `drop trigger ${trigger} on ${at};`,
    `drop function ${name}();`,
    `drop table ${at};`,
    `alter table ${copy} rename to ${quote(table.name)};`,
    `alter table ${at} rename constraint ${quote(key)} to ${quote(`pk_${table.name}`)};`,
    ...shape.indexes.map(({ name: of }, index) => `alter index ${schema}.${quote(meanwhile(index))} rename to ${quote(of)};`),
    ...shape.keys.map(
      ({ table: other, name: of }, index) =>
        `alter table ${schema}.${quote(other)} rename constraint ${quote(meanwhile(index))} to ${quote(of)};`,
    ),
    ...makeView({ kind: 'make-view', table, isNew: true, roles }).map(({ sql }) => `${sql};`),
  ];
}
