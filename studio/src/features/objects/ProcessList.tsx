import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ObjectDocument, ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldTypeInfo, hasStates } from '../../draft/field-types.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofObject, put } from '../../draft/draft.js';
import { freeLabel, newId, suggestName } from '../../draft/names.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { Empty } from '../../ui/states.js';

/** The state machines of an object. */
export function ProcessList({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const processes = ofObject(draft, 'process', object.name);
  const fields = ofObject(draft, 'field', object.name);
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  const states = fields.filter(hasStates);
  const add = () => {
    const field = states.find(({ type }) => fieldTypeInfo(type).choice === 'one') ?? states[0];
    if (field === undefined) return;
    const taken = new Set(processes.map(({ name }) => name));
    const label = freeLabel(`Life of ${field.label.toLowerCase()}`, taken);
    const process: ProcessDocument = {
      kind: 'process',
      id: newId('process'),
      object: object.name,
      name: suggestName(label),
      label,
      field: field.name,
    };
    edit(`Add process to ${object.label}`, (current) => put(current, process.id, process));
    void navigate(`/processes/${process.id}`);
  };
  const button = (
    <button type="button" className="btn" onClick={add} disabled={states.length === 0}>
      <Plus size={16} aria-hidden /> Add process
    </button>
  );
  return (
    <ListCard
      label="Processes"
      head={
        <>
          <p className="muted small">Which state may follow which, and what a state needs.</p>
          {processes.length > 0 && button}
        </>
      }
      columns={['Process', 'States of', 'Moves', ...DRAFT_COLUMNS]}
      rows={processes}
      empty={
        <Empty title="No processes yet" action={button}>
          {states.length === 0
            ? 'A process needs a picklist or a lookup whose values are its states.'
            : 'A process offers people the legal moves only and refuses the others, whoever makes them.'}
        </Empty>
      }
      row={(process) => (
        <tr key={process.id}>
          <td>
            <Link className="cell-title" to={`/processes/${process.id}`}>
              {process.label}
            </Link>{' '}
            {process.inactive === true && <span className="badge">Inactive</span>}
          </td>
          <td>{labelOf(process.field)}</td>
          <td>{process.transitions === undefined ? 'All' : process.transitions.length}</td>
          <DraftCells draft={draft} id={process.id} />
        </tr>
      )}
    />
  );
}
