import { fieldType, isComputed } from '../fields/registry.js';
import { quote } from '../kernel/statement.js';
import { defaultLookup, firstValues, type InsertParts } from './insert-record.js';
import { allColumns } from './list-conditions.js';
import { at, firstColumn, systemTable, tableOf } from './physical-names.js';
import { rollupMarks } from './rollup-marks.js';
import type { RowParameters } from './row-parameters.js';
import { anyRun, triggerInserts } from './trigger-runs.js';
import { checkedRowsCte, stopRowsCte, writeChecks, type Check } from './write-checks.js';
import { columnList, emptyRow, historyInsert, outboxInsert, revisionGuard, filledFields } from './write-parts.js';

/**
 * Many new records of an object in one statement: what `insertRecord` does for one, over the rows `b`.
 *
 * Shape:  every row has every field of `given`, null where it has no value. Numbers are taken in the order of the rows, all at once. The answer is
 *         JSON: {revision, runs}.
 * Errors: the assertion names the rows that fail, and their checks; no check where a unique value was taken. Nothing is written then.
 */
export function insertRecords(
  params: RowParameters,
  { scope, object, given, written, lookups, startsRuns }: Omit<InsertParts, 'hasOwnId'>,
): { text: string; checks: Check[] } {
  const { active } = scope;
  const table = tableOf(active, object);
  const ctes = [revisionGuard(scope)];
  const values = firstValues(scope, object, given, params.input('id', '::uuid'));
  for (const [index, field] of [...object.fields.values()].filter(({ type }) => fieldType(type).givenBy === 'counter').entries()) {
    const counter = `counter${index}`;
    const start = Number(field.options.start ?? 1);
    const count = '(select count(*) from b)';
    ctes.push(
      `${counter} as (insert into ${systemTable(active, 'sys_counter')} as s (tenant_id, field_id, next_value) select ${params.tenant}, ${params.constant(field.id)}::text, ${start} + ${count} from g on conflict (tenant_id, field_id) do update set next_value = s.next_value + ${count} returning s.next_value - ${count} as first)`,
    );
    values.set(firstColumn(active, field).name, `(select first from ${counter}) + b.ord - 1`);
  }
  ctes.push(
    `v0 as materialized (select ${[...values].map(([name, sql]) => `${sql} as ${quote(name)}`).join(', ')}, b.ord from g cross join b order by b.ord)`,
  );
  let row = 'v0';
  for (const [index, lookup] of lookups.entries()) {
    const next = `v${index + 1}`;
    const column = firstColumn(active, lookup.field).name;
    const others = allColumns(scope, object).map((name) =>
      name === column ? `(${defaultLookup(scope, lookup, 'v')}) as ${quote(name)}` : at('v', name),
    );
    ctes.push(`${next} as materialized (select ${[...others, 'v.ord'].join(', ')} from ${row} v order by v.ord)`);
    row = next;
  }
  const columns = allColumns(scope, object);
  // A row whose unique value is taken, by another row of this call too, is left out here, so that the others can be judged; then all is taken back.
  ctes.push(
    `n as (insert into ${table} as i ("tenant_id", ${columns.map(quote).join(', ')}) select ${params.tenant}, ${columnList(scope, object, 'v')} from ${row} v order by v.ord on conflict do nothing returning ${columnList(scope, object, 'i')})`,
    `o as materialized (${emptyRow(scope, object)})`,
  );
  // From here on, what was given is what stands in the new row.
  params.reads = (_column, key) => at('n', key.slice('col '.length));
  const filled = filledFields(object, given, lookups);
  const checks = writeChecks(scope, object, 'create', written, lookups, filled);
  const rows = 'n cross join o';
  const taken = `select b."${params.columnOf('id', '::uuid')}", '{}'::text[] from b cross join g where b."${params.columnOf('id', '::uuid')}" not in (select n."id" from n)`;
  ctes.push(
    checkedRowsCte(checks, rows),
    stopRowsCte(`select c."id", c.failed from checked c where cardinality(c.failed) > 0 union all ${taken}`),
  );
  const tracked = [...filled].filter((field) => (!field.system || field.name === 'owner') && !isComputed(field));
  const runs = startsRuns ? triggerInserts(scope, object, 'create', rows) : [];
  const effects = [
    ...historyInsert(scope, object, 'create', tracked, rows),
    outboxInsert(scope, object, 'create', tracked, rows),
    ...rollupMarks(scope, object, 'create', rows),
    ...runs,
  ];
  effects.forEach((sql, index) => ctes.push(`x${index} as (${sql})`));
  const answer = [
    `'revision', exists (select 1 from g)`,
    `'runs', ${anyRun(effects.length, runs.length)}`,
    `'ok', (select bool_and(ok) from stop)`,
  ];
  return { text: `with ${[params.rowsCte(), ...ctes].join(', ')} select json_build_object(${answer.join(', ')})::text`, checks };
}
