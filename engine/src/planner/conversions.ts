import type { ColumnSpec } from '../fields/field-type.js';
import { fieldType } from '../fields/registry.js';
import { quote } from '../kernel/statement.js';
import type { FieldModel, Model } from '../model/types.js';
import { keptId, type BindingRow, type Kept } from './bindings.js';
import { isWidening } from './changes/widen-column.js';
import type { Converted } from './conversion-sql.js';
import { conversion, type Place } from './conversion-table.js';
import { isInPlace } from './in-place.js';
import { physicalName } from './physical-name.js';

/** A field whose values become those of another type, in another column. */
export type FieldConversion = {
  readonly object: string;
  readonly from: FieldModel;
  readonly to: FieldModel;
  /** Where the values are. */
  readonly source: BindingRow;
  /** Where they will be, with the id of the field. */
  readonly target: BindingRow;
  /** What the source is remembered as. */
  readonly kept: BindingRow;
  /** The row that `target` was remembered as, when the field returns to a column it had before. */
  readonly returns?: { readonly row: BindingRow; readonly reads: Kept['reads'] };
};

type Input = {
  readonly from: Model | null;
  readonly to: Model;
  readonly bindings: readonly BindingRow[];
  readonly numberFor: (key: string) => number;
  readonly place: Place;
};

/** What a new column of the field is numbered by: another one for every type it may get. */
export const conversionKey = (field: FieldModel): string =>
  `${field.id}@${field.type}:${fieldType(field.type)
    .columns(field.options)
    .map(({ pgType }) => pgType)
    .join()}`;

/** Fields of both models whose values have to be converted, as far as the table knows how. */
export function conversionsOf(input: Input): FieldConversion[] {
  return changedTypes(input).map(({ object, old, field, source }) => {
    const specs = fieldType(field.type).columns(field.options);
    const former = input.bindings.find((row) => isWayBack(row, field, source, specs));
    const column = former?.column ?? physicalName(field.name, input.numberFor(conversionKey(field)));
    const columns = former?.columns ?? specs;
    const target: BindingRow = { ...source, column, columns, pgType: columns[0]?.pgType ?? 'text', state: 'active' };
    const kept: BindingRow = {
      ...source,
      elementId: keptId(field.id, source.column ?? ''),
      state: 'retired',
      kept: {
        of: field.id,
        type: old.type,
        options: (old.options.options ?? []).map(({ value }) => value),
        to: column,
        reads: convertedFrom({ from: old, to: field, source }, '', input.place).values,
      },
    };
    return {
      object: object.name,
      from: old,
      to: field,
      source,
      target,
      kept,
      ...(former?.kept ? { returns: { row: former, reads: former.kept.reads } } : {}),
    };
  });
}

/** Keys of the new columns, for their numbers to be allocated. */
export const conversionKeys = (input: Pick<Input, 'from' | 'to' | 'bindings'>): string[] =>
  changedTypes(input).map(({ field }) => conversionKey(field));

function changedTypes({ from, to, bindings }: Pick<Input, 'from' | 'to' | 'bindings'>) {
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const before = new Map(
    [...(from?.objects.values() ?? [])].flatMap((object) => [...object.fields.values()]).map((field) => [field.id, field]),
  );
  const found: { object: { name: string; id: string }; old: FieldModel; field: FieldModel; source: BindingRow }[] = [];
  for (const object of to.objects.values()) {
    for (const field of object.fields.values()) {
      const [old, source] = [before.get(field.id), rows.get(field.id)];
      if (field.system || !old || !source || source.table !== rows.get(object.id)?.table || isInPlace(old, field)) continue;
      if (conversion(old, field, [], { timeZone: 'UTC', currency: 'EUR' }) !== undefined) found.push({ object, old, field, source });
    }
  }
  return found;
}

/** Whether `row` is a column that the field had when it was of the type it is to be again, and has only been converted from since. */
function isWayBack(row: BindingRow, field: FieldModel, source: BindingRow, specs: readonly ColumnSpec[]): boolean {
  if (row.kept?.of !== field.id || row.kept.type !== field.type || row.kept.to !== source.column) return false;
  const options = new Set((field.options.options ?? []).map(({ value }) => value));
  return (
    row.columns.length === specs.length &&
    specs.every((spec, index) => spec.pgType === row.columns[index]?.pgType || isWidening(spec.pgType, row.columns[index]?.pgType ?? '')) &&
    row.kept.options.every((value) => options.has(value))
  );
}

const columnNames = (row: BindingRow): string[] => row.columns.map(({ suffix }) => quote(`${row.column ?? ''}${suffix}`));

/** The conversion over the columns of the source, each with `prefix` before it ("new." in a trigger). */
export function convertedFrom(
  { from, to, source }: Pick<FieldConversion, 'from' | 'to' | 'source'>,
  prefix: string,
  place: Place,
): Converted {
  const found = conversion(
    from,
    to,
    columnNames(source).map((name) => prefix + name),
    place,
  );
  if (found === undefined) throw new Error(`${from.type} can not become ${to.type}`);
  return found;
}

/** Quoted columns of the target with what is written to them. */
export const assignments = (each: FieldConversion, prefix: string, place: Place): { name: string; sql: string }[] => {
  const { values } = convertedFrom(each, prefix, place);
  return each.target.columns.map(({ suffix, pgType }) => ({
    name: quote(`${each.target.column ?? ''}${suffix}`),
    sql: values[suffix] ?? `null::${pgType}`,
  }));
};

/**
 * True of a row whose target does not hold what it should. For a new column it does when it is the converted value; for a column the field
 * returns to, when converting it gives what the field holds now: so a value that could not be converted, and was not touched since, is back.
 */
export function isStale(each: FieldConversion, place: Place): string {
  if (!each.returns) {
    return assignments(each, '', place)
      .map(({ name, sql }) => `${name} is distinct from ${sql}`)
      .join(' or ');
  }
  const { reads } = each.returns;
  return each.source.columns
    .map(({ suffix }) => `${quote(`${each.source.column ?? ''}${suffix}`)} is distinct from ${reads[suffix] ?? 'null'}`)
    .join(' or ');
}

/** What the first column of the field will hold, as SQL over the table as it is. */
export function valueAfter(each: FieldConversion, place: Place): { name: string; sql: string } {
  const [first = { name: '', sql: 'null' }] = assignments(each, '', place);
  return each.returns ? { name: first.name, sql: `case when ${isStale(each, place)} then ${first.sql} else ${first.name} end` } : first;
}

export const sourceColumns = (each: FieldConversion, prefix = ''): string[] => columnNames(each.source).map((name) => prefix + name);
