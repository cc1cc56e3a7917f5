import { isComputed } from '../fields/registry.js';
import type { Hazard } from '../kernel/statement.js';
import type { FieldModel, Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import type { Facts, Question } from './facts.js';

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };

/** Fields whose values were given and will be worked out. Their columns stay, for the way back. */
function becoming({ from, to, bindings }: Input): { field: FieldModel; row: BindingRow }[] {
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const given = new Set(
    [...(from?.objects.values() ?? [])]
      .flatMap((object) => [...object.fields.values()])
      .flatMap((field) => (isComputed(field) ? [] : [field.id])),
  );
  return [...to.objects.values()]
    .flatMap((object) => [...object.fields.values()])
    .flatMap((field) => {
      const row = rows.get(field.id);
      return isComputed(field) && given.has(field.id) && row !== undefined ? [{ field, row }] : [];
    });
}

export const computedQuestions = (input: Input): Question[] =>
  becoming(input).map(({ row }) => ({ kind: 'values', table: row.table, column: row.column ?? '' }));

export const computedHazards = (input: Input, facts: Facts): Hazard[] =>
  becoming(input).flatMap(({ field, row }): Hazard[] => {
    const rows = facts.values.get(row.column ?? '') ?? 0;
    if (rows === 0) return [];
    const records = rows === 1 ? '1 record' : `${String(rows)} records`;
    const message = `${field.label} is worked out from now on: what was written in ${records} is no longer seen. It is kept: returning to this version brings it back.`;
    return [{ code: `compute:${field.id}`, message, risk: 'R1', affected: { rows } }];
  });
