import { fieldType } from '../../fields/registry.js';
import { literal, quote } from '../../kernel/statement.js';
import type { Required, Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';
import type { OptionChange } from '../replace-options.js';
import { definition } from './add-required.js';
import { batchOf } from './row-batch.js';

export type ReplaceValues = {
  readonly kind: 'replace-values';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly changes: readonly OptionChange[];
  readonly revision: number;
  readonly rows: number;
  /** Rules that some records do not meet: they are put aside while the records are written. */
  readonly unmet: readonly Required[];
};

/**
 * Gives records another option, once nobody can choose the former one any more. It is a change of the record like any other: version, history
 * and outbox are written with it, by nobody, because of a publish. It starts no workflow.
 *
 * Source: docs/decisions/0022-options-are-replaced-not-dropped.md.
 */
export function statements({ table, changes, revision, rows, unmet }: ReplaceValues): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const drop = ({ name }: Required) => `alter table ${at} drop constraint if exists ${quote(name)}`;
  return [
    ...unmet.map((rule): PlannedStatement => ({ sql: drop(rule), phase: 'TX', lock: 'L1', risk: 'R0' })),
    ...changes.map((change): PlannedStatement => ({
      sql: batchFor(at, table.schema, change, revision),
      phase: 'POST',
      lock: 'L3',
      risk: 'R3',
      batch: { rows },
    })),
    ...unmet.map((rule): PlannedStatement => ({
      sql: `${drop(rule)}, add constraint ${quote(rule.name)} ${definition(rule)} not valid`,
      phase: 'POST',
      lock: 'L1',
      risk: 'R0',
    })),
  ];
}

function batchFor(at: string, schema: string, change: OptionChange, revision: number): string {
  const column = quote(change.row.column ?? '');
  const isList = fieldType(change.field.type).choice === 'many';
  const codes = change.replaced.map(({ value }) => literal(value)).join(', ');
  const map = `${literal(JSON.stringify(Object.fromEntries(change.replaced.map(({ value, replacedBy }) => [value, replacedBy]))))}::jsonb`;
  const set = [
    `${column} = ${isList ? listOf(change, column, map) : `${map} ->> ${column}`}`,
    `"version" = t."version" + 1`,
    `"updated_at" = date_trunc('milliseconds', now())`,
  ].join(', ');
  const where = isList ? `${column} && array[${codes}]` : `${column} in (${codes})`;
  return batchOf(at, set, where, effects(schema, change, column, revision), `${column} as was`);
}

/** The options of a list with the replacement, none twice, in the order of the field. */
function listOf({ field }: OptionChange, column: string, map: string): string {
  const order = Object.fromEntries((field.options.options ?? []).map(({ value }, index) => [value, index]));
  const position = `(${literal(JSON.stringify(order))}::jsonb ->> d.code)::int`;
  return `(select array_agg(d.code order by ${position}) from (select distinct coalesce(${map} ->> c.code, c.code) as code from unnest(${column}) as c(code)) d)`;
}

function effects(schema: string, { object, objectNumber, field }: OptionChange, column: string, revision: number): string[] {
  const id = literal(field.id);
  const of = `from n join b using ("id", "tenant_id") where n."deleted_at" is null`;
  const history = [
    `insert into ${quote(schema)}."sys_history" ("tenant_id", "object_no", "record_id", "version", "at", "op", "cause", "diff", "rev")`,
    `select n."tenant_id", ${String(objectNumber)}, n."id", n."version", n."updated_at", 'update', '{"kind": "publish"}',`,
    `jsonb_build_object(${id}, jsonb_build_array(b.was, n.${column})), ${String(revision)} ${of}`,
  ].join(' ');
  const outbox = [
    `insert into ${quote(schema)}."sys_outbox" ("tenant_id", "object_no", "record_id", "event", "version", "rev", "payload")`,
    `select n."tenant_id", ${String(objectNumber)}, n."id", 'record.updated', n."version", ${String(revision)},`,
    `jsonb_build_object('changed', jsonb_build_array(${id})) ${of}`,
  ].join(' ');
  return object.trackHistory && field.tracked ? [history, outbox] : [outbox];
}
