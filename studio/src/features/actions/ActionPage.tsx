import type { ActionDocument } from '@fieldstone/metadata/types/documents.js';
import { Link } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { renameAction } from '../../draft/action-commands.js';
import { ofObject } from '../../draft/draft.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { ElementNames, ElementPage, type BodyProps } from '../elements/ElementPage.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';
import { InputList } from './InputList.js';
import { SetList } from './SetList.js';

export function ActionPage() {
  return <ElementPage kind="action" isNarrow Body={Action} />;
}

function Action({ document: action, set }: BodyProps<ActionDocument>) {
  const draft = useDraft();
  const workflows = ofObject(draft, 'workflow', action.object).filter(
    ({ trigger }) => trigger.type === 'action' && trigger.action === action.name,
  );
  const doesNothing = workflows.length === 0 && Object.keys(action.set ?? {}).length === 0;
  return (
    <div className="stack">
      <section className="card card-body stack" aria-label="Action">
        <ElementNames document={action} set={set} rename={(current, name) => renameAction(current, action, name)} />
        <CommitField
          label="Description"
          hint="Shown before it is run."
          value={action.description ?? ''}
          maxLength={500}
          onCommit={(text) => set({ description: text.trim() === '' ? undefined : text })}
        />
        <CommitField
          label="Icon"
          hint="Name of a Lucide icon, such as user-check."
          mono
          value={action.icon ?? ''}
          check={(icon) => (icon === '' || /^[a-z0-9-]{1,60}$/.test(icon) ? undefined : 'Small letters, digits and hyphens.')}
          onCommit={(icon) => set({ icon: icon === '' ? undefined : icon })}
        />
        <SelectField
          label="Sets fields with"
          hint="Rules of the object hold for both."
          value={action.runAs ?? 'user'}
          onChange={(runAs) => set({ runAs: runAs === 'system' ? 'system' : undefined })}
          choices={[
            { value: 'user', label: 'the rights of the person' },
            { value: 'system', label: 'the rights of the system, whatever the person may set otherwise' },
          ]}
        />
        <CheckField
          label="Active"
          hint="An inactive action is offered nowhere."
          checked={action.inactive !== true}
          onChange={(isActive) => set({ inactive: isActive ? undefined : true })}
        />
        <ConditionEditor
          label="Offered when"
          object={action.object}
          allow={['user']}
          value={action.when}
          onChange={(when) => set({ when })}
          emptyText="It is offered on every record."
        />
      </section>
      <InputList action={action} set={set} />
      <SetList action={action} set={set} />
      <section className="card card-body stack" aria-label="Workflows">
        <h2>Starts</h2>
        {workflows.length === 0 ? (
          <p className={doesNothing ? 'error-text' : 'muted small'} role={doesNothing ? 'status' : undefined}>
            {doesNothing
              ? 'It does nothing yet: set a field, or make a workflow that starts when somebody runs this action.'
              : 'No workflow starts with it.'}
          </p>
        ) : (
          <ul>
            {workflows.map((workflow) => (
              <li key={workflow.id}>
                <Link to={`/workflows/${workflow.name}`}>{workflow.label}</Link>
              </li>
            ))}
          </ul>
        )}
        <p className="muted small">
          Roles run it when a permission names the action <code>{action.name}</code>.
        </p>
        <Link to={`/objects/${action.object}/access`}>Who may run it</Link>
      </section>
    </div>
  );
}
