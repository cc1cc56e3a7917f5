import { fieldType, isComputed } from '../fields/registry.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import type { LookupDefault } from '../rules/defaults.js';
import { allColumns } from './list-conditions.js';
import { orderBy, sortKeys, type SortLevel } from './ordered-select.js';
import { at, columnsOf, firstColumn, isReference, liveRows, systemTable, tableOf } from './physical-names.js';
import { QueryScope } from './query-scope.js';
import { rollupMarks } from './rollup-marks.js';
import { anyRun, triggerInserts } from './trigger-runs.js';
import { checkCtes, failedOf, stopOf, stopRead, writeChecks, type Check } from './write-checks.js';
import {
  actorOf,
  columnInputs,
  columnList,
  columnsNamed,
  emptyRow,
  historyInsert,
  isStoredAsSent,
  isTracked,
  outboxInsert,
  revisionGuard,
  WRITE_TIME,
  filledFields,
} from './write-parts.js';

export type InsertParts = {
  readonly scope: QueryScope;
  readonly object: ObjectModel;
  /** Fields with a value from the caller or a default, owner among them if it has one. */
  readonly given: readonly FieldModel[];
  /** Those of them that the caller wrote. */
  readonly written: ReadonlySet<FieldModel>;
  /** Links whose default is the first record that matches, in the order in which they may build on each other. */
  readonly lookups: readonly LookupDefault[];
  /** The caller chose the id: a second call with it changes nothing. */
  readonly hasOwnId: boolean;
  readonly startsRuns: boolean;
};

/**
 * A new record in one statement: revision guard, defaults that look records up, numbers, the row, checks, history, outbox and runs.
 *
 * Shape:  inputs `id`, `actor`, `cause`, `root`, `parent`, `depth`, one for each column given, and `diff`, the first values of the fields `sent` (see
 *         firstDiff). The answer is JSON: {revision, version, existing?}, where `existing` is the version of the record that had the id already; none when
 *         the metadata moved on.
 */
export function insertRecord({ scope, object, given, written, lookups, hasOwnId, startsRuns }: InsertParts): {
  text: string;
  checks: Check[];
  sent: readonly FieldModel[];
} {
  const { active, params } = scope;
  const table = tableOf(active, object);
  const id = params.input('id', '::uuid');
  const ctes = [revisionGuard(scope)];
  if (hasOwnId)
    ctes.push(`existing as materialized (select d."version" from ${table} d where d."tenant_id" = ${params.tenant} and d."id" = ${id})`);
  const wanted = hasOwnId ? 'g where not exists (select 1 from existing)' : 'g';
  const values = firstValues(scope, object, given, id);
  for (const [index, field] of [...object.fields.values()].filter(({ type }) => fieldType(type).givenBy === 'counter').entries()) {
    const counter = `counter${index}`;
    const start = Number(field.options.start ?? 1);
    ctes.push(
      `${counter} as (insert into ${systemTable(active, 'sys_counter')} as s (tenant_id, field_id, next_value) select ${params.tenant}, ${params.constant(field.id)}::text, ${start + 1} from ${wanted} on conflict (tenant_id, field_id) do update set next_value = s.next_value + 1 returning s.next_value - 1 as value)`,
    );
    values.set(firstColumn(active, field).name, `(select value from ${counter})`);
  }
  const { columns, rows: row } =
    lookups.length === 0 ? straight(scope, values, wanted) : lookedUp(scope, object, values, lookups, wanted, ctes);
  const conflict = hasOwnId ? ' on conflict ("id", "tenant_id") do nothing' : '';
  const filled = filledFields(object, given, lookups);
  const checks = writeChecks(scope, object, 'create', written, lookups, filled);
  const rows = 'n cross join o';
  const tracked = [...filled].filter((field) => (!field.system || field.name === 'owner') && !isComputed(field));
  const sent = given.filter((field) => tracked.includes(field) && isTracked(object, field) && isStoredAsSent(active, field));
  const runs = startsRuns ? triggerInserts(scope, object, 'create', rows) : [];
  const effects = [
    ...historyInsert(scope, object, 'create', tracked, rows, sent),
    outboxInsert(scope, object, 'create', tracked, rows),
    ...rollupMarks(scope, object, 'create', rows),
    ...runs,
  ];
  const anyRuns = anyRun(effects.length, runs.length);
  const answer = hasOwnId
    ? `json_build_object('revision', exists (select 1 from g), 'version', (select n."version" from n), 'existing', (select "version" from existing), 'runs', ${anyRuns}, 'ok', ${stopRead(checks)})::text`
    : // Read off the row itself: each look at another part of the statement costs a plan of its own.
      `'{"revision":true,"version":' || n."version" || ',"runs":' || (${anyRuns})::text || '}' from (select n."version", ${failedOf(checks)} from ${rows} offset 0) n where ${stopOf('n')}`;
  const rest = [...(hasOwnId ? checkCtes(checks, rows) : []), ...effects.map((sql, index) => `x${index} as (${sql})`)];
  const before = columnsNamed(scope, object, 'o', [...rest, answer]);
  const after = columnsNamed(scope, object, 'n', [...rest, answer]).map((name) => at('i', name));
  ctes.push(
    `n as (insert into ${table} as i ("tenant_id", ${columns.map(quote).join(', ')}) ${row}${conflict} returning ${after.join(', ')})`,
  );
  // What it was before it existed is seldom asked: by rules that are the same for changes.
  if (before.length > 0) ctes.push(`o as materialized (${emptyRow(scope, object, before)})`);
  const parts = `with ${[...ctes, ...rest].join(', ')} select ${answer}`;
  return { text: before.length > 0 ? parts : parts.replaceAll(`from ${rows}`, 'from n'), checks, sent };
}

/** The row that is inserted: its columns, and the select that gives their values behind the tenant. */
type NewRow = { readonly columns: readonly string[]; readonly rows: string };

/** The values as they are; columns without one need not be named. */
function straight({ params }: QueryScope, values: ReadonlyMap<string, string>, wanted: string): NewRow {
  const some = [...values].filter(([, sql]) => !sql.startsWith('null::'));
  return {
    columns: some.map(([name]) => name),
    rows: `select ${[params.tenant, ...some.map(([, sql]) => sql)].join(', ')} from ${wanted}`,
  };
}

/** The values, and then one default after the other: each may build on those before it. */
function lookedUp(
  scope: QueryScope,
  object: ObjectModel,
  values: ReadonlyMap<string, string>,
  lookups: readonly LookupDefault[],
  wanted: string,
  ctes: string[],
): NewRow {
  const columns = allColumns(scope, object);
  ctes.push(`v0 as materialized (select ${[...values].map(([name, sql]) => `${sql} as ${quote(name)}`).join(', ')} from ${wanted})`);
  for (const [index, lookup] of lookups.entries()) {
    const column = firstColumn(scope.active, lookup.field).name;
    const all = columns.map((name) => (name === column ? `(${defaultLookup(scope, lookup, 'v')}) as ${quote(name)}` : at('v', name)));
    ctes.push(`v${index + 1} as materialized (select ${all.join(', ')} from v${index} v)`);
  }
  return { columns, rows: `select ${scope.params.tenant}, ${columnList(scope, object, 'v')} from v${lookups.length} v` };
}

/** The column values of a new record before numbers and defaults that look records up: those given, the system's, and nothing else. */
export function firstValues(scope: QueryScope, object: ObjectModel, given: readonly FieldModel[], id: string): Map<string, string> {
  const { active } = scope;
  const values = new Map<string, string>();
  for (const field of object.fields.values()) for (const { name, pgType } of columnsOf(active, field)) values.set(name, `null::${pgType}`);
  // Nothing points to a new record yet.
  for (const field of object.fields.values()) {
    const { computed } = field;
    const isCount = computed?.kind === 'rollup' && computed.isStored && computed.function === 'count';
    if (isCount) values.set(firstColumn(active, field).name, '0::bigint');
  }
  for (const field of given) for (const { name, sql } of columnInputs(scope, field)) values.set(name, sql);
  const standard: [string, string][] = [
    ['id', id],
    ['version', '1'],
    ['created_at', WRITE_TIME],
    ['updated_at', WRITE_TIME],
    ['created_by', actorOf(scope)],
    ['updated_by', actorOf(scope)],
    ['deleted_at', 'null::timestamptz'],
  ];
  for (const [name, sql] of standard) values.set(name, sql);
  return values;
}

/** The first record, in the order the default names, that meets its condition; $record is the row as far as it is filled. */
export function defaultLookup(scope: QueryScope, { field, where, sort }: LookupDefault, outer: string): string {
  if (!isReference(field)) throw new Error(`the default of ${field.id} looks up a record, but the field is no link`);
  const target = scope.object(field.target);
  const conditions = [liveRows(target, 'd', scope.params.tenant)];
  if (where !== undefined) conditions.push(`(${scope.trusted(where, { record: 'd', outer })})`);
  // Which record is the default is the metadata's choice: its order may use any field.
  const system = new QueryScope(scope.active, { kind: 'system', roles: [] });
  const keys = sortKeys(system, target, sort === undefined ? [] : [sortLevel(sort)], 'drop').filter(
    ({ expression, inline }) => expression === undefined && inline === undefined,
  );
  return `select d."id" from ${tableOf(scope.active, target)} d where ${conditions.join(' and ')} order by ${orderBy(keys, 'd')} limit 1`;
}

const sortLevel = (sort: string): SortLevel =>
  sort.startsWith('-') ? { field: sort.slice(1), direction: 'desc' } : { field: sort, direction: 'asc' };
