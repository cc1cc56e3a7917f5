import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ObjectDocument, ValidationDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofObject, put } from '../../draft/draft.js';
import { freeLabel, newId, suggestName } from '../../draft/names.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { Empty } from '../../ui/states.js';
import { ProcessList } from './ProcessList.js';

export function ValidationsTab({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const rules = ofObject(draft, 'validation', object.name);
  const add = () => {
    const taken = new Set(rules.map((rule) => rule.name));
    const label = freeLabel('New rule', taken);
    const rule: ValidationDocument = {
      kind: 'validation',
      id: newId('validation'),
      object: object.name,
      name: suggestName(label),
      label,
      errorWhen: { is_empty: { var: object.nameField } },
      message: 'Say what is wrong and what to do.',
    };
    edit(`Add validation to ${object.label}`, (current) => put(current, rule.id, rule));
    void navigate(`/validations/${rule.id}`);
  };
  const button = (
    <button type="button" className="btn btn-primary" onClick={add}>
      <Plus size={16} aria-hidden /> Add validation
    </button>
  );
  return (
    <div className="stack">
      <ListCard
        label="Validations"
        head={
          <>
            <p className="muted small">Rules every record must obey, whoever or whatever writes it.</p>
            {rules.length > 0 && button}
          </>
        }
        columns={['Rule', 'Message', 'Shown at', ...DRAFT_COLUMNS]}
        rows={rules}
        empty={
          <Empty title="No validations yet" action={button}>
            A validation refuses a record under a condition, with a message at the field.
          </Empty>
        }
        row={(rule) => (
          <tr key={rule.id}>
            <td>
              <Link className="cell-title" to={`/validations/${rule.id}`}>
                {rule.label}
              </Link>{' '}
              {rule.inactive === true && <span className="badge">Inactive</span>}
            </td>
            <td>{rule.message}</td>
            <td>{rule.field === undefined ? 'The record' : <code>{rule.field}</code>}</td>
            <DraftCells draft={draft} id={rule.id} />
          </tr>
        )}
      />
      <ProcessList object={object} />
    </div>
  );
}
