import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, findObject, put } from '../../draft/draft.js';
import { addSection, placeField, placeOfField, removeField, type Place } from '../../draft/layout-commands.js';
import { knownFields } from '../../draft/scope.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { EntryPanel } from './EntryPanel.js';
import { Palette } from './Palette.js';
import { RelatedLists } from './RelatedLists.js';
import { SectionCard } from './SectionCard.js';
import './layouts.css';

export function LayoutPage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const [selected, setSelected] = useState<string>();
  const layout = findDocument(draft, id);
  if (layout?.kind !== 'layout') {
    return (
      <div className="page">
        <Empty title="There is no such layout" action={<Link to="/objects">Go to the objects</Link>} />
      </div>
    );
  }
  const object = findObject(draft, layout.object);
  const fields = knownFields(draft, layout.object).filter((field) => field.fieldType !== 'id');
  const unused = fields.filter((field) => placeOfField(layout, field.name) === undefined);
  const change = (label: string, command: (layout: LayoutDocument) => LayoutDocument, merge?: string) =>
    edit(
      label,
      (current) => {
        const now = findDocument(current, layout.id);
        return now?.kind === 'layout' ? put(current, layout.id, command(now)) : current;
      },
      merge,
    );
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  const drop = (field: string, to: Place) => change(`Move ${labelOf(field)}`, (now) => placeField(now, field, to));
  const takeOff = (field: string) => change(`Take ${labelOf(field)} off`, (now) => removeField(now, field));
  const retire = () => {
    edit(`Retire layout ${layout.label}`, (current) => put(current, layout.id, null));
    void navigate(`/objects/${layout.object}/layouts`);
    toast(`${layout.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  const isSelectedPlaced = selected !== undefined && placeOfField(layout, selected) !== undefined;
  return (
    <div className="page page-wide">
      <PageHead
        title={layout.label}
        badge={<ChangeBadge state={changeState(draft, layout.id)} />}
        path={
          <>
            <Link to="/objects">Objects</Link> / <Link to={`/objects/${layout.object}/layouts`}>{object?.label ?? layout.object}</Link> /{' '}
            <span>Layout</span>
          </>
        }
        action={
          <div className="row">
            <button type="button" className="btn" onClick={() => change('Add section', addSection)}>
              <Plus size={15} aria-hidden /> Add section
            </button>
            <button type="button" className="btn btn-danger" onClick={retire}>
              <Trash2 size={15} aria-hidden /> Retire
            </button>
          </div>
        }
      >
        Drag fields, or use their buttons. Choose a field to set when it is shown or required.
      </PageHead>
      <div className="designer">
        <Palette fields={unused} sections={layout.sections} onPlace={drop} onTakeOff={takeOff} />
        <div className="stack">
          {layout.sections.map((section, index) => (
            <SectionCard
              key={section.id}
              layout={layout}
              section={section}
              index={index}
              fields={fields}
              selected={selected}
              onSelect={setSelected}
              onDrop={drop}
              onTakeOff={takeOff}
              change={change}
            />
          ))}
          <RelatedLists layout={layout} change={change} />
        </div>
        <aside className="card" aria-label="Settings of the field">
          {isSelectedPlaced ? (
            <EntryPanel key={selected} layout={layout} field={selected} label={labelOf(selected)} change={change} />
          ) : (
            <p className="card-body muted small">Choose a field of the layout to see its settings.</p>
          )}
        </aside>
      </div>
    </div>
  );
}
