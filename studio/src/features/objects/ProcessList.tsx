import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ObjectDocument, ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldTypeInfo, hasStates } from '../../draft/field-types.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { changeState, ofObject, originOf, put } from '../../draft/draft.js';
import { newId, suggestName } from '../../draft/names.js';
import { ChangeBadge, OriginBadge } from '../../ui/ChangeBadge.js';
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
    let label = `Life of ${field.label.toLowerCase()}`;
    for (let number = 2; taken.has(suggestName(label)); number += 1) label = `Life of ${field.label.toLowerCase()} ${number}`;
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
    <section className="card" aria-label="Processes">
      <div className="card-head">
        <p className="muted small">Which state may follow which, and what a state needs.</p>
        {processes.length > 0 && button}
      </div>
      {processes.length === 0 ? (
        <Empty title="No processes yet" action={button}>
          {states.length === 0
            ? 'A process needs a picklist or a lookup whose values are its states.'
            : 'A process offers people the legal moves only and refuses the others, whoever makes them.'}
        </Empty>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Process</th>
              <th scope="col">States of</th>
              <th scope="col">Moves</th>
              <th scope="col">Origin</th>
              <th scope="col">Draft</th>
            </tr>
          </thead>
          <tbody>
            {processes.map((process) => (
              <tr key={process.id}>
                <td>
                  <Link className="cell-title" to={`/processes/${process.id}`}>
                    {process.label}
                  </Link>{' '}
                  {process.inactive === true && <span className="badge">Inactive</span>}
                </td>
                <td>{labelOf(process.field)}</td>
                <td>{process.transitions === undefined ? 'All' : process.transitions.length}</td>
                <td>
                  <OriginBadge origin={originOf(draft, process.id)} />
                </td>
                <td>
                  <ChangeBadge state={changeState(draft, process.id)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
