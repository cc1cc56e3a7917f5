import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { fieldType, resultType } from '../fields/registry.js';
import { literal, quote } from '../kernel/statement.js';
import type { ActiveModel } from '../model/active.js';
import type { FieldModel, ObjectModel } from '../model/types.js';

export const SEPARATOR = '\u001e';
/** The separator as SQL: JSON text never holds a raw control character, so parts joined by it come apart again. */
export const SEPARATOR_SQL = String.raw`E'\x1e'`;

/** The guard view of an object: the only thing the app role can read or write. */
export function tableOf(active: ActiveModel, object: ObjectModel): string {
  const table = active.bindings.tables.get(object.id);
  if (table === undefined) throw new Error(`object ${object.id} has no table`);
  return systemTable(active, table);
}

export const systemTable = (active: ActiveModel, table: string): string => `${quote(active.bindings.viewSchema)}.${quote(table)}`;

export function objectNumberOf(active: ActiveModel, object: ObjectModel): number {
  const number = active.bindings.objectNumbers.get(object.id);
  if (number === undefined) throw new Error(`object ${object.id} has no number`);
  return number;
}

/** A physical column, unquoted, and the input of a statement that writes it. */
export type Column = { readonly name: string; readonly pgType: string; readonly input: string };

/** Asked for every value of every write. */
const known = new WeakMap<FieldModel, { readonly binding: Binding; readonly columns: readonly Column[] }>();
type Binding = NonNullable<ReturnType<ActiveModel['bindings']['columns']['get']>>;

/** Physical columns of a field, in the order of its type's specs, with their Postgres types. */
export function columnsOf(active: ActiveModel, field: FieldModel): readonly Column[] {
  const binding = active.bindings.columns.get(field.id);
  if (binding === undefined) throw new Error(`field ${field.id} has no column`);
  const found = known.get(field);
  if (found?.binding === binding) return found.columns;
  const column = (name: string, pgType: string): Column => ({ name, pgType, input: `col ${name}` });
  const columns = field.system
    ? [column(binding.column, binding.pgType)]
    : fieldType(field.type)
        .columns(field.options)
        .map((spec, index) => column(binding.column + spec.suffix, index === 0 ? binding.pgType : spec.pgType));
  known.set(field, { binding, columns });
  return columns;
}

export function firstColumn(active: ActiveModel, field: FieldModel): Column {
  const column = columnsOf(active, field)[0];
  if (column === undefined) throw new Error(`field ${field.id} has no column`);
  return column;
}

/** Postgres type of the value of a field, computed or not. */
export const pgTypeOf = (active: ActiveModel, field: FieldModel): string =>
  field.computed === undefined
    ? firstColumn(active, field).pgType
    : (resultType(field).columns(field.options)[0]?.pgType ?? 'text').replace(/^numeric.*/, 'numeric');

export const at = (alias: string, column: string): string => `${alias}.${quote(column)}`;

/** Whether the row of `alias` points to the record of `target` whose id is the SQL `id`. A list of ids is asked in the way its index answers. */
export function pointsTo(active: ActiveModel, field: FieldModel, alias: string, target: ObjectModel, id: string): string {
  const [first, second] = columnsOf(active, field).map(({ name }) => at(alias, name));
  const column = first ?? 'null';
  // Ids are chosen by callers: the same one may be that of a record of another object.
  const { link } = fieldType(field.type);
  if (link === 'any') return `(${column} = ${id} and ${second ?? 'null'} = ${literal(target.id)})`;
  return link === 'many' ? `${column} @> array[${id}]` : `${column} = ${id}`;
}

/** Columns of the record itself that a field is read from: its own, or those of what it is computed by. */
export function columnsRead(active: ActiveModel, field: FieldModel): string[] {
  const own = columnsOf(active, field).map(({ name }) => name);
  const { computed } = field;
  if (computed === undefined) return own;
  if (computed.kind === 'rollup') return [...own, 'id'];
  const object = active.model.objects.get(field.object);
  const steps = [...fieldsRead(computed.expression), ...computed.money].flatMap(([step]) => step ?? []);
  return steps.flatMap((step) => {
    const source = object?.fields.get(step.field);
    return source === undefined ? [] : columnsRead(active, source);
  });
}

/** The JSON value of a field with columns of its own in the API, lookups as their bare id. */
export const jsonOf = (active: ActiveModel, field: FieldModel, alias: string): string =>
  fieldType(field.type).jsonSql(
    columnsOf(active, field).map(({ name }) => at(alias, name)),
    field.options,
  );

/** Rows of this tenant that are not in the recycle bin. Every alias of every statement carries it, with the tenant as a constant. */
export const liveRows = (object: ObjectModel, alias: string, tenant: string): string =>
  object.system ? `${alias}."tenant_id" = ${tenant}` : `${alias}."tenant_id" = ${tenant} and ${alias}."deleted_at" is null`;

/**
 * The same for an alias that very many rows are read of along an index.
 *
 * Source: a guard view asks for the tenant of the connection. Beside an equality with a constant Postgres concludes that both are equal, and asks for that in a
 *         node of its own, which every row is handed through: 7 % of the sums of a board of 200,000 records. From a list of one value it concludes nothing.
 *         Where a table is read from end to end it takes up to 1.45 times as long: there the tenant of the connection is asked for with every row.
 */
export const liveRowsAlongIndex = (object: ObjectModel, alias: string, tenant: string): string =>
  liveRows(object, alias, `any(array[${tenant}])`);

export const isReference = (field: FieldModel): field is FieldModel & { target: string } => field.target !== undefined;

/** JSON object of many members: Postgres takes at most a hundred arguments, so it is put together in parts. */
export function jsonbObject(members: readonly (readonly [key: string, sql: string])[]): string {
  const parts: string[] = [];
  for (let index = 0; index < members.length; index += 40) {
    const chunk = members.slice(index, index + 40);
    parts.push(`jsonb_build_object(${chunk.map(([key, sql]) => `'${key.replaceAll("'", "''")}', ${sql}`).join(', ')})`);
  }
  return parts.length === 0 ? `'{}'::jsonb` : parts.join(' || ');
}
