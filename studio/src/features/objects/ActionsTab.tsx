import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ActionDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { actionsOf, addAction } from '../../draft/action-commands.js';
import { ofObject } from '../../draft/draft.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { Empty } from '../../ui/states.js';

/** The actions of an object: what they ask for, what they do, and a way to make one. */
export function ActionsTab({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const actions = actionsOf(draft, object.name);
  const add = () => {
    const made = addAction(draft, object.name);
    edit(`Add action to ${object.label}`, () => made.draft);
    void navigate(`/actions/${made.action.id}`);
  };
  const button = (
    <button type="button" className="btn btn-primary" onClick={add}>
      <Plus size={16} aria-hidden /> Add action
    </button>
  );
  const workflowsOf = ({ name }: ActionDocument) =>
    ofObject(draft, 'workflow', object.name).filter(({ trigger }) => trigger.type === 'action' && trigger.action === name);
  return (
    <ListCard
      label="Actions"
      head={
        <>
          <p className="muted small">Buttons on the page of a record, for whoever has the right of that name.</p>
          {actions.length > 0 && button}
        </>
      }
      columns={['Action', 'Asks for', 'Sets', 'Starts', ...DRAFT_COLUMNS]}
      rows={actions}
      empty={
        <Empty title="No actions yet" action={button}>
          An action asks for values, sets fields and starts workflows. Permissions say who may run it.
        </Empty>
      }
      row={(action) => (
        <tr key={action.id}>
          <td>
            <Link className="cell-title" to={`/actions/${action.id}`}>
              {action.label}
            </Link>{' '}
            {action.inactive === true && <span className="badge">Inactive</span>}
          </td>
          <td>{action.inputs?.map(({ label, name }) => label ?? name).join(', ') ?? 'Nothing'}</td>
          <td>{Object.keys(action.set ?? {}).join(', ') || 'Nothing'}</td>
          <td>
            {workflowsOf(action)
              .map(({ label }) => label)
              .join(', ') || 'Nothing'}
          </td>
          <DraftCells draft={draft} id={action.id} />
        </tr>
      )}
    />
  );
}
