import { quote } from '../../kernel/statement.js';
import type { Column, Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';

export type WidenColumn = {
  readonly kind: 'widen-column';
  readonly table: Pick<Table, 'schema' | 'viewSchema' | 'name'>;
  readonly column: Column;
};

/** More digits before the point: the stored values fit as they are, so Postgres rewrites nothing. */
export function isWidening(from: string, to: string): boolean {
  const before = /^numeric\((\d+),(\d+)\)$/.exec(from);
  const after = /^numeric\((\d+),(\d+)\)$/.exec(to);
  return before !== null && after !== null && before[2] === after[2] && Number(after[1]) >= Number(before[1]);
}

/** The guard view holds on to the type of its columns, so it goes first; make-view brings it back in the same transaction. */
export function statements({ table, column }: WidenColumn): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  return [
    { sql: `drop view if exists ${quote(table.viewSchema)}.${quote(table.name)}`, phase: 'TX', lock: 'L1', risk: 'R0' },
    { sql: `alter table ${at} alter column ${quote(column.name)} type ${column.pgType}`, phase: 'TX', lock: 'L1', risk: 'R0' },
  ];
}
