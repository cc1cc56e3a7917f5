import type { FieldDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldTypeInfo, hasOption, isComputed } from '../../draft/field-types.js';
import { withoutUndefined } from '../../draft/without-undefined.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { TickList } from '../../ui/TickList.js';

export type Timeline = NonNullable<ObjectDocument['timeline']>;

const MOST = 4;
const MOMENTS: ReadonlySet<string> = new Set(['date', 'moment']);

/** Whether there are not too many fields to show; the most is that of the schema. */
export const fitsTimeline = ({ summary = [], changes = [] }: Timeline): boolean => summary.length <= MOST && changes.length <= MOST;

/** How records of an object stand in the timelines of what they belong to. */
export function TimelineSettings({
  fields,
  value,
  onChange,
}: {
  fields: readonly FieldDocument[];
  value: Timeline;
  onChange: (value: Timeline) => void;
}) {
  const choices = (test: (field: FieldDocument) => boolean) =>
    fields.filter(test).map((field) => ({ value: field.name, label: field.label }));
  const set = (patch: { [K in keyof Timeline]: Timeline[K] | undefined }) => onChange(withoutUndefined<Timeline>({ ...value, ...patch }));
  const some = (list: string[]) => (list.length === 0 ? undefined : list);
  return (
    <fieldset className="stack">
      <legend>In timelines</legend>
      <SelectField
        label="Happened"
        value={value.date ?? ''}
        onChange={(date) => set({ date: date === '' ? undefined : date })}
        hint="Where a record has no such date, it stands where it was made."
        choices={[
          { value: '', label: 'When it was made' },
          ...choices(({ type }) => MOMENTS.has(fieldTypeInfo(type).input) && !isComputed(type)),
        ]}
      />
      <TickList
        label="Shown with its name"
        hint={`Up to ${String(MOST)}.`}
        choices={choices(({ type }) => !hasOption(type, 'secret'))}
        value={value.summary ?? []}
        onChange={(summary) => set({ summary: some(summary) })}
      />
      <TickList
        label="Changes are entries too"
        hint={`Up to ${String(MOST)}.`}
        choices={choices((field) => field.track !== false && !isComputed(field.type))}
        value={value.changes ?? []}
        onChange={(changes) => set({ changes: some(changes) })}
      />
      <CheckField
        label="Say that a record was deleted"
        checked={value.deleted === true}
        onChange={(deleted) => set({ deleted: deleted ? true : undefined })}
      />
    </fieldset>
  );
}
