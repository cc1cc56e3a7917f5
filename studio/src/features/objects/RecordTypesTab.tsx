import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofObject } from '../../draft/draft.js';
import { addRecordType, typesOf } from '../../draft/record-type-commands.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
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
    <ListCard
      label="Record types"
      head={
        <>
          <p className="muted small">Kinds of records with choices, a page and processes of their own.</p>
          {types.length > 0 && button}
        </>
      }
      columns={['Type', 'Layout', 'Choices of', 'Roles', ...DRAFT_COLUMNS]}
      rows={types}
      empty={
        <Empty title="No record types" action={button}>
          With types, a new record asks which one it is, unless there is one only. Records from before have none until somebody chooses.
        </Empty>
      }
      row={(type) => (
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
          <DraftCells draft={draft} id={type.id} />
        </tr>
      )}
    />
  );
}
