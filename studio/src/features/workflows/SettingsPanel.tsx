import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import type { ChangeWorkflow } from './change-workflow.js';

export function SettingsPanel({ workflow, change }: { workflow: WorkflowDocument; change: ChangeWorkflow }) {
  const set = (patch: { [K in 'label' | 'description' | 'inactive' | 'runAs']?: WorkflowDocument[K] | undefined }) =>
    change('Edit workflow settings', (now) => withProperties(now, patch));
  return (
    <>
      <div className="side-head">
        <h2>Settings</h2>
      </div>
      <div className="side-body">
        <CommitField
          label="Label"
          value={workflow.label}
          maxLength={120}
          check={(label) => (label.trim() === '' ? 'A label is needed.' : undefined)}
          onCommit={(label) => set({ label: label.trim() })}
        />
        <CommitField
          label="Description"
          multiline
          value={workflow.description ?? ''}
          maxLength={500}
          hint="What it does and why."
          onCommit={(text) => set({ description: text.trim() === '' ? undefined : text.trim() })}
        />
        <SelectField
          label="Works with the rights of"
          value={workflow.runAs ?? 'trigger_user'}
          onChange={(runAs) => set({ runAs: runAs === 'system' ? 'system' : 'trigger_user' })}
          choices={[
            { value: 'trigger_user', label: 'The person whose change started it' },
            { value: 'system', label: 'The system' },
          ]}
        />
        <CheckField
          label="Active"
          hint="An inactive workflow starts no new runs."
          checked={workflow.inactive !== true}
          onChange={(isActive) => set({ inactive: isActive ? undefined : true })}
        />
      </div>
    </>
  );
}
