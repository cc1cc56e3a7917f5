import { literal, quote } from '../../kernel/statement.js';
import type { Table } from '../physical.js';
import type { PlannedStatement } from '../planned-statement.js';

export type FillColumn = { readonly kind: 'fill-column'; readonly table: Pick<Table, 'schema' | 'name'>; readonly fieldId: string };

/**
 * Marks every record of a table to have a stored roll-up worked out, which happens behind the scenes in small batches and goes on after a crash.
 * Recycled records too: they may come back.
 */
export function statements({ table, fieldId }: FillColumn): PlannedStatement[] {
  const dirty = `${quote(table.schema)}.${quote('sys_dirty')}`;
  const sql = `insert into ${dirty} (tenant_id, field_id, record_id) select tenant_id, ${literal(fieldId)}, id from ${quote(table.schema)}.${quote(table.name)}`;
  return [{ sql, phase: 'POST', lock: 'L3', risk: 'R0' }];
}
