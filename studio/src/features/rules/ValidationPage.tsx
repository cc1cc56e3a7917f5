import type { ValidationDocument } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import { ofObject } from '../../draft/draft.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { ElementNames, ElementPage, type BodyProps } from '../elements/ElementPage.js';
import { ConditionEditor } from './ConditionEditor.js';

export function ValidationPage() {
  return <ElementPage kind="validation" isNarrow Body={Rule} />;
}

function Rule({ document: rule, set }: BodyProps<ValidationDocument>) {
  const draft = useDraft();
  const on = rule.on ?? ['create', 'update'];
  const setOn = (kind: 'create' | 'update', isOn: boolean) => {
    const next = (['create', 'update'] as const).filter((each) => (each === kind ? isOn : on.includes(each)));
    if (next.length > 0) set({ on: next.length === 2 ? undefined : next });
  };
  return (
    <section className="card card-body stack" aria-label="Rule">
      <ElementNames document={rule} set={set} />
      <ConditionEditor
        label="Refuse the record when"
        object={rule.object}
        allow={['previous', 'user', 'changed']}
        value={rule.errorWhen}
        onChange={(errorWhen) => set({ errorWhen: errorWhen ?? { and: [] } })}
        emptyText="Add a test that says when a record is wrong."
      />
      <CommitField
        label="Message"
        multiline
        value={rule.message}
        hint="What is wrong and what to do, for the person who saves."
        check={(message) => (message.trim() === '' ? 'A message is needed.' : undefined)}
        onCommit={(message) => set({ message })}
      />
      <SelectField
        label="Shown at"
        value={rule.field ?? ''}
        onChange={(field) => set({ field: field === '' ? undefined : field })}
        choices={[
          { value: '', label: 'The whole record' },
          ...ofObject(draft, 'field', rule.object).map((field) => ({ value: field.name, label: field.label })),
        ]}
      />
      <fieldset className="row">
        <legend className="legend">Checked</legend>
        <CheckField label="When a record is created" checked={on.includes('create')} onChange={(isOn) => setOn('create', isOn)} />
        <CheckField label="When a record is changed" checked={on.includes('update')} onChange={(isOn) => setOn('update', isOn)} />
      </fieldset>
      <CheckField
        label="Active"
        hint="An inactive rule is kept but not checked."
        checked={rule.inactive !== true}
        onChange={(isActive) => set({ inactive: isActive ? undefined : true })}
      />
    </section>
  );
}
