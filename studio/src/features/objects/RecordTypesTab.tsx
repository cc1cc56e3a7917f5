import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { changeState, ofObject, originOf } from '../../draft/draft.js';
import { addRecordType, typesOf } from '../../draft/record-type-commands.js';
import { ChangeBadge, OriginBadge } from '../../ui/ChangeBadge.js';
import { Empty } from '../../ui/states.js';

/** Kinds of records of one object, each with choices, a page and processes of its own. */
export function RecordTypesTab({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const types = typesOf(draft, object.name);
  const add = () => {
    const made = addRecordType(draft, object.name);
    edit(`Add record type to ${object.label}`, () => made.draft);
    void navigate(`/record-types/${made.type.id}`);
  };
  const layoutOf = (name: string | undefined) =>
    name === undefined ? 'Standard' : (ofObject(draft, 'layout', object.name).find((layout) => layout.name === name)?.label ?? name);
  const button = (
    <button type="button" className="btn btn-primary" onClick={add}>
      <Plus size={16} aria-hidden /> Add record type
    </button>
  );
  return (
    <section className="card" aria-label="Record types">
      <div className="card-head">
        <p className="muted small">Kinds of records with choices, a page and processes of their own.</p>
        {types.length > 0 && button}
      </div>
      {types.length === 0 ? (
        <Empty title="No record types" action={button}>
          With types, a new record asks which one it is, unless there is one only. Records from before have none until somebody chooses.
        </Empty>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">Layout</th>
              <th scope="col">Choices of</th>
              <th scope="col">Roles</th>
              <th scope="col">Origin</th>
              <th scope="col">Draft</th>
            </tr>
          </thead>
          <tbody>
            {types.map((type) => (
              <tr key={type.id}>
                <td>
                  <Link className="cell-title" to={`/record-types/${type.id}`}>
                    {type.label}
                  </Link>{' '}
                  {type.default === true && <span className="badge">Default</span>}{' '}
                  {type.inactive === true && <span className="badge">Inactive</span>}
                </td>
                <td>{layoutOf(type.layout)}</td>
                <td>{Object.keys(type.picklists ?? {}).join(', ') || 'None'}</td>
                <td>{type.roles?.join(', ') ?? 'Everybody'}</td>
                <td>
                  <OriginBadge origin={originOf(draft, type.id)} />
                </td>
                <td>
                  <ChangeBadge state={changeState(draft, type.id)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
