import { quote } from '../../kernel/statement.js';
import type { Required, Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';
import type { Taking } from '../take-values.js';
import { definition } from './add-required.js';
import { batchOf } from './row-batch.js';

export type TakeValues = {
  readonly kind: 'take-values';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly takings: readonly Taking[];
  readonly rows: number;
  /** Rules that some records do not meet: they are put aside while the records are written. */
  readonly unmet: readonly Required[];
};

/**
 * Gives the records of before what their new fields take from former ones. The record says the same as it did, so neither its version nor its
 * history know of it; a field that somebody filled meanwhile stays as it is.
 */
export function statements({ table, takings, rows, unmet }: TakeValues): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const drop = ({ name }: Required) => `alter table ${at} drop constraint if exists ${quote(name)}`;
  return [
    ...unmet.map((rule): PlannedStatement => ({ sql: drop(rule), phase: 'TX', lock: 'L1', risk: 'R0' })),
    ...takings.map(({ set }): PlannedStatement => {
      const isEmpty = set.map(({ name }) => `t.${name} is null`).join(' and ');
      const isGiven = set.map(({ sql }) => `(${sql}) is not null`).join(' or ');
      const written = set.map(({ name, sql }) => `${name} = ${sql}`).join(', ');
      return { sql: batchOf(at, written, `${isEmpty} and (${isGiven})`), phase: 'POST', lock: 'L3', risk: 'R0', batch: { rows } };
    }),
    ...unmet.map((rule): PlannedStatement => ({
      sql: `${drop(rule)}, add constraint ${quote(rule.name)} ${definition(rule)} not valid`,
      phase: 'POST',
      lock: 'L1',
      risk: 'R0',
    })),
  ];
}
