import type { Issue } from '../kernel/errors.js';
import type { FieldModel, Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { isWidening } from './changes/widen-column.js';
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

/** Changes of a field that would rewrite a table or could lose values. They are refused, not attempted. */
export function refusedTypeChanges({ from, to, bindings }: { from: Model | null; to: Model; bindings: readonly BindingRow[] }): Issue[] {
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
      if (old && old.target !== field.target && targetId(from, old) !== targetId(to, field)) {
        refuse(
          '/target',
          'target_changed',
          'A link can not be turned to another object: its values point to the former one. Retire it and add a new link.',
        );
        continue;
      }
      if (old ? isFine(old, field) : row.pgType === pgTypeOf(field)) continue;
      refuse('/type', 'type_change_unsupported', refusal(old, field));
    }
  }
  return issues;
}

const targetId = (model: Model | null, field: FieldModel) =>
  field.target === undefined ? undefined : model?.objects.get(field.target)?.id;

function isFine(old: FieldModel, field: FieldModel): boolean {
  const [before, after] = [pgTypeOf(old), pgTypeOf(field)];
  if (old.type === field.type) return before === after || isWidening(before, after);
  if (SAME_TEXT[old.type]?.includes(field.type)) return true;
  return (
    ['decimal', 'percent'].includes(old.type) &&
    ['decimal', 'percent'].includes(field.type) &&
    (before === after || isWidening(before, after))
  );
}

function refusal(old: FieldModel | undefined, field: FieldModel): string {
  const what =
    old && old.type === field.type
      ? `${field.label} would hold fewer digits`
      : `${old?.type ?? 'The stored values'} can not become ${field.type}`;
  return `${what} in place: that would rewrite the table while people wait. Add a second field, copy the values, and retire this one.`;
}
