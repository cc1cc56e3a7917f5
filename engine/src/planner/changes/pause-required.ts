import { quote } from '../../kernel/statement.js';
import type { Required, Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';
import { definition } from './add-required.js';

export type PauseRequired = {
  readonly kind: 'pause-required';
  readonly table: Pick<Table, 'schema' | 'name'>;
  readonly required: Required;
  /** Whether the rule holds again afterwards. */
  readonly isKept: boolean;
};

/**
 * Puts a rule aside that some records of before do not meet, while their rows are written to convert a value. The engine asks for the value
 * of every write meanwhile, as always: the rule of the table is only its second line.
 */
export function statements({ table, required, isKept }: PauseRequired): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const name = quote(required.name);
  const again = `alter table ${at} drop constraint if exists ${name}, add constraint ${name} ${definition(required)} not valid`;
  const pause: PlannedStatement = {
    sql: `alter table ${at} drop constraint if exists ${name}`,
    phase: 'PRE',
    lock: 'L1',
    risk: 'R0',
    undo: [again],
  };
  return isKept ? [pause, { sql: again, phase: 'TX', lock: 'L1', risk: 'R0' }] : [pause];
}
