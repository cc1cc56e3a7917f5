import type { Table } from './physical.js';
import type { Fill } from './planned-statement.js';

/**
 * What a plan has to know of the data, counted by the catalog. Keys are physical names, unique in the space.
 *
 * Units: rows. `rows` counts recycled ones too; `missing`, `values` and `doubles` live ones only.
 */
export type Facts = {
  readonly rows: ReadonlyMap<string, number>;
  /** Column to live rows without a value. */
  readonly missing: ReadonlyMap<string, number>;
  /** Column to live rows with a value. */
  readonly values: ReadonlyMap<string, number>;
  /** Unique index to live rows that share their value with another one. */
  readonly doubles: ReadonlyMap<string, number>;
  /** Column of numbers to live rows with more digits than the field is to hold. */
  readonly beyond: ReadonlyMap<string, number>;
  /** Column of a link to live rows whose record is in the recycle bin. */
  readonly orphans: ReadonlyMap<string, number>;
  /** Table to the column slots it has used, dropped columns included. */
  readonly slots: ReadonlyMap<string, number>;
  /** Table some of whose slots are those of dropped columns: all that has to be made again when it is rebuilt. */
  readonly shapes: ReadonlyMap<string, TableShape>;
  /** Column that values are converted to: how many there are, how many of them do not convert or lose some of what they said. */
  readonly conversions: ReadonlyMap<string, ConversionFacts>;
  /** Option of a column (`column=value`) to rows that hold it, recycled ones too. */
  readonly chosen: ReadonlyMap<string, number>;
  /** Table that comes back to what still stands on it: names of its indexes and constraints. */
  readonly standing: ReadonlyMap<string, readonly { readonly name: string; readonly kind: 'index' | 'constraint' }[]>;
};

/** Units: live rows. `samples` are ids of records whose value does not convert, a few of them. */
export type ConversionFacts = {
  readonly values: number;
  readonly lost: number;
  readonly shortened: number;
  readonly samples: readonly string[];
};

/**
 * A table as it stands in the catalogue, with what is retired and what other tables have to do with it.
 *
 * Shape: definitions are Postgres' own, those of constraints without "not valid"; `on` is what stands behind the table in that of an index.
 * Units: `rows` counts recycled ones too.
 */
export type TableShape = {
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly isRequired: boolean;
    readonly defaultSql: string | null;
    readonly comment: string | null;
  }[];
  readonly indexes: readonly { readonly name: string; readonly isUnique: boolean; readonly on: string }[];
  readonly constraints: readonly {
    readonly name: string;
    readonly definition: string;
    readonly isValid: boolean;
    readonly isSelf: boolean;
  }[];
  /** Foreign keys of other tables to this one. */
  readonly keys: readonly { readonly table: string; readonly name: string; readonly definition: string; readonly isValid: boolean }[];
};

/** A column that is not there yet, or not as it will be: what it will hold, over the table as it is. */
export type Derived = { readonly name: string; readonly sql: string };

export type Question =
  | { readonly kind: 'rows' | 'slots'; readonly table: string }
  | { readonly kind: 'standing'; readonly table: string }
  | { readonly kind: 'orphans'; readonly table: string; readonly column: string; readonly target: string }
  | { readonly kind: 'missing' | 'values'; readonly table: string; readonly column: string; readonly derived?: Derived }
  /** SQL over the table as it is: whether there is a value, whether it gets lost, whether it loses something. */
  | {
      readonly kind: 'conversions';
      readonly table: string;
      readonly column: string;
      readonly has: string;
      readonly lost: string;
      readonly shortened: string;
    }
  | { readonly kind: 'chosen'; readonly table: string; readonly column: string; readonly value: string; readonly isList: boolean }
  /** `digits` are those that may stand before the point. */
  | { readonly kind: 'beyond'; readonly table: string; readonly column: string; readonly digits: number }
  /** `keys` and `where` are those of the index. */
  | {
      readonly kind: 'doubles';
      readonly table: string;
      readonly index: string;
      readonly keys: string;
      readonly where: string;
      readonly derived?: Derived;
    };

export const NO_FACTS: Facts = {
  rows: new Map(),
  missing: new Map(),
  values: new Map(),
  doubles: new Map(),
  beyond: new Map(),
  orphans: new Map(),
  slots: new Map(),
  shapes: new Map(),
  conversions: new Map(),
  chosen: new Map(),
  standing: new Map(),
};

export const fillOf = (table: Pick<Table, 'name'>, isNew: boolean, facts: Facts): Fill =>
  isNew ? 'new' : (facts.rows.get(table.name) ?? 1) === 0 ? 'empty' : 'filled';
