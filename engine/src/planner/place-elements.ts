import type { ColumnSpec } from '../fields/field-type.js';
import { fieldType, isComputed } from '../fields/registry.js';
import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { isWidening } from './changes/widen-column.js';
import type { FieldConversion } from './conversions.js';
import { physicalName } from './physical-name.js';

type Input = {
  readonly to: Model;
  readonly bindings: readonly BindingRow[];
  readonly numberFor: (elementId: string) => number;
  readonly conversions: readonly FieldConversion[];
};

export type Placed = {
  /** Every binding as it will be. */
  readonly all: readonly BindingRow[];
  /** Those that differ from what is stored, in an order in which no column is taken twice. */
  readonly changed: readonly BindingRow[];
  /** Ids of rows that go: their column is that of its field again. */
  readonly gone: readonly string[];
  readonly wasRetired: ReadonlySet<string>;
};

/**
 * Gives every object and field its place: the one it has, by its id, or a new one. What the model no longer has is retired and keeps its
 * place; nothing is ever renamed or given to another element.
 */
export function placeElements({ to, bindings, numberFor, conversions }: Input): Placed {
  const converted = new Map(conversions.map((each) => [each.target.elementId, each]));
  const gone = conversions.flatMap(({ returns }) => returns?.row.elementId ?? []);
  const stored = new Map(bindings.map((row) => [row.elementId, row]));
  const wanted = new Map<string, BindingRow>();
  for (const object of to.objects.values()) {
    if (object.system) continue;
    const table = stored.get(object.id) ?? newTable(object.id, object.name, numberFor(object.id));
    wanted.set(object.id, { ...table, state: 'active' });
    for (const field of object.fields.values()) {
      if (field.system) continue;
      const conversion = converted.get(field.id);
      if (conversion) {
        wanted.set(field.id, conversion.target);
        wanted.set(conversion.kept.elementId, conversion.kept);
        continue;
      }
      const old = stored.get(field.id);
      const wantedColumns = fieldType(field.type).columns(field.options);
      // A roll-up that is no longer stored keeps its columns, in case it is again.
      const kept = (old?.columns ?? []).filter(({ suffix }) => isComputed(field) && !wantedColumns.some((spec) => spec.suffix === suffix));
      const columns = [...wantedColumns.map((spec) => widest(spec, old?.columns)), ...kept];
      const pgType = columns[0]?.pgType ?? 'text';
      const row: BindingRow = old
        ? { ...old, state: 'active', pgType, columns }
        : {
            elementId: field.id,
            kind: 'column',
            table: table.table,
            column: physicalName(field.name, numberFor(field.id)),
            pgType,
            columns,
            objectNumber: null,
            state: 'active',
          };
      wanted.set(field.id, row);
    }
  }
  for (const row of bindings)
    if (!wanted.has(row.elementId) && !gone.includes(row.elementId)) wanted.set(row.elementId, { ...row, state: 'retired' });
  const all = [...wanted.values()];
  const changed = all.filter((row) => {
    const old = stored.get(row.elementId);
    return (
      old === undefined ||
      old.state !== row.state ||
      old.column !== row.column ||
      JSON.stringify(old.columns) !== JSON.stringify(row.columns)
    );
  });
  return { all, changed, gone, wasRetired: new Set(bindings.filter((row) => row.state === 'retired').map((row) => row.elementId)) };
}

/** A column that holds more digits than its field needs stays as it is: narrowing it would rewrite the table. */
const widest = (wanted: ColumnSpec, stored: readonly ColumnSpec[] = []): ColumnSpec =>
  stored.find((spec) => spec.suffix === wanted.suffix && isWidening(wanted.pgType, spec.pgType)) ?? wanted;

const newTable = (elementId: string, name: string, number: number): BindingRow => ({
  elementId,
  kind: 'table',
  table: physicalName(name, number),
  column: null,
  pgType: null,
  columns: [],
  objectNumber: number,
  state: 'active',
});
