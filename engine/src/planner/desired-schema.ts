import { fieldType } from '../fields/registry.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import { dataSchemaOf, viewSchemaOf, type BindingRow } from './bindings.js';
import type { Column, Part, Table } from './physical.js';
import { ownedOrders } from './owned-orders.js';
import { numberOf } from './physical-name.js';

/** Types whose unique values are compared without case. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'email', 'url', 'phone']);
const LINK_TYPES: ReadonlySet<string> = new Set(['lookup', 'master_detail', 'user', 'file', 'image']);

const isFile = ({ type }: FieldModel): boolean => type === 'file' || type === 'image';

const LIVE = `${quote('deleted_at')} is null`;
const TENANT = quote('tenant_id');

/**
 * The tables a model wants, by object id.
 *
 * Shape: every object and field must be in `rows`. Columns of retired fields are listed, their constraints are not.
 */
export function desiredSchema(space: number, model: Model, rows: readonly BindingRow[]): Map<string, Table> {
  const tables = new Map<string, Table>();
  const byTable = new Map<string, BindingRow[]>();
  for (const row of rows) if (row.kind === 'column') byTable.set(row.table, [...(byTable.get(row.table) ?? []), row]);
  const columnOf = new Map(rows.map((row) => [row.elementId, row.column]));
  const tableOf = new Map(rows.filter((row) => row.kind === 'table').map((row) => [row.elementId, row.table]));
  const schema = dataSchemaOf(space);
  const owned = ownedOrders(model);

  for (const object of model.objects.values()) {
    const name = tableOf.get(object.id);
    if (object.system || name === undefined) continue;
    const fields = new Map([...object.fields.values()].filter((field) => !field.system).map((field) => [field.id, field]));
    const columns = (byTable.get(name) ?? []).toSorted((a, b) => numberOf(a.column ?? '') - numberOf(b.column ?? '')).flatMap(columnsOf);
    const target = (field: FieldModel): string | undefined => {
      if (field.type === 'file' || field.type === 'image') return `${quote('meta')}.${quote('file')}`;
      if (field.type === 'user') return `${quote('meta')}.${quote('user')}`;
      const id = field.target === undefined ? undefined : model.objects.get(field.target)?.id;
      const table = id === undefined ? undefined : tableOf.get(id);
      return table === undefined ? undefined : `${quote(schema)}.${quote(table)}`;
    };
    const parts = [...fields.values()].flatMap((field) =>
      fieldParts(field, columnOf.get(field.id) ?? undefined, target(field), owned.has(field.id)),
    );
    tables.set(object.id, {
      elementId: object.id,
      schema,
      viewSchema: viewSchemaOf(space),
      name,
      columns,
      parts: [...tableParts(object, name), ...parts],
    });
  }
  return tables;
}

const columnsOf = (row: BindingRow): Column[] =>
  row.columns.map((spec) => ({ name: `${row.column ?? ''}${spec.suffix}`, pgType: spec.pgType, elementId: row.elementId }));

function tableParts(object: ObjectModel, table: string): Part[] {
  const recent = `${quote('updated_at')} desc, ${quote('id')} desc`;
  const elementId = object.id;
  return [
    {
      kind: 'reference',
      name: 'fk_owner_id',
      column: 'owner_id',
      target: `${quote('meta')}.${quote('user')}`,
      onDelete: 'set null',
      elementId,
    },
    { kind: 'index', name: `ix_${table}_updated`, isUnique: false, keys: `${TENANT}, ${recent}`, where: LIVE, elementId },
    {
      kind: 'index',
      name: `ix_${table}_owner`,
      isUnique: false,
      keys: `${TENANT}, ${quote('owner_id')}, ${recent}`,
      where: LIVE,
      elementId,
    },
  ];
}

function fieldParts(field: FieldModel, column: string | undefined, target: string | undefined, isOwnedOrder: boolean): Part[] {
  if (column === undefined) return [];
  const parts: Part[] = [];
  const at = quote(column);
  const elementId = field.id;
  if (LINK_TYPES.has(field.type) && target !== undefined) {
    const restricts = field.type === 'master_detail' || isFile(field) || field.options.onDelete === 'restrict';
    parts.push({ kind: 'reference', name: `fk_${column}`, column, target, onDelete: restricts ? 'restrict' : 'set null', elementId });
    parts.push({ kind: 'index', name: `ix_${column}`, isUnique: false, keys: `${TENANT}, ${at}`, elementId });
  } else if (field.type === 'polymorphic') {
    parts.push({ kind: 'index', name: `ix_${column}`, isUnique: false, keys: `${TENANT}, ${at}`, elementId });
  } else if (field.type === 'many_to_many' || (field.type === 'tags' && field.indexed)) {
    parts.push({ kind: 'index', name: `ix_${column}`, isUnique: false, method: 'gin', keys: at, elementId });
  } else if (field.indexed) {
    parts.push({ kind: 'index', name: `ix_${column}`, isUnique: false, keys: `${TENANT}, ${at}, ${quote('id')}`, where: LIVE, elementId });
  }
  if (isOwnedOrder) {
    const keys = `${TENANT}, ${quote('owner_id')}, ${at}, ${quote('id')}`;
    parts.push({ kind: 'index', name: `ow_${column}`, isUnique: false, keys, where: LIVE, elementId });
  }
  // Of a value in several columns the write path alone knows whether there is one.
  if (field.required && fieldType(field.type).conditionSql === undefined)
    parts.push({ kind: 'required', name: `nn_${column}`, column, elementId });
  if (field.unique) {
    const value = TEXT_TYPES.has(field.type) ? `lower(${at})` : at;
    const where = `${LIVE} and ${at} is not null`;
    parts.push({ kind: 'index', name: `uq_${column}`, isUnique: true, keys: `${TENANT}, ${value}`, where, elementId });
  }
  return parts;
}
