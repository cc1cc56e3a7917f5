import type { Model } from '../model/types.js';
import { dataSchemaOf, type BindingRow } from './bindings.js';
import type { CatalogPart } from './catalog-part.js';
import { longTypeName } from './catalog-part.js';
import * as addIndex from './changes/add-index.js';
import * as addReference from './changes/add-reference.js';
import * as addRequired from './changes/add-required.js';
import { policyOf } from './changes/create-table.js';
import { viewColumns, viewGuard } from './changes/make-view.js';
import { desiredSchema, type FormulaKeys } from './desired-schema.js';
import { SYSTEM_TABLE_COLUMNS, type Part, type Table } from './physical.js';

/** A part that must be there, and for whom: the table as the model wants it, and the element that asks for the part. */
export type WantedPart = CatalogPart & {
  readonly elementId: string;
  /** Absent for a table whose object is retired: it keeps its columns, nothing else is asked of it. */
  readonly table?: Table;
  readonly part?: Part;
};

export type Roles = { readonly owner: string; readonly app: string; readonly bi: string };

const GUARDED_RIGHTS = 'delete, insert, select, update';

/** Everything the catalogue must hold for the objects of a model. Tables of retired objects are in it with their columns. */
export function wantedParts(
  space: number,
  model: Model,
  bindings: readonly BindingRow[],
  roles: Roles,
  formulaKeys: FormulaKeys,
): WantedPart[] {
  const tables = new Map([...desiredSchema(space, model, bindings, formulaKeys).values()].map((table) => [table.name, table]));
  return bindings
    .filter((row) => row.kind === 'table')
    .flatMap((row) => {
      const table = row.state === 'active' ? tables.get(row.table) : undefined;
      const base = tableParts(dataSchemaOf(space), row, bindings, roles, table);
      return table ? [...base, ...partsOfActive(table, roles)] : base;
    });
}

function tableParts(
  schema: string,
  row: BindingRow,
  bindings: readonly BindingRow[],
  roles: Roles,
  table: Table | undefined,
): WantedPart[] {
  const at = { schema, of: row.table, elementId: row.elementId, ...(table ? { table } : {}) };
  const columns = bindings.filter((each) => each.kind === 'column' && each.table === row.table);
  return [
    { ...at, kind: 'table', name: row.table, definition: '' },
    { ...at, kind: 'owner', name: row.table, definition: roles.owner },
    ...SYSTEM_TABLE_COLUMNS.map(({ name, definition }): WantedPart => {
      const [type = '', ...rest] = definition.split(' ');
      return { ...at, kind: 'column', name, definition: [longTypeName(type), ...rest].join(' ') };
    }),
    ...columns.flatMap((column) =>
      column.columns.map(({ suffix, pgType }): WantedPart => ({
        ...at,
        kind: 'column',
        name: `${column.column ?? ''}${suffix}`,
        definition: longTypeName(pgType),
        elementId: column.elementId,
      })),
    ),
  ];
}

function partsOfActive(table: Table, roles: Roles): WantedPart[] {
  const at = { schema: table.schema, of: table.name, elementId: table.elementId, table };
  const view = { ...at, schema: table.viewSchema };
  return [
    { ...at, kind: 'constraint', name: `pk_${table.name}`, definition: 'primary key (id, tenant_id)' },
    ...table.parts.flatMap((part): WantedPart[] => {
      const defined = definitionOf(table, part);
      return defined === undefined ? [] : [{ ...at, ...defined, elementId: part.elementId, part }];
    }),
    { ...at, kind: 'row security', name: table.name, definition: 'on' },
    { ...at, kind: 'policy', name: 'bi_read', definition: `permissive select to ${roles.bi} using ${policyOf()}` },
    { ...at, kind: 'right', name: 'bi', definition: 'select' },
    { ...view, kind: 'view', name: table.name, definition: `select ${viewColumns(table).join(', ')} ${viewGuard(table)}` },
    { ...view, kind: 'owner', name: table.name, definition: roles.owner },
    { ...view, kind: 'right', name: 'app', definition: GUARDED_RIGHTS },
  ];
}

/** A part as the catalogue holds it; what a roll-up is made of is in no catalogue. */
function definitionOf(table: Table, part: Part): Pick<CatalogPart, 'kind' | 'name' | 'definition'> | undefined {
  const { name } = part;
  if (part.kind === 'fill') return undefined;
  if (part.kind === 'index') return { kind: 'index', name, definition: addIndex.definition(table, part) };
  if (part.kind === 'reference') return { kind: 'constraint', name, definition: addReference.definition(part) };
  return { kind: 'constraint', name, definition: addRequired.definition(part) };
}
