import { ArrowRight, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { FieldDocument, ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import { findObject, ofObject } from '../../draft/draft.js';
import { fieldTypeInfo, isRequired } from '../../draft/field-types.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ACTIONS, Table } from '../../ui/Table.js';
import { FieldDialog } from './FieldDialog.js';
import { RetireFieldDialog } from './RetireFieldDialog.js';

type Open = { kind: 'add' } | { kind: 'edit'; field: FieldDocument } | { kind: 'retire'; field: FieldDocument };

export function FieldsTab({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const fields = ofObject(draft, 'field', object.name);
  const [params, setParams] = useSearchParams();
  const asked = fields.find((field) => field.name === params.get('field'));
  const [open, setOpen] = useState<Open | undefined>(asked === undefined ? undefined : { kind: 'edit', field: asked });
  const close = () => {
    setOpen(undefined);
    if (params.has('field')) setParams({}, { replace: true });
  };
  return (
    <section className="card" aria-label="Fields">
      <div className="card-head">
        <p className="muted small">Besides these, every record has an owner and says who created and changed it, and when.</p>
        <button type="button" className="btn btn-primary" onClick={() => setOpen({ kind: 'add' })}>
          <Plus size={16} aria-hidden /> Add field
        </button>
      </div>
      <Table columns={['Field', 'API name', 'Type', 'Rules', ...DRAFT_COLUMNS, ACTIONS]}>
        {fields.map((field) => (
          <tr key={field.id}>
            <td>
              <span className="cell-title">{field.label}</span>{' '}
              {field.name === object.nameField && <span className="badge badge-info">Name</span>}
            </td>
            <td>
              <code>{field.name}</code>
            </td>
            <td>
              <TypeCell field={field} />
            </td>
            <td>
              <span className="row" style={{ gap: 4 }}>
                {isRequired(field) && <span className="badge">Required</span>}
                {field.unique === true && <span className="badge">Unique</span>}
                {field.searchable === true && <span className="badge">Searched</span>}
                {field.indexed === true && <span className="badge">Indexed</span>}
              </span>
            </td>
            <DraftCells draft={draft} id={field.id} />
            <td className="actions">
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Edit ${field.label}`}
                title="Edit"
                onClick={() => setOpen({ kind: 'edit', field })}
              >
                <Pencil size={15} aria-hidden />
              </button>
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Retire ${field.label}`}
                title={field.name === object.nameField ? 'The name field can not be retired' : 'Retire'}
                disabled={field.name === object.nameField}
                onClick={() => setOpen({ kind: 'retire', field })}
              >
                <Trash2 size={15} aria-hidden />
              </button>
            </td>
          </tr>
        ))}
      </Table>
      {open?.kind === 'add' && <FieldDialog object={object} onClose={close} />}
      {open?.kind === 'edit' && <FieldDialog object={object} field={open.field} onClose={close} />}
      {open?.kind === 'retire' && <RetireFieldDialog field={open.field} onClose={close} />}
    </section>
  );
}

function TypeCell({ field }: { field: FieldDocument }) {
  const draft = useDraft();
  const info = fieldTypeInfo(field.type);
  if (field.targets !== undefined) {
    const labels = field.targets.map((name) => findObject(draft, name)?.label ?? name);
    return (
      <>
        {info.label}: {labels.join(', ')}
      </>
    );
  }
  if (field.target === undefined) return <>{info.label}</>;
  const target = findObject(draft, field.target);
  return (
    <span className="row" style={{ gap: 4 }}>
      {info.label} <ArrowRight size={13} aria-hidden />
      <Link to={`/objects/${field.target}`}>{target?.label ?? field.target}</Link>
    </span>
  );
}
