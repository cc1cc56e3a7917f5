/** A table as Postgres has it. Names are unquoted. */
export type Column = { readonly name: string; readonly pgType: string; readonly elementId: string };

/** A value must be there in every live row. */
export type Required = { readonly kind: 'required'; readonly name: string; readonly column: string };
/** A link to a row of the same tenant. `onDelete` is what happens when that row is purged. */
export type Reference = {
  readonly kind: 'reference';
  readonly name: string;
  readonly column: string;
  /** Quoted, with its schema. */
  readonly target: string;
  readonly onDelete: 'set null' | 'restrict';
};
/** `keys` and `where` are SQL text over quoted columns. */
export type Index = {
  readonly kind: 'index';
  readonly name: string;
  readonly isUnique: boolean;
  /** GIN finds the rows whose list holds a value; B-tree when left out. */
  readonly method?: 'gin';
  readonly keys: string;
  readonly where?: string;
  /** Built on a formula: Postgres writes it down in words of its own. */
  readonly isComputed?: true;
};

/** Values of a column that are worked out from other tables. `made` says how: when it changes, all of them are worked out again. */
export type FillRule = { readonly kind: 'fill'; readonly name: string; readonly made: string };

/** Something that stands on a table besides its columns, and the element it is there for (the object itself for those of every table). */
export type Part = (Required | Reference | Index | FillRule) & { readonly elementId: string };

export type Table = {
  readonly elementId: string;
  readonly schema: string;
  readonly viewSchema: string;
  readonly name: string;
  /** Columns of fields in the order they were made, retired ones too: the guard view lists them all. */
  readonly columns: readonly Column[];
  readonly parts: readonly Part[];
};

/** Columns of every table, first in the guard view. */
export const SYSTEM_TABLE_COLUMNS: readonly { readonly name: string; readonly definition: string }[] = [
  { name: 'id', definition: 'uuid not null' },
  { name: 'tenant_id', definition: 'int not null' },
  { name: 'owner_id', definition: 'uuid' },
  { name: 'created_at', definition: 'timestamptz not null default now()' },
  { name: 'created_by', definition: 'uuid' },
  { name: 'updated_at', definition: 'timestamptz not null default now()' },
  { name: 'updated_by', definition: 'uuid' },
  { name: 'deleted_at', definition: 'timestamptz' },
  { name: 'deleted_batch', definition: 'uuid' },
  { name: 'version', definition: 'int not null default 1' },
];
