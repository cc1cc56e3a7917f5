import { fieldType } from '../fields/registry.js';
import type { Issue } from '../kernel/errors.js';
import type { Hazard } from '../kernel/statement.js';
import type { FieldModel, Model, ObjectModel } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import type { Facts, Question } from './facts.js';
import { placeOf, sourceOf } from './sources.js';

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };
type Option = NonNullable<FieldModel['options']['options']>[number];

/** A field some of whose options go: those that were left out, and those that are replaced by another one. */
export type OptionChange = {
  readonly object: ObjectModel;
  readonly objectNumber: number;
  readonly field: FieldModel;
  readonly row: BindingRow;
  readonly gone: readonly Option[];
  readonly replaced: readonly (Option & { readonly replacedBy: string })[];
};

const isReplaced = (option: Option): option is Option & { replacedBy: string } => option.replacedBy !== undefined;

export function optionChanges({ from, to, bindings }: Input): OptionChange[] {
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const before = new Map(
    [...(from?.objects.values() ?? [])].flatMap((object) => [...object.fields.values()]).map((field) => [field.id, field]),
  );
  return [...to.objects.values()].flatMap((object) =>
    [...object.fields.values()].flatMap((field): OptionChange[] => {
      const [old, row] = [before.get(field.id), rows.get(field.id)];
      if (field.system || !old || !row || old.type !== field.type || fieldType(field.type).choice === undefined) return [];
      const former = new Map((old.options.options ?? []).map((option) => [option.value, option]));
      const wanted = field.options.options ?? [];
      const values = new Set(wanted.map(({ value }) => value));
      const gone = [...former.values()].filter(({ value }) => !values.has(value));
      const replaced = wanted
        .filter(isReplaced)
        .filter(({ value, replacedBy }) => former.has(value) && former.get(value)?.replacedBy !== replacedBy);
      if (gone.length + replaced.length === 0) return [];
      return [{ object, objectNumber: rows.get(object.id)?.objectNumber ?? 0, field, row, gone, replaced }];
    }),
  );
}

export const optionKey = (column: string, value: string): string => `${column}=${value}`;

export const optionQuestions = (changes: readonly OptionChange[]): Question[] =>
  changes.flatMap(({ field, row, gone, replaced }): Question[] => [
    ...(replaced.length > 0 ? [{ kind: 'rows', table: row.table } as const] : []),
    ...[...gone, ...replaced].map(({ value }): Question => ({
      kind: 'chosen',
      table: row.table,
      column: row.column ?? '',
      value,
      isList: fieldType(field.type).choice === 'many',
    })),
  ]);

/** Options that records hold can not just be left out: nobody would know any more what those records say. */
export function optionsInUse(changes: readonly OptionChange[], facts: Facts, model: Model): Issue[] {
  return changes.flatMap(({ field, row, gone }) =>
    gone.flatMap((option): Issue[] => {
      const rows = facts.chosen.get(optionKey(row.column ?? '', option.value)) ?? 0;
      const source = rows === 0 ? undefined : sourceOf(model, field.id);
      if (!source) return [];
      const message = `${records(rows)} “${option.label}” of ${field.label}. Keep it and name the option that takes its place in "replacedBy", or make it inactive.`;
      return [{ ...placeOf(source), path: '/options', code: 'option_in_use', message }];
    }),
  );
}

export function replacementHazards(changes: readonly OptionChange[], facts: Facts): Hazard[] {
  return changes.flatMap(({ field, row, replaced }) =>
    replaced.flatMap(({ value, label, replacedBy }): Hazard[] => {
      const rows = facts.chosen.get(optionKey(row.column ?? '', value)) ?? 0;
      if (rows === 0) return [];
      const next = field.options.options?.find((option) => option.value === replacedBy)?.label ?? replacedBy;
      return [
        {
          code: `replace:${field.id}:${value}`,
          message: `${records(rows)} “${label}” of ${field.label} and will get “${next}” instead. Their history says so; returning to this version does not give it back.`,
          risk: 'R3',
          affected: { rows },
        },
      ];
    }),
  );
}

const records = (rows: number): string => (rows === 1 ? '1 record holds' : `${String(rows)} records hold`);
