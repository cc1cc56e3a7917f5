import { literal, quote, type Hazard } from '../kernel/statement.js';
import { dataSchemaOf, viewSchemaOf, type BindingRow } from './bindings.js';
import { statements as makeView } from './changes/make-view.js';
import { columnsIn } from './desired-schema.js';
import type { PlannedStatement } from './planned-statement.js';

/** Something retired whose data is still there. `name` is what it was called last; `rows` are records that hold a value, or all of a table. */
export type Retired = {
  readonly row: BindingRow;
  readonly name: string;
  readonly retiredAt: string;
  readonly rows: number;
  /** Keys of other tables that point to this one. */
  readonly keys: readonly { readonly table: string; readonly name: string }[];
};

export type PurgePlan = {
  readonly statements: readonly PlannedStatement[];
  readonly hazards: readonly Hazard[];
  readonly elements: readonly string[];
};

export const purgeCode = (elementId: string): string => `purge:${elementId}`;

/**
 * What destroys the data of retired elements for good. Never part of a publish.
 *
 * Shape: `all` are all bindings of the space. What the history of records holds of them goes first, then in one transaction the columns and
 *        tables: so a purge that is cut off can be run again. `elements` are the binding rows that go.
 */
export function planPurge(space: number, due: readonly Retired[], all: readonly BindingRow[], roles: { readonly app: string }): PurgePlan {
  const schema = dataSchemaOf(space);
  const tables = due.filter(({ row }) => row.kind === 'table');
  const gone = new Set(tables.map(({ row }) => row.table));
  // A link to records that are no more says nothing: it goes with them.
  const links = new Set(tables.flatMap(({ keys }) => keys.map(({ table, name }) => `${table}.${name.slice('fk_'.length)}`)));
  const named = new Set(due.map(({ row }) => row.elementId));
  const columns = all.filter(
    (row) =>
      row.kind === 'column' &&
      row.state === 'retired' &&
      !gone.has(row.table) &&
      (named.has(row.elementId) || links.has(`${row.table}.${row.column ?? ''}`)),
  );
  const numbers = new Map(all.filter((row) => row.kind === 'table').map((row) => [row.table, row.objectNumber ?? 0]));
  const ofColumns = [...new Set(columns.map(({ table }) => table))];
  return {
    elements: [...all.filter((row) => gone.has(row.table)), ...columns].map(({ elementId }) => elementId),
    hazards: due.map(hazardOf),
    statements: [
      ...tables.flatMap(({ row }) => forgetTable(schema, row)),
      ...columns.flatMap((row) => forgetColumn(schema, row, numbers.get(row.table) ?? 0)),
      ...tables.flatMap(({ row, keys }) => [
        ...keys.map(({ table, name }) => step(`alter table ${at(schema, table)} drop constraint if exists ${quote(name)}`)),
        step(`drop view if exists ${at(viewSchemaOf(space), row.table)}`),
        step(`drop table ${at(schema, row.table)}`),
      ]),
      ...ofColumns.flatMap((table) => {
        const going = new Set(columns.filter((row) => row.table === table).map(({ elementId }) => elementId));
        const rest = columnsIn(
          all.filter((row) => !going.has(row.elementId)),
          table,
        );
        const drops = columnsIn(
          all.filter((row) => going.has(row.elementId)),
          table,
        ).map(({ name }) => `drop column ${quote(name)}`);
        const shape = { elementId: '', schema, viewSchema: viewSchemaOf(space), name: table, columns: rest, parts: [] };
        return [
          step(`drop view if exists ${at(viewSchemaOf(space), table)}`),
          step(`alter table ${at(schema, table)} ${drops.join(', ')}`),
          ...makeView({ kind: 'make-view', table: shape, isNew: true, roles }),
        ];
      }),
    ],
  };
}

const at = (schema: string, name: string): string => `${quote(schema)}.${quote(name)}`;
const step = (sql: string): PlannedStatement => ({ sql, phase: 'TX', lock: 'L1', risk: 'R4' });
const forget = (sql: string): PlannedStatement => ({ sql, phase: 'PRE', lock: 'L3', risk: 'R4' });

const forgetTable = (schema: string, row: BindingRow): PlannedStatement[] =>
  ['sys_history', 'sys_outbox'].map((name) =>
    forget(`delete from ${at(schema, name)} where "object_no" = ${String(row.objectNumber ?? 0)}`),
  );

/** The column that a field had before a conversion says nothing that its history does not: only the field itself takes that along. */
function forgetColumn(schema: string, row: BindingRow, objectNumber: number): PlannedStatement[] {
  if (row.kept) return [];
  const id = literal(row.elementId);
  return [
    forget(
      `update ${at(schema, 'sys_history')} set "diff" = "diff" - ${id} where "object_no" = ${String(objectNumber)} and "diff" ? ${id}`,
    ),
    forget(`delete from ${at(schema, 'sys_counter')} where "field_id" = ${id}`),
  ];
}

function hazardOf({ row, name, rows }: Retired): Hazard {
  const records = `${String(rows)} ${rows === 1 ? 'record' : 'records'}`;
  const what =
    row.kind === 'table'
      ? `The object ${name} goes with its ${records}, their history and the retired links to them.`
      : row.kept
        ? `The values that ${name} had in ${records} before they were converted go.`
        : `The values of ${name} in ${records} go, also from the history.`;
  return {
    code: purgeCode(row.elementId),
    message: `${what} Nothing brings them back but a backup: published again, ${row.kept ? 'the former type is converted anew' : 'it is empty'}.`,
    risk: 'R4',
    affected: { rows },
  };
}
