import { fieldType } from '../fields/registry.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, ObjectModel } from '../model/types.js';
import { at, firstColumn, liveRows, tableOf } from './physical-names.js';
import type { QueryScope } from './query-scope.js';
import { rollupMarks } from './rollup-marks.js';
import type { RowParameters } from './row-parameters.js';
import { anyRun, triggerInserts } from './trigger-runs.js';
import { expectedVersion, isStamped, stampOf } from './update-record.js';
import { checkedRowsCte, stopRowsCte, writeChecks, type Check } from './write-checks.js';
import {
  actorOf,
  columnList,
  differs,
  givesUnseen,
  historyInsert,
  outboxInsert,
  revisionGuard,
  WRITE_TIME,
  writtenColumns,
} from './write-parts.js';

/** The row before the change, as the new one carries it: a join of the two would be planned for a handful and take its time over a thousand. */
const BEFORE = 'n cross join lateral (select (n."before row").*) o';

/**
 * A change of the same fields of many records in one statement: what `updateRecord` does for one, over the rows `b`.
 *
 * Shape:  rows are locked in the order of their ids, so that two calls over the same records never wait for each other in a circle. The answer is JSON:
 *         {revision, locked: [[id, version, allowed]], written: [[id, version]], runs}; a row that is not locked is not there for the caller, one
 *         that is not written stayed as it was.
 * Errors: the assertion names the rows that fail, and their checks. Nothing is written then. A check without an outcome fails where a unique value
 *         belonged to another record before the call: whether it is free depends on which of the two is written first.
 */
export function updateRecords(
  params: RowParameters,
  scope: QueryScope,
  object: ObjectModel,
  fields: readonly FieldModel[],
  startsRuns: boolean,
): { text: string; checks: Check[] } {
  const { active } = scope;
  const table = tableOf(active, object);
  const access = scope.access(object.name);
  params.reads = (column) => `o."${column}"`;
  const columns = fields.flatMap((field) => writtenColumns(scope, field));
  const changed = columns.map(({ name, sql }) => `${at('o', name)} is distinct from ${sql}`);
  const stamped = [...object.fields.values()].filter((field) => isStamped(field, fields));
  const all = [...fields, ...stamped];
  for (const field of fields) if (fieldType(field.type).link === 'many') changed.push(givesUnseen(scope, field));
  const set = [
    ...columns.map(({ name, sql }) => `${quote(name)} = ${sql}`),
    ...stamped.map((field) => stampOf(scope, field, fields)),
    `"version" = o."version" + 1`,
    `"updated_at" = ${WRITE_TIME}`,
    `"updated_by" = ${actorOf(scope)}`,
  ];
  const where = [
    `d."tenant_id" = ${params.tenant}`,
    `d."id" = o."id"`,
    'o.allowed',
    expectedVersion(scope),
    `(${changed.join(' or ') || 'false'})`,
  ];
  const checks = [
    ...writeChecks(scope, object, 'update', new Set(fields)),
    ...fields.filter(({ unique }) => unique).map((field) => stillHeld(scope, object, field)),
  ];
  const ctes = [
    revisionGuard(scope),
    lockedRows(params, scope, object, scope.rule(access.update, 'd'), scope.rule(access.read, 'd')),
    `n as (update ${table} d set ${set.join(', ')} from o where ${where.join(' and ')} returning ${columnList(scope, object, 'd')}, o as "before row")`,
    checkedRowsCte(checks, BEFORE),
    stopRowsCte('select c."id", c.failed from checked c where cardinality(c.failed) > 0'),
  ];
  const runs = startsRuns ? triggerInserts(scope, object, 'update', BEFORE, all) : [];
  const effects = [
    ...historyInsert(scope, object, 'update', all, BEFORE),
    outboxInsert(scope, object, 'update', all, BEFORE),
    ...rollupMarks(scope, object, 'update', BEFORE, all),
    ...runs,
  ];
  effects.forEach((sql, index) => ctes.push(`x${index} as (${sql})`));
  return {
    text: `with ${[params.rowsCte(), ...ctes].join(', ')} select json_build_object(${rowsOutcome(anyRun(effects.length, runs.length))})::text`,
    checks,
  };
}

/** A unique value that another record held before this statement, whether or not it holds it after. */
function stillHeld(scope: QueryScope, object: ObjectModel, field: FieldModel): Check {
  const { name } = firstColumn(scope.active, field);
  const key = (alias: string) => (fieldType(field.type).ignoresCase ? `lower(${at(alias, name)})` : at(alias, name));
  const held = [liveRows(object, 'l', scope.params.tenant), `${key('l')} = ${key('n')}`, 'l."id" <> n."id"'];
  return {
    fails: `${at('n', name)} is not null and ${differs(scope, field, 'n', 'o')} and exists (select 1 from ${tableOf(scope.active, object)} l where ${held.join(' and ')})`,
    outcome: { kind: 'order' },
  };
}

/** The live rows `o` of the call that the caller may read, locked in one order until the transaction ends, each with its inputs. */
export function lockedRows(params: RowParameters, scope: QueryScope, object: ObjectModel, may: string, read: string): string {
  const id = params.columnOf('id', '::uuid');
  const inputs = params.columns.map((column) => `b."${column}"`);
  const where = [liveRows(object, 'd', params.tenant), ...(read === 'true' ? [] : [read])];
  return `o as materialized (select ${[columnList(scope, object, 'd'), `(${may}) is true as allowed`, ...inputs, 'b.ord'].join(', ')} from b join ${tableOf(scope.active, object)} d on d."id" = b."${id}" cross join g where ${where.join(' and ')} order by d."id" for no key update of d)`;
}

/** What happened to the rows, for the use case to say. */
export const rowsOutcome = (runs: string): string =>
  [
    `'revision', exists (select 1 from g)`,
    `'locked', (select json_agg(json_build_array(o."id", o."version", o.allowed)) from o)`,
    `'written', (select json_agg(json_build_array(n."id", n."version")) from n)`,
    `'runs', ${runs}`,
    `'ok', (select bool_and(ok) from stop)`,
  ].join(', ');
