import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { viewColumns } from './changes/make-view.js';
import { desiredSchema } from './desired-schema.js';
import { SYSTEM_TABLE_COLUMNS, type Table } from './physical.js';

/** What the catalogue of Postgres holds of a space, tables of the system (`sys_`) left out. */
export type ActualSchema = {
  readonly tables: readonly ActualTable[];
  readonly views: readonly ActualView[];
};
export type ActualTable = {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly indexes: readonly {
    readonly name: string;
    readonly isUnique: boolean;
    readonly isValid: boolean;
    readonly isPrimary: boolean;
  }[];
  readonly constraints: readonly string[];
  readonly triggers: readonly string[];
  readonly hasRowSecurity: boolean;
  /** Whether the app role can reach the table itself. */
  readonly isOpenToApp: boolean;
};
export type ActualView = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUsable: boolean;
  readonly isGuarded: boolean;
};

export type Drift = { readonly kind: 'missing' | 'extra' | 'differs'; readonly what: string; readonly name: string };

/** How Postgres writes the types that we write shorter. */
const LONG_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^timestamptz$/, 'timestamp with time zone'],
  [/^time$/, 'time without time zone'],
  [/^char\((\d+)\)$/, 'character($1)'],
  [/^(bool)$/, 'boolean'],
  [/^int4?$/, 'integer'],
  [/^int8$/, 'bigint'],
];
const longName = (type: string): string => LONG_NAMES.reduce((name, [short, long]) => name.replace(short, long), type);

/**
 * Compares the catalogue with what the published model and the bindings say. Nothing is repaired: drift is for people to look at.
 *
 * Shape: `pendingIndexes` are still to be built by a live revision and so not missing.
 */
export function findDrift(
  space: number,
  model: Model,
  bindings: readonly BindingRow[],
  actual: ActualSchema,
  pendingIndexes: ReadonlySet<string> = new Set(),
): Drift[] {
  const wanted = desiredSchema(space, model, bindings);
  const tables = new Map(actual.tables.map((table) => [table.name, table]));
  const views = new Map(actual.views.map((view) => [view.name, view]));
  const known = new Map(bindings.filter((row) => row.kind === 'table').map((row) => [row.table, row]));
  const drift: Drift[] = [];

  for (const [name, row] of known) {
    const found = tables.get(name);
    if (!found) {
      drift.push({ kind: 'missing', what: 'table', name });
      continue;
    }
    drift.push(...columnDrift(name, bindings, found));
    if (found.isOpenToApp) drift.push({ kind: 'extra', what: 'right of the app role on table', name });
    if (!found.hasRowSecurity) drift.push({ kind: 'missing', what: 'row security of table', name });
    for (const trigger of found.triggers) drift.push({ kind: 'extra', what: 'trigger', name: trigger });
    const table = row.state === 'active' ? wanted.get(row.elementId) : undefined;
    if (table) drift.push(...partDrift(table, found, retiredColumns(name, bindings), pendingIndexes), ...viewDrift(table, views.get(name)));
    else for (const index of found.indexes) if (!index.isValid) drift.push({ kind: 'extra', what: 'unfinished index', name: index.name });
  }
  for (const table of actual.tables) if (!known.has(table.name)) drift.push({ kind: 'extra', what: 'table', name: table.name });
  for (const view of actual.views) if (!known.has(view.name)) drift.push({ kind: 'extra', what: 'view', name: view.name });
  return drift;
}

function columnDrift(table: string, bindings: readonly BindingRow[], found: ActualTable): Drift[] {
  const drift: Drift[] = [];
  const wanted = new Map(SYSTEM_TABLE_COLUMNS.map((column) => [column.name, longName(column.definition.split(' ')[0] ?? '')]));
  for (const row of bindings) {
    if (row.kind !== 'column' || row.table !== table) continue;
    for (const column of row.columns) wanted.set(`${row.column ?? ''}${column.suffix}`, longName(column.pgType));
  }
  const actual = new Map(found.columns.map((column) => [column.name, column.type]));
  for (const [name, type] of wanted) {
    if (!actual.has(name)) drift.push({ kind: 'missing', what: 'column', name: `${table}.${name}` });
    else if (actual.get(name) !== type) drift.push({ kind: 'differs', what: 'type of column', name: `${table}.${name}` });
  }
  for (const name of actual.keys()) if (!wanted.has(name)) drift.push({ kind: 'extra', what: 'column', name: `${table}.${name}` });
  return drift;
}

const retiredColumns = (table: string, bindings: readonly BindingRow[]): ReadonlySet<string> =>
  new Set(bindings.filter((row) => row.table === table && row.state === 'retired').flatMap((row) => row.column ?? []));

function partDrift(table: Table, found: ActualTable, retired: ReadonlySet<string>, pending: ReadonlySet<string>): Drift[] {
  const drift: Drift[] = [];
  const indexes = new Map(found.indexes.map((index) => [index.name, index]));
  const constraints = new Set(found.constraints);
  for (const part of table.parts) {
    if (part.kind !== 'index') {
      if (!constraints.has(part.name)) drift.push({ kind: 'missing', what: 'constraint', name: `${table.name}.${part.name}` });
      continue;
    }
    const index = indexes.get(part.name);
    if (pending.has(part.name)) continue;
    if (!index) drift.push({ kind: 'missing', what: 'index', name: part.name });
    else if (!index.isValid) drift.push({ kind: 'differs', what: 'unfinished index', name: part.name });
    else if (index.isUnique !== part.isUnique) drift.push({ kind: 'differs', what: 'index', name: part.name });
  }
  // Links of retired fields keep their key and their index, so that the values stay true.
  const isOfRetired = (name: string) => retired.has(name.slice(3)) && /^(ix|fk)_/.test(name) && constraints.has(`fk_${name.slice(3)}`);
  const names = new Set(table.parts.map((part) => part.name));
  for (const index of found.indexes) {
    if (!index.isPrimary && !names.has(index.name) && !isOfRetired(index.name))
      drift.push({ kind: 'extra', what: 'index', name: index.name });
  }
  for (const name of found.constraints) {
    if (!names.has(name) && !isOfRetired(name)) drift.push({ kind: 'extra', what: 'constraint', name: `${table.name}.${name}` });
  }
  return drift;
}

function viewDrift(table: Table, view: ActualView | undefined): Drift[] {
  if (!view) return [{ kind: 'missing', what: 'view', name: table.name }];
  const drift: Drift[] = [];
  if (view.columns.join() !== viewColumns(table).join()) drift.push({ kind: 'differs', what: 'columns of view', name: table.name });
  if (!view.isUsable) drift.push({ kind: 'missing', what: 'right of the app role on view', name: table.name });
  if (!view.isGuarded) drift.push({ kind: 'differs', what: 'tenant guard of view', name: table.name });
  return drift;
}
