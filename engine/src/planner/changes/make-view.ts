import { quote } from '../../kernel/statement.js';
import { SYSTEM_TABLE_COLUMNS, type Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';

export type MakeView = {
  readonly kind: 'make-view';
  readonly table: Table;
  readonly isNew: boolean;
  readonly roles: { readonly app: string };
};

/** Columns of the guard view in order. New ones come last, so that the view can be replaced under running readers. */
export const viewColumns = (table: Table): string[] => [
  ...SYSTEM_TABLE_COLUMNS.map((column) => column.name),
  ...table.columns.map((column) => column.name),
];

/** What a guard view shows of its table, and lets through into it. */
export const viewGuard = (table: Table): string =>
  [
    `from ${quote(table.schema)}.${quote(table.name)}`,
    `   where ${quote('tenant_id')} = current_setting('app.tenant_id')::int`,
    `  with cascaded check option`,
  ].join('\n');

/**
 * The guard view: all the app role can reach, and only rows of the tenant that the transaction names.
 *
 * Shape: columns are named one by one. Columns of retired fields stay in it, so a process that still works with the former revision reads on
 *        without an error; nothing names them any more.
 */
export function statements({ table, isNew, roles }: MakeView): PlannedStatement[] {
  const view = `${quote(table.viewSchema)}.${quote(table.name)}`;
  const list = viewColumns(table).map(quote).join(', ');
  const sql = [`create or replace view ${view} as`, `  select ${list}`, `    ${viewGuard(table)}`].join('\n');
  const made: PlannedStatement = { sql, phase: 'TX', lock: 'L1', risk: 'R0' };
  if (!isNew) return [made];
  return [made, { sql: `grant select, insert, update, delete on ${view} to ${quote(roles.app)}`, phase: 'TX', lock: 'L1', risk: 'R0' }];
}
