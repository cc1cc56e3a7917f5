import { literal, quote } from '../../kernel/statement.js';
import type { Column, Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';

export type AddColumn = { readonly kind: 'add-column'; readonly table: Pick<Table, 'schema' | 'name'>; readonly column: Column };

/**
 * Adds a column without a default: Postgres changes its catalogue only, whatever the size of the table.
 *
 * Source: 3–6 ms on a million rows, see docs/decisions/0003-publish-in-phases.md.
 */
export function statements({ table, column }: AddColumn): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  return [
    { sql: `alter table ${at} add column ${quote(column.name)} ${column.pgType}`, phase: 'TX', lock: 'L1', risk: 'R0' },
    { sql: `comment on column ${at}.${quote(column.name)} is ${literal(column.elementId)}`, phase: 'TX', lock: 'L1', risk: 'R0' },
  ];
}
