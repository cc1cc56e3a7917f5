import { fieldType } from '../fields/registry.js';
import type { Hazard } from '../kernel/statement.js';
import type { Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import type { Facts, Question } from './facts.js';

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };

const columnsById = (bindings: readonly BindingRow[]): Map<string, BindingRow> => new Map(bindings.map((row) => [row.elementId, row]));

/** Links that become parts: their records go with the record that they point to from then on. */
function becomingParts({ from, to, bindings }: Input) {
  const rows = columnsById(bindings);
  const before = new Map(
    [...(from?.objects.values() ?? [])].flatMap((object) => [...object.fields.values()]).map((each) => [each.id, each]),
  );
  return [...to.objects.values()].flatMap((object) =>
    [...object.fields.values()].flatMap((field) => {
      const [old, row] = [before.get(field.id), rows.get(field.id)];
      const owner = field.target === undefined ? undefined : to.objects.get(field.target);
      const target = owner && rows.get(owner.id)?.table;
      if (!old || !row?.column || !owner || target === undefined) return [];
      const isNewPart = fieldType(field.type).isPart === true && fieldType(old.type).isPart !== true;
      return isNewPart ? [{ field, owner, table: row.table, column: row.column, target }] : [];
    }),
  );
}

/** Objects whose records are called by another field. One that works its values out has them all. */
function renamed({ from, to, bindings }: Input) {
  const rows = columnsById(bindings);
  const before = new Map([...(from?.objects.values() ?? [])].map((object) => [object.id, object.fields.get(object.nameField)?.id]));
  return [...to.objects.values()].flatMap((object) => {
    const field = object.fields.get(object.nameField);
    const row = field && rows.get(field.id);
    if (object.system || !field || !row?.column || field.required || !before.has(object.id) || before.get(object.id) === field.id)
      return [];
    return [{ object, field, table: row.table, column: row.column }];
  });
}

export const linkQuestions = (input: Input): Question[] => [
  ...becomingParts(input).map(({ table, column, target }): Question => ({ kind: 'orphans', table, column, target })),
  ...renamed(input).map(({ table, column }): Question => ({ kind: 'missing', table, column })),
];

const records = (rows: number): string => (rows === 1 ? '1 record' : `${String(rows)} records`);

/** What the change means for records that are there, counted. Where there are none, there is nothing to confirm. */
export function linkHazards(input: Input, facts: Facts): Hazard[] {
  const orphans = becomingParts(input).flatMap(({ field, owner, column }): Hazard[] => {
    const rows = facts.orphans.get(column) ?? 0;
    if (rows === 0) return [];
    const message = `${records(rows)} would be part of a ${owner.label} in the recycle bin. They stay as they are: restore it, or let ${field.label} name another one.`;
    return [{ code: `orphans:${field.id}`, message, risk: 'R2', affected: { rows } }];
  });
  const nameless = renamed(input).flatMap(({ object, field, column }): Hazard[] => {
    const rows = facts.missing.get(column) ?? 0;
    if (rows === 0) return [];
    const message = `${records(rows)} of ${object.pluralLabel} will be without a name, because ${field.label} has no value there.`;
    return [{ code: `nameless:${object.id}`, message, risk: 'R2', affected: { rows } }];
  });
  return [...orphans, ...nameless];
}
