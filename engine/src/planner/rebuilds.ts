import type { Hazard } from '../kernel/statement.js';
import { LIMITS } from '../model/limits.js';
import type { Model } from '../model/types.js';
import type { Change } from './change.js';
import type { Facts, TableShape } from './facts.js';
import type { Table } from './physical.js';

/** Dropped columns that are worth the work of writing a table anew although there is room left. */
const MOST_DROPPED = 800;

/** A table that a change has to write anew, since Postgres never gives the slot of a dropped column back. */
export type Rebuild = { readonly table: Table; readonly shape: TableShape };

/** Columns that a change adds to a table that is there. A field of another type takes new ones, unless it returns to some that it had. */
export function newColumns(change: Change): number {
  if (change.kind === 'add-column') return 1;
  return change.kind === 'convert-column' && !change.conversion.returns ? change.conversion.target.columns.length : 0;
}

export const newColumnsOf = (table: Pick<Table, 'name'>, changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + ('table' in change && change.table.name === table.name ? newColumns(change) : 0), 0);

/** Tables that get columns and have no slots left for them, or more slots taken by dropped columns than is reasonable. `from` is by object id. */
export function rebuildsOf(from: ReadonlyMap<string, Table>, changes: readonly Change[], facts: Facts): Rebuild[] {
  return [...from.values()].flatMap((table) => {
    const shape = facts.shapes.get(table.name);
    const added = newColumnsOf(table, changes);
    if (shape === undefined || added === 0) return [];
    const slots = facts.slots.get(table.name) ?? 0;
    const dropped = slots - shape.columns.length;
    return dropped > MOST_DROPPED || (dropped > 0 && slots + added > LIMITS.column_slots.max) ? [{ table, shape }] : [];
  });
}

export const rebuildChanges = (rebuilds: readonly Rebuild[], roles: { readonly app: string; readonly bi: string }): Change[] =>
  rebuilds.map(({ table, shape }) => ({ kind: 'rebuild-table', table, shape, roles }));

/** Nothing changes for anybody, but it takes its time and the table is there twice meanwhile. Where there are no records, nobody need know. */
export function rebuildHazards(rebuilds: readonly Rebuild[], facts: Facts, model: Model): Hazard[] {
  const labels = new Map([...model.objects.values()].map((object) => [object.id, object.pluralLabel]));
  return rebuilds.flatMap(({ table, shape: { rows, columns } }) => {
    if (rows === 0) return [];
    const dropped = (facts.slots.get(table.name) ?? 0) - columns.length;
    const what = `${labels.get(table.elementId) ?? table.name}: the table is written anew, since ${String(dropped)} dropped columns take up its slots.`;
    return [
      {
        code: `rebuild:${table.elementId}`,
        message: `${what} People work on meanwhile; the disk must hold its ${String(rows)} ${rows === 1 ? 'record' : 'records'} twice.`,
        risk: 'R1' as const,
        affected: { rows },
      },
    ];
  });
}
