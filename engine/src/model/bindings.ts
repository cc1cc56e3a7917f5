/**
 * Where a model lives in Postgres: allocated once by the planner, stored in meta.binding, never renamed, never reused.
 *
 * Shape:  keys are element ids, so renames in the metadata do not touch them. Names are unquoted, at most 63 bytes.
 */
export type ColumnBinding = {
  /** First (or only) column. A currency field has `<column>` for the amount and `<column>_cur` for the ISO code. */
  readonly column: string;
  readonly pgType: string;
};

export type Bindings = {
  /** Data schema of the space ("sp1") and the schema of its guard views ("sp1_v"), the only one the app role may touch. */
  readonly dataSchema: string;
  readonly viewSchema: string;
  /** Object id to table name, the same for the guard view. "sys_user" for the built-in object user. */
  readonly tables: ReadonlyMap<string, string>;
  /** Small number by which history, outbox and runs name an object: object id to number. */
  readonly objectNumbers: ReadonlyMap<string, number>;
  /** Field id to column; active fields only. System fields of every object: sys_id → id, sys_owner → owner_id, sys_created_at → created_at ... */
  readonly columns: ReadonlyMap<string, ColumnBinding>;
};
