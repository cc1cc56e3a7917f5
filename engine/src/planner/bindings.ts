import type { ColumnSpec } from '../fields/field-type.js';
import type { Bindings, ColumnBinding } from '../model/bindings.js';
import { SYSTEM_COLUMNS, USER_OBJECT_ID, USER_TABLE } from '../model/system-fields.js';

/** One row of meta.binding: where an element lives. A retired one keeps its place and its data. */
export type BindingRow = {
  readonly elementId: string;
  readonly kind: 'table' | 'column';
  readonly table: string;
  readonly column: string | null;
  readonly pgType: string | null;
  readonly objectNumber: number | null;
  /** Every column of a field, the first included; none for a table. */
  readonly columns: readonly ColumnSpec[];
  readonly state: 'active' | 'retired';
  /** Set for the column that a field had before its values were converted. */
  readonly kept?: Kept | null;
};

/**
 * A column that a field had when it was of another type: the way back, for values that have not changed since.
 *
 * Shape: `to` is the column that its values were converted to, `reads` what they became there, as SQL over the quoted columns of this row.
 */
export type Kept = {
  readonly of: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly to: string;
  readonly reads: Readonly<Record<string, string>>;
};

/** The row of a former column: no document has an id like this. */
export const keptId = (fieldId: string, column: string): string => `${fieldId}@${column}`;

export const dataSchemaOf = (space: number): string => `sp${space}`;
export const viewSchemaOf = (space: number): string => `sp${space}_v`;

/** What the rest of the engine works with: active elements only, with the system fields that all tables share. */
export function bindingsOf(space: number, rows: readonly BindingRow[]): Bindings {
  const tables = new Map([[USER_OBJECT_ID, USER_TABLE]]);
  const objectNumbers = new Map([[USER_OBJECT_ID, 0]]);
  const columns = new Map<string, ColumnBinding>(SYSTEM_COLUMNS);
  for (const row of rows) {
    if (row.state !== 'active') continue;
    if (row.kind === 'table') {
      tables.set(row.elementId, row.table);
      objectNumbers.set(row.elementId, row.objectNumber ?? 0);
    } else if (row.column !== null) {
      columns.set(row.elementId, { column: row.column, pgType: row.pgType ?? 'text' });
    }
  }
  return { dataSchema: dataSchemaOf(space), viewSchema: viewSchemaOf(space), tables, objectNumbers, columns };
}
