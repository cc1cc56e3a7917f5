import type { Issue } from '../kernel/errors.js';
import type { FieldModel, Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { isWidening } from './changes/widen-column.js';
import type { Facts, Question } from './facts.js';
import { pgTypeOf, placeOf, sourceOf } from './sources.js';

/** Types that hold the same text and where every value of the one is a value of the other. */
const SAME_TEXT: Readonly<Record<string, readonly string[]>> = {
  text: ['long_text'],
  email: ['text', 'long_text'],
  phone: ['text', 'long_text'],
  url: ['text', 'long_text'],
  picklist: ['text', 'long_text'],
  long_text: [],
};

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };

/** Numbers that are to hold fewer digits before the point: the column stays as wide as it is, the values must fit. */
export function narrowingQuestions({ to, bindings }: Input): Question[] {
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const questions: Question[] = [];
  for (const object of to.objects.values()) {
    for (const field of object.fields.values()) {
      const row = rows.get(field.id);
      const digits = /^numeric\((\d+),(\d+)\)$/.exec(pgTypeOf(field));
      if (field.system || !row?.column || !digits || row.pgType === digits[0] || !isWidening(digits[0], row.pgType ?? '')) continue;
      questions.push({ kind: 'beyond', table: row.table, column: row.column, digits: Number(digits[1]) - Number(digits[2]) });
    }
  }
  return questions;
}

/** Changes of a field that would rewrite a table or could lose values. They are refused, not attempted. */
export function refusedTypeChanges({ from, to, bindings }: Input, facts: Facts): Issue[] {
  const before = new Map<string, { field: FieldModel; objectId: string }>();
  for (const object of from?.objects.values() ?? []) {
    for (const field of object.fields.values()) if (!field.system) before.set(field.id, { field, objectId: object.id });
  }
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const issues: Issue[] = [];
  for (const object of to.objects.values()) {
    for (const field of object.fields.values()) {
      const row = rows.get(field.id);
      if (field.system || row === undefined) continue;
      const source = sourceOf(to, field.id);
      const refuse = (path: string, code: string, message: string) =>
        issues.push({ ...(source ? placeOf(source) : {}), path, code, message });
      if (rows.get(object.id)?.table !== row.table) {
        refuse('/object', 'field_moved', 'A field can not move to another object. Retire it and add one there.');
        continue;
      }
      const old = before.get(field.id)?.field;
      if (old && old.type !== 'polymorphic' && targetIds(from, old) !== targetIds(to, field)) {
        refuse(
          '/target',
          'target_changed',
          'A link can not be turned to another object: its values point to the former one. Retire it and add a new link.',
        );
        continue;
      }
      if (!(old ? isFine(old, field) : row.pgType === pgTypeOf(field) || isWidening(pgTypeOf(field), row.pgType ?? ''))) {
        refuse('/type', 'type_change_unsupported', refusal(old, field));
        continue;
      }
      const beyond = facts.beyond.get(row.column ?? '') ?? 0;
      if (beyond > 0) {
        const records = beyond === 1 ? '1 record has' : `${beyond} records have`;
        refuse(
          '/precision',
          'numbers_too_long',
          `${records} more digits before the point than ${field.label} would hold. Shorten them first.`,
        );
      }
    }
  }
  return issues;
}

const targetIds = (model: Model | null, { target, targets = target === undefined ? [] : [target] }: FieldModel) =>
  targets.map((name) => model?.objects.get(name)?.id).join();

function isFine(old: FieldModel, field: FieldModel): boolean {
  const [before, after] = [pgTypeOf(old), pgTypeOf(field)];
  const isNumber = isWidening(before, after) || isWidening(after, before);
  if (old.type === field.type) return before === after || isNumber;
  if (SAME_TEXT[old.type]?.includes(field.type)) return true;
  return ['decimal', 'percent'].includes(old.type) && ['decimal', 'percent'].includes(field.type) && (before === after || isNumber);
}

function refusal(old: FieldModel | undefined, field: FieldModel): string {
  const what =
    old && old.type === field.type
      ? `${field.label} would hold other digits after the point`
      : `${old?.type ?? 'The stored values'} can not become ${field.type}`;
  return `${what} in place: that would rewrite the table while people wait. Add a second field, copy the values, and retire this one.`;
}
