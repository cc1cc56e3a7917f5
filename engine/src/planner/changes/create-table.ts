import { literal, quote } from '../../kernel/statement.js';
import type { PlannedStatement } from '../planned-statement.js';
import { SYSTEM_TABLE_COLUMNS, type Table } from '../physical.js';

export type CreateTable = { readonly kind: 'create-table'; readonly table: Table; readonly roles: { readonly bi: string } };

/**
 * Makes the table of a new object. Ids come from the engine, so there is no default that could differ between two tries of one request.
 * References and indexes are changes of their own: two new objects may point to each other.
 */
export function statements({ table, roles }: CreateTable): PlannedStatement[] {
  const at = `${quote(table.schema)}.${quote(table.name)}`;
  const columns = [
    ...SYSTEM_TABLE_COLUMNS.map((column) => `${quote(column.name)} ${column.definition}`),
    ...table.columns.map((column) => `${quote(column.name)} ${column.pgType}`),
    `constraint ${quote(`pk_${table.name}`)} primary key (${quote('id')}, ${quote('tenant_id')})`,
  ];
  const inTransaction = (sql: string): PlannedStatement => ({ sql, phase: 'TX', lock: 'L1', risk: 'R0' });
  return [
    inTransaction(`create table ${at} (\n  ${columns.join(',\n  ')}\n)`),
    inTransaction(`comment on table ${at} is ${literal(table.elementId)}`),
    ...table.columns.map((column) => inTransaction(`comment on column ${at}.${quote(column.name)} is ${literal(column.elementId)}`)),
    inTransaction(`alter table ${at} enable row level security`),
    inTransaction(createPolicy(at, roles)),
    inTransaction(`grant select on ${at} to ${quote(roles.bi)}`),
  ];
}

/** Rows of one tenant: what reporting tools may see of a table. */
export const policyOf = (): string => `(${quote('tenant_id')} = current_setting('app.tenant_id')::int)`;

export const createPolicy = (at: string, roles: CreateTable['roles']): string =>
  `create policy bi_read on ${at} for select to ${quote(roles.bi)} using ${policyOf()}`;
