import type { Issue } from '../kernel/errors.js';
import { limitIssue, LIMITS } from '../model/limits.js';
import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import type { Change } from './change.js';
import type { Facts, Question } from './facts.js';
import { SYSTEM_TABLE_COLUMNS, type Table } from './physical.js';
import { newColumns, newColumnsOf } from './rebuilds.js';
import { placeOf, sourceOf } from './sources.js';

type Placed = { readonly to: Model; readonly tables: ReadonlyMap<string, Table>; readonly bindings: readonly BindingRow[] };

/** Tables that get more columns: their slots have to be counted, since dropped columns keep theirs for ever. */
export const slotQuestions = (changes: readonly Change[]): Question[] =>
  [...new Set(changes.flatMap((change) => (newColumns(change) > 0 && 'table' in change ? [change.table.name] : [])))].map((table) => ({
    kind: 'slots',
    table,
  }));

/** Limits that depend on what the database holds already, retired and dropped columns included. */
export function exceededLimits({ to, tables, bindings }: Placed, changes: readonly Change[], facts: Facts): Issue[] {
  const issues: Issue[] = [];
  for (const table of tables.values()) {
    const source = sourceOf(to, table.elementId);
    if (source === undefined) continue;
    const place = placeOf(source);
    const fields = bindings.filter((row) => row.kind === 'column' && row.table === table.name).length;
    if (fields > LIMITS.columns.max) issues.push({ ...limitIssue('columns', fields), ...place });
    const isOf = (kind: Change['kind']) =>
      changes.some((change) => change.kind === kind && 'table' in change && change.table.name === table.name);
    const standing = isOf('rebuild-table') ? facts.shapes.get(table.name)?.columns.length : facts.slots.get(table.name);
    const used = isOf('create-table') ? SYSTEM_TABLE_COLUMNS.length + table.columns.length : (standing ?? 0) + newColumnsOf(table, changes);
    if (used > LIMITS.column_slots.max) issues.push({ ...limitIssue('column_slots', used), ...place });
    for (const { name, elementId } of namesOf(table)) {
      const bytes = Buffer.byteLength(name);
      const named = sourceOf(to, elementId) ?? source;
      if (bytes > LIMITS.name_bytes.max) issues.push({ ...limitIssue('name_bytes', bytes, '/name'), ...placeOf(named) });
    }
  }
  const touched = new Set(changes.flatMap((change) => ('table' in change ? [change.table.name] : [])));
  if (touched.size > LIMITS.tables_per_publish.max) issues.push(limitIssue('tables_per_publish', touched.size));
  return issues;
}

const namesOf = (table: Table): { name: string; elementId: string }[] => [
  { name: `pk_${table.name}`, elementId: table.elementId },
  ...table.columns,
  ...table.parts,
];
