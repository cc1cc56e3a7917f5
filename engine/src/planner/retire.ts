import { isComputed } from '../fields/registry.js';
import { quote, type Hazard } from '../kernel/statement.js';
import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import type { Facts, Question } from './facts.js';

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };

/** Objects that go, and fields that go from objects that stay. */
function retired({ from, to, bindings }: Input) {
  const objects = new Map([...to.objects.values()].map((object) => [object.id, object]));
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const found: { id: string; label: string; what: 'object' | 'field'; row: BindingRow; name: string; object: string }[] = [];
  for (const object of from?.objects.values() ?? []) {
    if (object.system) continue;
    const row = rows.get(object.id);
    const kept = objects.get(object.id);
    if (!kept) {
      if (row) found.push({ id: object.id, label: object.pluralLabel, what: 'object', row, name: object.name, object: object.name });
      continue;
    }
    const ids = new Set([...kept.fields.values()].map((field) => field.id));
    for (const field of object.fields.values()) {
      const column = rows.get(field.id);
      if (!field.system && !ids.has(field.id) && column && !isComputed(field)) {
        found.push({ id: field.id, label: field.label, what: 'field', row: column, name: field.name, object: object.name });
      }
    }
  }
  return found;
}

/** Ids of retired fields with SQL of what other fields do not take of their values. */
type Left = ReadonlyMap<string, string>;

export const retireQuestions = (input: Input, left: Left = new Map()): Question[] =>
  retired(input).flatMap(({ id, what, row }): Question[] => {
    if (what === 'object') return [{ kind: 'rows', table: row.table }];
    const [sql, column] = [left.get(id), row.column ?? ''];
    if (sql === 'null') return [];
    return [{ kind: 'values', table: row.table, column, ...(sql === undefined ? {} : { derived: { name: quote(column), sql } }) }];
  });

/**
 * Retiring hides data without deleting it. Where there is none, there is nothing to confirm.
 *
 * Shape:  of fields that other fields take from, only what is `left` counts.
 */
export function retireHazards(input: Input, facts: Facts, left: Left = new Map()): Hazard[] {
  return retired(input).flatMap(({ id, label, what, row, name, object }) => {
    if (left.get(id) === 'null') return [];
    const rows = what === 'object' ? (facts.rows.get(row.table) ?? 0) : (facts.values.get(row.column ?? '') ?? 0);
    if (rows === 0) return [];
    const views = screensWith(input.from, object, what === 'field' ? name : undefined);
    const hidden =
      what === 'object'
        ? `${rows} ${rows === 1 ? 'record' : 'records'} of ${label}`
        : `The values of ${label} in ${rows} ${rows === 1 ? 'record' : 'records'}`;
    return [
      {
        code: `retire:${id}`,
        message: `${hidden} will no longer be seen. Nothing is deleted: they are back when it is published again.`,
        risk: 'R1' as const,
        affected: { rows, views },
      },
    ];
  });
}

/** Layouts and views of the object, or those that show the field. */
function screensWith(from: Model | null, objectName: string, field: string | undefined): number {
  const object = from?.objects.get(objectName);
  if (!object) return 0;
  if (field === undefined) return object.layouts.length + object.views.length;
  const names = JSON.stringify(field);
  return [...object.layouts, ...object.views].filter((screen) => JSON.stringify(screen).includes(names)).length;
}
