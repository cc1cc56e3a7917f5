import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';
import { setEntry, type Entry } from '../../draft/layout-commands.js';
import { CheckField } from '../../ui/Field.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';
import type { ChangeLayout } from './change-layout.js';

type Props = { layout: LayoutDocument; field: string; label: string; change: ChangeLayout };

/** When a field of the layout is shown, required or locked. The form decides with the same code as the server. */
export function EntryPanel({ layout, field, label, change }: Props) {
  const entry = layout.sections.flatMap((section) => section.fields).find((each) => each.field === field);
  if (entry === undefined) return null;
  const set = (patch: { [K in keyof Entry]?: Entry[K] | undefined }) =>
    change(`Settings of ${label}`, (now) => setEntry(now, field, patch), `entry ${layout.id} ${field} ${Object.keys(patch).join()}`);
  const condition = (key: 'visible' | 'required' | 'readOnly', title: string, empty: string) => (
    <ConditionEditor
      label={title}
      object={layout.object}
      allow={['user']}
      value={entry[key]}
      onChange={(value) => set({ [key]: value })}
      emptyText={empty}
    />
  );
  return (
    <>
      <div className="card-head">
        <h2>{label}</h2>
      </div>
      <div className="card-body stack">
        <CheckField
          label="Over all columns"
          checked={entry.wide === true}
          onChange={(isWide) => set({ wide: isWide ? true : undefined })}
        />
        {condition('visible', 'Shown when', 'Always shown.')}
        {condition('required', 'Required when', 'As the field itself says.')}
        {condition('readOnly', 'Locked when', 'Can be edited by whoever may.')}
      </div>
    </>
  );
}
