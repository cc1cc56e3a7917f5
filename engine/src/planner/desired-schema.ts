import { fieldType } from '../fields/registry.js';
import { canonicalJson, digest } from '../kernel/hash.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, Model, ObjectModel, RollupModel } from '../model/types.js';
import { SYSTEM_COLUMNS } from '../model/system-fields.js';
import { dataSchemaOf, viewSchemaOf, type BindingRow } from './bindings.js';
import type { Column, Index, Part, Table } from './physical.js';
import { ownedOrders } from './owned-orders.js';
import { numberOf } from './physical-name.js';

/** SQL over the columns of a table, as statements write it, so that an index on it serves them: of a formula, and of the words of a record. */
export type TableKeys = { formula(field: FieldModel): string | undefined; words(object: ObjectModel): string | undefined };
/** Only the store can say it. */
export type FormulaKeys = (model: Model, rows: readonly BindingRow[]) => TableKeys;

const NO_KEYS: TableKeys = { formula: () => undefined, words: () => undefined };

/** What the names of indexes of words begin with. */
export const WORDS_INDEX = 'se_';

const LIVE = `${quote('deleted_at')} is null`;
const TENANT = quote('tenant_id');

/**
 * The tables a model wants, by object id.
 *
 * Shape: every object and field must be in `rows`. Columns of retired fields are listed, their constraints are not.
 */
export function desiredSchema(
  space: number,
  model: Model,
  rows: readonly BindingRow[],
  formulaKeys: FormulaKeys = () => NO_KEYS,
): Map<string, Table> {
  const keyOf = memoized(() => formulaKeys(model, rows));
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
    const columns = inOrder(byTable.get(name) ?? []);
    const target = (field: FieldModel): string | undefined => {
      const { holds, linksTo } = fieldType(field.type);
      if (holds !== undefined) return `${quote('meta')}.${quote('file')}`;
      if (linksTo !== undefined) return `${quote('meta')}.${quote('user')}`;
      const id = field.target === undefined ? undefined : model.objects.get(field.target)?.id;
      const table = id === undefined ? undefined : tableOf.get(id);
      return table === undefined ? undefined : `${quote(schema)}.${quote(table)}`;
    };
    const parts = [...fields.values()].flatMap((field) =>
      field.computed === undefined
        ? fieldParts(field, columnOf.get(field.id) ?? undefined, target(field), owned.has(field.id))
        : computedParts(model, field, columnOf.get(field.id) ?? undefined, (of) => keyOf().formula(of)),
    );
    tables.set(object.id, {
      elementId: object.id,
      schema,
      viewSchema: viewSchemaOf(space),
      name,
      columns,
      parts: [
        ...tableParts(object, name),
        ...wordsIndex(object, name, keyOf().words(object)),
        ...sharedIndexes(object, name, (field) => (field.system ? SYSTEM_COLUMNS.get(field.id)?.column : columnOf.get(field.id))),
        ...parts,
      ],
    });
  }
  return tables;
}

/** Indexes of formulas, and what a stored roll-up is made of: when that changes, every row has to be worked out again. */
function computedParts(
  model: Model,
  field: FieldModel,
  column: string | undefined,
  keyOf: (field: FieldModel) => string | undefined,
): Part[] {
  const { computed, id: elementId } = field;
  if (computed === undefined || column === undefined) return [];
  const indexOn = (key: string): Index & { readonly elementId: string } => {
    const keys = `${TENANT}, ${key}, ${quote('id')}`;
    return { kind: 'index', name: `ix_${column}`, isUnique: false, keys, where: LIVE, elementId };
  };
  if (computed.kind === 'formula') {
    const key = field.indexed ? keyOf(field) : undefined;
    return key === undefined ? [] : [{ ...indexOn(`(${key})`), isComputed: true }];
  }
  if (!computed.isStored) return [];
  const fill: Part = { kind: 'fill', name: `fill_${column}`, made: madeOf(model, computed), elementId };
  return field.indexed ? [fill, indexOn(quote(column))] : [fill];
}

/** What a roll-up is made of, by ids: a rename makes nothing of it untrue. */
function madeOf(model: Model, { from, by, isStored: _stored, ...rest }: RollupModel): string {
  const idOf = (object: unknown, field: unknown) => model.objects.get(String(object))?.fields.get(String(field))?.id ?? null;
  const byId = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(byId);
    if (value === null || typeof value !== 'object') return value;
    const { object, field, ...more } = value as Record<string, unknown>;
    if (typeof object === 'string' && typeof field === 'string') return idOf(object, field);
    return Object.fromEntries(Object.entries({ object, field, ...more }).map(([key, item]) => [key, byId(item)]));
  };
  return canonicalJson({ from: model.objects.get(from)?.id ?? null, by: idOf(from, by), ...(byId(rest) as object) });
}

const memoized = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const inOrder = (rows: readonly BindingRow[]): Column[] =>
  rows.toSorted((a, b) => numberOf(a.column ?? '') - numberOf(b.column ?? '')).flatMap(columnsOf);

/** The columns of a table that some binding rows have, in the order they were made. */
export const columnsIn = (rows: readonly BindingRow[], table: string): Column[] =>
  inOrder(rows.filter((row) => row.kind === 'column' && row.table === table));

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

/**
 * The index that finds records by parts of their words. It has another name when it is on other fields, so that the new one is built beside the old.
 *
 * Source: one index on the words of all searched fields costs a change 15 to 40 µs, one for each field 90 µs; see decision 45.
 */
function wordsIndex(object: ObjectModel, table: string, key: string | undefined): Part[] {
  if (key === undefined) return [];
  const name = `${WORDS_INDEX}${table}_${digest(key).slice(0, 6)}`;
  const keys = `(${key}) meta_ext.gin_trgm_ops`;
  return [{ kind: 'index', name, isUnique: false, method: 'gin', keys, where: LIVE, isComputed: true, elementId: object.id }];
}

/** Indexes on several fields. Like that of words, one has another name when it is on other columns. */
function sharedIndexes(object: ObjectModel, table: string, columnOf: (field: FieldModel) => string | null | undefined): Part[] {
  return object.indexes.flatMap((names) => {
    const columns = names.map((name) => object.fields.get(name)).map((field) => (field === undefined ? undefined : columnOf(field)));
    if (!columns.every((column) => typeof column === 'string')) return [];
    const keys = [TENANT, ...columns.map(quote), quote('id')].join(', ');
    const name = `cx_${table}_${digest(keys).slice(0, 6)}`;
    return [{ kind: 'index' as const, name, isUnique: false, keys, where: LIVE, elementId: object.id }];
  });
}

function fieldParts(field: FieldModel, column: string | undefined, target: string | undefined, isOwnedOrder: boolean): Part[] {
  if (column === undefined) return [];
  const parts: Part[] = [];
  const at = quote(column);
  const elementId = field.id;
  const { link, isPart, holds, memberIndex, ignoresCase } = fieldType(field.type);
  if ((link === 'one' || holds !== undefined) && target !== undefined) {
    const restricts = isPart === true || holds !== undefined || field.options.onDelete === 'restrict';
    parts.push({ kind: 'reference', name: `fk_${column}`, column, target, onDelete: restricts ? 'restrict' : 'set null', elementId });
    parts.push({ kind: 'index', name: `ix_${column}`, isUnique: false, keys: `${TENANT}, ${at}`, elementId });
  } else if (link === 'any') {
    parts.push({ kind: 'index', name: `ix_${column}`, isUnique: false, keys: `${TENANT}, ${at}`, elementId });
  } else if (memberIndex === 'always' || (memberIndex === 'indexed' && field.indexed)) {
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
    const value = ignoresCase ? `lower(${at})` : at;
    const where = `${LIVE} and ${at} is not null`;
    parts.push({ kind: 'index', name: `uq_${column}`, isUnique: true, keys: `${TENANT}, ${value}`, where, elementId });
  }
  return parts;
}
